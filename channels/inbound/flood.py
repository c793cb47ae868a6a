"""Somebody who sends very much in a short time. Nothing of it is lost; it only waits its turn and asks for no answers.

People write in bursts of short messages, so the measure is a machine's, not theirs.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

WITHIN = timedelta(minutes=10)
MOST = 60  # messages of one address in that time; the next ones are a flood
PAUSE = timedelta(seconds=1)  # between two of its messages, so that everybody else's go first

_COUNT = text(
    "SELECT count(*) FROM (SELECT 1 FROM message WHERE address_id = :address AND direction = 'in' "
    "AND created_at > :since LIMIT :most) counted"
)
_SLOW = text(
    "UPDATE raw_event SET available_at = :at WHERE id = (SELECT id FROM raw_event WHERE state = 'pending' "
    "AND contact_key = :key AND id > :id ORDER BY id LIMIT 1)"
)
_LAST = text(
    "SELECT id FROM conversation WHERE contact_id = :contact AND state = 'open' AND last_message_at > :since "
    "ORDER BY last_message_at DESC LIMIT 1"
)
_MARK = text("UPDATE conversation SET flood_since = coalesce(flood_since, :now) WHERE id = :id")


def floods(session: Session, *, address_id: UUID, now: datetime) -> bool:
    """Whether an address has sent more than MOST in the last while."""
    found = session.execute(_COUNT, {"address": address_id, "since": now - WITHIN, "most": MOST}).scalar_one()
    return found >= MOST


def conversation_of(session: Session, *, contact_id: UUID, now: datetime) -> UUID | None:
    """Where the flood of a contact goes on: its last open conversation, so that it is one line of the inbox."""
    return session.execute(_LAST, {"contact": contact_id, "since": now - WITHIN}).scalar()


def mark(session: Session, *, conversation_id: UUID, now: datetime) -> None:
    """Say so on the conversation."""
    session.execute(_MARK, {"id": conversation_id, "now": now})


def slow(session: Session, *, contact_key: int, event_id: int, now: datetime) -> None:
    """The sender's next event waits a little; whatever others sent goes first."""
    session.execute(_SLOW, {"key": contact_key, "id": event_id, "at": now + PAUSE})


def flooded(session: Session, *, message_id: UUID) -> bool:
    """Whether a message was written as part of a flood."""
    return bool(session.execute(text("SELECT flood FROM message WHERE id = :id"), {"id": message_id}).scalar())
