"""The one clock. Every instant is UTC; wall-clock rules name their zone."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

MADRID = ZoneInfo("Europe/Madrid")

_frozen: ContextVar[datetime | None] = ContextVar("alma_frozen_clock", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day on a wall in Madrid."""
    return now().astimezone(MADRID).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at an aware instant, for tests and for calculations at a stated date.

    Raises ValueError for a naive instant: an hour without its zone is a guess.
    """
    if at.tzinfo is None:
        raise ValueError("a frozen instant names its zone")
    token = _frozen.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
