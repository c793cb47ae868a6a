"""What the channels keep of arriving messages beyond the first day: checks of mail, floods, deadlines, languages."""

from alembic import op

revision = "0011_arriving"
down_revision = "0010_oauth"

_OURS = "(SELECT current_setting('alma.actor_kind', true)) IN ('staff', 'system')"
_SELF = "person_id = (SELECT nullif(current_setting('alma.person_id', true), '')\\:\\:uuid)"


def upgrade() -> None:
    op.execute("""
        -- A channel is a folder and a line of the registry, not a migration: only its spelling is checked here.
        ALTER TABLE address DROP CONSTRAINT ck_address_kind,
            ADD CONSTRAINT ck_address_kind CHECK (kind ~ '^[a-z][a-z_]{1,29}$');
        ALTER TABLE message DROP CONSTRAINT ck_message_channel,
            ADD CONSTRAINT ck_message_channel CHECK (channel ~ '^[a-z][a-z_]{1,29}$');
        ALTER TABLE message DROP CONSTRAINT ck_message_kind,
            ADD CONSTRAINT ck_message_kind
                CHECK (kind IN ('text', 'placeholder', 'reaction', 'notice', 'confirmation', 'report'));

        -- How we know in which language somebody reads us; what they said themselves is never overwritten by a guess.
        ALTER TABLE contact ADD COLUMN language_how text NOT NULL DEFAULT 'default'
            CONSTRAINT ck_contact_language_how CHECK (language_how IN ('default', 'guessed', 'said'));

        -- `checks`: what was found about a mail's sender. `danger`, `flood`: suggestions of ours, marked as such.
        ALTER TABLE message
            ADD COLUMN reply_to_id uuid CONSTRAINT fk_message_reply_to REFERENCES message,
            ADD COLUMN checks jsonb NOT NULL DEFAULT '{}',
            ADD COLUMN danger text[] NOT NULL DEFAULT '{}',
            ADD COLUMN flood boolean NOT NULL DEFAULT false;
        CREATE INDEX ix_message_reply_to ON message (reply_to_id) WHERE reply_to_id IS NOT NULL;
        CREATE INDEX ix_message_from ON message (address_id, created_at) WHERE direction = 'in';

        -- `minor`: whether a child writes (suspected by words of a list, or known). Until a professional decides,
        -- nobody who represents the person sees the conversation.
        ALTER TABLE conversation
            ADD COLUMN danger text[] NOT NULL DEFAULT '{}',
            ADD COLUMN minor text
                CONSTRAINT ck_conversation_minor CHECK (minor IN ('suspected', 'known', 'no')),
            ADD COLUMN kept_from_representatives boolean NOT NULL DEFAULT false,
            ADD COLUMN kept_decided_by uuid
                CONSTRAINT fk_conversation_kept_decided_by REFERENCES professional,
            ADD COLUMN kept_decided_at timestamptz,
            ADD COLUMN flood_since timestamptz,
            ADD CONSTRAINT ck_conversation_kept_decided
                CHECK ((kept_decided_by IS NULL) = (kept_decided_at IS NULL));
        -- First what may be dangerous and waits, then what is due soonest, then the latest.
        CREATE INDEX ix_conversation_due ON conversation (
            state, (CASE WHEN priority > 0 AND due_at IS NOT NULL THEN 0 ELSE 1 END),
            (coalesce(due_at, 'infinity'\\:\\:timestamptz)),
            (timestamptz '2200-01-01 00:00:00+00' - last_message_at), id);
        CREATE INDEX ix_conversation_unit_due ON conversation (
            unit_id, state, (CASE WHEN priority > 0 AND due_at IS NOT NULL THEN 0 ELSE 1 END),
            (coalesce(due_at, 'infinity'\\:\\:timestamptz)),
            (timestamptz '2200-01-01 00:00:00+00' - last_message_at), id);

        -- The bytes of what people send, once, however often they send it.
        CREATE TABLE blob (
            sha256 bytea CONSTRAINT pk_blob PRIMARY KEY CONSTRAINT ck_blob_sha256 CHECK (octet_length(sha256) = 32),
            size bigint NOT NULL CONSTRAINT ck_blob_size CHECK (size = octet_length(content)),
            content bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        );
        INSERT INTO blob (sha256, size, content)
            SELECT DISTINCT ON (sha256) sha256, octet_length(content), content FROM attachment
            WHERE content IS NOT NULL AND sha256 IS NOT NULL;
        ALTER TABLE attachment DROP CONSTRAINT ck_attachment_stored;
        ALTER TABLE attachment DROP COLUMN content;
        -- `verdict`: what the bytes are, whatever their label says. `document_id`: where in the record staff filed it
        -- (no foreign key: the floor below).
        ALTER TABLE attachment
            ADD CONSTRAINT fk_attachment_blob FOREIGN KEY (sha256) REFERENCES blob,
            ADD CONSTRAINT ck_attachment_stored CHECK ((state = 'stored') = (sha256 IS NOT NULL)),
            ADD COLUMN found_type text,
            ADD COLUMN verdict text NOT NULL DEFAULT 'unchecked'
                CONSTRAINT ck_attachment_verdict CHECK (verdict IN ('unchecked', 'ok', 'mismatch', 'dangerous')),
            ADD COLUMN transcript text,
            ADD COLUMN document_id uuid,
            ADD COLUMN filed_by uuid CONSTRAINT fk_attachment_filed_by REFERENCES professional,
            ADD COLUMN filed_at timestamptz,
            ADD CONSTRAINT ck_attachment_filed
                CHECK ((document_id IS NULL) = (filed_at IS NULL) AND (filed_by IS NULL) = (filed_at IS NULL));
        CREATE INDEX ix_attachment_sha256 ON attachment (sha256) WHERE sha256 IS NOT NULL;

        -- An automatic answer goes once a conversation and period, whatever races.
        CREATE TABLE automatic_answer (
            conversation_id uuid NOT NULL CONSTRAINT fk_automatic_answer_conversation REFERENCES conversation,
            kind text NOT NULL,
            period text NOT NULL,
            message_id uuid CONSTRAINT fk_automatic_answer_message REFERENCES message,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_automatic_answer PRIMARY KEY (conversation_id, kind, period)
        );

        -- Words of danger, for the duty desk. A suggestion of a list: somebody reads, and says that they have.
        CREATE TABLE duty_alert (
            id uuid CONSTRAINT pk_duty_alert PRIMARY KEY,
            conversation_id uuid NOT NULL CONSTRAINT fk_duty_alert_conversation REFERENCES conversation,
            message_id uuid NOT NULL CONSTRAINT fk_duty_alert_message REFERENCES message
                CONSTRAINT uq_duty_alert_message UNIQUE,
            kinds text[] NOT NULL,
            raised_at timestamptz NOT NULL,
            seen_at timestamptz,
            seen_by uuid CONSTRAINT fk_duty_alert_seen_by REFERENCES professional,
            CONSTRAINT ck_duty_alert_seen CHECK ((seen_at IS NULL) = (seen_by IS NULL))
        );
        CREATE INDEX ix_duty_alert_open ON duty_alert (raised_at) WHERE seen_at IS NULL;
        CREATE INDEX ix_duty_alert_conversation ON duty_alert (conversation_id);
    """)
    op.execute(f"""
        ALTER TABLE blob ENABLE ROW LEVEL SECURITY;
        CREATE POLICY blob_seen ON blob
            USING ({_OURS} OR EXISTS (SELECT 1 FROM attachment WHERE attachment.sha256 = blob.sha256));
        ALTER TABLE automatic_answer ENABLE ROW LEVEL SECURITY;
        CREATE POLICY automatic_answer_seen ON automatic_answer
            USING ({_OURS} OR EXISTS (SELECT 1 FROM conversation WHERE conversation.id = conversation_id));
        ALTER TABLE duty_alert ENABLE ROW LEVEL SECURITY;
        CREATE POLICY duty_alert_seen ON duty_alert USING ({_OURS});
        -- Words written in the portal raise it too; whoever wrote them never reads it.
        CREATE POLICY duty_alert_raised ON duty_alert FOR INSERT WITH CHECK (true);

        -- Whoever else may come to see a person's conversations one day: not these.
        CREATE POLICY conversation_kept ON conversation AS RESTRICTIVE
            USING ({_OURS} OR NOT kept_from_representatives OR {_SELF});
        CREATE POLICY message_kept ON message AS RESTRICTIVE
            USING ({_OURS} OR {_SELF} OR EXISTS (SELECT 1 FROM conversation c
                WHERE c.id = message.conversation_id AND NOT c.kept_from_representatives));
    """)


