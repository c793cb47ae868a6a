"""When a room may be entered. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

EARLY = timedelta(minutes=15)
"""So long before its hour the waiting room opens: time to try camera and microphone."""
LATE = timedelta(minutes=30)
"""So long after its end a call that began late may still go on."""


class Moment(StrEnum):
    EARLY = "early"
    OPEN = "open"
    OVER = "over"


def moment(*, now: datetime, starts_at: datetime, ends_at: datetime, closed: bool = False) -> Moment:
    """Whether a room of an appointment starts_at..ends_at may be entered now; all aware. A closed one is over."""
    if closed or now >= ends_at + LATE:
        return Moment.OVER
    return Moment.OPEN if now >= starts_at - EARLY else Moment.EARLY
