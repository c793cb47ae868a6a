"""The authorization server of the case API, and its webhooks: clients, authorisations, codes, what was ended early."""

from alembic import op

revision = "0010_oauth"
down_revision = "0009_safety"

PERSONAL = ("oauth_grant", "oauth_code", "webhook_delivery", "consent_recall")

TALK = {"contact": "", "address": "", "conversation": "", "message": " AND direction <> 'note'"}


def upgrade() -> None:
    _clients()
    _webhooks()
    for table in PERSONAL:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute("""
        -- A person sees which applications they let in; what an application sees of itself it sees through its token.
        CREATE POLICY rls_oauth_grant_person ON oauth_grant USING (
            CASE alma_actor_kind()
                WHEN 'citizen' THEN person_id = alma_person_id() ELSE alma_actor_kind() = 'system' END);
        CREATE POLICY rls_oauth_code_person ON oauth_code USING (
            CASE alma_actor_kind()
                WHEN 'citizen' THEN person_id = alma_person_id() ELSE alma_actor_kind() = 'system' END);
        -- Whoever changes something writes what is to be told of it; only the sender and the recipient read it.
        CREATE POLICY rls_webhook_delivery_write ON webhook_delivery FOR INSERT WITH CHECK (
            alma_actor_kind() = 'system' OR person_id IS NULL OR alma_sees(person_id));
        CREATE POLICY rls_webhook_delivery_work ON webhook_delivery FOR ALL USING (alma_actor_kind() = 'system');
        CREATE POLICY rls_webhook_delivery_own ON webhook_delivery FOR SELECT USING (
            alma_actor_kind() = 'client' AND client_id = current_setting('alma.actor_id', true));
        CREATE POLICY rls_consent_recall_write ON consent_recall FOR INSERT WITH CHECK (
            alma_actor_kind() IN ('citizen', 'client', 'system') AND alma_sees(person_id));
        CREATE POLICY rls_consent_recall_read ON consent_recall FOR SELECT USING (
            CASE alma_actor_kind() WHEN 'client' THEN recipient_kind = 'client'
                AND recipient_name = current_setting('alma.actor_id', true) ELSE alma_sees(person_id) END);
        CREATE POLICY rls_consent_recall_answer ON consent_recall FOR UPDATE USING (
            alma_actor_kind() = 'client' AND recipient_kind = 'client'
            AND recipient_name = current_setting('alma.actor_id', true));
        -- Pieces of a document are read one by one, without unpacking the whole each time.
        ALTER TABLE document ALTER COLUMN content SET STORAGE EXTERNAL;
        CREATE INDEX ix_idempotency_created ON idempotency (created_at);
    """)
    # An application that acts for a person reaches that person's messages, as the door then decides; never the notes.
    for table, only in TALK.items():
        op.execute(f"""
            CREATE POLICY {table}_client ON {table} USING (
                alma_actor_kind() = 'client' AND person_id = alma_person_id(){only});
        """)


def _clients() -> None:
    op.execute("""
        CREATE TABLE oauth_client (
            id text CONSTRAINT pk_oauth_client PRIMARY KEY
                CONSTRAINT ck_oauth_client_id CHECK (id ~ '^[a-z][a-z0-9_-]{1,39}$'),
            name text NOT NULL CONSTRAINT ck_oauth_client_name CHECK (name <> ''),
            kind text NOT NULL CONSTRAINT ck_oauth_client_kind CHECK (kind IN ('app', 'system')),
            -- SHA-256 of a secret of at least 32 random bytes; none for a program that cannot keep one.
            secret_sha256 bytea CONSTRAINT ck_oauth_client_secret CHECK (octet_length(secret_sha256) = 32),
            redirect_uris text[] NOT NULL DEFAULT '{}',
            scopes text[] NOT NULL,
            grant_types text[] NOT NULL,
            -- Clients whose people this one may act for, once they prove them (RFC 8693).
            accepts_from text[] NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL DEFAULT now(),
            disabled_at timestamptz,
            CONSTRAINT ck_oauth_client_system_has_secret CHECK (kind = 'app' OR secret_sha256 IS NOT NULL)
        );
        -- The units whose professionals a system may act for, by name.
        CREATE TABLE oauth_client_unit (
            client_id text NOT NULL CONSTRAINT fk_oauth_client_unit_client REFERENCES oauth_client ON DELETE CASCADE,
            unit_id uuid NOT NULL CONSTRAINT fk_oauth_client_unit_unit REFERENCES unit,
            CONSTRAINT pk_oauth_client_unit PRIMARY KEY (client_id, unit_id)
        );
        -- One "yes" of a person to an application, and everything that was issued because of it.
        CREATE TABLE oauth_grant (
            id uuid CONSTRAINT pk_oauth_grant PRIMARY KEY,
            client_id text NOT NULL CONSTRAINT fk_oauth_grant_client REFERENCES oauth_client ON DELETE CASCADE,
            person_id uuid NOT NULL CONSTRAINT fk_oauth_grant_person REFERENCES person,
            scopes text[] NOT NULL CONSTRAINT ck_oauth_grant_scopes CHECK (cardinality(scopes) > 0),
            assurance text NOT NULL
                CONSTRAINT ck_oauth_grant_assurance CHECK (assurance IN ('low', 'substantial', 'high')),
            authenticated_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            ended_at timestamptz,
            ended_why text CONSTRAINT ck_oauth_grant_ended CHECK ((ended_why IS NULL) = (ended_at IS NULL))
        );
        CREATE INDEX ix_oauth_grant_person ON oauth_grant (person_id) WHERE ended_at IS NULL;
        CREATE TABLE oauth_code (
            hash bytea CONSTRAINT pk_oauth_code PRIMARY KEY,
            grant_id uuid NOT NULL CONSTRAINT fk_oauth_code_grant REFERENCES oauth_grant ON DELETE CASCADE,
            person_id uuid NOT NULL,
            redirect_uri text NOT NULL,
            challenge text NOT NULL CONSTRAINT ck_oauth_code_challenge CHECK (length(challenge) BETWEEN 43 AND 128),
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        );
        -- Only hashes: a copy of this table opens nothing. A used one that comes again ends its whole family.
        CREATE TABLE oauth_refresh (
            hash bytea CONSTRAINT pk_oauth_refresh PRIMARY KEY,
            grant_id uuid NOT NULL CONSTRAINT fk_oauth_refresh_grant REFERENCES oauth_grant ON DELETE CASCADE,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        );
        CREATE INDEX ix_oauth_refresh_grant ON oauth_refresh (grant_id);
        -- Access tokens carry their own end; what ends before it stands here: one token (jti), one authorisation, one
        -- professional, one client. Tokens issued up to `at` are over.
        CREATE TABLE token_end (
            key text CONSTRAINT pk_token_end PRIMARY KEY,
            at timestamptz NOT NULL
        );
    """)


