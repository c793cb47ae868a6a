"""When a centre closes or somebody is away: first what would happen, then it. Running it again changes nothing.

Each appointment goes to a colleague at the same hour, to another hour of the centre, or to another centre, always
before its deadline; who chose their professional is asked; for whom nothing fits, somebody calls. None is deleted.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import booking, offers, reading, wall
from case_api.agenda.search import finding
from case_api.agenda.values import Appointment, Slot
from case_api.db import Unit, new_id
from case_api.errors import Conflict, Invalid, NotFound

What = Literal["colleague", "move", "elsewhere", "ask", "call"]
_GRACE = timedelta(days=15)  # for what was booked without a request: no later than this after its hour
MOST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Away:
    """A stretch in which a centre is closed (`professional_id` None) or somebody is away, hours or whole days."""

    unit_id: UUID
    first_day: date
    last_day: date
    professional_id: UUID | None = None
    starts: time | None = None
    ends: time | None = None
    note: str | None = None

    @property
    def kind(self) -> str:
        return "absence" if self.professional_id else "closure"

    def stretches(self) -> list[tuple[datetime, datetime]]:
        days = [self.first_day + timedelta(days=n) for n in range((self.last_day - self.first_day).days + 1)]
        if self.starts is None or self.ends is None:
            return [wall.whole_day(day) for day in days]
        return [found for day in days if (found := wall.window(day, self.starts, self.ends))]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to one appointment. `slot` is where it would go; none for `ask` and `call`."""

    appointment: Appointment
    what: What
    slot: Slot | None = None


def _check(away: Away) -> None:
    if not away.first_day <= away.last_day <= away.first_day + timedelta(days=MOST_DAYS):
        raise Invalid(fields={"last_day": _l("El último día va después del primero, y dentro del año.")})
    if away.last_day < clock.today():
        raise Invalid(fields={"last_day": _l("Esos días ya han pasado.")})
    if (away.starts is None) != (away.ends is None):
        raise Invalid(fields={"ends": _l("Diga desde qué hora y hasta qué hora, o deje las dos en blanco.")})


def _affected(unit: Unit, away: Away) -> list[Appointment]:
    rows = unit.session.execute(
        text(
            "SELECT a.id, lower(a.during) AS starts_at, upper(a.during) AS ends_at FROM appointment a "
            "LEFT JOIN appointment_request q ON q.id = a.request_id "
            "WHERE a.state = 'booked' AND a.to_call_at IS NULL AND a.session_id IS NULL AND lower(a.during) > :now "
            "AND a.during && tstzrange(:since, :until) AND CASE WHEN CAST(:who AS uuid) IS NULL THEN a.unit_id = :unit "
            "ELSE a.professional_id = :who OR a.second_professional_id = :who END "
            "ORDER BY coalesce(q.due_at, lower(a.during)), lower(a.during), a.id"
        ),
        {
            "now": clock.now(),
            "since": wall.whole_day(away.first_day)[0],
            "until": wall.whole_day(away.last_day)[1] + timedelta(hours=24),
            "who": away.professional_id,
            "unit": away.unit_id,
        },
    ).all()
    shut = away.stretches()
    hit = [row.id for row in rows if any(row.starts_at < end and row.ends_at > start for start, end in shut)]
    return [found for one in hit if (found := reading.one(unit.session, one))]


def _free(slot: Slot, away: Away, taken: set[tuple[UUID, datetime]]) -> bool:
    """Whether a slot is out of the way of what closes and of what this plan has given already."""
    concerned = slot.professional_id == away.professional_id or (
        away.professional_id is None and slot.unit_id == away.unit_id
    )
    if concerned and any(slot.starts_at < end and slot.ends_at > start for start, end in away.stretches()):
        return False
    return not any(
        who == slot.professional_id and slot.starts_at < at + timedelta(minutes=60) and slot.ends_at > at
        for who, at in taken
    )


def _place(unit: Unit, one: Appointment, away: Away, taken: set[tuple[UUID, datetime]]) -> Step:
    if one.chosen and away.professional_id == one.professional_id:
        return Step(one, "ask")
    due = max(one.due_at or one.starts_at + _GRACE, clock.now())
    own = offers.next_free(unit, unit_id=one.unit_id, reason=one.reason, mode=one.mode, after=clock.now(), count=2000)
    fitting = [slot for slot in own if slot.starts_at < due and _free(slot, away, taken)]
    if same := next((slot for slot in fitting if slot.starts_at == one.starts_at), None):
        return Step(one, "colleague", same)
    if fitting:  # the nearest to what they had
        return Step(one, "move", min(fitting, key=lambda slot: (abs(slot.starts_at - one.starts_at), slot.starts_at)))
    for slot in finding.first_by_centre(unit, reason=one.reason, mode=one.mode):
        if slot.unit_id != one.unit_id and slot.starts_at < due and _free(slot, away, taken):
            return Step(one, "elsewhere", slot)
    return Step(one, "call")


