"""What the record tells us becomes a message to the person: on the channel that fits, in their language, discreetly.

The record speaks by rows of `event`. A notice says when and where (N1), never why; what is read by others, and what the
door does not let us tell, becomes a pointer to the folder (N0). It is never a legal notification.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import Unit, unit_of_work
from case_api.errors import DomainError, NotFound
from channels.contacts import book as contacts
from channels.contacts.book import Address
from channels.inbound import joining
from channels.outbound import gate, outbox, sending
from channels.outbound.words import render

ACTOR = Actor.system("notices")
PREFERENCE = ("whatsapp", "sms", "email")
MOST_ATTEMPTS = 5
_TEMPLATES = {
    "appointment.booked": ("appointment_booked", "booked"),
    "appointment.moved": ("appointment_moved", "booked"),
    "appointment.cancelled": ("appointment_cancelled", "cancelled"),
}
UNDELIVERED = "notice.undelivered"  # our own: a notice did not arrive, try the next channel
_IN_FOLDER = "notice_in_folder"

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
        row = unit.session.execute(_NEXT, {"kinds": [*_TEMPLATES, UNDELIVERED]}).first()
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
        _by_another_way(unit.session, UUID(payload["message_id"]))
        return
    template, expected = _TEMPLATES[kind]
    person_id = UUID(payload["person_id"])
    try:
        appointment = open_door(ACTOR, "notify", unit=unit).appointment(UUID(payload["appointment_id"]))
    except NotFound:
        # Shielded, or gone: no date, place or office on any channel.
        tell(unit.session, person_id=person_id, template=_IN_FOLDER, level="N0")
        return
    except DomainError:
        raise
    if appointment.state != expected:
        return  # it has changed again since; that change has its own event
    tell(
        unit.session,
        person_id=person_id,
        template=template,
        level="N1",
        starts_at=appointment.starts_at,
        centre=appointment.centre,
        mode=appointment.mode,
    )


def tell(session: Session, *, person_id: UUID, template: str, level: str, **values: Any) -> UUID:
    """Write a notice to a person and queue it on the best channel; in the portal when no channel fits.

    Returns the message's id. On an address that others read it only says that something waits in the folder.
    """
    contact_id = contacts.contact_of_person(session, person_id=person_id)
    contacts.lock_contact(session, contact_id=contact_id)
    conversation_id = _conversation(session, contact_id)
    route = best_route(session, person_id=person_id, contact_id=contact_id, level=level)
    language = sending.language_of(session, conversation_id=conversation_id)
    if route is None:
        words = render(template, language=language, **values)
        return sending.put_in_portal(
            session, conversation_id=conversation_id, body=words.body, kind="notice", level=level, language=language,
            person_id=person_id, automatic="auto",
        )  # fmt: skip
    if route.quiet:
        template, level, values = _IN_FOLDER, "N0", {}
    return sending.send_words(
        session,
        conversation_id=conversation_id,
        address=route.address,
        template=template,
        kind="notice",
        level=level,
        person_id=person_id,
        priority=outbox.NOTICE,
        **values,
    )


@dataclass(frozen=True, slots=True)
class Route:
    """An address to tell somebody on. `quiet`: only that something waits."""

    address: Address
    quiet: bool


def best_route(
    session: Session, *, person_id: UUID, contact_id: UUID, level: str, besides: frozenset[str] = frozenset()
) -> Route | None:
    """The first proved address that the gate lets through: WhatsApp inside its window, then SMS, then mail."""
    proved = contacts.addresses_of_person(session, person_id=person_id)
    numbers = {address.value for address in proved if address.kind == "whatsapp"}
    # Whoever proved the WhatsApp of a number holds the number: an SMS may go there too, though none came from it.
    siblings = [
        address
        for address in contacts.addresses_of_contact(session, contact_id=contact_id)
        if address.kind == "sms" and address.person_id is None and address.value in numbers
    ]
    usable = [address for address in (*proved, *siblings) if address.kind not in besides]
    for channel in PREFERENCE:
        for address in usable:
            if address.kind != channel:
                continue
            quiet = address.may_be_read_by_others or address.discreet or address.shared
            decision = gate.decide(
                session,
                address_id=address.id,
                channel=channel,
                our_address=outbox.our_address(channel),
                level="N0" if quiet else level,
                person_id=person_id,
            )
            if decision.act != "hold":
                return Route(address, quiet)
    return None


def _conversation(session: Session, contact_id: UUID) -> UUID:
    """Where a notice is written: the person's latest conversation, open or closed. A notice opens nothing for staff."""
    found = session.execute(
        text("SELECT id FROM conversation WHERE contact_id = :c ORDER BY state DESC, last_message_at DESC LIMIT 1"),
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


def _by_another_way(session: Session, message_id: UUID) -> None:
    """A notice did not arrive: say on the next channel that something waits in the folder."""
    row = session.execute(
        text(
            "SELECT m.person_id, m.conversation_id, m.channel, c.contact_id FROM message m "
            "JOIN conversation c ON c.id = m.conversation_id WHERE m.id = :id"
        ),
        {"id": message_id},
    ).first()
    if row is None or row.person_id is None:
        return
    tried = PREFERENCE[: PREFERENCE.index(row.channel) + 1]
    route = best_route(
        session, person_id=row.person_id, contact_id=row.contact_id, level="N0", besides=frozenset(tried)
    )
    if route is not None:
        sending.send_words(
            session,
            conversation_id=row.conversation_id,
            address=route.address,
            template=_IN_FOLDER,
            kind="notice",
            person_id=row.person_id,
            priority=outbox.NOTICE,
        )
