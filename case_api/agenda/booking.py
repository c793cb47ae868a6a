"""Booking, moving and cancelling: decided under locks, guarded by the database, told to the floors above by an event.

The caller has been let through the door already. Whatever is in the way, a row that the actor may see or one that is
hidden from them, the answer is the same Conflict.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from psycopg.types.range import Range
from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import board as boards
from case_api.agenda import offers, wall
from case_api.agenda.locks import hold
from case_api.agenda.values import Reason
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings

TAKEN = _l("Esa hora ya no está libre. Elija otra, por favor.")
_LONGEST_WHY = 500
_LONGEST_AHEAD = timedelta(days=800)

for _name in ("ex_appointment_professional", "ex_appointment_room", "ex_appointment_person"):
    violation(_name, lambda: Conflict(TAKEN))


@dataclass(frozen=True, slots=True)
class Place:
    """Who and where, found free for one start."""

    professional_id: UUID
    room_id: UUID | None


def _by(unit: Unit) -> str:
    return f"{unit.actor.kind}:{unit.actor.id}"


def _span(starts_at: datetime, minutes: int) -> Range:
    return Range(starts_at, starts_at + timedelta(minutes=minutes), "[)")


def _checked_start(starts_at: datetime) -> datetime:
    if starts_at.tzinfo is None:
        message = _l("Diga la hora con su zona horaria, por ejemplo 2026-12-01T09:30:00+01:00.")
        raise Invalid(message, fields={"starts_at": message})
    try:
        starts_at = starts_at.astimezone(UTC)
    except OverflowError:
        starts_at = datetime.max.replace(tzinfo=UTC)
    # Nothing is ever offered out there, and the calendar's own ends must not be computed with.
    if abs(starts_at - clock.now()) > _LONGEST_AHEAD:
        message = _l("Elija una fecha más cercana.")
        raise Invalid(message, fields={"starts_at": message})
    return starts_at


def _checked_why(why: str | None, field: str) -> str | None:
    why = (why or "").strip() or None
    if why and len(why) > _LONGEST_WHY:
        message = _l("Use %(limit)s letras como mucho.", limit=_LONGEST_WHY)
        raise Invalid(message, fields={field: message})
    return why


def _load(unit: Unit, unit_id: UUID, reason: Reason, starts_at: datetime, professional_id, besides) -> boards.Board:
    day = starts_at.astimezone(clock.MADRID).date()
    return boards.load(
        unit.session,
        unit_id=unit_id,
        reason=reason,
        first=day - wall.DAY,
        last=day,
        professional_id=professional_id,
        besides=besides,
    )


def _hold_and_place(
    unit: Unit,
    *,
    person_id: UUID,
    unit_id: UUID,
    reason: Reason,
    mode: str,
    starts_at: datetime,
    professional_id: UUID | None,
    override: bool,
    besides: UUID | None = None,
    also: tuple[UUID, ...] = (),
) -> Place:
    """Lock what the appointment takes, then look again whether it is free. Raises Conflict (without alternatives)."""
    if professional_id is not None:
        staff = [professional_id]
    else:
        # Anybody will do: hold them all, so that the choice made below stays true.
        staff = list(_load(unit, unit_id, reason, starts_at, None, besides).agendas)
    rooms = [f"rooms:{unit_id}"] if mode == "in_person" else []
    names = {str(professional) for professional in (*staff, *also)}
    hold(unit.session, f"person:{person_id}", *rooms, *(f"professional:{name}" for name in names))
    board = _load(unit, unit_id, reason, starts_at, professional_id, besides)
    room_id = board.room_at(starts_at) if mode == "in_person" else None
    if override and professional_id is not None:
        return Place(professional_id, room_id)
    chosen = next((slot for slot in board.free(mode=mode) if slot.starts_at == starts_at), None)
    if chosen is None:
        raise Conflict(TAKEN)
    return Place(chosen.professional_id, room_id)


def _record(unit: Unit, appointment_id: UUID, what: str, why: str | None = None) -> None:
    unit.session.execute(
        text(
            "INSERT INTO appointment_change (id, appointment_id, sequence, what, professional_id, mode, during, "
            "changed_at, changed_by, why) SELECT :id, id, sequence, :what, professional_id, mode, during, :now, :by, "
            ":why FROM appointment WHERE id = :appointment"
        ),
        {
            "id": new_id(),
            "appointment": appointment_id,
            "what": what,
            "now": clock.now(),
            "by": _by(unit),
            "why": why,
        },
    )


def book(
    unit: Unit,
    *,
    person_id: UUID,
    unit_id: UUID,
    reason: str,
    mode: str,
    starts_at: datetime,
    professional_id: UUID | None = None,
    override_reason: str | None = None,
) -> UUID:
    """Book an appointment; its identifier.

    `starts_at` is an aware instant at which a slot is offered; without `professional_id` whoever is free. With
    `override_reason` (the desk's, and then a professional is named) pattern, notice and horizon do not count; what is
    booked already still does. Raises Conflict with `alternatives` when it is not free, Invalid for bad input.
    """
    found = offers.reason_of(unit, reason)
    offers.check_mode(found, mode)
    starts_at = _checked_start(starts_at)
    override = _checked_why(override_reason, "override_reason")
    if override and professional_id is None:
        message = _l("Diga con qué profesional será la cita.")
        raise Invalid(message, fields={"professional_id": message})
    if override:
        _check_override(unit, unit_id, professional_id, starts_at)
    made = new_id()
    try:
        # Undoing the savepoint lets the locks go, so that nobody waits while alternatives are looked for.
        with unit.savepoint():
            place = _hold_and_place(
                unit,
                person_id=person_id,
                unit_id=unit_id,
                reason=found,
                mode=mode,
                starts_at=starts_at,
                professional_id=professional_id,
                override=override is not None,
            )
            unit.session.execute(
                text(
                    "INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, room_id, reason, mode, "
                    "during, buffer_minutes, override_reason, created_at, created_by) VALUES (:id, :uid, :person, "
                    ":professional, :unit, :room, :reason, :mode, :during, :buffer, :override, :now, :by)"
                ),
                {
                    "id": made,
                    "uid": f"{made}@{settings().MAIL_ADDRESS.rpartition('@')[2]}",
                    "person": person_id,
                    "professional": place.professional_id,
                    "unit": unit_id,
                    "room": place.room_id,
                    "reason": found.key,
                    "mode": mode,
                    "during": _span(starts_at, found.minutes),
                    "buffer": found.buffer_minutes,
                    "override": override,
                    "now": clock.now(),
                    "by": _by(unit),
                },
            )
    except Conflict as conflict:
        raise _with_alternatives(unit, conflict, person_id, unit_id, found, mode, professional_id, starts_at) from None
    _record(unit, made, "booked", override)
    events.publish(unit, "appointment.booked", appointment_id=made, person_id=person_id)
    return made


def _check_override(unit: Unit, unit_id: UUID, professional_id: UUID, starts_at: datetime) -> None:
    known = unit.session.execute(
        text("SELECT FROM professional p, unit u WHERE p.id = :professional AND p.active AND u.id = :unit"),
        {"professional": professional_id, "unit": unit_id},
    ).first()
    if known is None:
        message = _l("Elija un profesional y un centro de la lista.")
        raise Invalid(message, fields={"professional_id": message})
    if starts_at <= clock.now():
        message = _l("Esa hora ya ha pasado.")
        raise Invalid(message, fields={"starts_at": message})


def _with_alternatives(
    unit: Unit, conflict: Conflict, person_id, unit_id, reason: Reason, mode: str, professional_id, near: datetime
) -> Conflict:
    choice = offers.alternatives(
        unit,
        person_id=person_id,
        unit_id=unit_id,
        reason=reason.key,
        mode=mode,
        professional_id=professional_id,
        near=near,
    )
    return Conflict(conflict.message or TAKEN, alternatives=choice)


def _row(unit: Unit, appointment_id: UUID, *, lock: bool = False):
    row = unit.session.execute(
        text(
            "SELECT id, person_id, professional_id, unit_id, reason, mode, state, sequence, lower(during) AS starts_at "
            "FROM appointment WHERE id = :id" + (" FOR UPDATE" if lock else "")
        ),
        {"id": appointment_id},
    ).first()
    if row is None:
        raise NotFound()
    return row


def _check_open(row) -> None:
    if row.state != "booked":
        raise Conflict(_l("Esta cita ya no está en pie, así que no se puede cambiar."))
    if row.starts_at <= clock.now():
        raise Conflict(_l("Esta cita ya ha empezado, así que no se puede cambiar."))


def _check_version(row, seen_version: str | None) -> None:
    if seen_version is not None and seen_version != f"{row.sequence}-{row.state}":
        raise Conflict(_l("La cita ha cambiado desde que usted la vio. Mírela de nuevo, por favor."), stale=True)


def cancel(unit: Unit, *, appointment_id: UUID, why: str | None = None, seen_version: str | None = None) -> None:
    """Cancel an appointment. Cancelling a cancelled one again changes nothing and is no error.

    `seen_version` is the version the caller saw; another one now raises Conflict with details `stale=True`. Raises
    Conflict when it has begun or is over, NotFound when there is none.
    """
    why = _checked_why(why, "why")
    row = _row(unit, appointment_id, lock=True)
    _check_version(row, seen_version)
    if row.state == "cancelled":
        return
    _check_open(row)
    unit.session.execute(
        text(
            "UPDATE appointment SET state = 'cancelled', sequence = sequence + 1, cancelled_at = :now, "
            "cancelled_by = :by, cancelled_why = :why WHERE id = :id"
        ),
        {"id": appointment_id, "now": clock.now(), "by": _by(unit), "why": why},
    )
    _record(unit, appointment_id, "cancelled", why)
    events.publish(unit, "appointment.cancelled", appointment_id=appointment_id, person_id=row.person_id)


def reschedule(
    unit: Unit,
    *,
    appointment_id: UUID,
    starts_at: datetime,
    professional_id: UUID | None = None,
    mode: str | None = None,
    seen_version: str | None = None,
) -> None:
    """Move an appointment to another free slot of its unit, in one step: the old one stays when the new one is taken.

    `professional_id` and `mode` stay as they are unless told. Raises Conflict with `alternatives`, Conflict with
    details `stale=True` for an old `seen_version`, NotFound, Invalid.
    """
    row = _row(unit, appointment_id)
    _check_version(row, seen_version)
    _check_open(row)
    starts_at = _checked_start(starts_at)
    found = offers.reason_of(unit, row.reason)
    mode = mode or row.mode
    offers.check_mode(found, mode)
    professional_id = professional_id or row.professional_id
    if (starts_at, professional_id, mode) == (row.starts_at, row.professional_id, row.mode):
        return
    try:
        with unit.savepoint():
            place = _hold_and_place(
                unit,
                person_id=row.person_id,
                unit_id=row.unit_id,
                reason=found,
                mode=mode,
                starts_at=starts_at,
                professional_id=professional_id,
                override=False,
                besides=appointment_id,
                also=(row.professional_id,),
            )
            now = _row(unit, appointment_id, lock=True)
            if (now.sequence, now.state) != (row.sequence, row.state):
                raise Conflict(_l("La cita ha cambiado mientras tanto. Mírela de nuevo, por favor."), stale=True)
            unit.session.execute(
                text(
                    "UPDATE appointment SET during = :during, professional_id = :professional, room_id = :room, "
                    "mode = :mode, buffer_minutes = :buffer, sequence = sequence + 1 WHERE id = :id"
                ),
                {
                    "id": appointment_id,
                    "during": _span(starts_at, found.minutes),
                    "professional": place.professional_id,
                    "room": place.room_id,
                    "mode": mode,
                    "buffer": found.buffer_minutes,
                },
            )
    except Conflict as conflict:
        if conflict.details.get("stale"):
            raise
        raise _with_alternatives(
            unit, conflict, row.person_id, row.unit_id, found, mode, professional_id, starts_at
        ) from None
    _record(unit, appointment_id, "moved")
    events.publish(unit, "appointment.moved", appointment_id=appointment_id, person_id=row.person_id)


def close(unit: Unit, *, appointment_id: UUID, state: str) -> None:
    """Say how an appointment went: `attended` or `no_show`. Raises Conflict before it begins or when cancelled."""
    if state not in ("attended", "no_show"):
        raise Invalid(fields={"state": _l("Elija una opción de la lista.")})
    row = _row(unit, appointment_id, lock=True)
    if row.state == "cancelled" or row.starts_at > clock.now():
        raise Conflict(_l("Todavía no se puede decir cómo fue esta cita."))
    unit.session.execute(
        text("UPDATE appointment SET state = :state, sequence = sequence + 1 WHERE id = :id"),
        {"id": appointment_id, "state": state},
    )
    _record(unit, appointment_id, state)
