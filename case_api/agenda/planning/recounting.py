"""Deadlines that run across a day which has become a holiday, or is one no more, are counted anew and told once.

Ley 39/2015 art. 30.2: a period of working days leaves holidays out; 30.5: one that ends on a holiday ends on the next
working day. A period of natural days moves only for its last day, and 24 hours never do. The keeper counts, who sees
everybody's requests: whoever adds a holiday to the whole city's table sees only their own centre's.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import choices, deadlines, wall
from case_api.db import Unit

CHANGED = "holiday.changed"
MOVED, GUEST_MOVED = "request.moved", "guest.request_moved"

# One look at both: a change that is committed between two looks would be taken for old.
_TABLE_AND_CHANGES = text("""
    SELECT NULL AS id, day, unit_id, true AS added, NULL AS at FROM holiday WHERE day > :since
    UNION ALL
    SELECT id, (payload->>'day')\\:\\:date, (payload->>'unit_id')\\:\\:uuid, (payload->>'added')\\:\\:boolean,
           payload->>'at'
    FROM event WHERE handled_at IS NULL AND kind = :kind
    ORDER BY id NULLS FIRST
""")
_RUNNING = text("""
    SELECT q.id, q.person_id, q.contact_id, q.unit_id, q.priority, q.requested_at, q.due_at,
           lower(a.during) AS starts_at
    FROM appointment_request q LEFT JOIN appointment a ON a.request_id = q.id AND a.state = 'booked'
    WHERE q.state IN ('open', 'booked') AND q.due_at > :since AND q.requested_at < :until ORDER BY q.id
""")


def changed(unit: Unit, *, day: date, unit_id: UUID | None, added: bool) -> None:
    """Say that a day has become a holiday of a centre (of all without one), or is none any more."""
    events.publish(unit, CHANGED, day=day, unit_id=unit_id, added=added, at=clock.now().isoformat())


class _Tables:
    """The table of holidays before each of the changes nobody has counted yet, and as it is now."""

    def __init__(self, now: Iterable[Any], changes: Sequence[Any]) -> None:
        self._times = [datetime.fromisoformat(row.at) for row in changes]
        table = {(row.day, row.unit_id) for row in now}
        self._tables = [frozenset(table)]
        for row in reversed(changes):
            (table.discard if row.added else table.add)((row.day, row.unit_id))
            self._tables.insert(0, frozenset(table))
        self._known: dict[tuple[int, UUID], Collection[date]] = {}

    @property
    def days(self) -> set[date]:
        """The days that are not what they were."""
        return {day for day, _where in self._tables[0] ^ self._tables[-1]}

    def before(self, unit_id: UUID, asked_at: datetime) -> Collection[date]:
        """The holidays with which a centre counted what was asked for then."""
        return self._of(bisect_left(self._times, asked_at), unit_id)

    def now(self, unit_id: UUID) -> Collection[date]:
        """A centre's holidays as they are."""
        return self._of(len(self._times), unit_id)

    def _of(self, turn: int, unit_id: UUID) -> Collection[date]:
        if (turn, unit_id) not in self._known:
            own = frozenset(day for day, where in self._tables[turn] if where in (None, unit_id))
            self._known[turn, unit_id] = own
        return self._known[turn, unit_id]


def recount(unit: Unit) -> int:
    """Count anew what every change of the table since the last time touches; how many deadlines moved.

    Several changes are one: who added a day and took it away moves nothing.
    """
    only = unit.session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('alma.holidays'))")).scalar()
    if not only:
        return 0
    rows = unit.session.execute(
        _TABLE_AND_CHANGES, {"since": clock.today() - timedelta(days=400), "kind": CHANGED}
    ).all()
    changes = [row for row in rows if row.id is not None]
    if not changes:
        return 0
    moved = _move(unit, _Tables((row for row in rows if row.id is None), changes))
    unit.session.execute(
        text("UPDATE event SET handled_at = :now WHERE id = ANY(:ids)"),
        {"now": clock.now(), "ids": [row.id for row in changes]},
    )
    return moved


def _move(unit: Unit, tables: _Tables) -> int:
    days = tables.days
    if not days:
        return 0
    rows = unit.session.execute(
        _RUNNING, {"since": wall.whole_day(min(days))[0], "until": wall.whole_day(max(days))[1]}
    ).all()
    kind, moved = choices.of(unit.session)["deadline_days"], 0
    waiting: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        due = deadlines.moved(
            row.due_at, row.requested_at, row.priority, kind=kind, today=clock.today(),
            before=tables.before(row.unit_id, row.requested_at), after=tables.now(row.unit_id),
        )  # fmt: skip
        if due == row.due_at:
            continue
        moved += unit.session.execute(
            text("UPDATE appointment_request SET due_at = :due WHERE id = :id AND due_at = :was"),
            {"id": row.id, "due": due, "was": row.due_at},
        ).rowcount
        if _waits(row.starts_at, due, row.due_at):
            waiting[MOVED if row.person_id else GUEST_MOVED].append(row)
    _tell(unit, waiting)
    return moved


def _tell(unit: Unit, waiting: dict[str, list[Any]]) -> None:
    """Have it told to who still waits; who has not heard of the last move hears of both at once."""
    for kind, rows in waiting.items():
        untold = set(
            unit.session.execute(
                text("SELECT payload->>'request_id' FROM event WHERE handled_at IS NULL AND kind = :kind FOR UPDATE"),
                {"kind": kind},
            ).scalars()
        )
        for row in rows:
            if str(row.id) not in untold:
                who = {"person_id": row.person_id} if row.person_id else {"contact_id": row.contact_id}
                events.publish(unit, kind, request_id=row.id, was=row.due_at.astimezone(UTC).isoformat(), **who)


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody who waits is to hear: an instant of their deadline's last day. `discreet`: not even that."""

    last_day_at: datetime
    discreet: bool


def to_tell(unit: Unit, *, request_id: UUID, was: datetime) -> Told | None:
    """What is to be said now of a deadline that was another; None when it is as it was, or nobody waits for it."""
    row = unit.session.execute(
        text(
            "SELECT q.due_at, n.discreet, lower(a.during) AS starts_at FROM appointment_request q "
            "JOIN appointment_reason n ON n.key = q.reason "
            "LEFT JOIN appointment a ON a.request_id = q.id AND a.state = 'booked' "
            "WHERE q.id = :id AND q.state IN ('open', 'booked') LIMIT 1"
        ),
        {"id": request_id},
    ).first()
    if row is None or row.due_at == was or not _waits(row.starts_at, row.due_at, was):
        return None
    return Told(row.due_at - timedelta(seconds=1), row.discreet)


def _waits(starts_at: datetime | None, *deadlines_told: datetime) -> bool:
    """Whether somebody has no appointment that keeps the deadline, the one of before and the one of now."""
    return starts_at is None or starts_at >= min(deadlines_told)
