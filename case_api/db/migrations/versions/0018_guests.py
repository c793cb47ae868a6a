"""Appointments of somebody nobody knows: a contact who holds a telephone or a mail, and has no record."""

from alembic import op

revision = "0018_guests"
down_revision = "0017_inbox"

# What belongs to a person or to a contact, and never to both.
EITHER = ("appointment", "appointment_request", "appointment_link")


def upgrade() -> None:
    op.execute("""
        -- A code sent to an address that somebody typed. Whoever types it back holds it; nobody is known by that.
        CREATE TABLE guest_code (
            id uuid CONSTRAINT pk_guest_code PRIMARY KEY,
            contact_id uuid NOT NULL CONSTRAINT fk_guest_code_contact REFERENCES contact ON DELETE CASCADE,
            address_id uuid NOT NULL CONSTRAINT fk_guest_code_address REFERENCES address ON DELETE CASCADE,
            code_hash bytea NOT NULL,
            tries integer NOT NULL DEFAULT 0 CONSTRAINT ck_guest_code_tries CHECK (tries >= 0),
            used_at timestamptz,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL CONSTRAINT ck_guest_code_expires CHECK (expires_at > created_at)
        );
        CREATE INDEX ix_guest_code_address ON guest_code (address_id, created_at);
        CREATE INDEX ix_guest_code_created ON guest_code (created_at);

        CREATE FUNCTION alma_guest_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            RETURN CASE WHEN current_setting('alma.actor_kind', true) = 'guest'
                        THEN nullif(current_setting('alma.actor_id', true), '')\\:\\:uuid END;

        ALTER TABLE appointment
            ADD COLUMN guest_name text CONSTRAINT ck_appointment_guest_name CHECK (length(guest_name) <= 120),
            ADD COLUMN guest_reach text CONSTRAINT ck_appointment_guest_reach CHECK (length(guest_reach) <= 320);
        COMMENT ON COLUMN appointment.guest_reach IS 'the number or the mail that a contact without a record gave';
    """)
    for table in EITHER:
        op.execute(f"""
            ALTER TABLE {table} ALTER COLUMN person_id DROP NOT NULL,
                ADD COLUMN contact_id uuid,
                ADD CONSTRAINT ck_{table}_whose CHECK (num_nonnulls(person_id, contact_id) = 1);
            CREATE INDEX ix_{table}_contact ON {table} (contact_id) WHERE contact_id IS NOT NULL;
            CREATE POLICY rls_{table}_guest ON {table} USING (contact_id = (SELECT alma_guest_id()));
        """)
    op.execute("""
        ALTER TABLE appointment ADD CONSTRAINT ex_appointment_contact
            EXCLUDE USING gist (contact_id WITH =, during WITH &&) WHERE (state = 'booked' AND contact_id IS NOT NULL);
        -- Who gave a slot back: a person, or a contact; it is only ever compared.
        CREATE POLICY rls_slot_rest_guest ON slot_rest USING (person_id = (SELECT alma_guest_id()));
    """)


def downgrade() -> None:
    op.execute("""
        DROP POLICY rls_slot_rest_guest ON slot_rest;
        DELETE FROM appointment_reminder WHERE appointment_id IN (SELECT id FROM appointment WHERE person_id IS NULL);
        DELETE FROM appointment_change WHERE appointment_id IN (SELECT id FROM appointment WHERE person_id IS NULL);
        DELETE FROM appointment_claim WHERE holder_id IN (SELECT id FROM appointment WHERE person_id IS NULL);
        DELETE FROM appointment_link WHERE person_id IS NULL;
        UPDATE group_session g SET taken = taken - (SELECT count(*) FROM appointment a
            WHERE a.session_id = g.id AND a.person_id IS NULL AND a.state = 'booked')
            WHERE EXISTS (SELECT FROM appointment a WHERE a.session_id = g.id AND a.person_id IS NULL);
        DELETE FROM appointment WHERE person_id IS NULL;
        DELETE FROM appointment_request WHERE person_id IS NULL;
        ALTER TABLE appointment DROP CONSTRAINT ex_appointment_contact, DROP COLUMN guest_name,
            DROP COLUMN guest_reach;
    """)
    for table in EITHER:
        op.execute(f"""
            DROP POLICY rls_{table}_guest ON {table};
            ALTER TABLE {table} DROP CONSTRAINT ck_{table}_whose, DROP COLUMN contact_id,
                ALTER COLUMN person_id SET NOT NULL;
        """)
    op.execute("DROP FUNCTION alma_guest_id(); DROP TABLE guest_code;")
