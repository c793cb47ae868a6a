"""To be filled by its room."""

revision = "0005_identity"
down_revision = "0004_channels"


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