def downgrade() -> None:
    op.execute("""
        DROP POLICY message_kept ON message;
        DROP POLICY conversation_kept ON conversation;
        DROP TABLE duty_alert, automatic_answer;

        DROP POLICY blob_seen ON blob;
        ALTER TABLE attachment DROP CONSTRAINT ck_attachment_stored, DROP CONSTRAINT ck_attachment_filed,
            DROP CONSTRAINT fk_attachment_blob, DROP COLUMN found_type, DROP COLUMN verdict, DROP COLUMN transcript,
            DROP COLUMN document_id, DROP COLUMN filed_by, DROP COLUMN filed_at;
        ALTER TABLE attachment ADD COLUMN content bytea;
        UPDATE attachment SET content = blob.content FROM blob WHERE blob.sha256 = attachment.sha256;
        ALTER TABLE attachment ADD CONSTRAINT ck_attachment_stored
            CHECK ((state = 'stored') = (content IS NOT NULL));
        DROP INDEX ix_attachment_sha256;
        DROP TABLE blob;

        DROP INDEX ix_conversation_due, ix_conversation_unit_due;
        ALTER TABLE conversation DROP CONSTRAINT ck_conversation_kept_decided, DROP COLUMN danger, DROP COLUMN minor,
            DROP COLUMN kept_from_representatives, DROP COLUMN kept_decided_by, DROP COLUMN kept_decided_at,
            DROP COLUMN flood_since;
        DROP INDEX ix_message_from, ix_message_reply_to;
        ALTER TABLE message DROP COLUMN reply_to_id, DROP COLUMN checks, DROP COLUMN danger, DROP COLUMN flood;
        ALTER TABLE contact DROP COLUMN language_how;

        -- What the narrower words of before cannot hold becomes what comes nearest to it.
        UPDATE message SET kind = 'text' WHERE kind = 'reaction';
        UPDATE message SET channel = 'portal' WHERE channel NOT IN ('sms', 'whatsapp', 'email', 'portal', 'note');
        UPDATE address SET kind = 'portal' WHERE kind NOT IN ('sms', 'whatsapp', 'email', 'email_unverified', 'portal');
        ALTER TABLE message DROP CONSTRAINT ck_message_kind, ADD CONSTRAINT ck_message_kind
            CHECK (kind IN ('text', 'placeholder', 'notice', 'confirmation', 'report'));
        ALTER TABLE message DROP CONSTRAINT ck_message_channel, ADD CONSTRAINT ck_message_channel
            CHECK (channel IN ('sms', 'whatsapp', 'email', 'portal', 'note'));
        ALTER TABLE address DROP CONSTRAINT ck_address_kind, ADD CONSTRAINT ck_address_kind
            CHECK (kind IN ('sms', 'whatsapp', 'email', 'email_unverified', 'portal'));
    """)
