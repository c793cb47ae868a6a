"""Video rooms: who waits, who was admitted, what passes between them."""

from alembic import op

revision = "0016_video"
down_revision = "0015_rights"


def upgrade() -> None:
    op.execute("SELECT 1")


def downgrade() -> None:
    op.execute("SELECT 1")
