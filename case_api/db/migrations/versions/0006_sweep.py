"""How far each carrier's own list of messages was compared with what arrived."""

from alembic import op

revision = "0006_sweep"
down_revision = "0005_identity"


def upgrade() -> None:
    op.execute("""
        -- Webhooks are not repeated for ever. `swept_until`: everything older is here; `due_at` lets one worker at a
        -- time look.
        CREATE TABLE sweep (
            source text CONSTRAINT pk_sweep PRIMARY KEY,
            swept_until timestamptz NOT NULL,
            due_at timestamptz NOT NULL
        );
    """)


def downgrade() -> None:
    op.execute("DROP TABLE sweep")
