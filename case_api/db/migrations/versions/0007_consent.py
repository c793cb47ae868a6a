"""The person's own switches and oppositions, what left because of them, and the queries to other administrations."""

from alembic import op

revision = "0007_consent"
down_revision = "0006_sweep"

GUARDED = ("consent", "consent_event", "consent_release", "administration_query")


def upgrade() -> None:
    op.execute("""
        -- `words` is what stood on the screen, to the letter. A row is written once; only its end is added.
        CREATE TABLE consent (
            id uuid CONSTRAINT pk_consent PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_consent_person REFERENCES person,
            switch text NOT NULL CONSTRAINT ck_consent_switch CHECK (switch IN ('T1', 'T2', 'T3', 'T4', 'O')),
            recipient_kind text NOT NULL CONSTRAINT ck_consent_recipient_kind CHECK (recipient_kind <> ''),
            recipient_name text NOT NULL CONSTRAINT ck_consent_recipient_name CHECK (recipient_name <> ''),
            file_id uuid,
            given_at timestamptz NOT NULL,
            expires_at timestamptz,
            withdrawn_at timestamptz,
            channel text NOT NULL CONSTRAINT ck_consent_channel CHECK (channel IN ('portal', 'api', 'desk')),
            language text NOT NULL,
            words text NOT NULL CONSTRAINT ck_consent_words CHECK (words <> ''),
            words_sha256 bytea NOT NULL CONSTRAINT ck_consent_words_sha256
                CHECK (words_sha256 = sha256(convert_to(words, 'UTF8'))),
            receipt_id uuid NOT NULL CONSTRAINT uq_consent_receipt UNIQUE,
            -- Of an opposition (RD 203/2021 art. 61.3): which data, whose, for what.
            data text[] NOT NULL DEFAULT '{}',
            purpose text,
            CONSTRAINT uq_consent_person UNIQUE (id, person_id),
            CONSTRAINT fk_consent_file FOREIGN KEY (file_id, person_id) REFERENCES case_file (id, person_id),
            CONSTRAINT ck_consent_expiry CHECK (expires_at > given_at),
            CONSTRAINT ck_consent_withdrawal CHECK (withdrawn_at >= given_at),
            CONSTRAINT ck_consent_special_ends CHECK (switch <> 'T4' OR expires_at IS NOT NULL),
            CONSTRAINT ck_consent_opposition CHECK (
                (switch = 'O') = (purpose IS NOT NULL) AND (switch = 'O') = (cardinality(data) > 0)
                AND (switch <> 'O' OR file_id IS NULL))
        );
        CREATE UNIQUE INDEX uq_consent_standing ON consent
            (person_id, switch, recipient_kind, recipient_name,
                coalesce(file_id, '00000000-0000-0000-0000-000000000000'))
            WHERE withdrawn_at IS NULL;

        CREATE TABLE consent_event (
            id uuid CONSTRAINT pk_consent_event PRIMARY KEY,
            consent_id uuid NOT NULL,
            person_id uuid NOT NULL,
            kind text NOT NULL CONSTRAINT ck_consent_event_kind
                CHECK (kind IN ('given', 'withdrawn', 'expired', 'recalled')),
            at timestamptz NOT NULL,
            channel text,
            actor_kind text NOT NULL,
            actor_id text NOT NULL,
            CONSTRAINT fk_consent_event_consent FOREIGN KEY (consent_id, person_id) REFERENCES consent (id, person_id)
        );
        CREATE INDEX ix_consent_event_consent ON consent_event (consent_id, at);

        -- What went to whom because of a consent, and when.
        CREATE TABLE consent_release (
            id uuid CONSTRAINT pk_consent_release PRIMARY KEY,
            consent_id uuid NOT NULL,
            person_id uuid NOT NULL,
            recipient_kind text NOT NULL,
            recipient_name text NOT NULL,
            object_kind text NOT NULL,
            object_id text NOT NULL,
            level text NOT NULL,
            action text NOT NULL,
            at timestamptz NOT NULL,
            CONSTRAINT fk_consent_release_consent FOREIGN KEY (consent_id, person_id) REFERENCES consent (id, person_id)
        );
        CREATE INDEX ix_consent_release_consent ON consent_release (consent_id, at);

        -- Each query to another administration, sent or stopped, as RD 203/2021 art. 61.3 asks.
        CREATE TABLE administration_query (
            id uuid CONSTRAINT pk_administration_query PRIMARY KEY,
            person_id uuid NOT NULL CONSTRAINT fk_administration_query_person REFERENCES person,
            administration text NOT NULL,
            data text[] NOT NULL CONSTRAINT ck_administration_query_data CHECK (cardinality(data) > 0),
            purpose text NOT NULL CONSTRAINT ck_administration_query_purpose CHECK (purpose <> ''),
            proceeding text NOT NULL CONSTRAINT ck_administration_query_proceeding
                CHECK (proceeding IN ('service', 'sanction', 'inspection')),
            employee text NOT NULL CONSTRAINT ck_administration_query_employee CHECK (employee <> ''),
            allowed boolean NOT NULL,
            reason text NOT NULL,
            opposition_id uuid,
            at timestamptz NOT NULL,
            CONSTRAINT fk_administration_query_opposition
                FOREIGN KEY (opposition_id, person_id) REFERENCES consent (id, person_id),
            CONSTRAINT ck_administration_query_opposed
                CHECK (opposition_id IS NULL OR NOT allowed OR proceeding <> 'service')
        );
        CREATE INDEX ix_administration_query_person ON administration_query (person_id, at);

        REVOKE ALL ON consent, consent_event, consent_release, administration_query FROM alma_app;
        GRANT SELECT, INSERT ON consent, consent_event, consent_release, administration_query TO alma_app;
        GRANT UPDATE (withdrawn_at) ON consent TO alma_app;
    """)
    for table in GUARDED:
        op.execute(f"""
            ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
            CREATE POLICY rls_{table}_read ON {table} FOR SELECT USING (alma_sees(person_id));
        """)
    op.execute("""
        -- Only the person gives; an application acting for them may end what stands, never begin it.
        CREATE POLICY rls_consent_give ON consent FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('citizen', 'system') AND alma_sees(person_id));
        CREATE POLICY rls_consent_end ON consent FOR UPDATE
            USING (alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id)
                AND withdrawn_at IS NULL)
            WITH CHECK (alma_sees(person_id));
        CREATE POLICY rls_consent_event_write ON consent_event FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id));
        CREATE POLICY rls_consent_release_write ON consent_release FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('client', 'system') AND alma_sees(person_id));
        CREATE POLICY rls_administration_query_write ON administration_query FOR INSERT
            WITH CHECK (alma_actor_kind() IN ('staff', 'system'));
        -- An application sees what concerns itself.
        CREATE POLICY rls_consent_recipient ON consent AS RESTRICTIVE USING (alma_actor_kind() <> 'client'
            OR (recipient_kind = 'client' AND recipient_name = current_setting('alma.actor_id', true)));
    """)


def downgrade() -> None:
    op.execute("DROP TABLE administration_query, consent_release, consent_event, consent")
