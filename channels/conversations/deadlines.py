"""Until when somebody who wrote is owed an answer."""

from datetime import datetime, timedelta

from case_api.clock import MADRID

FIRST_ANSWER_WORKING_DAYS = 5  # the city's agreement 2.3: information and reception in less than 5 days


def first_answer_due(received_at: datetime, *, holidays: frozenset = frozenset()) -> datetime:
    """The same hour on a wall in Madrid, five working days (Monday to Friday, no holiday) later.

    `received_at` is aware; so is the answer, in UTC terms of the same instant line. `holidays` are dates.
    """
    day = received_at.astimezone(MADRID)
    left = FIRST_ANSWER_WORKING_DAYS
    while left:
        day += timedelta(days=1)  # wall time: the hour stays across a clock change
        if day.weekday() < 5 and day.date() not in holidays:
            left -= 1
    return day
