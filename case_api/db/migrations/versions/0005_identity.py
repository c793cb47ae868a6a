"""Logins: sessions that live on the server, staff accounts with their second factor, and the brake on guessing."""

from alembic import op

revision = "0005_identity"
down_revision = "0004_channels"


def upgrade() -> None:
    op.execute("""
        -- The cookie bears a random token; only its hash is kept, so that a copy of this table logs nobody in.
        CREATE TABLE login_session (
            id bytea CONSTRAINT pk_login_session PRIMARY KEY,
            kind text NOT NULL CONSTRAINT ck_login_session_kind CHECK (kind IN ('citizen', 'staff')),
            subject_hash bytea,
            person_id uuid,
            professional_id uuid CONSTRAINT fk_login_session_professional REFERENCES professional ON DELETE CASCADE,
            assurance text NOT NULL
                CONSTRAINT ck_login_session_assurance CHECK (assurance IN ('low', 'substantial', 'high')),
            authenticated_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            ended_at timestamptz,
            claims_sealed bytea,
            id_token_sealed bytea,
            CONSTRAINT ck_login_session_owner CHECK (
                CASE kind WHEN 'staff' THEN professional_id IS NOT NULL AND subject_hash IS NULL AND person_id IS NULL
                ELSE professional_id IS NULL AND subject_hash IS NOT NULL END)
        );
        CREATE INDEX ix_login_session_professional ON login_session (professional_id) WHERE ended_at IS NULL;
        CREATE INDEX ix_login_session_person ON login_session (person_id) WHERE ended_at IS NULL;
        CREATE INDEX ix_login_session_created ON login_session (created_at);

        CREATE TABLE staff_account (
            professional_id uuid CONSTRAINT pk_staff_account PRIMARY KEY
                CONSTRAINT fk_staff_account_professional REFERENCES professional ON DELETE CASCADE,
            password_hash text NOT NULL,
            totp_sealed bytea NOT NULL,
            last_totp_step bigint,
            disabled_at timestamptz
        );

        -- One brake for names that exist and names that do not: the answer must not tell them apart.
        CREATE TABLE login_throttle (
            login_hash bytea CONSTRAINT pk_login_throttle PRIMARY KEY,
            failed_attempts integer NOT NULL
                CONSTRAINT ck_login_throttle_failed_attempts CHECK (failed_attempts >= 0),
            locked_until timestamptz,
            last_attempt_at timestamptz NOT NULL
        );
        CREATE INDEX ix_login_throttle_last_attempt ON login_throttle (last_attempt_at);

        -- What somebody had typed when their session ended: kept for that person, sealed, for a day.
        CREATE TABLE kept_form (
            owner_hash bytea NOT NULL,
            page text NOT NULL,
            content_sealed bytea NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT pk_kept_form PRIMARY KEY (owner_hash, page)
        );

        -- How far a person has read each of their conversations in the office: what came after is waiting.
        CREATE TABLE conversation_seen (
            person_id uuid NOT NULL,
            conversation_id uuid NOT NULL,
            position bigint NOT NULL,
            CONSTRAINT pk_conversation_seen PRIMARY KEY (person_id, conversation_id)
        );
        ALTER TABLE conversation_seen ENABLE ROW LEVEL SECURITY;
        CREATE POLICY conversation_seen_own ON conversation_seen USING (
            (SELECT current_setting('alma.actor_kind', true)) = 'citizen'
            AND CAST(person_id AS text) = (SELECT current_setting('alma.person_id', true)));
    """)


def downgrade() -> None:
    op.execute("DROP TABLE conversation_seen, kept_form, login_throttle, staff_account, login_session;")
