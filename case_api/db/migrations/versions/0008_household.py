"""Households, representatives, referrals, interventions and plans, reports that are released, desk credentials."""

from alembic import op

revision = "0008_household"
down_revision = "0007_consent"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