def plan(unit: Unit, away: Away) -> list[Step]:
    """What would happen to each appointment in the way, the nearest deadline first. Changes nothing."""
    _check(away)
    taken: set[tuple[UUID, datetime]] = set()
    steps = []
    for one in _affected(unit, away):
        step = _place(unit, one, away, taken)
        if step.slot:
            taken.add((step.slot.professional_id, step.slot.starts_at))
        steps.append(step)
    return steps


def carry_out(unit: Unit, away: Away) -> list[Step]:
    """Close, and place each appointment anew; what was done to each. A second time there is nothing left to do."""
    _check(away)
    _write(unit, away)
    done = []
    for one in _affected(unit, away):
        done.append(_do(unit, one, away))
    return done


def _do(unit: Unit, one: Appointment, away: Away) -> Step:
    taken: set[tuple[UUID, datetime]] = set()
    for _ in range(5):
        step = _place(unit, one, away, taken)
        if step.slot is None:
            break
        try:
            booking.reschedule(
                unit, appointment_id=one.id, starts_at=step.slot.starts_at, unit_id=step.slot.unit_id,
                professional_id=step.slot.professional_id, mode=one.mode, why="closure",
            )  # fmt: skip
        except Conflict:  # the person is elsewhere then, or somebody was quicker: the next one
            taken.add((step.slot.professional_id, step.slot.starts_at))
            continue
        return step
    else:
        step = Step(one, "call")
    unit.session.execute(
        text("UPDATE appointment SET to_call_at = :now, to_call_why = :why WHERE id = :id"),
        {"id": one.id, "now": clock.now(), "why": "chosen" if step.what == "ask" else "closure"},
    )
    if step.what == "ask":
        events.publish(unit, "appointment.ask", appointment_id=one.id, person_id=one.person_id)
    return step


def _write(unit: Unit, away: Away) -> None:
    values = {
        "unit": None if away.professional_id else away.unit_id,
        "who": away.professional_id,
        "kind": away.kind,
        "first": away.first_day,
        "last": away.last_day,
        "starts": away.starts,
        "ends": away.ends,
    }
    known = unit.session.execute(
        text(
            "SELECT 1 FROM agenda_exception WHERE kind = :kind AND first_day = :first AND last_day = :last "
            "AND unit_id IS NOT DISTINCT FROM CAST(:unit AS uuid) "
            "AND professional_id IS NOT DISTINCT FROM CAST(:who AS uuid) "
            "AND starts IS NOT DISTINCT FROM CAST(:starts AS time) AND ends IS NOT DISTINCT FROM CAST(:ends AS time)"
        ),
        values,
    ).first()
    if known is None:
        unit.session.execute(
            text(
                "INSERT INTO agenda_exception (id, unit_id, professional_id, kind, first_day, last_day, starts, ends, "
                "note, created_by) VALUES (:id, :unit, :who, :kind, :first, :last, :starts, :ends, :note, :by)"
            ),
            values | {"id": new_id(), "note": away.note, "by": f"{unit.actor.kind}:{unit.actor.id}"},
        )


def answer(unit: Unit, *, appointment_id: UUID, wait: bool) -> None:
    """What who chose their professional answers: `wait` for them, at their next free hour, or be seen by a colleague.

    Raises NotFound when nothing was asked, Conflict when nothing is free.
    """
    found = reading.one(unit.session, appointment_id)
    if found is None or found.to_call_why != "chosen":
        raise NotFound()
    free = offers.next_free(
        unit, unit_id=found.unit_id, reason=found.reason, mode=found.mode, count=50,
        professional_id=found.professional_id if wait else None, after=found.starts_at if wait else None,
    )  # fmt: skip
    for slot in free:
        try:
            booking.reschedule(
                unit, appointment_id=appointment_id, starts_at=slot.starts_at, professional_id=slot.professional_id,
                why="chosen",
            )  # fmt: skip
            return
        except Conflict:
            continue
    raise Conflict(_l("Ahora no hay ninguna hora libre. Le llamamos nosotros."))
