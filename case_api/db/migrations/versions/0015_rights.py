"""Export, correction, retention."""

from alembic import op

revision = "0015_rights"
down_revision = "0014_simulators"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
