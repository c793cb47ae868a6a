"""The record: people, histories, files, documents, benefits; the access log; row-level security under all of it."""

from alembic import op

revision = "0002_record"
down_revision = "0001_base"

# Rows of a person: the second lock. The door decides; this makes a forgotten filter return nothing.
GUARDED = ("person", "social_history", "case_file", "file_step", "document", "benefit")


def upgrade() -> None:
    op.execute("""
        -- Who acts, as the unit of work wrote it into the transaction; empty when nobody did.
        CREATE FUNCTION alma_actor_kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
            RETURN coalesce(current_setting('alma.actor_kind', true), '');
        CREATE FUNCTION alma_person_id() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
            RETURN nullif(current_setting('alma.person_id', true), '')::uuid;
        -- Whether the actor of this transaction may touch rows of this person at all.
        CREATE FUNCTION alma_sees(person uuid) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
            RETURN CASE coalesce(current_setting('alma.actor_kind', true), '')
                WHEN 'citizen' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                WHEN 'client' THEN person = nullif(current_setting('alma.person_id', true), '')::uuid
                WHEN 'staff' THEN true
                WHEN 'system' THEN true
                ELSE false END;

        CREATE TABLE person (
            id uuid CONSTRAINT pk_person PRIMARY KEY,
            given_name text NOT NULL CONSTRAINT ck_person_given_name CHECK (given_name <> ''),
            surname1 text NOT NULL CONSTRAINT ck_person_surname1 CHECK (surname1 <> ''),
            surname2 text,
            sort_key text NOT NULL,
            birth_date date,
            document_type text CONSTRAINT ck_person_document_type
                CHECK (document_type IN ('dni', 'nie', 'passport', 'other')),
            document_number text CONSTRAINT uq_person_document UNIQUE,
            nihsucm text CONSTRAINT uq_person_nihsucm UNIQUE,
            language text NOT NULL DEFAULT 'es' CONSTRAINT ck_person_language CHECK (language ~ '^[a-z]{2,3}$'),
            unit_id uuid CONSTRAINT fk_person_unit REFERENCES unit,
            reference_professional_id uuid CONSTRAINT fk_person_reference_professional REFERENCES professional,
            dependency_grade smallint CONSTRAINT ck_person_dependency_grade CHECK (dependency_grade BETWEEN 1 AND 3),
            deceased_on date,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT ck_person_document_whole CHECK ((document_type IS NULL) = (document_number IS NULL)),
            CONSTRAINT ck_person_lifetime CHECK (deceased_on >= birth_date)
        );
        CREATE INDEX ix_person_unit ON person (unit_id, sort_key);
        CREATE INDEX ix_person_reference_professional ON person (reference_professional_id, sort_key);

        CREATE TABLE social_history (
            id uuid CONSTRAINT pk_social_history PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_social_history_person REFERENCES person
                CONSTRAINT uq_social_history_person UNIQUE,
            number text NOT NULL CONSTRAINT uq_social_history_number UNIQUE,
            opened_by uuid NOT NULL CONSTRAINT fk_social_history_opened_by REFERENCES professional,
            opened_at timestamptz NOT NULL DEFAULT now()
        );

        CREATE TABLE case_file (
            id uuid CONSTRAINT pk_case_file PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_case_file_person REFERENCES person,
            unit_id uuid CONSTRAINT fk_case_file_unit REFERENCES unit,
            professional_id uuid CONSTRAINT fk_case_file_professional REFERENCES professional,
            kind text NOT NULL CONSTRAINT ck_case_file_kind CHECK (kind IN ('home_help', 'telecare', 'minimum_income',
                'school_meals', 'emergency_aid', 'dependency', 'debt_advice', 'day_centre', 'other')),
            title text NOT NULL CONSTRAINT ck_case_file_title CHECK (title <> ''),
            state text NOT NULL CONSTRAINT ck_case_file_state CHECK (state IN
                ('received', 'in_progress', 'waiting_for_citizen', 'granted', 'denied', 'closed')),
            summary text NOT NULL DEFAULT '',
            opened_at timestamptz NOT NULL,
            decision_due_on date,
            decided_on date,
            CONSTRAINT uq_case_file_person UNIQUE (id, person_id)
        );
        CREATE INDEX ix_case_file_person ON case_file (person_id, opened_at);

        CREATE TABLE file_step (
            id uuid CONSTRAINT pk_file_step PRIMARY KEY,
            file_id uuid NOT NULL,
            person_id uuid NOT NULL,
            ordinal smallint NOT NULL CONSTRAINT ck_file_step_ordinal CHECK (ordinal > 0),
            title text NOT NULL CONSTRAINT ck_file_step_title CHECK (title <> ''),
            state text NOT NULL CONSTRAINT ck_file_step_state CHECK (state IN ('done', 'current', 'todo')),
            done_on date,
            due_on date,
            instructions text,
            asks_document boolean NOT NULL DEFAULT false,
            handed_in_at timestamptz,
            CONSTRAINT uq_file_step_ordinal UNIQUE (file_id, ordinal),
            CONSTRAINT uq_file_step_file UNIQUE (id, file_id),
            CONSTRAINT fk_file_step_file FOREIGN KEY (file_id, person_id) REFERENCES case_file (id, person_id)
        );

        CREATE TABLE document (
            id uuid CONSTRAINT pk_document PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_document_person REFERENCES person,
            file_id uuid,
            step_id uuid,
            kind text NOT NULL CONSTRAINT ck_document_kind CHECK (kind IN ('document', 'report', 'resolution')),
            title text NOT NULL CONSTRAINT ck_document_title CHECK (title <> ''),
            file_name text NOT NULL CONSTRAINT ck_document_file_name CHECK (file_name <> ''),
            level text NOT NULL CONSTRAINT ck_document_level CHECK (level IN ('N0', 'N1', 'N2', 'N3', 'N4', 'N5', 'P')),
            media_type text NOT NULL,
            size integer NOT NULL CONSTRAINT ck_document_size CHECK (size >= 0 AND size = octet_length(content)),
            sha256 bytea NOT NULL CONSTRAINT ck_document_sha256 CHECK (octet_length(sha256) = 32),
            content bytea NOT NULL,
            from_citizen boolean NOT NULL DEFAULT false,
            author_id uuid CONSTRAINT fk_document_author REFERENCES professional,
            created_at timestamptz NOT NULL,
            signed_at timestamptz,
            released_at timestamptz,
            CONSTRAINT fk_document_file FOREIGN KEY (file_id, person_id) REFERENCES case_file (id, person_id),
            CONSTRAINT fk_document_step FOREIGN KEY (step_id, file_id) REFERENCES file_step (id, file_id),
            -- A report or a resolution reaches the person only when somebody signed it.
            CONSTRAINT ck_document_signed_before_released
                CHECK (kind = 'document' OR released_at IS NULL OR coalesce(signed_at <= released_at, false)),
            CONSTRAINT ck_document_step_in_file CHECK (step_id IS NULL OR file_id IS NOT NULL)
        );
        CREATE INDEX ix_document_person ON document (person_id, created_at);
        CREATE INDEX ix_document_file ON document (file_id) WHERE file_id IS NOT NULL;

        CREATE TABLE benefit (
            id uuid CONSTRAINT pk_benefit PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_benefit_person REFERENCES person,
            file_id uuid,
            kind text NOT NULL,
            title text NOT NULL,
            state text NOT NULL CONSTRAINT ck_benefit_state CHECK (state IN ('active', 'suspended', 'ended')),
            granted_on date NOT NULL,
            ends_on date,
            CONSTRAINT ck_benefit_period CHECK (ends_on >= granted_on),
            CONSTRAINT fk_benefit_file FOREIGN KEY (file_id, person_id) REFERENCES case_file (id, person_id)
        );
        CREATE INDEX ix_benefit_person ON benefit (person_id);
    """)
    for table in GUARDED:
        column = "id" if table == "person" else "person_id"
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY rls_{table}_person ON {table} USING (alma_sees({column}));
        """)
    op.execute("""
        CREATE POLICY rls_document_released ON document AS RESTRICTIVE FOR SELECT
            USING (alma_actor_kind() IN ('staff', 'system') OR released_at IS NOT NULL);
    """)
    _access_log()


def _access_log() -> None:
    op.execute("""
        -- Who looked, what for, on what basis. No foreign keys: an entry outlives what it speaks of.
        CREATE TABLE access_entry (
            id uuid CONSTRAINT pk_access_entry PRIMARY KEY,
            txid xid8 NOT NULL DEFAULT pg_current_xact_id(),
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            unit_id uuid,
            role text,
            purpose text NOT NULL,
            action text NOT NULL,
            outcome text NOT NULL CONSTRAINT ck_access_entry_outcome
                CHECK (outcome IN ('allowed', 'denied', 'step_up')),
            rule text NOT NULL,
            basis text,
            level text NOT NULL,
            object_kind text NOT NULL,
            object_id text NOT NULL,
            person_id uuid,
            commitment bytea NOT NULL CONSTRAINT ck_access_entry_commitment CHECK (octet_length(commitment) = 32)
        );
        CREATE INDEX ix_access_entry_person ON access_entry (person_id, at) WHERE person_id IS NOT NULL;
        CREATE INDEX ix_access_entry_commit_order ON access_entry (txid, id);

        -- The commitments in commit order, each linked to the one before; a month is a chain that may be dropped whole.
        CREATE TABLE access_seal (
            month date NOT NULL CONSTRAINT ck_access_seal_month CHECK (extract(day FROM month) = 1),
            position bigint NOT NULL CONSTRAINT ck_access_seal_position CHECK (position > 0),
            entry_id uuid NOT NULL CONSTRAINT uq_access_seal_entry UNIQUE,
            txid xid8 NOT NULL,
            commitment bytea NOT NULL,
            link bytea NOT NULL,
            CONSTRAINT pk_access_seal PRIMARY KEY (month, position)
        );
        CREATE TABLE access_head (
            number bigint CONSTRAINT pk_access_head PRIMARY KEY CONSTRAINT ck_access_head_number CHECK (number > 0),
            month date NOT NULL,
            position bigint NOT NULL,
            link bytea NOT NULL,
            previous bytea NOT NULL,
            signed_at timestamptz NOT NULL,
            signature bytea NOT NULL,
            CONSTRAINT uq_access_head_position UNIQUE (month, position)
        );
        REVOKE ALL ON access_entry, access_seal, access_head FROM alma_app;
        GRANT SELECT, INSERT ON access_entry, access_seal, access_head TO alma_app;

        ALTER TABLE access_entry ENABLE ROW LEVEL SECURITY;
        -- Written on a connection that has no actor: INSERT … RETURNING would need the policy for SELECT.
        CREATE POLICY rls_access_entry_write ON access_entry FOR INSERT WITH CHECK (true);
        CREATE POLICY rls_access_entry_read ON access_entry FOR SELECT USING (
            alma_actor_kind() = 'system'
            OR (alma_actor_kind() IN ('citizen', 'client') AND person_id = alma_person_id()));
        ALTER TABLE access_seal ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_access_seal_system ON access_seal USING (alma_actor_kind() = 'system');
        ALTER TABLE access_head ENABLE ROW LEVEL SECURITY;
        CREATE POLICY rls_access_head_system ON access_head USING (alma_actor_kind() = 'system');
    """)


def downgrade() -> None:
    op.execute("""
        DROP TABLE access_head, access_seal, access_entry, benefit, document, file_step, case_file, social_history,
            person;
        DROP FUNCTION alma_sees(uuid), alma_person_id(), alma_actor_kind();
    """)
