"""The dates of a centre's groups as staff plan them: what there is, who comes, another hour or professional.

A change takes everybody along in one step, each told; whoever cannot come then stops it, and is named to staff.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from psycopg.types.range import Range
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import board as boards
from case_api.agenda import booking, groups, reading, reasons, slots, wall
from case_api.agenda.locks import hold
from case_api.agenda.values import REASONS, Appointment
from case_api.db import Unit
from case_api.errors import Conflict, Invalid, NotFound

MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class GroupDate:
    """One date of a group. `taken` of `places` are given; `state` is open or cancelled."""

    id: UUID
    unit_id: UUID
    reason: str
    reason_name: Any
    professional_id: UUID
    professional: str
    second_professional_id: UUID | None
    second_professional: str | None
    room_id: UUID | None
    room: str | None
    starts_at: datetime
    ends_at: datetime
    mode: str
    places: int
    taken: int
    state: str


_SELECT = """
    SELECT g.id, g.unit_id, g.reason, n.name AS reason_name, g.professional_id, p.given_name, g.second_professional_id,
           s.given_name AS second, g.room_id, r.name AS room, lower(g.during) AS starts_at, upper(g.during) AS ends_at,
           g.mode, g.places, g.taken, g.state
    FROM group_session g JOIN professional p ON p.id = g.professional_id JOIN appointment_reason n ON n.key = g.reason
    LEFT JOIN professional s ON s.id = g.second_professional_id LEFT JOIN room r ON r.id = g.room_id
"""


def _date(row: Any) -> GroupDate:
    return GroupDate(*row[:3], REASONS.get(row.reason, row.reason_name), *row[4:])


def dates(session: Session, *, unit_id: UUID, since: datetime, until: datetime | None = None) -> list[GroupDate]:
    """A centre's group dates that end after an instant, called off or not, in order."""
    rows = session.execute(
        text(
            _SELECT + "WHERE g.unit_id = :unit AND upper(g.during) > :since "
            "AND (CAST(:until AS timestamptz) IS NULL OR lower(g.during) < :until) ORDER BY lower(g.during), g.id"
        ),
        {"unit": unit_id, "since": since, "until": until},
    )
    return [_date(row) for row in rows]


def one(session: Session, *, unit_id: UUID, session_id: UUID) -> GroupDate:
    """One date of a centre's groups. Raises NotFound, alike for another centre's."""
    row = session.execute(
        text(_SELECT + "WHERE g.id = :id AND g.unit_id = :unit"), {"id": session_id, "unit": unit_id}
    ).first()
    if row is None:
        raise NotFound()
    return _date(row)


def places(session: Session, session_id: UUID) -> list[Appointment]:
    """The places given in a date, in the order they were asked for."""
    ids = session.execute(
        text("SELECT id FROM appointment WHERE session_id = :id AND state = 'booked' ORDER BY created_at, id"),
        {"id": session_id},
    ).scalars()
    return [found for one in ids.all() if (found := reading.one(session, one))]


def _check(unit: Unit, unit_id: UUID, values: dict[str, Any]) -> None:
    people = [one for one in (values["professional_id"], values["second_professional_id"]) if one]
    known = set(
        unit.session.execute(
            text("SELECT id FROM professional WHERE unit_id = :unit AND active AND id = ANY(:ids)"),
            {"unit": unit_id, "ids": people},
        ).scalars()
    )
    wrong: dict[str, Any] = {}
    if values["professional_id"] not in known:
        wrong["professional_id"] = _l("Elija un profesional de este centro.")
    second = values["second_professional_id"]
    if second and (second not in known or second == values["professional_id"]):
        wrong["second_professional_id"] = _l("Elija a otra persona de este centro.")
    if (
        values["room_id"]
        and not unit.session.execute(
            text("SELECT 1 FROM room WHERE id = :id AND unit_id = :unit AND active"),
            {"id": values["room_id"], "unit": unit_id},
        ).scalar()
    ):
        wrong["room_id"] = _l("Elija una sala de este centro.")
    if not isinstance(values["places"], int) or not 1 <= values["places"] <= MOST_PLACES:
        wrong["places"] = _l("Escriba un número del %(least)s al %(most)s.", least=1, most=MOST_PLACES)
    if values["starts_at"] <= clock.now():
        wrong["starts_at"] = _l("Esa hora ya ha pasado.")
    if wrong:
        raise Invalid(_l("Revise los datos del grupo."), fields=wrong)


