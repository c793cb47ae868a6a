"""How fast each of our senders may speak: one row a sender, so that any number of workers together keep to its rate.

The generic cell rate algorithm (ITU-T I.371): `next_at` is when the sender would be free again at its rate; it may run
ahead of the clock by BURST, and no further.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.settings import settings

BURST = timedelta(seconds=1)
# The senders that have to wait a little (`until`: now and BURST): what others have to say is claimed meanwhile.
RESTING = "SELECT p.sender FROM sender_pace p WHERE p.next_at > :until"


def rate_of(channel: str) -> float:
    """Messages a second that a channel's sender may send; 0: no limit."""
    return float(getattr(settings(), f"RATE_{channel.upper()}", 0.0))


def allowed(session: Session, rows: Sequence[Any], now: datetime) -> list[Any]:
    """Of rows (`id`, `sender`, `channel`, `priority`, the most urgent first) those that may go now; what they take of
    the pace is theirs when the caller commits. What a sender has to say first keeps its share, also while it is in
    another worker's hands. Senders are locked in one order, whoever asks."""
    wanted: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        wanted.setdefault((row.sender, row.channel), []).append(row)
    left = {key: _take(session, key[0], rate_of(key[1]), mine, now) for key, mine in sorted(wanted.items())}
    kept = []
    for row in rows:
        key = (row.sender, row.channel)
        if left[key]:
            left[key] -= 1
            kept.append(row)
    return kept


# Of one sender, what is more urgent than a row and could go now, but for the worker that is about to take it.
_AHEAD = text("""
    SELECT count(*) FROM (
      SELECT 1 FROM outbox o WHERE o.sender = :sender AND o.state = 'queued' AND o.available_at <= :now
        AND o.priority < :priority AND o.id <> ALL(:mine)
        AND NOT EXISTS (SELECT 1 FROM outbox f WHERE f.address_id = o.address_id AND f.state IN ('sending', 'unknown'))
      LIMIT :most) AS ahead
""")


def _kept_back(session: Session, sender: str, mine: Sequence[Any], most: int, now: datetime) -> int:
    """How much of a sender's pace belongs to more urgent messages that another worker holds at this moment."""
    values = {"sender": sender, "now": now, "priority": mine[-1].priority, "most": most}
    return int(session.execute(_AHEAD, values | {"mine": [row.id for row in mine]}).scalar_one())


def _take(session: Session, sender: str, rate: float, mine: Sequence[Any], now: datetime) -> int:
    """How many of the first of these rows may go."""
    wanted = len(mine)
    if rate <= 0:
        return wanted
    step = timedelta(seconds=1 / rate)
    # Made and locked in one statement, so that two workers never count the same free moment.
    next_at = session.execute(
        text(
            "INSERT INTO sender_pace AS p (sender, next_at) VALUES (:sender, :now) "
            "ON CONFLICT ON CONSTRAINT pk_sender_pace DO UPDATE SET next_at = greatest(p.next_at, :now) "
            "RETURNING next_at"
        ),
        {"sender": sender, "now": now},
    ).scalar_one()
    free = max(0, int((now + BURST - next_at) / step))
    free = max(free, int(next_at <= now))
    if mine[-1].priority > 0:
        urgent = sum(row.priority < mine[-1].priority for row in mine)
        free = max(min(free, urgent), free - _kept_back(session, sender, mine, free, now))
    taken = min(wanted, free)
    if taken:
        session.execute(
            text("UPDATE sender_pace SET next_at = :next WHERE sender = :sender"),
            {"sender": sender, "next": next_at + taken * step},
        )
    return taken
