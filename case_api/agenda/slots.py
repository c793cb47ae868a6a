"""Free slots as a calculation: openings minus closures minus what is taken. No database, no clock.

All instants are aware UTC datetimes, all stretches exclude their end. Wall-clock rules go through `wall`.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from case_api.agenda import wall

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A weekly shift in wall time (Europe/Madrid). `weekday` 0 is Monday; `valid_until` is the last day, or None.

    `ends` at or before `starts` means the next day. `modes` None: whatever the reason allows.
    """

    weekday: int
    starts: time
    ends: time
    valid_from: date
    valid_until: date | None = None
    modes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A dated change, first to last day. `starts` None: the whole days. An extra opens; the others close."""

    kind: str
    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """A booking in the way, and the minutes that stay free after it."""

    starts_at: datetime
    ends_at: datetime
    buffer: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Need:
    """What a slot must satisfy. `step` is the grid from the start of a shift; `buffer` stays free after the slot.

    Slots start at or after `earliest` (notice) and before `latest` (horizon).
    """

    length: timedelta
    step: timedelta
    buffer: timedelta
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch in which slots may lie, with the grid's first instant and the modes it is open for."""

    starts_at: datetime
    ends_at: datetime
    grid_from: datetime
    modes: frozenset[str] | None = None


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time as few, ordered, disjoint stretches. Empty ones vanish."""
    result: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _change_stretches(exception: Change, first: date, last: date) -> Iterable[Stretch]:
    for day in _days(max(first, exception.first_day), min(last, exception.last_day)):
        if exception.starts is None or exception.ends is None:
            yield wall.whole_day(day)
        elif found := wall.window(day, exception.starts, exception.ends):
            yield found


def openings(
    patterns: Sequence[Pattern],
    exceptions: Sequence[Change],
    holidays: Iterable[date],
    *,
    first: date,
    last: date,
) -> list[Opening]:
    """When a professional can be met, for shifts that start on the local days first..last.

    Patterns rest on holidays; an extra opens even then; absences and closures take away from both.
    """
    closed_days = set(holidays)
    # The day before: a night shift or an exception that begins there may reach into the first day.
    early = first - wall.DAY
    closures = merged(
        [
            stretch
            for exception in exceptions
            if exception.kind != "extra"
            for stretch in _change_stretches(exception, early, last + wall.DAY)
        ]
    )
    feasts = [wall.whole_day(day) for day in sorted(closed_days) if early <= day <= last + wall.DAY]
    shut = merged([*closures, *feasts])
    found: list[Opening] = []
    for day in _days(first, last):
        for pattern in patterns:
            valid = pattern.valid_from <= day and (pattern.valid_until is None or day <= pattern.valid_until)
            if pattern.weekday != day.weekday() or not valid:
                continue
            if shift := wall.window(day, pattern.starts, pattern.ends):
                found += _cut(shift, shut, pattern.modes)
        for exception in exceptions:
            if exception.kind == "extra" and exception.starts and exception.ends:
                for shift in _change_stretches(exception, day, day):
                    found += _cut(shift, closures, None)
    return found


def _cut(shift: Stretch, shut: Sequence[Stretch], modes: frozenset[str] | None) -> list[Opening]:
    start, end = shift
    pieces = []
    for closed_from, closed_to in shut:
        if closed_to <= start or closed_from >= end:
            continue
        if closed_from > start:
            pieces.append(Opening(start, closed_from, shift[0], modes))
        start = max(start, closed_to)
    if start < end:
        pieces.append(Opening(start, end, shift[0], modes))
    return pieces


def blocked_starts(busy: Iterable[Busy], need: Need) -> list[Stretch]:
    """The instants at which a slot must not start because something is in the way, as half-open stretches.

    A slot that starts at t takes [t, t + length + buffer) and a booking [start, end + its buffer).
    """
    span = need.length + need.buffer
    # t + span > start and t < end: t in (start - span, end). Microseconds are PostgreSQL's grain.
    grain = timedelta(microseconds=1)
    return merged((item.starts_at - span + grain, item.ends_at + item.buffer) for item in busy)


def inside(instant: datetime, stretches: Sequence[Stretch]) -> bool:
    """Whether an instant lies in one of the ordered, disjoint stretches."""
    place = bisect_right(stretches, instant, key=lambda stretch: stretch[0]) - 1
    return place >= 0 and instant < stretches[place][1]


def starts(opening: Opening, blocked: Sequence[Stretch], need: Need) -> list[datetime]:
    """Every instant of the opening's grid at which a slot fits, in order."""
    found = []
    lower = max(opening.starts_at, need.earliest)
    skipped = max(0, -((opening.grid_from - lower) // need.step))
    instant = opening.grid_from + skipped * need.step
    # Both go forward, so nothing is looked up twice.
    place = max(0, bisect_right(blocked, instant, key=lambda stretch: stretch[0]) - 1)
    last = opening.ends_at - need.length
    while instant <= last and instant < need.latest:
        while place < len(blocked) and blocked[place][1] <= instant:
            place += 1
        if place == len(blocked) or instant < blocked[place][0]:
            found.append(instant)
        instant += need.step
    return found


def outside(instants: Iterable[datetime], stretches: Sequence[Stretch]) -> set[datetime]:
    """Those of the ordered instants that lie in none of the ordered, disjoint stretches."""
    found, place = set(), 0
    for instant in instants:
        while place < len(stretches) and stretches[place][1] <= instant:
            place += 1
        if place == len(stretches) or instant < stretches[place][0]:
            found.add(instant)
    return found


def in_all(blocked: Sequence[Sequence[Stretch]]) -> list[Stretch]:
    """The stretches that all of several lists of ordered, disjoint ones have in common: when not one room is free."""
    if not blocked:
        return []
    turns = sorted((at, step) for one in blocked for start, end in one for at, step in ((start, 1), (end, -1)))
    found, depth, since = [], 0, None
    for at, step in turns:
        if depth == len(blocked) and step < 0 and since is not None and since < at:
            found.append((since, at))
        depth += step
        if depth == len(blocked):
            since = at
    return found


def room_for(instant: datetime, rooms: Sequence[tuple[object, Sequence[Stretch]]]) -> object | None:
    """The first room whose blocked starts leave this instant free, or None."""
    return next((room for room, blocked in rooms if not inside(instant, blocked)), None)
