"""How fairly the districts wait: of what was asked in the last 90 days, how long, and how much of it in time. Live."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work

DAYS = 90
# Fewer than this say more of somebody than of a district.
LEAST = 5


@dataclass(frozen=True, slots=True)
class District:
    """One district. `median_days` from asking to the appointment, `in_time` the share before its deadline, 0 to 1;
    both None where too few asked. `late` counts what is owed now and past its deadline.
    """

    name: str
    asked: int
    median_days: float | None
    in_time: float | None
    late: int


ACTOR = Actor.system("fairness")


def by_district() -> list[District]:
    """Every district with requests, the longest wait first; nobody's name in it.

    Counted by a process of ours: whoever looks sees few appointments of other centres, and would see them wait on.
    """
    with unit_of_work(ACTOR) as unit:
        return _count(unit.session)


def _count(session: Session) -> list[District]:
    rows = session.execute(
        text(
            "SELECT u.district, count(*) AS asked, "
            "percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM lower(a.during) - q.requested_at) / 86400) "
            "FILTER (WHERE a.id IS NOT NULL) AS median, "
            "avg(CASE WHEN lower(a.during) < q.due_at THEN 1.0 ELSE 0.0 END) "
            "FILTER (WHERE a.id IS NOT NULL OR q.due_at < :now) AS in_time, "
            "count(*) FILTER (WHERE q.state = 'open' AND q.due_at < :now) AS late "
            "FROM appointment_request q JOIN unit u ON u.id = q.unit_id "
            "LEFT JOIN appointment a ON a.request_id = q.id AND a.state IN ('booked', 'attended') "
            "WHERE q.requested_at > :since AND q.state <> 'withdrawn' GROUP BY u.district"
        ),
        {"now": clock.now(), "since": clock.now() - timedelta(days=DAYS)},
    )
    found = [
        District(
            row.district,
            row.asked,
            float(row.median) if row.asked >= LEAST and row.median is not None else None,
            float(row.in_time) if row.asked >= LEAST and row.in_time is not None else None,
            row.late,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-(one.median_days or 0), one.name))


def spread(districts: list[District]) -> float | None:
    """How many times longer the slowest district waits than the quickest; 1 is fair, None when it cannot be told."""
    waits = [one.median_days for one in districts if one.median_days]
    return max(waits) / min(waits) if len(waits) > 1 else None
