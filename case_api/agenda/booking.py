"""Booking, moving and cancelling: decided under locks, guarded by the database, told to the floors above by an event.

The caller has been let through the door already. Whatever is in the way, a row that the actor may see or one that is
hidden from them, the answer is the same Conflict. Desk, telephone, portal, link and other systems all come this way.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock, events
from case_api.access.representing import Acting
from case_api.agenda import choices, limits, offers, reasons, requests
from case_api.agenda.placing import TAKEN, checked_start, checked_why, hold_and_place, span
from case_api.agenda.values import Guest, Reason
from case_api.db import Unit, new_id
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings

SOURCE_OF = {"citizen": "portal", "staff": "desk", "client": "peer", "system": "waiting", "guest": "link"}
_CHANCE = SystemRandom()


def _by(unit: Unit) -> str:
    return f"{unit.actor.kind}:{unit.actor.id}"


def tell(unit: Unit, what: str, appointment_id: UUID, person_id: UUID | None, contact_id: UUID | None) -> None:
    """Tell the floors above what happened to an appointment: to a person's, or to one of a contact without a record."""
    if person_id is not None:
        events.publish(unit, f"appointment.{what}", appointment_id=appointment_id, person_id=person_id)
    else:
        events.publish(unit, f"guest.{what}", appointment_id=appointment_id, contact_id=contact_id)


def record(unit: Unit, appointment_id: UUID, what: str, why: str | None = None) -> None:
    """Write what happened to an appointment into its history."""
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
    person_id: UUID | None,
    unit_id: UUID,
    reason: str,
    mode: str,
    starts_at: datetime,
    professional_id: UUID | None = None,
    override_reason: str | None = None,
    hold_id: UUID | None = None,
    source: str | None = None,
    request_id: UUID | None = None,
    priority: str | None = None,
    chosen: bool = False,
    note: str | None = None,
    guest: Guest | None = None,
    acting: Acting | None = None,
) -> UUID:
    """Book an appointment; its identifier. `guest` instead of `person_id`: for a contact without a record.

    `starts_at` is an aware instant at which a slot is offered; without `professional_id` whoever is free. With
    `override_reason` (the desk's, and then a professional is named) pattern, notice and horizon do not count; what is
    booked already still does. `hold_id` is the person's hold of this slot: run out or not, the slot is theirs if it is
    still free. `chosen`: the person asked for this professional; `note`: what they need for it; `acting`: who books it
    in the person's name. It answers the person's open request for the reason,
    or `request_id`, or begins one. Raises Conflict with `alternatives` when it is not free, or with a `limit`; Invalid
    for bad input.
    """
    found = _desk_terms(unit, reasons.one(unit, reason), priority)
    if hold_id is None:  # what is held was promised
        reasons.check_active(found)
    reasons.check_mode(found, mode)
    starts_at = checked_start(starts_at)
    override = checked_why(override_reason, "override_reason")
    if override and professional_id is None:
        message = _l("Diga con qué profesional será la cita.")
        raise Invalid(message, fields={"professional_id": message})
    if override:
        _check_override(unit, unit_id, professional_id, starts_at)
    note = checked_why(note, "note")
    contact_id = guest.contact_id if guest else None
    limits.check(unit, person_id=person_id, contact_id=contact_id, what="book")
    made = new_id()
    by_way = source or SOURCE_OF[unit.actor.kind]
    try:
        # Undoing the savepoint lets the locks go, so that nobody waits while alternatives are looked for.
        with unit.savepoint():
            place = hold_and_place(
                unit,
                person_id=person_id,
                unit_id=unit_id,
                reason=found,
                mode=mode,
                starts_at=starts_at,
                professional_id=professional_id,
                override=override is not None,
                ends_hold=hold_id,
                contact_id=contact_id,
            )
            answered = _request(unit, person_id, contact_id, unit_id, found, mode, by_way, request_id, priority)
            unit.session.execute(
                text(
                    "INSERT INTO appointment (id, uid, person_id, professional_id, second_professional_id, unit_id, "
                    "room_id, session_id, reason, mode, during, buffer_minutes, override_reason, source, chosen, "
                    "note, request_id, created_at, created_by, contact_id, guest_name, guest_reach, "
                    "representation_id, represented_by) "
                    "VALUES (:id, :uid, :person, :professional, :second, "
                    ":unit, :room, :session, :reason, :mode, :during, :buffer, :override, :source, :chosen, :note, "
                    ":request, :now, :by, :contact, :guest_name, :guest_reach, :representation, :represented_by)"
                ),
                {
                    "id": made, "uid": f"{made}@{settings().MAIL_ADDRESS.rpartition('@')[2]}", "person": person_id,
                    "professional": place.professional_id, "second": place.second_professional_id, "unit": unit_id,
                    "room": place.room_id, "session": place.session_id, "reason": found.key, "mode": mode,
                    "during": span(starts_at, found.minutes), "buffer": found.buffer_minutes, "override": override,
                    "source": by_way, "chosen": chosen and professional_id is not None, "note": note,
                    "request": answered, "now": clock.now(), "by": _by(unit), "contact": contact_id,
                    "guest_name": guest.name if guest else None, "guest_reach": guest.reach if guest else None,
                    "representation": acting.representation_id if acting else None,
                    "represented_by": acting.name if acting else None,
                },
            )  # fmt: skip
            if hold_id is not None:
                unit.session.execute(
                    text(
                        "UPDATE appointment_hold SET state = 'booked' "
                        "WHERE id = :id AND (person_id = :person OR contact_id = :contact)"
                    ),
                    {"id": hold_id, "person": person_id, "contact": contact_id},
                )
    except Conflict as conflict:
        raise _with_alternatives(unit, conflict, person_id, unit_id, found, mode, professional_id, starts_at) from None
    record(unit, made, "booked", override)
    tell(unit, "booked", made, person_id, contact_id)
    return made


