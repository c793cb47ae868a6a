"""Templates, rates, costs, purposes of consent to messages."""

from alembic import op

revision = "0012_leaving"
down_revision = "0011_arriving"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
