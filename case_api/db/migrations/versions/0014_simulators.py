"""Drafts of parameters with their approval, and results that a person keeps."""

from alembic import op

revision = "0014_simulators"
down_revision = "0013_booking"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
