"""The one gate before anything leaves: may this go to this address, now? Asked when a message is written, and again at
the moment of sending, for much can change in between."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.clock import MADRID
from channels.contacts.book import SAME_NUMBER
from channels.outbound.ceilings import may_say

WINDOW = timedelta(hours=24)  # WhatsApp: free words go for so long after the person last wrote to this number


@dataclass(frozen=True, slots=True)
class Decision:
    """`go`, or `wait` until `at`, or `hold` for a reason (a code: 'never', 'opted-out', 'ceiling', 'window-closed',
    'unlinked')."""

    act: Literal["go", "wait", "hold"]
    reason: str = ""
    at: datetime | None = None


GO = Decision("go")


def window_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether free words may go: strictly less than 24 hours after the person's last message to this number."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW


def next_allowed(now: datetime, hours_from: time, hours_until: time) -> datetime | None:
    """None when `now` is inside the hours (wall time in Madrid; they may span midnight); else when they next begin."""
    wall = now.astimezone(MADRID)
    inside = (
        hours_from <= wall.time() < hours_until
        if hours_from <= hours_until
        else wall.time() >= hours_from or wall.time() < hours_until
    )
    if inside:
        return None
    begins = datetime.combine(wall.date(), hours_from, MADRID)
    return begins if begins > wall else datetime.combine(wall.date() + timedelta(days=1), hours_from, MADRID)


_RULES = text(
    """
    SELECT safe.never, coalesce(address.hours_from, safe.hours_from) AS hours_from,
           coalesce(address.hours_until, safe.hours_until) AS hours_until, address.person_id, w.last_inbound_at,
           EXISTS (SELECT 1 FROM opt_out o WHERE o.address_id = address.id) AS opted_out
    FROM address
    CROSS JOIN LATERAL (SELECT bool_or(s.never) AS never, min(s.hours_from) AS hours_from,
                               min(s.hours_until) AS hours_until FROM address s WHERE """
    + SAME_NUMBER
    + """) safe
    LEFT JOIN address_window w ON w.address_id = address.id AND w.our_address = :ours
    WHERE address.id = :id
"""
)


def decide(
    session: Session, *, address_id: UUID, channel: str, our_address: str, level: str, person_id: UUID | None = None
) -> Decision:
    """Whether a message of a level may go to an address now. `person_id`: whom the words are for, when that is known;
    an address that is no longer theirs gets none of them.
    """
    rules = session.execute(_RULES, {"id": address_id, "ours": our_address}).first()
    if rules is None:
        return Decision("hold", "unlinked")
    now = clock.now()
    if rules.never:
        return Decision("hold", "never")
    if not may_say(channel, level):
        return Decision("hold", "ceiling")
    if rules.opted_out:
        return Decision("hold", "opted-out")
    if person_id is not None and rules.person_id is not None and rules.person_id != person_id:
        return Decision("hold", "unlinked")
    if channel == "whatsapp" and not window_open(rules.last_inbound_at, now):
        return Decision("hold", "window-closed")
    if rules.hours_from is not None:
        begins = next_allowed(now, rules.hours_from, rules.hours_until)
        if begins is not None:
            return Decision("wait", "hours", begins)
    return GO
