"""Hours on a wall and instants: what a clock change does to them, said once.

A local hour may not exist (spring) or exist twice (autumn). What a person types is refused then, unless an offset says
which one is meant. A weekly pattern cannot ask anybody, so it takes the reading that never has somebody wait for a
professional who is not there: it starts at the later and ends at the earlier of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from case_api.clock import MADRID

DAY = timedelta(days=1)


class NonexistentHour(ValueError):
    """The clocks jump over this hour."""


class AmbiguousHour(ValueError):
    """The clocks show this hour twice, and nothing says which one is meant."""


def candidates(day: date, hour: time, zone: ZoneInfo = MADRID) -> list[datetime]:
    """The instants (UTC, in order) at which a wall clock in the zone shows this day and hour: none, one or two."""
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, hour).replace(tzinfo=zone, fold=fold)
        instant = local.astimezone(UTC)
        back = instant.astimezone(zone)
        if back.replace(tzinfo=None) == local.replace(tzinfo=None) and instant not in found:
            found.append(instant)
    return sorted(found)


def instant_of(day: date, hour: time, *, offset: timedelta | None = None, zone: ZoneInfo = MADRID) -> datetime:
    """The one instant (UTC) that a typed local day and hour means.

    `offset` is the distance from UTC that tells the two readings of an autumn hour apart. Raises NonexistentHour or
    AmbiguousHour.
    """
    found = candidates(day, hour, zone)
    if offset is not None:
        found = [instant for instant in found if instant.astimezone(zone).utcoffset() == offset]
    if not found:
        raise NonexistentHour(f"{day} {hour}")
    if len(found) > 1:
        raise AmbiguousHour(f"{day} {hour}")
    return found[0]


def after_gap(day: date, hour: time, zone: ZoneInfo = MADRID) -> datetime:
    """The instant (UTC) at which the clocks jump over this nonexistent local hour."""
    before = datetime.combine(day, hour).replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = datetime.combine(day, hour).replace(tzinfo=zone, fold=0).astimezone(UTC)
    low, high = min(before, after), max(before, after)
    early = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == early:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


@lru_cache(maxsize=8192)
def window(day: date, starts: time, ends: time, zone: ZoneInfo = MADRID) -> tuple[datetime, datetime] | None:
    """The stretch of time (UTC, end excluded) of a shift that starts on this local day.

    A shift that ends at or before its start ends on the next day; None when a clock change leaves nothing of it.
    """
    last_day = day if ends > starts else day + DAY
    first = candidates(day, starts, zone)
    start = first[-1] if first else after_gap(day, starts, zone)
    last = candidates(last_day, ends, zone) or [after_gap(last_day, ends, zone)]
    end = next((instant for instant in last if instant > start), None)
    return (start, end) if end else None


@lru_cache(maxsize=2048)
def whole_day(day: date, zone: ZoneInfo = MADRID) -> tuple[datetime, datetime]:
    """A local day from midnight to midnight (UTC, end excluded): 23, 24 or 25 hours."""
    return instant_of(day, time(0), zone=zone), instant_of(day + DAY, time(0), zone=zone)