def _webhooks() -> None:
    op.execute("""
        CREATE TABLE webhook (
            id uuid CONSTRAINT pk_webhook PRIMARY KEY,
            client_id text NOT NULL CONSTRAINT fk_webhook_client REFERENCES oauth_client ON DELETE CASCADE,
            url text NOT NULL CONSTRAINT ck_webhook_url CHECK (length(url) BETWEEN 8 AND 2000),
            kinds text[] NOT NULL CONSTRAINT ck_webhook_kinds CHECK (cardinality(kinds) > 0),
            secret_sealed bytea NOT NULL,
            created_at timestamptz NOT NULL,
            ended_at timestamptz,
            CONSTRAINT uq_webhook_url UNIQUE NULLS NOT DISTINCT (client_id, url, ended_at)
        );
        CREATE INDEX ix_webhook_standing ON webhook USING gin (kinds) WHERE ended_at IS NULL;

        -- What is to be told to whom, written with the change; identifiers only, whoever gets them asks for the rest.
        CREATE TABLE webhook_delivery (
            id uuid CONSTRAINT pk_webhook_delivery PRIMARY KEY,
            webhook_id uuid NOT NULL CONSTRAINT fk_webhook_delivery_webhook REFERENCES webhook ON DELETE CASCADE,
            client_id text NOT NULL,
            person_id uuid,
            kind text NOT NULL,
            subject text NOT NULL,
            data jsonb NOT NULL DEFAULT '{}',
            created_at timestamptz NOT NULL,
            state text NOT NULL DEFAULT 'queued' CONSTRAINT ck_webhook_delivery_state
                CHECK (state IN ('queued', 'sending', 'sent', 'failed', 'dropped')),
            attempts integer NOT NULL DEFAULT 0,
            available_at timestamptz NOT NULL,
            last_error text,
            sent_at timestamptz
        );
        CREATE INDEX ix_webhook_delivery_waiting ON webhook_delivery (available_at)
            WHERE state IN ('queued', 'sending');
        CREATE INDEX ix_webhook_delivery_created ON webhook_delivery (created_at);

        -- What went out by a consent is asked back when it ends; whoever had it says so.
        CREATE TABLE consent_recall (
            id uuid CONSTRAINT pk_consent_recall PRIMARY KEY,
            consent_id uuid NOT NULL CONSTRAINT uq_consent_recall_consent UNIQUE,
            person_id uuid NOT NULL,
            recipient_kind text NOT NULL,
            recipient_name text NOT NULL,
            created_at timestamptz NOT NULL,
            acknowledged_at timestamptz,
            outcome text CONSTRAINT ck_consent_recall_outcome
                CHECK (outcome IN ('deleted', 'kept_by_law') AND (outcome IS NULL) = (acknowledged_at IS NULL)),
            CONSTRAINT fk_consent_recall_consent FOREIGN KEY (consent_id, person_id) REFERENCES consent (id, person_id)
        );
        CREATE INDEX ix_consent_recall_recipient ON consent_recall (recipient_name, created_at);
        REVOKE ALL ON consent_recall FROM alma_app;
        GRANT SELECT, INSERT ON consent_recall TO alma_app;
        GRANT UPDATE (acknowledged_at, outcome) ON consent_recall TO alma_app;
    """)


def downgrade() -> None:
    for table in TALK:
        op.execute(f"DROP POLICY {table}_client ON {table}")
    op.execute("""
        DROP INDEX ix_idempotency_created;
        ALTER TABLE document ALTER COLUMN content SET STORAGE EXTENDED;
        DROP TABLE consent_recall, webhook_delivery, webhook, token_end, oauth_refresh, oauth_code, oauth_grant,
            oauth_client_unit, oauth_client;
    """)
