"""The authorization server of the case API, and its webhooks."""

from alembic import op

revision = "0010_oauth"
down_revision = "0009_safety"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
