"""What staff add to a conversation, and the paper and phone channels."""

from alembic import op

revision = "0017_inbox"
down_revision = "0016_video"

_OURS = "(SELECT current_setting('alma.actor_kind', true)) IN ('staff', 'system')"
_MINE = (
    "((SELECT current_setting('alma.actor_kind', true)) = 'citizen' "
    "AND person_id = (SELECT nullif(current_setting('alma.person_id', true), '')\\:\\:uuid))"
)


def upgrade() -> None:
    op.execute("""
        -- Somebody to be called: they asked for it, or what we had to say could not be sent. Times of day are wall
        -- time in Madrid.
        CREATE TABLE callback (
            id uuid CONSTRAINT pk_callback PRIMARY KEY,
            conversation_id uuid NOT NULL CONSTRAINT fk_callback_conversation REFERENCES conversation,
            person_id uuid,
            number text NOT NULL CONSTRAINT ck_callback_number CHECK (number <> '' AND length(number) <= 40),
            source text NOT NULL CONSTRAINT ck_callback_source CHECK (source IN ('person', 'held', 'staff')),
            asked_at timestamptz NOT NULL,
            wanted_from time,
            wanted_until time,
            words text,
            state text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_callback_state
                CHECK (state IN ('waiting', 'done', 'given_up')),
            tries integer NOT NULL DEFAULT 0,
            tried_at timestamptz,
            done_at timestamptz,
            professional_id uuid CONSTRAINT fk_callback_professional REFERENCES professional,
            CONSTRAINT ck_callback_done CHECK ((state = 'waiting') = (done_at IS NULL)),
            CONSTRAINT ck_callback_wanted CHECK ((wanted_from IS NULL) = (wanted_until IS NULL))
        );
        CREATE INDEX ix_callback_waiting ON callback (asked_at) WHERE state = 'waiting';
        CREATE UNIQUE INDEX uq_callback_waiting ON callback (conversation_id, number) WHERE state = 'waiting';

        -- Words on paper, or that wait for somebody at a desk, a shelter or with the street team.
        CREATE TABLE letter (
            id uuid CONSTRAINT pk_letter PRIMARY KEY,
            message_id uuid NOT NULL CONSTRAINT fk_letter_message REFERENCES message
                CONSTRAINT uq_letter_message UNIQUE,
            person_id uuid,
            way text NOT NULL CONSTRAINT ck_letter_way
                CHECK (way IN ('slip', 'post', 'desk', 'shelter', 'street_team')),
            place text NOT NULL CONSTRAINT ck_letter_place CHECK (length(place) <= 400),
            unit_id uuid CONSTRAINT fk_letter_unit REFERENCES unit,
            state text NOT NULL DEFAULT 'waiting' CONSTRAINT ck_letter_state
                CHECK (state IN ('waiting', 'printed', 'handed', 'returned')),
            made_at timestamptz NOT NULL,
            state_at timestamptz NOT NULL,
            professional_id uuid CONSTRAINT fk_letter_professional REFERENCES professional
        );
        CREATE INDEX ix_letter_waiting ON letter (unit_id, made_at) WHERE state IN ('waiting', 'printed');
    """)
    for table in ("callback", "letter"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_seen ON {table} USING ({_OURS} OR {_MINE})")


def downgrade() -> None:
    op.execute("DROP TABLE letter, callback")
