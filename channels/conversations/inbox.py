"""The inbox, page by page: what may be dangerous and waits first, then what is due soonest, then the latest."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Invalid
from channels.inbound.alerts import kinds_words

View = Literal["mine", "unit", "all", "unassigned", "closed"]
VIEWS: tuple[View, ...] = ("mine", "unit", "unassigned", "all", "closed")
Only = Literal["danger", "overdue", "waiting", "failed", "unknown", "flood"]


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One row of the inbox. `waiting`: the person wrote last. `verified` is False for a mail nobody vouches for.

    `label` is what is known without the record: the name a profile claims, else the address. Instants are UTC.
    `danger`, `minor` and `language` are suggestions of ours. `flood_since`: very many messages came in a short time.
    """

    id: UUID
    person_id: UUID | None
    label: str
    verified: bool
    subject: str | None
    preview: str
    channel: str
    state: str
    unit_id: UUID | None
    professional_id: UUID | None
    professional_name: str | None
    priority: int
    opened_at: datetime
    last_message_at: datetime
    last_inbound_at: datetime | None
    due_at: datetime | None
    waiting: bool
    failed: bool
    danger: tuple[str, ...] = ()
    minor: str | None = None
    flood_since: datetime | None = None
    language: str | None = None

    @property
    def danger_words(self) -> tuple[Any, ...]:
        return kinds_words(self.danger)


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next_cursor` is None at the end. There are no totals."""

    items: list[InboxItem]
    next_cursor: str | None


_VIEWS = {
    "mine": "c.state = 'open' AND c.professional_id = :professional",
    "unit": "c.state = 'open' AND c.unit_id = :unit",
    "unassigned": "c.state = 'open' AND c.professional_id IS NULL AND (c.unit_id IS NULL OR c.unit_id = :unit)",
    "all": "c.state = 'open'",
    "closed": "c.state = 'closed' AND (c.unit_id IS NULL OR c.unit_id = :unit OR c.professional_id = :professional)",
}
_ONLY: dict[str, str] = {
    "danger": "(c.danger <> '{}' OR c.minor IN ('suspected', 'known'))",
    "overdue": "c.due_at < :now",
    "waiting": "c.due_at IS NOT NULL",
    "failed": "m.direction = 'out' AND m.state IN ('failed', 'held')",
    "unknown": "c.person_id IS NULL",
    "flood": "c.flood_since IS NOT NULL",
}
LABEL = (
    "coalesce(k.claimed_name, (SELECT a.value FROM address a WHERE a.contact_id = k.id "
    "ORDER BY a.last_inbound_at DESC NULLS LAST LIMIT 1), '')"
)
# The indices ix_conversation_due and ix_conversation_unit_due are made of exactly these.
_FIRST = "(CASE WHEN c.priority > 0 AND c.due_at IS NOT NULL THEN 0 ELSE 1 END)"
_DUE = "(coalesce(c.due_at, 'infinity'\\:\\:timestamptz))"
_AGE = "(timestamptz '2200-01-01 00\\:00\\:00+00' - c.last_message_at)"
_INBOX = """
    SELECT c.id, c.person_id, {label}, k.verified, c.subject, left(coalesce(m.body, ''), 160), coalesce(m.channel, ''),
           c.state, c.unit_id, c.professional_id, p.given_name || ' ' || p.surnames, c.priority, c.opened_at,
           c.last_message_at, c.last_inbound_at, c.due_at, c.due_at IS NOT NULL,
           coalesce(m.direction = 'out' AND m.state IN ('failed', 'held'), false), c.danger, c.minor, c.flood_since,
           m.language
    FROM conversation c
    JOIN contact k ON k.id = c.contact_id
    LEFT JOIN professional p ON p.id = c.professional_id
    LEFT JOIN LATERAL (SELECT body, channel, direction, state, language FROM message WHERE conversation_id = c.id
                       AND direction <> 'note'
                       AND (direction = 'in' OR automatic IS NULL OR state IN ('failed', 'held'))
                       ORDER BY position DESC LIMIT 1) m ON true
    WHERE {where}
    ORDER BY {first}, {due}, {age}, c.id LIMIT :limit
"""


def inbox(
    session: Session,
    *,
    view: View,
    professional_id: UUID | None = None,
    unit_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
    only: Only | None = None,
    channel: str | None = None,
) -> InboxPage:
    """A page of conversations. `cursor` is the `next_cursor` of the page before; `only` and `channel` (of the last
    message) narrow the view.

    Raises Invalid for a view or a filter that does not exist, or a cursor we did not make.
    """
    if view not in _VIEWS:
        raise Invalid(fields={"view": "unknown"})
    if only is not None and only not in _ONLY:
        raise Invalid(fields={"only": "unknown"})
    limit = max(1, min(limit, 200))
    values: dict[str, Any] = {
        "professional": professional_id, "unit": unit_id, "limit": limit + 1, "now": clock.now(), "channel": channel,
    }  # fmt: skip
    where = [_VIEWS[view]]
    if only is not None:
        where.append(_ONLY[only])
    if channel is not None:
        where.append("m.channel = :channel")
    if cursor:
        where.append(f"({_FIRST}, {_DUE}, {_AGE}, c.id) > (:first, CAST(:due AS timestamptz), :age, :id)")
        values |= _read_cursor(cursor)
    query = _INBOX.format(label=LABEL, where=" AND ".join(where), first=_FIRST, due=_DUE, age=_AGE)
    items = [_item(row) for row in session.execute(text(query), values)]
    more = len(items) > limit
    items = items[:limit]
    return InboxPage(items, _write_cursor(items[-1]) if more else None)


def _item(row) -> InboxItem:
    *head, danger, minor, flood_since, language = row
    return InboxItem(*head, tuple(danger), minor, flood_since, language)


_FAR = datetime.fromisoformat("2200-01-01T00:00:00+00:00")


def _write_cursor(item: InboxItem) -> str:
    first = 0 if item.priority > 0 and item.due_at is not None else 1
    due = item.due_at.isoformat() if item.due_at else ""
    plain = json.dumps([first, due, item.last_message_at.isoformat(), str(item.id)])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> dict[str, Any]:
    try:
        first, due, at, found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return {
            "first": int(first),
            "due": _instant(due).isoformat() if due else "infinity",
            "age": _FAR - _instant(at),
            "id": UUID(found),
        }
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise Invalid(fields={"cursor": "unknown"}) from None


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or not timedelta(0) < _FAR - instant:
        raise ValueError("no instant of ours")
    return instant
