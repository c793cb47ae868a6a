"""When a centre closes or somebody is away: first what would happen, then it. Running it again changes nothing.

Each appointment goes to a colleague at the same hour, to another hour of the centre, or to another centre, always
before its deadline; who chose their professional is asked; for whom nothing fits, somebody calls. None is deleted. A
group's date goes to a colleague who is free; where nobody is, no more places are given, and who has one is called.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import board as boards
from case_api.agenda import booking, offers, reading, reasons, wall
from case_api.agenda.planning import sessions
from case_api.agenda.planning.sessions import GroupDate
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
    """What happens to one appointment, or to a `group` (then `appointment` is None) of `people`. `slot` is where it
    would go; none for `ask` and `call`. `stand_in` takes the group over.
    """

    appointment: Appointment | None
    what: What
    slot: Slot | None = None
    group: GroupDate | None = None
    people: tuple[Appointment, ...] = ()
    stand_in: UUID | None = None


# Who is taken by this very plan, from when to when.
Taken = list[tuple[UUID, datetime, datetime]]


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


def _in_it(away: Away, since: datetime, until: datetime) -> bool:
    return any(since < end and until > start for start, end in away.stretches())


def _free(slot: Slot, away: Away, taken: Taken, busy: list[tuple[datetime, datetime]]) -> bool:
    """Whether a slot is out of the way of what closes, of what this plan has given already, of what the person has."""
    staff = {slot.professional_id, slot.second_professional_id}
    concerned = slot.unit_id == away.unit_id if away.professional_id is None else away.professional_id in staff
    if concerned and _in_it(away, slot.starts_at, slot.ends_at):
        return False
    if any(slot.starts_at < until and slot.ends_at > since for since, until in busy):
        return False
    return not any(who in staff and slot.starts_at < until and slot.ends_at > since for who, since, until in taken)


def _same_hour(unit: Unit, one: Appointment) -> list[Slot]:
    """What is free at the very hour of an appointment, were it not there: no notice counts for whom we let down. Who
    attends it now comes first: of a pair, only the other is to be found anew.
    """
    reason = replace(reasons.one(unit, one.reason), notice_minutes=0)
    if reason.places > 1:
        return []
    day = one.starts_at.astimezone(clock.MADRID).date()
    board = boards.load(
        unit.session, unit_id=one.unit_id, reason=reason, first=day - wall.DAY, last=day, besides=one.id
    )
    found = [slot for slot in board.free(mode=one.mode) if slot.starts_at == one.starts_at]
    return sorted(found, key=lambda slot: slot.professional_id != one.professional_id)


def _place(unit: Unit, one: Appointment, away: Away, taken: Taken) -> Step:
    asked = one.chosen and away.professional_id == one.professional_id
    if asked:
        return Step(one, "ask")
    if one.mode not in reasons.one(unit, one.reason).modes:
        return Step(one, "call")  # it is held that way no more: a person has to say how instead
    others = reading.of_person(unit.session, one.person_id, upcoming_from=clock.now()) if one.person_id else []
    busy = [(other.starts_at, other.ends_at) for other in others if other.id != one.id]
    if same := next((slot for slot in _same_hour(unit, one) if _free(slot, away, taken, busy)), None):
        return Step(one, "colleague", same)
    due = max(one.due_at or one.starts_at + _GRACE, clock.now())
    own = offers.next_free(unit, unit_id=one.unit_id, reason=one.reason, mode=one.mode, after=clock.now(), count=2000)
    fitting = [slot for slot in own if slot.starts_at < due and _free(slot, away, taken, busy)]
    if one.chosen:
        fitting = [slot for slot in fitting if slot.professional_id == one.professional_id]
        if not fitting:
            return Step(one, "ask")
    if fitting:  # the nearest to what they had
        return Step(one, "move", min(fitting, key=lambda slot: (abs(slot.starts_at - one.starts_at), slot.starts_at)))
    for slot in finding.first_by_centre(unit, reason=one.reason, mode=one.mode):
        if slot.unit_id != one.unit_id and slot.starts_at < due and _free(slot, away, taken, busy):
            return Step(one, "elsewhere", slot)
    return Step(one, "call")


def _give(taken: Taken, slot: Slot) -> None:
    for who in (slot.professional_id, slot.second_professional_id):
        if who:
            taken.append((who, slot.starts_at, slot.ends_at))


def _groups(unit: Unit, away: Away) -> list[GroupDate]:
    """The dates of groups in the way that still have something to be done about them."""
    last = wall.whole_day(away.last_day)[1] + timedelta(hours=24)
    units = [away.unit_id]
    if away.professional_id:
        units = list(
            unit.session.execute(
                text(
                    "SELECT DISTINCT unit_id FROM group_session "
                    "WHERE professional_id = :who OR second_professional_id = :who"
                ),
                {"who": away.professional_id},
            ).scalars()
        )
    since = max(clock.now(), wall.whole_day(away.first_day)[0])
    found = [
        one for one_unit in units for one in sessions.dates(unit.session, unit_id=one_unit, since=since, until=last)
    ]
    return [
        one
        for one in found
        if one.state == "open"
        and one.starts_at > clock.now()
        and _in_it(away, one.starts_at, one.ends_at)
        and away.professional_id in (None, one.professional_id, one.second_professional_id)
        and (one.taken < one.places or _uncalled(unit, one))
    ]


def _uncalled(unit: Unit, group: GroupDate) -> list[Appointment]:
    return [one for one in sessions.places(unit.session, group.id) if one.to_call_why is None]


def _place_group(unit: Unit, group: GroupDate, away: Away, taken: Taken) -> Step:
    people = tuple(_uncalled(unit, group))
    if away.professional_id is not None:
        colleague = sessions.stand_in(unit, group, without=away.professional_id)
        clash = any(
            who == colleague and group.starts_at < until and group.ends_at > since for who, since, until in taken
        )
        if colleague and not clash:
            return Step(None, "colleague", None, group, people, colleague)
    return Step(None, "call", None, group, people)


def plan(unit: Unit, away: Away) -> list[Step]:
    """What would happen to each group and appointment in the way, the nearest deadline first. Changes nothing."""
    _check(away)
    taken: Taken = []
    steps = []
    for group in _groups(unit, away):
        steps.append(_place_group(unit, group, away, taken))
        if steps[-1].stand_in:
            taken.append((steps[-1].stand_in, group.starts_at, group.ends_at))
    for one in _affected(unit, away):
        step = _place(unit, one, away, taken)
        if step.slot:
            _give(taken, step.slot)
        steps.append(step)
    return steps


def carry_out(unit: Unit, away: Away) -> list[Step]:
    """Close, and place each appointment anew; what was done to each. A second time there is nothing left to do."""
    _check(away)
    _write(unit, away)
    done = [_do_group(unit, group, away) for group in _groups(unit, away)]
    for one in _affected(unit, away):
        done.append(_do(unit, one, away))
    return done


def _do_group(unit: Unit, group: GroupDate, away: Away) -> Step:
    step = _place_group(unit, group, away, [])
    if step.stand_in:
        first, second = group.professional_id, group.second_professional_id
        try:
            sessions.change(
                unit, unit_id=group.unit_id, session_id=group.id, starts_at=group.starts_at, places=group.places,
                professional_id=step.stand_in if first == away.professional_id else first, room_id=group.room_id,
                second_professional_id=step.stand_in if second == away.professional_id else second,
            )  # fmt: skip
            return step
        except (Conflict, Invalid):  # taken meanwhile, or the date is as nobody would fix it today
            step = replace(step, what="call", stand_in=None)
    if not group.taken:
        sessions.call_off(unit, session_id=group.id, why="closure")
        return step
    # Nobody more comes to a closed door; who has a place keeps it until somebody has called them.
    unit.session.execute(text("UPDATE group_session SET places = taken WHERE id = :id"), {"id": group.id})
    for one in step.people:
        _call(unit, one, "closure")
    return step


def _call(unit: Unit, one: Appointment, why: str) -> None:
    unit.session.execute(
        text("UPDATE appointment SET to_call_at = :now, to_call_why = :why WHERE id = :id"),
        {"id": one.id, "now": clock.now(), "why": why},
    )


def _do(unit: Unit, one: Appointment, away: Away) -> Step:
    taken: Taken = []
    for _ in range(8):
        step = _place(unit, one, away, taken)
        if step.slot is None:
            break
        try:
            booking.reschedule(
                unit, appointment_id=one.id, starts_at=step.slot.starts_at, unit_id=step.slot.unit_id,
                professional_id=step.slot.professional_id, mode=one.mode, why="closure", at_once=True,
            )  # fmt: skip
        except Conflict:  # the person is elsewhere then, or somebody was quicker: the next one
            _give(taken, step.slot)
            continue
        return step
    else:
        step = Step(one, "call")
    _call(unit, one, "chosen" if step.what == "ask" else "closure")
    if step.what == "ask":
        events.publish(unit, "appointment.ask", appointment_id=one.id, person_id=one.person_id)
    return step


def sweep(unit: Unit) -> int:
    """Mark as to be called what still stands in a closure or an absence made after it: what whoever closed may not see
    (a shield), and so could not place anew. For the keeper, who sees all and shows nobody. How many.
    """
    found = unit.session.execute(
        text("""
            UPDATE appointment a SET to_call_at = :now, to_call_why = 'closure' FROM agenda_exception e
            WHERE a.state = 'booked' AND a.to_call_at IS NULL AND lower(a.during) > :now
                AND e.kind IN ('closure', 'absence') AND e.last_day >= CAST(:today AS date) - 1
                AND CASE e.kind WHEN 'closure' THEN e.unit_id = a.unit_id
                    ELSE e.professional_id IN (a.professional_id, a.second_professional_id) END
                AND a.during && tstzrange(e.first_day::timestamp AT TIME ZONE 'Europe/Madrid',
                    (e.last_day + 1)::timestamp AT TIME ZONE 'Europe/Madrid')
                AND (e.starts IS NULL OR e.ends <= e.starts
                    OR ((lower(a.during) AT TIME ZONE 'Europe/Madrid')::time < e.ends
                        AND (upper(a.during) AT TIME ZONE 'Europe/Madrid')::time > e.starts))
                AND e.created_at > (SELECT max(c.changed_at) FROM appointment_change c
                    WHERE c.appointment_id = a.id AND c.what IN ('booked', 'moved'))
        """.replace("::", "\\:\\:")),
        {"now": clock.now(), "today": clock.today()},
    )  # fmt: skip
    return found.rowcount


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
                "note, created_at, created_by) VALUES (:id, :unit, :who, :kind, :first, :last, :starts, :ends, :note, "
                ":now, :by)"
            ),
            values
            | {"id": new_id(), "note": away.note, "now": clock.now(), "by": f"{unit.actor.kind}:{unit.actor.id}"},
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
