"""Results that a person keeps, drafts of parameters with their decision, and the role that looks after these."""

from alembic import op

revision = "0014_simulators"
down_revision = "0013_booking"

# The list of roles is widened in place, so that roles of other migrations stay.
_ROLE = """
    DO $role$
    DECLARE rule text;
    BEGIN
        SELECT pg_get_constraintdef(oid) INTO rule FROM pg_constraint WHERE conname = 'ck_professional_role';
        ALTER TABLE professional DROP CONSTRAINT ck_professional_role;
        EXECUTE 'ALTER TABLE professional ADD CONSTRAINT ck_professional_role ' || replace(rule, '{old}', '{new}');
    END
    $role$;
"""


def upgrade() -> None:
    op.execute("""
        -- Kept only when the person asks. What they answered and what came out stand sealed in `content`.
        CREATE TABLE kept_result (
            id uuid CONSTRAINT pk_kept_result PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_kept_result_person REFERENCES person ON DELETE CASCADE,
            calculated_on date NOT NULL,
            parameters_from date,
            language text NOT NULL,
            content bytea NOT NULL,
            created_at timestamptz NOT NULL
        );
        CREATE INDEX ix_kept_result_person ON kept_result (person_id, created_at);
        REVOKE ALL ON kept_result FROM alma_app;
        GRANT SELECT, INSERT, DELETE ON kept_result TO alma_app;
        ALTER TABLE kept_result ENABLE ROW LEVEL SECURITY;
        -- Theirs alone: no professional sees what somebody tried out.
        CREATE POLICY rls_kept_result_own ON kept_result USING (alma_actor_kind() IN ('citizen', 'system')
            AND alma_sees(person_id));

        -- Both are written once: a draft is never mended, a decision never taken back.
        CREATE TABLE parameter_draft (
            id uuid CONSTRAINT pk_parameter_draft PRIMARY KEY,
            benefit text NOT NULL CONSTRAINT ck_parameter_draft_benefit CHECK (benefit ~ '^[a-z][a-z_]*$'),
            content text NOT NULL CONSTRAINT ck_parameter_draft_content
                CHECK (octet_length(content) BETWEEN 1 AND 200000),
            content_sha256 bytea NOT NULL CONSTRAINT ck_parameter_draft_content_sha256
                CHECK (content_sha256 = sha256(convert_to(content, 'UTF8'))),
            -- The text in force that it was written against, and the one that came with the program.
            base_sha256 bytea NOT NULL,
            file_sha256 bytea NOT NULL,
            reason text NOT NULL CONSTRAINT ck_parameter_draft_reason CHECK (reason ~ '\\S' AND length(reason) <= 2000),
            author_id uuid NOT NULL CONSTRAINT fk_parameter_draft_author REFERENCES professional,
            created_at timestamptz NOT NULL,
            CONSTRAINT uq_parameter_draft_author UNIQUE (id, author_id)
        );
        CREATE INDEX ix_parameter_draft_benefit ON parameter_draft (benefit, created_at);

        CREATE TABLE parameter_decision (
            draft_id uuid CONSTRAINT pk_parameter_decision PRIMARY KEY,
            author_id uuid NOT NULL,
            verdict text NOT NULL CONSTRAINT ck_parameter_decision_verdict
                CHECK (verdict IN ('approved', 'rejected', 'withdrawn')),
            decided_by uuid NOT NULL CONSTRAINT fk_parameter_decision_decided_by REFERENCES professional,
            reason text NOT NULL,
            -- What whoever decided was shown: the examples that change, who wins and loses, with which take-up.
            shown jsonb NOT NULL,
            decided_at timestamptz NOT NULL,
            CONSTRAINT fk_parameter_decision_draft
                FOREIGN KEY (draft_id, author_id) REFERENCES parameter_draft (id, author_id),
            CONSTRAINT ck_parameter_decision_second_person CHECK ((verdict = 'withdrawn') = (decided_by = author_id))
        );
        CREATE INDEX ix_parameter_decision_decided ON parameter_decision (decided_at);
        REVOKE ALL ON parameter_draft, parameter_decision FROM alma_app;
        GRANT SELECT, INSERT ON parameter_draft, parameter_decision TO alma_app;
    """)
    for table in ("parameter_draft", "parameter_decision"):
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY rls_{table}_read ON {table} FOR SELECT USING (alma_actor_kind() IN ('staff', 'system'));
            CREATE POLICY rls_{table}_write ON {table} FOR INSERT WITH CHECK (alma_actor_kind() = 'staff');
        """)
    op.execute(_ROLE.format(old="''data_protection''::text", new="''data_protection''::text, ''benefits''::text"))


def downgrade() -> None:
    op.execute("DROP TABLE parameter_decision, parameter_draft, kept_result")
    op.execute("UPDATE professional SET role = 'administrative' WHERE role = 'benefits'")
    op.execute(_ROLE.format(old=", ''benefits''::text", new=""))
