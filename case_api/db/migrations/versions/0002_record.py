"""To be filled by its room."""

revision = "0002_record"
down_revision = "0001_base"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