def _desk_terms(unit: Unit, reason: Reason, priority: str | None) -> Reason:
    """An emergency that staff declare waits for no notice: its 24 hours would be over before it."""
    urgent = priority == "emergency" and unit.actor.kind in ("staff", "system")
    return replace(reason, notice_minutes=0) if urgent else reason


def _request(unit: Unit, person_id, contact_id, unit_id, reason: Reason, mode, source, request_id, priority) -> UUID:
    """The request that this booking answers: the one told, the person's open one, or a new one."""
    known = request_id
    if known is None and (waiting := requests.latest_open(unit.session, person_id=person_id, reason=reason.key)):
        known = waiting.id
    if known is None:
        known = requests.ask(
            unit, person_id=person_id, contact_id=contact_id, unit_id=unit_id, reason=reason.key, mode=mode,
            source=source, priority=priority or reason.priority,
        ).id  # fmt: skip
    elif (found := requests.one(unit.session, known)).person_id != person_id:
        raise NotFound()
    elif priority and priority != found.priority:
        requests.reprioritise(unit, found, priority)
    requests.stands(unit.session, known, "booked")
    return known


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
    if "limit" in conflict.details:
        return conflict
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
            "SELECT id, person_id, contact_id, professional_id, second_professional_id, unit_id, session_id, reason, "
            "mode, state, sequence, request_id, lower(during) AS starts_at, upper(during) AS ends_at "
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


def _rest(unit: Unit, row) -> None:
    """A slot given back rests for a random while before people alone see it: the desk and the waiting list come first,
    and nobody sells what they cannot know to find again.
    """
    chosen = choices.of(unit.session)
    minutes = _CHANCE.randint(int(chosen["rest_minutes_least"]), int(chosen["rest_minutes_most"]))
    unit.session.execute(
        text(
            "INSERT INTO slot_rest (id, professional_id, during, person_id, until) VALUES (:id, :professional, "
            "tstzrange(:since, :to), :person, :until)"
        ),
        {
            "id": new_id(),
            "professional": row.professional_id,
            "since": row.starts_at,
            "to": row.ends_at,
            "person": row.person_id or row.contact_id,
            "until": clock.now() + timedelta(minutes=minutes),
        },
    )


def cancel(unit: Unit, *, appointment_id: UUID, why: str | None = None, seen_version: str | None = None) -> None:
    """Cancel an appointment. Cancelling a cancelled one again changes nothing and is no error.

    `seen_version` is the version the caller saw; another one now raises Conflict with details `stale=True`. Raises
    Conflict when it has begun or is over, NotFound when there is none. What the centre cancels is still owed.
    """
    why = checked_why(why, "why")
    row = _row(unit, appointment_id, lock=True)
    _check_version(row, seen_version)
    if row.state == "cancelled":
        return
    _check_open(row)
    unit.session.execute(
        text(
            "UPDATE appointment SET state = 'cancelled', sequence = sequence + 1, cancelled_at = :now, "
            "cancelled_by = :by, cancelled_why = :why, to_call_at = NULL, to_call_why = NULL WHERE id = :id"
        ),
        {"id": appointment_id, "now": clock.now(), "by": _by(unit), "why": why},
    )
    _rest(unit, row)
    requests.stands(unit.session, row.request_id, "withdrawn" if unit.actor.kind in limits.ALONE else "open")
    record(unit, appointment_id, "cancelled", why)
    tell(unit, "cancelled", appointment_id, row.person_id, row.contact_id)


