"""Conversations: contacts and their addresses, messages, raw events as they arrived, and the outbox."""

from alembic import op

revision = "0004_channels"
down_revision = "0003_agenda"

# The second lock: staff and our own processes see conversations; a citizen sees what is attributed to them alone.
_OURS = "(SELECT current_setting('alma.actor_kind', true)) IN ('staff', 'system')"
_MINE = (
    "((SELECT current_setting('alma.actor_kind', true)) = 'citizen' "
    "AND person_id = (SELECT nullif(current_setting('alma.person_id', true), '')\\:\\:uuid))"
)


def upgrade() -> None:
    op.execute("""
        -- Somebody who writes to us, known or not. `person_id` names a person of the record; no foreign key, for the
        -- record's tables belong to the floor below and are read through its door only.
        CREATE TABLE contact (
            id uuid CONSTRAINT pk_contact PRIMARY KEY,
            person_id uuid CONSTRAINT uq_contact_person UNIQUE,
            claimed_name text,
            language text NOT NULL DEFAULT 'es',
            verified boolean NOT NULL DEFAULT true,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_contact_person_verified CHECK (verified OR person_id IS NULL)
        );

        -- A way to reach a contact, unique in the house. `person_id` is set by proof alone.
        CREATE TABLE address (
            id uuid CONSTRAINT pk_address PRIMARY KEY,
            contact_id uuid NOT NULL CONSTRAINT fk_address_contact REFERENCES contact,
            kind text NOT NULL CONSTRAINT ck_address_kind
                CHECK (kind IN ('sms', 'whatsapp', 'email', 'email_unverified', 'portal')),
            value text NOT NULL CONSTRAINT ck_address_value CHECK (value <> '' AND length(value) <= 320),
            person_id uuid,
            proved_at timestamptz,
            proved_how text CONSTRAINT ck_address_proved_how CHECK (proved_how IN ('code', 'staff', 'portal')),
            shared boolean NOT NULL DEFAULT false,
            never boolean NOT NULL DEFAULT false,
            may_be_read_by_others boolean NOT NULL DEFAULT false,
            discreet boolean NOT NULL DEFAULT false,
            hours_from time,
            hours_until time,
            created_at timestamptz NOT NULL DEFAULT now(),
            last_inbound_at timestamptz,
            CONSTRAINT uq_address_kind_value UNIQUE (kind, value),
            CONSTRAINT ck_address_proved CHECK ((person_id IS NULL) = (proved_at IS NULL)),
            CONSTRAINT ck_address_unverified_is_nobody CHECK (kind <> 'email_unverified' OR person_id IS NULL),
            CONSTRAINT ck_address_hours CHECK ((hours_from IS NULL) = (hours_until IS NULL))
        );
        CREATE INDEX ix_address_contact ON address (contact_id);
        CREATE INDEX ix_address_person ON address (person_id) WHERE person_id IS NOT NULL;

        -- When a person last wrote from an address to one of our numbers: the 24-hour window is counted from here.
        CREATE TABLE address_window (
            address_id uuid NOT NULL CONSTRAINT fk_address_window_address REFERENCES address,
            our_address text NOT NULL,
            last_inbound_at timestamptz NOT NULL,
            CONSTRAINT pk_address_window PRIMARY KEY (address_id, our_address)
        );

        CREATE TABLE address_history (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_address_history PRIMARY KEY,
            address_id uuid NOT NULL CONSTRAINT fk_address_history_address REFERENCES address,
            act text NOT NULL CONSTRAINT ck_address_history_act
                CHECK (act IN ('made', 'proved', 'linked', 'unlinked', 'conflict', 'safety')),
            contact_before uuid,
            contact_after uuid,
            person_before uuid,
            person_after uuid,
            detail jsonb NOT NULL DEFAULT '{}',
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX ix_address_history_address ON address_history (address_id, id);
        REVOKE UPDATE, DELETE ON address_history FROM alma_app;

        CREATE TABLE opt_out (
            address_id uuid NOT NULL CONSTRAINT fk_opt_out_address REFERENCES address,
            purpose text NOT NULL DEFAULT 'all',
            source text NOT NULL,
            at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_opt_out PRIMARY KEY (address_id, purpose)
        );

        CREATE TABLE conversation (
            id uuid CONSTRAINT pk_conversation PRIMARY KEY,
            contact_id uuid NOT NULL CONSTRAINT fk_conversation_contact REFERENCES contact,
            person_id uuid,
            subject text,
            state text NOT NULL DEFAULT 'open' CONSTRAINT ck_conversation_state CHECK (state IN ('open', 'closed')),
            unit_id uuid CONSTRAINT fk_conversation_unit REFERENCES unit,
            professional_id uuid CONSTRAINT fk_conversation_professional REFERENCES professional,
            priority smallint NOT NULL DEFAULT 0,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            last_message_at timestamptz NOT NULL,
            last_inbound_at timestamptz,
            due_at timestamptz,
            CONSTRAINT ck_conversation_closed CHECK ((state = 'closed') = (closed_at IS NOT NULL))
        );
        CREATE INDEX ix_conversation_contact ON conversation (contact_id, last_message_at DESC);
        CREATE INDEX ix_conversation_inbox ON conversation (state, last_message_at DESC, id DESC);
        CREATE INDEX ix_conversation_unit ON conversation (unit_id, state, last_message_at DESC, id DESC);
        CREATE INDEX ix_conversation_professional
            ON conversation (professional_id, state, last_message_at DESC, id DESC);
        CREATE INDEX ix_conversation_person ON conversation (person_id, last_message_at DESC)
            WHERE person_id IS NOT NULL;

        -- `position` orders a conversation: rows of one contact are written one after another.
        CREATE TABLE message (
            id uuid CONSTRAINT pk_message PRIMARY KEY,
            position bigint GENERATED ALWAYS AS IDENTITY,
            conversation_id uuid NOT NULL CONSTRAINT fk_message_conversation REFERENCES conversation,
            direction text NOT NULL CONSTRAINT ck_message_direction CHECK (direction IN ('in', 'out', 'note')),
            channel text NOT NULL CONSTRAINT ck_message_channel
                CHECK (channel IN ('sms', 'whatsapp', 'email', 'portal', 'note')),
            kind text NOT NULL DEFAULT 'text' CONSTRAINT ck_message_kind
                CHECK (kind IN ('text', 'placeholder', 'notice', 'confirmation', 'report')),
            address_id uuid CONSTRAINT fk_message_address REFERENCES address,
            our_address text,
            subject text,
            body text NOT NULL,
            body_full text,
            level text NOT NULL DEFAULT 'N1',
            language text,
            professional_id uuid CONSTRAINT fk_message_professional REFERENCES professional,
            person_id uuid,
            state text NOT NULL CONSTRAINT ck_message_state CHECK (state IN
                ('received', 'kept', 'queued', 'held', 'sending', 'unknown', 'sent', 'failed', 'delivered', 'read')),
            state_at timestamptz NOT NULL,
            error_code text,
            external_id text,
            header_id text,
            authenticated boolean NOT NULL DEFAULT false,
            authentication text NOT NULL DEFAULT 'none',
            automatic text,
            notes text[] NOT NULL DEFAULT '{}',
            provider_at timestamptz,
            received_at timestamptz,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_message_external UNIQUE (channel, external_id),
            CONSTRAINT ck_message_attributed_in CHECK (direction <> 'in' OR person_id IS NULL OR authenticated),
            CONSTRAINT ck_message_note CHECK ((direction = 'note') = (channel = 'note'))
        );
        CREATE INDEX ix_message_conversation ON message (conversation_id, position);
        CREATE INDEX ix_message_person ON message (person_id, position) WHERE person_id IS NOT NULL;

        CREATE TABLE attachment (
            id uuid CONSTRAINT pk_attachment PRIMARY KEY,
            message_id uuid NOT NULL CONSTRAINT fk_attachment_message REFERENCES message,
            name text,
            media_type text NOT NULL,
            size bigint,
            sha256 bytea,
            content bytea,
            source_url text,
            state text NOT NULL CONSTRAINT ck_attachment_state CHECK (state IN ('stored', 'pending', 'failed')),
            reason text,
            attempts integer NOT NULL DEFAULT 0,
            available_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_attachment_stored CHECK ((state = 'stored') = (content IS NOT NULL)),
            CONSTRAINT ck_attachment_pending CHECK (state <> 'pending' OR source_url IS NOT NULL)
        );
        CREATE INDEX ix_attachment_message ON attachment (message_id);
        CREATE INDEX ix_attachment_pending ON attachment (available_at) WHERE state = 'pending';

        -- What arrived, byte for byte, sealed; and what became of it. No actor: the webhook stores and knows nothing.
        CREATE TABLE raw_event (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_raw_event PRIMARY KEY,
            channel text NOT NULL,
            kind text NOT NULL,
            dedupe bytea NOT NULL,
            contact_key bigint NOT NULL,
            sealed bytea,
            state text NOT NULL DEFAULT 'pending' CONSTRAINT ck_raw_event_state
                CHECK (state IN ('pending', 'done', 'quarantined')),
            reason text,
            attempts integer NOT NULL DEFAULT 0,
            received_at timestamptz NOT NULL DEFAULT now(),
            available_at timestamptz NOT NULL DEFAULT '-infinity',
            processed_at timestamptz,
            CONSTRAINT uq_raw_event_dedupe UNIQUE (channel, dedupe)
        );
        CREATE INDEX ix_raw_event_queue ON raw_event (id) WHERE state = 'pending';
        CREATE INDEX ix_raw_event_key ON raw_event (contact_key, id) WHERE state = 'pending';
        CREATE INDEX ix_raw_event_quarantined ON raw_event (id) WHERE state = 'quarantined';

        -- What is to leave. One row a message; at most one in flight to an address, so that nothing overtakes.
        CREATE TABLE outbox (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_outbox PRIMARY KEY,
            message_id uuid NOT NULL CONSTRAINT fk_outbox_message REFERENCES message
                CONSTRAINT uq_outbox_message UNIQUE,
            address_id uuid NOT NULL CONSTRAINT fk_outbox_address REFERENCES address,
            channel text NOT NULL,
            sender text NOT NULL,
            priority smallint NOT NULL DEFAULT 0,
            state text NOT NULL DEFAULT 'queued' CONSTRAINT ck_outbox_state
                CHECK (state IN ('queued', 'sending', 'unknown', 'sent', 'failed', 'held')),
            attempts integer NOT NULL DEFAULT 0,
            looks integer NOT NULL DEFAULT 0,
            available_at timestamptz NOT NULL DEFAULT now(),
            lease_until timestamptz,
            claimed_at timestamptz,
            last_error text,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_outbox_lease CHECK (state <> 'sending' OR lease_until IS NOT NULL)
        );
        CREATE UNIQUE INDEX uq_outbox_in_flight ON outbox (address_id) WHERE state IN ('sending', 'unknown');
        CREATE INDEX ix_outbox_waiting ON outbox (priority, id) WHERE state = 'queued';
        CREATE INDEX ix_outbox_address ON outbox (address_id, priority, id) WHERE state = 'queued';
        CREATE INDEX ix_outbox_open ON outbox (state, lease_until) WHERE state IN ('sending', 'unknown');

        -- Every delivery state the carrier told us; those of a message not known yet wait (`message_id` empty).
        CREATE TABLE delivery_event (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_delivery_event PRIMARY KEY,
            channel text NOT NULL,
            external_id text NOT NULL,
            message_id uuid CONSTRAINT fk_delivery_event_message REFERENCES message,
            state text NOT NULL CONSTRAINT ck_delivery_event_state
                CHECK (state IN ('queued', 'sent', 'failed', 'delivered', 'read')),
            error_code text,
            received_at timestamptz NOT NULL DEFAULT now()
        );
        CREATE INDEX ix_delivery_event_parked ON delivery_event (external_id) WHERE message_id IS NULL;
        CREATE INDEX ix_delivery_event_message ON delivery_event (message_id);

        CREATE TABLE proof_code (
            id uuid CONSTRAINT pk_proof_code PRIMARY KEY,
            person_id uuid NOT NULL,
            code_hash bytea NOT NULL CONSTRAINT uq_proof_code_hash UNIQUE,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            address_id uuid CONSTRAINT fk_proof_code_address REFERENCES address
        );
        CREATE INDEX ix_proof_code_person ON proof_code (person_id, created_at DESC);
        CREATE TABLE proof_try (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_proof_try PRIMARY KEY,
            address_id uuid NOT NULL CONSTRAINT fk_proof_try_address REFERENCES address,
            at timestamptz NOT NULL
        );
        CREATE INDEX ix_proof_try_address ON proof_try (address_id, at);
    """)
    for table, citizen in (
        ("contact", _MINE),
        ("address", _MINE),
        ("conversation", _MINE),
        ("message", f"{_MINE} AND direction <> 'note'"),
        ("proof_code", _MINE),
    ):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_seen ON {table} USING ({_OURS} OR ({citizen}))")
    op.execute(f"""
        ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
        CREATE POLICY attachment_seen ON attachment
            USING ({_OURS} OR EXISTS (SELECT 1 FROM message WHERE message.id = attachment.message_id));
    """)

    # Untying hides the row from the citizen who does it, which row-level security would refuse; so it is done here, for
    # the rows that the actor may untie and no other.
    op.execute("""
        CREATE FUNCTION alma_unlink_address(which uuid, fresh uuid) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            actor_kind text = current_setting('alma.actor_kind', true);
            before address%ROWTYPE;
        BEGIN
            SELECT * INTO before FROM address WHERE id = which AND person_id IS NOT NULL FOR UPDATE;
            IF NOT FOUND OR NOT (actor_kind IN ('staff', 'system')
                    OR (actor_kind = 'citizen'
                        AND CAST(before.person_id AS text) = current_setting('alma.person_id', true)))
            THEN
                RAISE EXCEPTION 'nothing to untie' USING ERRCODE = 'no_data_found';
            END IF;
            INSERT INTO contact (id, language) SELECT fresh, language FROM contact WHERE id = before.contact_id;
            UPDATE address SET contact_id = fresh, person_id = NULL, proved_at = NULL, proved_how = NULL,
                shared = false WHERE id = which;
            UPDATE address SET contact_id = fresh
                WHERE contact_id = before.contact_id AND value = before.value AND person_id IS NULL AND id <> which;
            INSERT INTO address_history (address_id, act, contact_before, contact_after, person_before, actor_kind,
                actor_id) VALUES (which, 'unlinked', before.contact_id, fresh, before.person_id, actor_kind,
                coalesce(current_setting('alma.actor_id', true), ''));
        END $$;
        REVOKE EXECUTE ON FUNCTION alma_unlink_address FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION alma_unlink_address TO alma_app;
    """)


def downgrade() -> None:
    op.execute("DROP FUNCTION alma_unlink_address")
    op.execute("""
        DROP TABLE proof_try, proof_code, delivery_event, outbox, raw_event, attachment, message, conversation,
            opt_out, address_history, address_window, address, contact;
    """)
