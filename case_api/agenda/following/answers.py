"""Answers to reminders and invitations, understood as proposals: staff or the person's own link confirm them.

Nothing that somebody writes in passing cancels an appointment: "C" may be a slip, and who holds a phone is not who
the appointment is for.
"""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import booking
from case_api.agenda.following.understanding import Said
from case_api.db import Unit, new_id
from case_api.errors import Conflict, NotFound


def next_reminded(unit: Unit, *, person_id: UUID, only_reminded: bool = False) -> UUID | None:
    """The appointment that an answer is about: the person's next one, when there is one alone in the coming fortnight
    or one that they were reminded of last. None when it could be another.
    """
    rows = unit.session.execute(
        text(
            "SELECT a.id, max(r.told_at) AS told FROM appointment a "
            "LEFT JOIN appointment_reminder r ON r.appointment_id = a.id AND r.starts_at = lower(a.during) "
            "WHERE a.person_id = :person AND a.state = 'booked' AND lower(a.during) > :now "
            "AND lower(a.during) < CAST(:now AS timestamptz) + interval '15 days' GROUP BY a.id, a.during "
            "ORDER BY told DESC NULLS LAST, lower(a.during)"
        ),
        {"person": person_id, "now": clock.now()},
    ).all()
    if not rows:
        return None
    reminded = [row for row in rows if row.told is not None]
    if reminded or (len(rows) == 1 and not only_reminded):
        return (reminded or rows)[0].id
    return None


def next_of_guest(unit: Unit, *, contact_id: UUID) -> UUID | None:
    """The appointment that a guest was last reminded of and that is still to come, or None."""
    return unit.session.execute(
        text(
            "SELECT a.id FROM appointment a JOIN appointment_reminder r ON r.appointment_id = a.id "
            "AND r.starts_at = lower(a.during) WHERE a.contact_id = :contact AND a.state = 'booked' "
            "AND lower(a.during) > :now ORDER BY r.told_at DESC LIMIT 1"
        ),
        {"contact": contact_id, "now": clock.now()},
    ).scalar()


def propose(unit: Unit, *, appointment_id: UUID, said: Said, channel: str, reference: str) -> UUID | None:
    """Keep what somebody answered, once for each `reference` (the message's or the reply's own id); None when known.

    Coming is noted at once, it binds nobody. The rest waits for a confirmation. Raises NotFound.
    """
    row = unit.session.execute(
        text("SELECT person_id, state FROM appointment WHERE id = :id"), {"id": appointment_id}
    ).first()
    if row is None:
        raise NotFound()
    made = unit.session.execute(
        text(
            "INSERT INTO appointment_answer (id, appointment_id, person_id, said, channel, reference, state, "
            "created_at) VALUES (:id, :appointment, :person, :said, :channel, :reference, :state, :now) "
            "ON CONFLICT ON CONSTRAINT uq_appointment_answer_reference DO NOTHING RETURNING id"
        ),
        {
            "id": new_id(),
            "appointment": appointment_id,
            "person": row.person_id,
            "said": said,
            "channel": channel,
            "reference": reference[:200],
            "state": "open" if said != "comes" and row.state == "booked" else "done",
            "now": clock.now(),
        },
    ).scalar()
    if made is not None and said == "comes" and row.state == "booked":
        booking.comes(unit, appointment_id=appointment_id)
    elif made is not None and row.state == "booked":
        events.publish(unit, "appointment.answered", appointment_id=appointment_id, person_id=row.person_id, said=said)
    return made


def decide(unit: Unit, *, answer_id: UUID, accept: bool) -> None:
    """Confirm a proposal (what was to be cancelled is cancelled) or put it aside. Raises NotFound, Conflict."""
    row = unit.session.execute(
        text("SELECT appointment_id, said, state FROM appointment_answer WHERE id = :id FOR UPDATE"), {"id": answer_id}
    ).first()
    if row is None:
        raise NotFound()
    if row.state != "open":
        raise Conflict(_l("Esta respuesta ya está atendida."))
    if accept and row.said == "cancel":
        booking.cancel(unit, appointment_id=row.appointment_id)
    unit.session.execute(
        text("UPDATE appointment_answer SET state = :state, ended_at = :now, ended_by = :by WHERE id = :id"),
        {
            "id": answer_id,
            "state": "done" if accept else "dismissed",
            "now": clock.now(),
            "by": f"{unit.actor.kind}:{unit.actor.id}",
        },
    )