def reschedule(
    unit: Unit,
    *,
    appointment_id: UUID,
    starts_at: datetime,
    professional_id: UUID | None = None,
    mode: str | None = None,
    unit_id: UUID | None = None,
    seen_version: str | None = None,
    hold_id: UUID | None = None,
    why: str | None = None,
    at_once: bool = False,
) -> None:
    """Move an appointment to another free slot, in one step: the old one stays when the new one is taken.

    `professional_id`, `mode` and `unit_id` (the centre) stay as they are unless told; in another centre whoever is free
    will do. `at_once`: the centre moves it, so no notice counts, and the same hour is placed anew too. Raises Conflict
    with `alternatives`, Conflict with details `stale=True` for an old `seen_version`, NotFound, Invalid.
    """
    row = _row(unit, appointment_id)
    _check_version(row, seen_version)
    _check_open(row)
    starts_at = checked_start(starts_at)
    found = reasons.one(unit, row.reason)
    if at_once:
        found = replace(found, notice_minutes=0)
    mode = mode or row.mode
    reasons.check_mode(found, mode)
    unit_id = unit_id or row.unit_id
    if professional_id is None and unit_id == row.unit_id and row.session_id is None:
        professional_id = row.professional_id
    same = (starts_at, professional_id, mode, unit_id) == (row.starts_at, row.professional_id, row.mode, row.unit_id)
    if same and not at_once:
        return
    limits.check(unit, person_id=row.person_id, contact_id=row.contact_id, what="move")
    try:
        with unit.savepoint():
            place = hold_and_place(
                unit,
                person_id=row.person_id,
                unit_id=unit_id,
                reason=found,
                mode=mode,
                starts_at=starts_at,
                professional_id=professional_id,
                besides=appointment_id,
                also=tuple(one for one in (row.professional_id, row.second_professional_id) if one),
                ends_hold=hold_id,
                contact_id=row.contact_id,
            )
            now = _row(unit, appointment_id, lock=True)
            if (now.sequence, now.state) != (row.sequence, row.state):
                raise Conflict(_l("La cita ha cambiado mientras tanto. Mírela de nuevo, por favor."), stale=True)
            unit.session.execute(
                text(
                    "UPDATE appointment SET during = :during, professional_id = :professional, room_id = :room, "
                    "second_professional_id = :second, session_id = :session, unit_id = :unit, mode = :mode, "
                    "buffer_minutes = :buffer, sequence = sequence + 1, confirmed_at = NULL, to_call_at = NULL, "
                    "to_call_why = NULL WHERE id = :id"
                ),
                {
                    "id": appointment_id,
                    "during": span(starts_at, found.minutes),
                    "professional": place.professional_id,
                    "second": place.second_professional_id,
                    "session": place.session_id,
                    "unit": unit_id,
                    "room": place.room_id,
                    "mode": mode,
                    "buffer": found.buffer_minutes,
                },
            )
    except Conflict as conflict:
        if conflict.details.get("stale"):
            raise
        raise _with_alternatives(
            unit, conflict, row.person_id, unit_id, found, mode, professional_id, starts_at
        ) from None
    if (starts_at, professional_id) != (row.starts_at, row.professional_id):
        _rest(unit, row)
    record(unit, appointment_id, "moved", why)
    tell(unit, "moved", appointment_id, row.person_id, row.contact_id)


def comes(unit: Unit, *, appointment_id: UUID) -> None:
    """Note that whoever is expected says that they come: it binds nobody."""
    unit.session.execute(
        text("UPDATE appointment SET confirmed_at = :now WHERE id = :id AND state = 'booked'"),
        {"id": appointment_id, "now": clock.now()},
    )


def close(unit: Unit, *, appointment_id: UUID, state: str) -> None:
    """Say how an appointment went: `attended` or `no_show`. Raises Conflict before it begins or when cancelled.

    Not coming has no consequence: the person is told how to ask for another.
    """
    if state not in ("attended", "no_show"):
        raise Invalid(fields={"state": _l("Elija una opción de la lista.")})
    row = _row(unit, appointment_id, lock=True)
    if row.state == "cancelled" or row.starts_at > clock.now():
        raise Conflict(_l("Todavía no se puede decir cómo fue esta cita."))
    unit.session.execute(
        text("UPDATE appointment SET state = :state, sequence = sequence + 1 WHERE id = :id"),
        {"id": appointment_id, "state": state},
    )
    requests.stands(unit.session, row.request_id, "met" if state == "attended" else "withdrawn")
    record(unit, appointment_id, state)
