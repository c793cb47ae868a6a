"""What the record tells us becomes a message to the person: on the channel that fits, in their language, discreetly.

The record speaks by rows of `event`. A notice says when and where (N1), never why; what is read by others, and what the
door does not let us tell, becomes a pointer to the folder (N0). It is never a legal notification.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.levels import Level
from case_api.agenda.following import links
from case_api.db import Unit, unit_of_work
from case_api.errors import NotFound
from case_api.settings import settings
from channels.contacts import book as contacts
from channels.conversations import callbacks
from channels.inbound import joining
from channels.outbound import guests, otherwise, outbox, routes, sending, waits
from channels.outbound.words import level_of, render

ACTOR = Actor.system("notices")
MOST_ATTEMPTS = 5
_TEMPLATES = {
    "appointment.booked": ("appointment_booked", "booked"),
    "appointment.moved": ("appointment_moved", "booked"),
    "appointment.cancelled": ("appointment_cancelled", "cancelled"),
    "appointment.reminder": ("appointment_reminder", "booked"),
    "appointment.ask": ("appointment_ask", "booked"),
    "appointment.answered": ("appointment_answered", "booked"),
    "appointment.missed": ("appointment_missed", "no_show"),
    "appointment.follow_up": ("appointment_after", "attended"),
}
_SAID_DISCREETLY = {"appointment.booked", "appointment.moved", "appointment.cancelled", "appointment.reminder"}
# Their words carry a way to the appointment that needs no login.
_WITH_LINK = {"appointment.reminder", "appointment.answered"}
UNDELIVERED = "notice.undelivered"  # our own: a notice did not arrive, try the next channel
NEWS = "folder.news"  # there is something to read after login: what, nobody is told on the way
_IN_FOLDER = "notice_in_folder"
_DISCREET = "appointment_discreet"

_KINDS = [*_TEMPLATES, *waits.KINDS, *guests.KINDS, UNDELIVERED, NEWS]
_NEXT = text("""
    SELECT id, kind, payload, attempts FROM event e
    WHERE handled_at IS NULL AND kind = ANY(:kinds)
      AND NOT EXISTS (SELECT 1 FROM event b WHERE b.handled_at IS NULL AND b.id < e.id AND b.kind = ANY(:kinds)
                      AND b.payload->>'appointment_id' = e.payload->>'appointment_id')
    ORDER BY attempts, id LIMIT 1 FOR UPDATE SKIP LOCKED
