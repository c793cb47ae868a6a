"""When a person reads what arrives. Wall time in Madrid; the hours are `data/opening_hours.yaml`, or OPENING_HOURS."""

from collections.abc import Set
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import yaml

from case_api.clock import MADRID
from case_api.settings import settings

_DATA = Path(__file__).parent / "data" / "opening_hours.yaml"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FARTHEST = 30  # days looked ahead

Shifts = tuple[tuple[time, time], ...]


def is_open(at: datetime, *, holidays: Set[date] = frozenset()) -> bool:
    """Whether somebody reads at this instant (aware)."""
    wall = at.astimezone(MADRID)
    return any(begins <= wall.time() < ends for begins, ends in shifts(wall.date(), holidays=holidays))


def opens_next(at: datetime, *, holidays: Set[date] = frozenset()) -> datetime:
    """The next instant at which somebody begins to read; `at` itself when somebody does."""
    if is_open(at, holidays=holidays):
        return at
    wall = at.astimezone(MADRID)
    for ahead in range(FARTHEST):
        day = wall.date() + timedelta(days=ahead)
        for begins, _ends in shifts(day, holidays=holidays):
            opens = datetime.combine(day, begins, MADRID)
            if opens > wall:
                return opens
    raise ValueError("the opening hours leave no day open")


def shifts(day: date, *, holidays: Set[date] = frozenset()) -> Shifts:
    """The shifts of a day, none on a holiday."""
    if day in holidays:
        return ()
    found: dict[str, Shifts] = {}
    for begins, hours in _entries(settings().OPENING_HOURS or str(_DATA)):
        if begins <= day:
            found = hours
    return found.get(_DAYS[day.weekday()], ())


@cache
def _entries(path: str) -> tuple[tuple[date, dict[str, Shifts]], ...]:
    read = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    made = []
    for entry in sorted(read, key=lambda entry: entry["from"]):
        if not set(entry["hours"]) <= set(_DAYS):
            raise ValueError("the opening hours name a day that does not exist")
        hours = {
            day: tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in sorted(shifts))
            for day, shifts in entry["hours"].items()
        }
        if any(begins >= ends for shifts in hours.values() for begins, ends in shifts):
            raise ValueError("the opening hours close before they open")
        made.append((entry["from"], hours))
    return tuple(made)
