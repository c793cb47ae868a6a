"""Until when somebody must have been seen: pure arithmetic over days and a table of holidays.

Agreements of the city, 1.9: less than 24 hours in an emergency, 5 days when priority, 15 ordinarily. Whether those
days are natural or working is the city's setting. Ley 39/2015 art. 30: hours are counted from minute to minute and
never pause (30.1); working days leave out Saturdays, Sundays and holidays (30.2); days begin to count on the next one
(30.3), and a period whose last day is no working day ends on the next that is (30.5).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Literal

from case_api.agenda import wall
from case_api.clock import MADRID

DaysKind = Literal["working", "natural"]
Priority = Literal["emergency", "priority", "ordinary"]

HOURS = {"emergency": 24}
DAYS = {"priority": 5, "ordinary": 15}
ALARM = {"emergency": timedelta(hours=4), "priority": timedelta(days=1), "ordinary": timedelta(days=3)}


def is_working(day: date, holidays: Collection[date]) -> bool:
    """Whether a local day counts as working: no Saturday, no Sunday, no holiday."""
    return day.weekday() < 5 and day not in holidays


def last_day(asked_on: date, days: int, *, kind: DaysKind, holidays: Collection[date]) -> date:
    """The last local day of a period of so many days that was asked for on a local day."""
    day = asked_on
    if kind == "natural":
        day += timedelta(days=days)
        while not is_working(day, holidays):
            day += wall.DAY
        return day
    left = days
    while left:
        day += wall.DAY
        left -= is_working(day, holidays)
    return day


def due(requested_at: datetime, priority: str, *, kind: DaysKind, holidays: Collection[date]) -> datetime:
    """The instant (UTC) before which the appointment must begin. `holidays` are those of the centre.

    An emergency is due 24 natural hours later, whatever the clocks and the calendar do; the others at the midnight
    that ends their last day in Madrid. Raises KeyError for a priority there is not.
    """
    if priority in HOURS:
        return requested_at + timedelta(hours=HOURS[priority])
    asked_on = requested_at.astimezone(MADRID).date()
    return wall.whole_day(last_day(asked_on, DAYS[priority], kind=kind, holidays=holidays))[1]


def moved(
    due_at: datetime,
    requested_at: datetime,
    priority: str,
    *,
    kind: DaysKind,
    before: Collection[date],
    after: Collection[date],
    today: date,
) -> datetime:
    """A deadline that was counted with the holidays `before`, as it is with those `after`.

    Hours never move. A request that became more urgent counts from that day, some day up to `today`: the first that
    explains its deadline. What no day explains stays.
    """
    if priority in HOURS or before == after:
        return due_at

    def counted(from_day: date, holidays: Collection[date]) -> datetime:
        return wall.whole_day(last_day(from_day, DAYS[priority], kind=kind, holidays=holidays))[1]

    asked_on = requested_at.astimezone(MADRID).date()
    if counted(asked_on, before) == due_at:
        return counted(asked_on, after)
    day = asked_on + wall.DAY
    while day <= today and (as_was := counted(day, before)) <= due_at:
        if as_was == due_at:
            return counted(day, after)
        day += wall.DAY
    return due_at


Urgency = Literal["met", "fine", "close", "late"]


def urgency(*, now: datetime, due_at: datetime, priority: str, starts_at: datetime | None) -> Urgency:
    """How a request stands. `starts_at` is its appointment's, or None. Without one it becomes close, then late; with
    one after its deadline it is late already, before anybody has waited in vain.
    """
    if starts_at is not None:
        return "met" if starts_at < due_at else "late"
    if now >= due_at:
        return "late"
    return "close" if due_at - now <= ALARM[priority] else "fine"
