"""That somebody has arrived, that it was a mistake, and that they were called in: kept as what happened, each once."""

from alembic import op

revision = "0022_arrivals"
down_revision = "0021_guest_desk"

_BEFORE = "'booked', 'moved', 'cancelled', 'attended', 'no_show'"
_NEW = "'arrived', 'arrival_undone', 'called'"


def _allow(words: str) -> str:
    return f"""
        ALTER TABLE appointment_change DROP CONSTRAINT ck_appointment_change_what,
            ADD CONSTRAINT ck_appointment_change_what CHECK (what IN ({words}));
    """


def upgrade() -> None:
    op.execute(_allow(f"{_BEFORE}, {_NEW}"))


def downgrade() -> None:
    op.execute(f"DELETE FROM appointment_change WHERE what IN ({_NEW});")
    op.execute(_allow(_BEFORE))
