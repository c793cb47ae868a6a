"""Extensions, rights, and the tables that every floor stands on: events, organisation, idempotency, heartbeats."""

from alembic import op

revision = "0001_base"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE EXTENSION IF NOT EXISTS btree_gist;
        CREATE EXTENSION IF NOT EXISTS unaccent;
        CREATE EXTENSION IF NOT EXISTS pg_trgm;
        GRANT USAGE ON SCHEMA public TO alma_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO alma_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO alma_app;

        -- What this database is. A synthetic one may be rebuilt and may have a sandbox beside it; no other may.
        CREATE TABLE installation (
            singleton boolean DEFAULT true CONSTRAINT pk_installation PRIMARY KEY
                CONSTRAINT ck_installation_one_row CHECK (singleton),
            synthetic boolean NOT NULL DEFAULT false,
            installed_at timestamptz NOT NULL DEFAULT now()
        );
        REVOKE INSERT, UPDATE, DELETE ON installation FROM alma_app;
        INSERT INTO installation DEFAULT VALUES;

        -- A lower floor speaks upward by rows, written in the transaction that caused them.
        CREATE TABLE event (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_event PRIMARY KEY,
            kind text NOT NULL,
            payload jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            handled_at timestamptz,
            attempts integer NOT NULL DEFAULT 0
        );
        CREATE INDEX ix_event_waiting ON event (id) WHERE handled_at IS NULL;

        -- Centres and the units inside them.
        CREATE TABLE unit (
            id uuid CONSTRAINT pk_unit PRIMARY KEY,
            kind text NOT NULL CONSTRAINT ck_unit_kind CHECK (kind IN ('centre', 'service')),
            name text NOT NULL CONSTRAINT uq_unit_name UNIQUE,
            district text NOT NULL,
            address text,
            phone text,
            opening_hours text,
            open boolean NOT NULL DEFAULT true
        );
        CREATE TABLE professional (
            id uuid CONSTRAINT pk_professional PRIMARY KEY,
            unit_id uuid NOT NULL CONSTRAINT fk_professional_unit REFERENCES unit,
            login text NOT NULL CONSTRAINT uq_professional_login UNIQUE,
            given_name text NOT NULL,
            surnames text NOT NULL,
            role text NOT NULL CONSTRAINT ck_professional_role CHECK (role IN
                ('social_worker', 'information', 'administrative', 'coordinator', 'data_protection')),
            active boolean NOT NULL DEFAULT true
        );
        CREATE INDEX ix_professional_unit ON professional (unit_id);

        -- The answer already given to a request that bears a key, so that a repeat changes nothing.
        CREATE TABLE idempotency (
            actor text NOT NULL,
            key text NOT NULL,
            request_hash bytea NOT NULL,
            status integer NOT NULL,
            body jsonb NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT pk_idempotency PRIMARY KEY (actor, key)
        );

        CREATE TABLE heartbeat (
            process text CONSTRAINT pk_heartbeat PRIMARY KEY,
            beat_at timestamptz NOT NULL
        );
    """)


def downgrade() -> None:
    op.execute("""
        DROP TABLE heartbeat, idempotency, professional, unit, event, installation;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM alma_app;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM alma_app;
    """)
