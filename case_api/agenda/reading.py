"""Appointments as values: one, a person's, a day's at the desk. The door decides before any of these is called."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.agenda.values import REASONS, Appointment, Change, Guest

_SELECT = """
    SELECT a.id, a.person_id, a.unit_id, u.name AS centre, u.address, a.professional_id,
           p.given_name AS professional, r.name AS room, a.reason, n.name AS reason_name, n.discreet,
           lower(a.during) AS starts_at, upper(a.during) AS ends_at, a.mode, a.state, a.sequence, a.uid, a.source,
           a.chosen, a.arrived_at, a.called_at, a.confirmed_at, a.to_call_why, q.due_at, q.priority, a.request_id,
           a.note, s.given_name AS second, a.contact_id, a.guest_name, a.guest_reach, a.represented_by
    FROM appointment a
    JOIN unit u ON u.id = a.unit_id
    JOIN professional p ON p.id = a.professional_id
    JOIN appointment_reason n ON n.key = a.reason
    LEFT JOIN room r ON r.id = a.room_id
    LEFT JOIN appointment_request q ON q.id = a.request_id
    LEFT JOIN professional s ON s.id = a.second_professional_id
"""


def _appointment(row) -> Appointment:
    return Appointment(
        row.id,
        row.person_id,
        row.unit_id,
        row.centre,
        row.address,
        row.professional_id,
        row.professional,
        row.room,
        row.reason,
        REASONS.get(row.reason, row.reason_name),
        row.discreet,
        row.starts_at,
        int((row.ends_at - row.starts_at).total_seconds()) // 60,
        row.mode,
        row.state,
        row.sequence,
        row.uid,
        row.source,
        row.chosen,
        row.arrived_at,
        row.called_at,
        row.confirmed_at,
        row.to_call_why,
        row.due_at,
        row.priority,
        row.request_id,
        row.second,
        row.note,
        Guest(row.contact_id, row.guest_name, row.guest_reach) if row.contact_id else None,
        row.represented_by,
    )


def owner(session: Session, appointment_id: UUID) -> UUID | None:
    """Whose appointment it is, or None when there is none that the actor may touch."""
    return session.execute(text("SELECT person_id FROM appointment WHERE id = :id"), {"id": appointment_id}).scalar()


def one(session: Session, appointment_id: UUID) -> Appointment | None:
    """One appointment, or None."""
    row = session.execute(text(_SELECT + "WHERE a.id = :id"), {"id": appointment_id}).first()
    return _appointment(row) if row else None


def of_person(
    session: Session,
    person_id: UUID,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
    upcoming_from: datetime | None = None,
) -> list[Appointment]:
    """A person's appointments, latest first; `before` is the (starts_at, id) of the last one already seen.

    With `upcoming_from`: only booked ones that end after it, soonest first.
    """
    where = "WHERE a.person_id = :person"
    order = "ORDER BY lower(a.during) DESC, a.id DESC"
    values: dict = {"person": person_id, "limit": limit}
    if before is not None:
        where += " AND (lower(a.during), a.id) < (:at, :id)"
        values |= {"at": before[0], "id": before[1]}
    if upcoming_from is not None:
        where += " AND a.state = 'booked' AND upper(a.during) > :from"
        order = "ORDER BY lower(a.during), a.id"
        values["from"] = upcoming_from
    rows = session.execute(text(f"{_SELECT} {where} {order} LIMIT :limit"), values)
    return [_appointment(row) for row in rows]


def of_contact(session: Session, contact_id: UUID, *, upcoming_from: datetime) -> list[Appointment]:
    """The booked appointments of a contact without a record that end after an instant, soonest first."""
    rows = session.execute(
        text(
            _SELECT + "WHERE a.contact_id = :contact AND a.state = 'booked' AND upper(a.during) > :from "
            "ORDER BY lower(a.during), a.id"
        ),
        {"contact": contact_id, "from": upcoming_from},
    )
    return [_appointment(row) for row in rows]


def of_unit(
    session: Session, unit_id: UUID, *, since: datetime, until: datetime, professional_id: UUID | None = None
) -> list[Appointment]:
    """A unit's appointments that start in [since, until), in order; all states but the cancelled."""
    rows = session.execute(
        text(
            _SELECT + "WHERE a.unit_id = :unit AND a.begins_at >= :since AND a.begins_at < :until "
            "AND a.state <> 'cancelled' AND (CAST(:professional AS uuid) IS NULL OR a.professional_id = :professional "
            "OR a.second_professional_id = :professional) "
            "ORDER BY a.begins_at, p.given_name, a.id"
        ),
        {"unit": unit_id, "since": since, "until": until, "professional": professional_id},
    )
    return [_appointment(row) for row in rows]


def changes(session: Session, appointment_id: UUID) -> list[Change]:
    """What happened to an appointment, the latest first."""
    rows = session.execute(
        text(
            "SELECT c.what, lower(c.during), p.given_name, c.changed_at, c.changed_by, c.why FROM appointment_change c "
            "JOIN professional p ON p.id = c.professional_id WHERE c.appointment_id = :id "
            "ORDER BY c.sequence DESC, c.changed_at DESC"
        ),
        {"id": appointment_id},
    )
    return [Change(*row) for row in rows]
