"""How fast each of our senders may speak: one row a sender, so that any number of workers together keep to its rate.

The generic cell rate algorithm (ITU-T I.371): `next_at` is when the sender would be free again at its rate; it may run
ahead of the clock by BURST, and no further.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.settings import settings

BURST = timedelta(seconds=1)


def rate_of(channel: str) -> float:
    """Messages a second that a channel's sender may send; 0: no limit."""
    return float(getattr(settings(), f"RATE_{channel.upper()}", 0.0))


def resting(session: Session, now: datetime) -> list[str]:
    """The senders that have to wait a little: what others have to say is claimed meanwhile."""
    return list(
        session.execute(text("SELECT sender FROM sender_pace WHERE next_at > :until"), {"until": now + BURST}).scalars()
    )


def allowed(session: Session, rows: Sequence[Any], now: datetime) -> list[Any]:
    """Of rows (`sender`, `channel`, in their order) those that may go now; what they take of the pace is theirs when
    the caller commits. Senders are locked in one order, whoever asks."""
    wanted = Counter((row.sender, row.channel) for row in rows)
    left = {key: _take(session, key[0], rate_of(key[1]), count, now) for key, count in sorted(wanted.items())}
    kept = []
    for row in rows:
        key = (row.sender, row.channel)
        if left[key]:
            left[key] -= 1
            kept.append(row)
    return kept


def _take(session: Session, sender: str, rate: float, wanted: int, now: datetime) -> int:
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
    taken = min(wanted, max(free, int(next_at <= now)))
    if taken:
        session.execute(
            text("UPDATE sender_pace SET next_at = :next WHERE sender = :sender"),
            {"sender": sender, "next": next_at + taken * step},
        )
    return taken
