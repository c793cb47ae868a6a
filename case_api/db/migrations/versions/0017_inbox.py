"""What staff add to a conversation, and the paper and phone channels."""

from alembic import op

revision = "0017_inbox"
down_revision = "0016_video"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
