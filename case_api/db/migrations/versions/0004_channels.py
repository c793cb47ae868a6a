"""To be filled by its room."""

revision = "0004_channels"
down_revision = "0003_agenda"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
