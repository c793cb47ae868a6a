"""Templates, rates, costs, purposes of consent to messages; what makes an address safe; links into the login."""

from alembic import op

revision = "0012_leaving"
down_revision = "0011_arriving"

_OURS = "(SELECT current_setting('alma.actor_kind', true)) IN ('staff', 'system')"
_MINE = (
    "((SELECT current_setting('alma.actor_kind', true)) = 'citizen' "
    "AND person_id = (SELECT nullif(current_setting('alma.person_id', true), '')\\:\\:uuid))"
)


def upgrade() -> None:
    op.execute("""
        -- A new channel is a folder and a line in the registry, and no migration: its name has a form, not a list.
        ALTER TABLE message DROP CONSTRAINT IF EXISTS ck_message_channel;
        ALTER TABLE message ADD CONSTRAINT ck_message_channel CHECK (channel ~ '^[a-z][a-z_]{1,19}$');
        ALTER TABLE address DROP CONSTRAINT IF EXISTS ck_address_kind;
        ALTER TABLE address ADD CONSTRAINT ck_address_kind CHECK (kind ~ '^[a-z][a-z_]{1,19}$');

        -- Words approved by a provider beforehand: WhatsApp takes nothing else after 24 hours.
        CREATE TABLE message_template (
            id uuid CONSTRAINT pk_message_template PRIMARY KEY,
            channel text NOT NULL,
            name text NOT NULL CONSTRAINT ck_message_template_name CHECK (name ~ '^[a-z][a-z0-9_]{1,59}$'),
            language text NOT NULL CONSTRAINT ck_message_template_language CHECK (language ~ '^[a-z]{2}$'),
            body text NOT NULL CONSTRAINT ck_message_template_body CHECK (length(body) BETWEEN 1 AND 1024),
            level text NOT NULL,
            external_id text,
            state text NOT NULL DEFAULT 'pending' CONSTRAINT ck_message_template_state
                CHECK (state IN ('pending', 'approved', 'rejected', 'paused')),
            reason text,
            created_at timestamptz NOT NULL,
            state_at timestamptz NOT NULL,
            professional_id uuid CONSTRAINT fk_message_template_professional REFERENCES professional,
            CONSTRAINT uq_message_template UNIQUE (channel, name, language),
            CONSTRAINT uq_message_template_external UNIQUE (channel, external_id),
            CONSTRAINT ck_message_template_approved CHECK (state <> 'approved' OR external_id IS NOT NULL)
        );

        -- `instead_of`: the message that did not arrive, and why, when this one went another way. `secret`: what is
        -- said and kept nowhere (a code read aloud), sealed, gone once it is said. `prompt`: the person has just done
        -- what it speaks of, and waits for it.
        ALTER TABLE message
            ADD COLUMN purpose text NOT NULL DEFAULT 'answer' CONSTRAINT ck_message_purpose
                CHECK (purpose IN ('answer', 'appointment', 'case', 'information', 'identity', 'consent')),
            ADD COLUMN template_id uuid CONSTRAINT fk_message_template REFERENCES message_template,
            ADD COLUMN template_values jsonb,
            ADD COLUMN secret bytea,
            ADD COLUMN instead_of uuid CONSTRAINT fk_message_instead_of REFERENCES message,
            ADD COLUMN instead_reason text,
            ADD COLUMN proposed_at timestamptz,
            ADD COLUMN prompt boolean NOT NULL DEFAULT false;

        -- Why an address is not safe to use as its person's until it is confirmed anew.
        ALTER TABLE address
            ADD COLUMN unsafe_at timestamptz,
            ADD COLUMN unsafe_reason text,
            ADD CONSTRAINT ck_address_unsafe CHECK ((unsafe_at IS NULL) = (unsafe_reason IS NULL)),
            ADD CONSTRAINT ck_address_unsafe_reason
                CHECK (unsafe_reason IN ('silence', 'provider', 'conflict', 'shield'));
        ALTER TABLE address DROP CONSTRAINT ck_address_proved_how;
        ALTER TABLE address ADD CONSTRAINT ck_address_proved_how
            CHECK (proved_how IN ('code', 'voice', 'staff', 'portal'));
        ALTER TABLE address_history DROP CONSTRAINT ck_address_history_act;
        ALTER TABLE address_history ADD CONSTRAINT ck_address_history_act CHECK (act IN
            ('made', 'proved', 'linked', 'unlinked', 'conflict', 'safety', 'unsafe', 'confirmed', 'merged', 'parted'));

        ALTER TABLE opt_out
            ADD COLUMN message_id uuid CONSTRAINT fk_opt_out_message REFERENCES message,
            ADD CONSTRAINT ck_opt_out_purpose CHECK (purpose IN ('all', 'information', 'appointment', 'case'));

        -- Words that may mean "no more messages", and may not: a professional reads them.
        CREATE TABLE opting_question (
            id uuid CONSTRAINT pk_opting_question PRIMARY KEY,
            message_id uuid NOT NULL CONSTRAINT fk_opting_question_message REFERENCES message
                CONSTRAINT uq_opting_question_message UNIQUE,
            conversation_id uuid NOT NULL CONSTRAINT fk_opting_question_conversation REFERENCES conversation,
            address_id uuid NOT NULL CONSTRAINT fk_opting_question_address REFERENCES address,
            asked_at timestamptz NOT NULL,
            answered_at timestamptz,
            answer text CONSTRAINT ck_opting_question_answer CHECK (answer IN ('out', 'none')),
            professional_id uuid CONSTRAINT fk_opting_question_professional REFERENCES professional,
            CONSTRAINT ck_opting_question_answered CHECK ((answered_at IS NULL) = (answer IS NULL))
        );
        CREATE INDEX ix_opting_question_open ON opting_question (conversation_id) WHERE answered_at IS NULL;

        -- Two contacts that are one: what moved is written down, so that they can be parted again.
        CREATE TABLE contact_merge (
            id uuid CONSTRAINT pk_contact_merge PRIMARY KEY,
            kept_id uuid NOT NULL CONSTRAINT fk_contact_merge_kept REFERENCES contact,
            folded_id uuid NOT NULL CONSTRAINT fk_contact_merge_folded REFERENCES contact,
            addresses uuid[] NOT NULL,
            conversations uuid[] NOT NULL,
            merged_at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            parted_at timestamptz,
            parted_by text,
            CONSTRAINT ck_contact_merge_two CHECK (kept_id <> folded_id)
        );
        CREATE INDEX ix_contact_merge_kept ON contact_merge (kept_id) WHERE parted_at IS NULL;
        CREATE UNIQUE INDEX uq_contact_merge_folded ON contact_merge (folded_id) WHERE parted_at IS NULL;

        -- A link into the login, back to one conversation. It opens nothing else and ties nothing to anybody.
        CREATE TABLE step_up_link (
            id uuid CONSTRAINT pk_step_up_link PRIMARY KEY,
            token_hash bytea NOT NULL CONSTRAINT uq_step_up_link_token UNIQUE,
            conversation_id uuid NOT NULL CONSTRAINT fk_step_up_link_conversation REFERENCES conversation,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            opened integer NOT NULL DEFAULT 0,
            used_at timestamptz
        );
        CREATE INDEX ix_step_up_link_conversation ON step_up_link (conversation_id, created_at);

        -- A code read aloud to a telephone that takes no messages, typed by the person who is logged in.
        CREATE TABLE voice_code (
            id uuid CONSTRAINT pk_voice_code PRIMARY KEY,
            person_id uuid NOT NULL,
            number text NOT NULL,
            code_hash bytea NOT NULL,
            message_id uuid CONSTRAINT fk_voice_code_message REFERENCES message,
            tries integer NOT NULL DEFAULT 0,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        );
        CREATE INDEX ix_voice_code_person ON voice_code (person_id, created_at DESC);
        CREATE INDEX ix_voice_code_number ON voice_code (number, created_at DESC);

        -- When each of our senders may speak next: one row a number, whoever of the workers asks.
        CREATE TABLE sender_pace (
            sender text CONSTRAINT pk_sender_pace PRIMARY KEY,
            next_at timestamptz NOT NULL
        );
        CREATE INDEX ix_outbox_sender ON outbox (sender, priority, id) WHERE state = 'queued';
    """)
    for table in ("opting_question", "contact_merge", "step_up_link"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_seen ON {table} USING ({_OURS})")
    op.execute(f"""
        ALTER TABLE voice_code ENABLE ROW LEVEL SECURITY;
        CREATE POLICY voice_code_seen ON voice_code USING ({_OURS} OR {_MINE});
    """)


def downgrade() -> None:
    op.execute("""
        DROP INDEX ix_outbox_sender;
        DROP TABLE sender_pace, voice_code, step_up_link, contact_merge, opting_question;
        ALTER TABLE opt_out DROP CONSTRAINT ck_opt_out_purpose, DROP COLUMN message_id;
        ALTER TABLE address_history DROP CONSTRAINT ck_address_history_act;
        ALTER TABLE address_history ADD CONSTRAINT ck_address_history_act
            CHECK (act IN ('made', 'proved', 'linked', 'unlinked', 'conflict', 'safety'));
        ALTER TABLE address DROP CONSTRAINT ck_address_proved_how;
        ALTER TABLE address ADD CONSTRAINT ck_address_proved_how CHECK (proved_how IN ('code', 'staff', 'portal'));
        ALTER TABLE address DROP COLUMN unsafe_at, DROP COLUMN unsafe_reason;
        ALTER TABLE message DROP COLUMN purpose, DROP COLUMN template_id, DROP COLUMN template_values,
            DROP COLUMN secret, DROP COLUMN instead_of, DROP COLUMN instead_reason, DROP COLUMN proposed_at,
            DROP COLUMN prompt;
        DROP TABLE message_template;
        ALTER TABLE address DROP CONSTRAINT ck_address_kind;
        ALTER TABLE address ADD CONSTRAINT ck_address_kind
            CHECK (kind IN ('sms', 'whatsapp', 'email', 'email_unverified', 'portal'));
        ALTER TABLE message DROP CONSTRAINT ck_message_channel;
        ALTER TABLE message ADD CONSTRAINT ck_message_channel
            CHECK (channel IN ('sms', 'whatsapp', 'email', 'portal', 'note'));
    """)