def add(
    unit: Unit,
    *,
    unit_id: UUID,
    reason: str,
    mode: str,
    starts_at: datetime,
    professional_id: UUID,
    places: int,
    second_professional_id: UUID | None = None,
    room_id: UUID | None = None,
) -> UUID:
    """Fix a date, as `groups.add`, with everything looked at first: whose professional and room they are, in person a
    room. Raises Invalid, Conflict.
    """
    found = reasons.one(unit, reason)
    _check(
        unit,
        unit_id,
        {"professional_id": professional_id, "second_professional_id": second_professional_id, "room_id": room_id,
         "places": places, "starts_at": starts_at},
    )  # fmt: skip
    _check_pair(found.pair, second_professional_id)
    return groups.add(
        unit, unit_id=unit_id, reason=reason, mode=mode, starts_at=starts_at, professional_id=professional_id,
        second_professional_id=second_professional_id, room_id=room_id if mode == "in_person" else None,
        places=places,
    )  # fmt: skip


def _check_pair(pair: bool, second: UUID | None) -> None:
    if pair and second is None:
        message = _l("Este grupo lo llevan dos personas: elija también la segunda.")
        raise Invalid(message, fields={"second_professional_id": message})


def change(
    unit: Unit,
    *,
    unit_id: UUID,
    session_id: UUID,
    starts_at: datetime,
    professional_id: UUID,
    places: int,
    second_professional_id: UUID | None = None,
    room_id: UUID | None = None,
) -> int:
    """Give a date another hour, professional, room or number of places; to how many people that was a change.

    Raises Conflict when somebody is taken then, when somebody who comes has another appointment at that hour (details
    `people`, as appointments), when fewer places are left than are given, and when the date is over or called off.
    """
    values = {
        "starts_at": starts_at, "professional_id": professional_id, "second_professional_id": second_professional_id,
        "room_id": room_id, "places": places,
    }  # fmt: skip
    known = one(unit.session, unit_id=unit_id, session_id=session_id)
    _check(unit, unit_id, values)
    _check_pair(reasons.one(unit, known.reason).pair, second_professional_id)
    people = {known.professional_id, known.second_professional_id, professional_id, second_professional_id} - {None}
    with unit.savepoint():
        hold(unit.session, f"session:{session_id}", f"rooms:{unit_id}", *(f"professional:{who}" for who in people))
        now = one(unit.session, unit_id=unit_id, session_id=session_id)
        if now.state != "open" or now.starts_at <= clock.now():
            raise Conflict(_l("Esta fecha ya no está en pie, así que no se puede cambiar."))
        if places < now.taken:
            message = _l("Hay %(count)s plazas dadas: no pueden quedar menos.", count=now.taken)
            raise Conflict(message)
        length = now.ends_at - now.starts_at
        during = Range(starts_at, starts_at + length, "[)")
        unit.session.execute(
            text(
                "UPDATE group_session SET during = :during, professional_id = :one, second_professional_id = :two, "
                "room_id = :room, places = :places WHERE id = :id AND (during, professional_id, places) "
                "IS DISTINCT FROM (:during, :one, :places) OR id = :id AND (second_professional_id IS DISTINCT FROM "
                "CAST(:two AS uuid) OR room_id IS DISTINCT FROM CAST(:room AS uuid))"
            ),
            {"id": session_id, "during": during, "one": professional_id, "two": second_professional_id,
             "room": room_id if now.mode == "in_person" else None, "places": places},
        )  # fmt: skip
        told = (now.starts_at, now.professional_id) != (starts_at, professional_id)
        return _take_along(unit, session_id, starts_at, length, professional_id, second_professional_id, told)


