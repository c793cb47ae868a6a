"""To be filled by its room."""

revision = "0003_agenda"
down_revision = "0002_record"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
