"""What the duty desk has to look at now. Raised by words of a list, ended by a professional who has read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import new_id
from case_api.errors import NotFound
from channels.inbound.danger import KINDS

WAKE = "duty_alert"
MOST = 50

_RAISE = text(
    "INSERT INTO duty_alert (id, conversation_id, message_id, kinds, raised_at) "
    "VALUES (:id, :conversation, :message, :kinds, :now)"
)
_OPEN = text(
    "SELECT a.id, a.conversation_id, a.kinds, a.raised_at, c.unit_id, c.professional_id, c.person_id FROM duty_alert a "
    "JOIN conversation c ON c.id = a.conversation_id WHERE a.seen_at IS NULL "
    "AND (:everywhere OR c.unit_id IS NULL OR c.unit_id = :unit OR c.professional_id = :professional) "
    "ORDER BY a.raised_at LIMIT :most"
)
_SEE = text(
    "UPDATE duty_alert SET seen_at = :now, seen_by = :professional WHERE conversation_id = :conversation "
    "AND seen_at IS NULL RETURNING id"
)


@dataclass(frozen=True, slots=True)
class Alert:
    """One message whose words may mean danger. `kinds` are codes, with words beside them."""

    id: UUID
    conversation_id: UUID
    kinds: tuple[str, ...]
    kinds_words: tuple[Any, ...]
    raised_at: datetime
    unit_id: UUID | None
    professional_id: UUID | None
    person_id: UUID | None


def raise_alert(session: Session, *, conversation_id: UUID, message_id: UUID, kinds: tuple[str, ...]) -> None:
    """Tell the duty desk, in the transaction that wrote the message."""
    session.execute(
        _RAISE,
        {
            "id": new_id(),
            "conversation": conversation_id,
            "message": message_id,
            "kinds": list(kinds),
            "now": clock.now(),
        },
    )
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": WAKE})


def waiting(
    session: Session, *, unit_id: UUID | None, professional_id: UUID | None, everywhere: bool = False
) -> list[Alert]:
    """Alerts that nobody has looked at: of a unit, of a professional, of nobody's conversations; all with
    `everywhere`. The oldest first, MOST at most."""
    rows = session.execute(
        _OPEN, {"unit": unit_id, "professional": professional_id, "everywhere": everywhere, "most": MOST}
    )
    return [
        Alert(row.id, row.conversation_id, tuple(row.kinds), kinds_words(row.kinds), row.raised_at, row.unit_id,
              row.professional_id, row.person_id)
        for row in rows
    ]  # fmt: skip


def seen(session: Session, *, conversation_id: UUID, professional_id: UUID) -> int:
    """A professional has read the alerts of a conversation. How many there were. Raises NotFound for none."""
    rows = session.execute(
        _SEE, {"conversation": conversation_id, "professional": professional_id, "now": clock.now()}
    ).all()
    if not rows:
        raise NotFound
    return len(rows)


def kinds_words(kinds: list[str] | tuple[str, ...]) -> tuple[Any, ...]:
    """Kinds of danger as people read them."""
    return tuple(KINDS.get(kind, kind) for kind in kinds)