def _take_along(unit: Unit, session_id, starts_at, length: timedelta, professional_id, second, told: bool) -> int:
    """Everybody's place goes where the date goes; to how many it is a change that they hear of."""
    given = places(unit.session, session_id)
    busy = [one_ for one_ in given if _elsewhere(unit, one_, starts_at, starts_at + length)]
    if busy:
        raise Conflict(_l("Hay personas del grupo que tienen otra cita a esa hora."), people=[one.id for one in busy])
    for one_ in given:
        unit.session.execute(
            text(
                "UPDATE appointment SET during = :during, professional_id = :one, second_professional_id = :two, "
                "sequence = sequence + CAST(:told AS int), to_call_at = NULL, to_call_why = NULL, "
                "confirmed_at = CASE WHEN :told = 1 THEN NULL ELSE confirmed_at END WHERE id = :id"
            ),
            {"id": one_.id, "during": Range(starts_at, starts_at + length, "[)"), "one": professional_id,
             "two": second, "told": int(told)},
        )  # fmt: skip
        if told:
            booking.record(unit, one_.id, "moved", "group")
            row = unit.session.execute(
                text("SELECT person_id, contact_id FROM appointment WHERE id = :id"), {"id": one_.id}
            ).one()
            booking.tell(unit, "moved", one_.id, row.person_id, row.contact_id)
    return len(given) if told else 0


def _elsewhere(unit: Unit, place: Appointment, since: datetime, until: datetime) -> bool:
    """Whether whoever has this place has something else booked then."""
    found = unit.session.execute(
        text(
            "SELECT 1 FROM appointment a JOIN appointment b ON b.id <> a.id AND (b.person_id = a.person_id "
            "OR b.contact_id = a.contact_id) WHERE a.id = :id AND b.state = 'booked' "
            "AND b.during && tstzrange(:since, :until) LIMIT 1"
        ),
        {"id": place.id, "since": since, "until": until},
    )
    return found.scalar() is not None


def call_off(unit: Unit, *, session_id: UUID, why: str | None = None) -> int:
    """Cancel a group's date and every place in it, each person told; how many. Raises NotFound."""
    row = unit.session.execute(
        text("SELECT state FROM group_session WHERE id = :id FOR UPDATE"), {"id": session_id}
    ).first()
    if row is None:
        raise NotFound()
    people = unit.session.execute(
        text("SELECT id FROM appointment WHERE session_id = :id AND state = 'booked' ORDER BY id"), {"id": session_id}
    ).scalars()
    told = 0
    for appointment_id in people.all():
        booking.cancel(unit, appointment_id=appointment_id, why=why)
        told += 1
    unit.session.execute(text("UPDATE group_session SET state = 'cancelled' WHERE id = :id"), {"id": session_id})
    return told


def stand_in(unit: Unit, date: GroupDate, *, without: UUID) -> UUID | None:
    """A colleague of the centre who is at work and free for the whole of a date, or None; not `without`."""
    day = date.starts_at.astimezone(clock.MADRID).date()
    found = reasons.one(unit, date.reason)
    board = boards.load(unit.session, unit_id=date.unit_id, reason=found, first=day - wall.DAY, last=day)
    there = {without, date.professional_id, date.second_professional_id}
    for agenda in board.agendas.values():
        if agenda.professional_id in there:
            continue
        opened = slots.openings(
            agenda.patterns, agenda.changes + board.closures, board.holidays, first=day - wall.DAY, last=day
        )
        inside = any(one_.starts_at <= date.starts_at and date.ends_at <= one_.ends_at for one_ in opened)
        taken = any(one_.starts_at < date.ends_at and one_.ends_at > date.starts_at for one_ in agenda.busy)
        if inside and not taken:
            return agenda.professional_id
    return None
