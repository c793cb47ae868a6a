"""What the channels keep of arriving messages beyond the first day: checks of mail, floods, deadlines, languages."""

from alembic import op

revision = "0011_arriving"
down_revision = "0010_oauth"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
