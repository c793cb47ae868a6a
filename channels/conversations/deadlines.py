"""Until when somebody who wrote is owed an answer."""

from collections.abc import Set
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from case_api.clock import MADRID
from case_api.directory import holidays as holidays_of

FIRST_ANSWER_WORKING_DAYS = 5  # the city's agreement 2.3: information and reception in less than 5 days …
URGENT = timedelta(hours=24)  # … and in 24 hours in an emergency: natural ones, that never pause
LOOKED_AHEAD = timedelta(days=30)


def first_answer_due(received_at: datetime, *, holidays: Set[date] = frozenset(), urgent: bool = False) -> datetime:
    """Urgent: 24 hours later. Else the same hour on a wall in Madrid, five working days (Monday to Friday, no holiday)
    later.

    `received_at` is aware; so is the answer, in UTC terms of the same instant line. `holidays` are dates.
    """
    if urgent:
        return received_at + URGENT
    day = received_at.astimezone(MADRID)
    left = FIRST_ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)  # wall time: the hour stays across a clock change
        if day.weekday() < 5 and day.date() not in holidays:
            left -= 1
    return day


def holidays_ahead(session: Session, at: datetime) -> frozenset[date]:
    """The city's holidays of the days to come."""
    day = at.astimezone(MADRID).date()
    return holidays_of(session, first=day, last=day + LOOKED_AHEAD)
