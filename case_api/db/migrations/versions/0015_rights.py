"""The person's rights over their data: copies, requests with their deadline, keeping no longer than the rule."""

from alembic import op

revision = "0015_rights"
down_revision = "0014_simulators"

BLOCKABLE = ("case_file", "file_step", "document", "benefit")


def upgrade() -> None:
    op.execute("""
        -- A copy of everything: what it will hold was decided when it was asked for (`parts`: kind and level), and is
        -- decided again, thing by thing, when it is fetched. No second copy of anybody's data is kept.
        CREATE TABLE data_export (
            id uuid CONSTRAINT pk_data_export PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_data_export_person REFERENCES person,
            asked_by text NOT NULL,
            asked_at timestamptz NOT NULL,
            level text NOT NULL,
            parts jsonb NOT NULL,
            expires_at timestamptz NOT NULL,
            ended_at timestamptz,
            fetched_at timestamptz,
            CONSTRAINT ck_data_export_period CHECK (expires_at > asked_at)
        );
        CREATE INDEX ix_data_export_person ON data_export (person_id, asked_at);

        CREATE TABLE rights_request (
            id uuid CONSTRAINT pk_rights_request PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_rights_request_person REFERENCES person,
            kind text NOT NULL CONSTRAINT ck_rights_request_kind
                CHECK (kind IN ('rectification', 'access', 'erasure', 'restriction', 'objection')),
            about text NOT NULL CONSTRAINT ck_rights_request_about CHECK (length(about) BETWEEN 1 AND 5000),
            wanted text NOT NULL DEFAULT '' CONSTRAINT ck_rights_request_wanted CHECK (length(wanted) <= 5000),
            channel text NOT NULL CONSTRAINT ck_rights_request_channel CHECK (channel IN ('portal', 'api', 'desk')),
            received_at timestamptz NOT NULL,
            due_on date NOT NULL,
            extended_at timestamptz,
            extension_why text,
            state text NOT NULL DEFAULT 'received' CONSTRAINT ck_rights_request_state
                CHECK (state IN ('received', 'accepted', 'partly', 'refused')),
            answer text,
            answered_at timestamptz,
            answered_by uuid CONSTRAINT fk_rights_request_answered_by REFERENCES professional,
            CONSTRAINT ck_rights_request_answer
                CHECK ((state = 'received') = (answered_at IS NULL) AND (answered_at IS NULL) = (answer IS NULL)),
            CONSTRAINT ck_rights_request_extension CHECK ((extended_at IS NULL) = (extension_why IS NULL))
        );
        CREATE INDEX ix_rights_request_person ON rights_request (person_id, received_at);
        CREATE INDEX ix_rights_request_waiting ON rights_request (due_on) WHERE state = 'received';

        -- What retention did, by which rule of which date: counts and identifiers, nobody's data.
        CREATE TABLE retention_run (
            id uuid CONSTRAINT pk_retention_run PRIMARY KEY,
            at timestamptz NOT NULL,
            rules text NOT NULL,
            rule text NOT NULL,
            done text NOT NULL CONSTRAINT ck_retention_run_done CHECK (done IN ('blocked', 'deleted')),
            objects uuid[] NOT NULL
        );
        REVOKE UPDATE, DELETE ON retention_run FROM alma_app;

        ALTER TABLE data_export ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_data_export_person ON data_export USING (alma_sees(person_id));
        ALTER TABLE rights_request ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_rights_request_person ON rights_request USING (alma_sees(person_id));
        -- Whoever asks does not answer.
        CREATE POLICY rls_rights_request_answer ON rights_request AS RESTRICTIVE FOR UPDATE
            USING (alma_actor_kind() IN ('staff', 'system'));

        -- Blocked (LOPDGDD art. 32): kept for judges, prosecutors and authorities only; everybody else sees nothing.
        CREATE FUNCTION alma_unblocks() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
            RETURN coalesce(current_setting('alma.actor_kind', true), '') = 'system'
                AND coalesce(current_setting('alma.actor_id', true), '') = 'retention';
    """)
    for table in BLOCKABLE:
        op.execute(f"""
            ALTER TABLE {table} ADD COLUMN blocked_at timestamptz;
            CREATE POLICY rls_{table}_blocked ON {table} AS RESTRICTIVE
                USING (blocked_at IS NULL OR alma_unblocks());
        """)
    op.execute("CREATE INDEX ix_case_file_blocked ON case_file (blocked_at) WHERE blocked_at IS NOT NULL")


def downgrade() -> None:
    for table in BLOCKABLE:
        op.execute(f"DROP POLICY rls_{table}_blocked ON {table}; ALTER TABLE {table} DROP COLUMN blocked_at")
    op.execute("DROP FUNCTION alma_unblocks(); DROP TABLE retention_run, rights_request, data_export")