""")


def handle_next() -> bool:
    """Turn the next event into a message. False when there is none, or it has to wait."""
    with unit_of_work(ACTOR) as unit:
        row = unit.session.execute(_NEXT, {"kinds": _KINDS}).first()
        if row is None:
            return False
        try:
            with unit.session.begin_nested():
                _handle(unit, row.kind, row.payload)
        except DBAPIError:
            raise
        except Exception as error:  # noqa: BLE001 (one event must not stop the others)
            log.logger().error("event not handled", id=row.id, kind=row.kind, attempt=row.attempts, exc_info=error)
            unit.session.execute(
                text(
                    "UPDATE event SET attempts = attempts + 1, "
                    "handled_at = CASE WHEN attempts + 1 >= :most THEN :now END WHERE id = :id"
                ),
                {"id": row.id, "most": MOST_ATTEMPTS, "now": clock.now()},
            )
            return False
        unit.session.execute(
            text("UPDATE event SET handled_at = :now WHERE id = :id"), {"id": row.id, "now": clock.now()}
        )
    return True


def _handle(unit: Unit, kind: str, payload: dict[str, Any]) -> None:
    if kind == UNDELIVERED:
        otherwise.by_another_way(unit.session, message_id=UUID(payload["message_id"]))
        return
    if kind in guests.KINDS:
        guests.handle(unit, kind, payload)
        return
    person_id = UUID(payload["person_id"])
    if kind == NEWS:
        tell(unit.session, person_id=person_id, template=_IN_FOLDER, level="N0", purpose="case")
        return
    if kind in waits.KINDS:
        waits.handle(unit, kind, payload, tell)
        return
    template, expected = _TEMPLATES[kind]
    try:
        appointment = open_door(ACTOR, "notify", unit=unit).appointment(UUID(payload["appointment_id"]))
    except NotFound:
        # Shielded, or gone: no date, place or office on any channel.
        tell(unit.session, person_id=person_id, template=_IN_FOLDER, level="N0", purpose="appointment", prompt=True)
        return
    if appointment.state != expected:
        return  # it has changed again since; that change has its own event
    values = {"starts_at": appointment.starts_at}
    if getattr(appointment, "discreet", False) and kind not in _SAID_DISCREETLY:
        tell(unit.session, person_id=person_id, template=_IN_FOLDER, level="N0", purpose="appointment", prompt=True)
        return
    if getattr(appointment, "discreet", False):
        # A sensitive reason: when, and nothing that tells who we are or where.
        template, values = _DISCREET, values | {"change": kind.partition(".")[2]}
    else:
        values |= {"centre": appointment.centre, "mode": appointment.mode}
        if kind in _WITH_LINK:
            values["link"] = f"{settings().PUBLIC_URL}/c/{links.make(unit, appointment_id=appointment.id)}"
    tell(unit.session, person_id=person_id, template=template, level="N1", prompt=True, **values)


def tell(
    session: Session,
    *,
    person_id: UUID,
    template: str,
    level: str = "N0",
    purpose: str | None = None,
    prompt: bool = False,
    **values: Any,
) -> UUID:
    """Write a notice to a person and queue it on the best channel; in the portal when no channel fits.

    Returns the message's id. On an address that others read, and under a shield, it only says that something waits in
    the folder. `level` may raise what the template says of itself. `purpose`: what the person may have refused
    ('appointment', 'case', 'information'), by default told from the template's name. `prompt`: it answers something
    that the person has just done, so that quiet hours do not hold it. One about their own appointment that no channel
    takes asks a professional to call.
    """
    level = max(Level(level), level_of(template))
    purpose = purpose or ("appointment" if template.startswith("appointment") else "case")
    contact_id = contacts.contact_of_person(session, person_id=person_id)
    contacts.lock_contact(session, contact_id=contact_id)
    conversation_id = conversation_for_notices(session, contact_id=contact_id)
    route = routes.best(
        session, person_id=person_id, contact_id=contact_id, level=level, purpose=purpose, template=template
    )
    language = sending.language_of(session, conversation_id=conversation_id)
    if route is None:
        words = render(template, language=language, **values)
        made = sending.put_in_portal(
            session, conversation_id=conversation_id, body=words.body, kind="notice", level=str(level),
            language=language, person_id=person_id, automatic="auto", purpose=purpose,
        )  # fmt: skip
        if purpose == "appointment":
            callbacks.needed(session, message_id=made)
        return made
    if route.quiet:
        template, level, values = _IN_FOLDER, Level.N0, {}
    return sending.send_words(
        session,
        conversation_id=conversation_id,
        address=route.address,
        template=template,
        kind="notice",
        level=level,
        person_id=person_id,
        priority=outbox.NOTICE,
        purpose=purpose,
        prompt=prompt,
        **values,
    )


def conversation_for_notices(session: Session, *, contact_id: UUID) -> UUID:
    """Where a notice is written: the person's latest conversation, open or closed, never one that a representative
    writes and reads. A notice opens nothing for staff."""
    found = session.execute(
        text(
            "SELECT id FROM conversation WHERE contact_id = :c AND represented_by IS NULL "
            "ORDER BY state DESC, last_message_at DESC LIMIT 1"
        ),
        {"c": contact_id},
    ).scalar()
    if found:
        return found
    now = clock.now()
    made = joining.new_conversation(session, contact_id=contact_id, at=now)
    session.execute(
        text("UPDATE conversation SET state = 'closed', closed_at = :now WHERE id = :id"), {"id": made, "now": now}
    )
    return made
