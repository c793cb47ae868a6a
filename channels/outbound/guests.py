"""What is said to a guest: a contact without a record, about an appointment of theirs, where they proved an address.

The words are those of everybody's appointments; the way to change one is a link, for there is no folder to enter.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.levels import Level
from case_api.agenda import guests as agenda_guests
from case_api.agenda import holds, reasons, waiting
from case_api.agenda.following import links
from case_api.agenda.planning import recounting
from case_api.db import Unit
from case_api.errors import NotFound
from case_api.settings import settings
from channels.contacts import book as contacts
from channels.contacts import guests
from channels.contacts.addresses import TYPED
from channels.contacts.book import Address
from channels.inbound import joining
from channels.outbound import gate, outbox, sending
from channels.outbound.words import level_of

BEGIN = "/cita"
_TEMPLATES = {
    "guest.booked": ("appointment_booked", "booked"),
    "guest.moved": ("appointment_moved", "booked"),
    "guest.cancelled": ("appointment_cancelled", "cancelled"),
    "guest.reminder": ("appointment_reminder", "booked"),
    "guest.answered": ("guest_answered", "booked"),
    "guest.missed": ("appointment_missed", "no_show"),
    "guest.follow_up": ("appointment_after", "attended"),
}
CODE = "guest.code"
_WAITING = ("guest.waiting_offered", "guest.waiting_passed", "guest.waiting_left")
KINDS = (*_TEMPLATES, CODE, recounting.GUEST_MOVED, *_WAITING)
_SAID_DISCREETLY = {"guest.booked", "guest.moved", "guest.cancelled", "guest.reminder"}


def handle(unit: Unit, kind: str, payload: dict[str, Any]) -> None:
    """Turn one of these events into a message; what no longer holds is not said."""
    address = guests.address_of(unit.session, contact_id=UUID(payload["contact_id"]))
    if address is None:
        return
    if kind == CODE:
        try:
            code = links.fresh_code(unit, link_id=UUID(payload["link_id"]))
        except NotFound:
            return
        contact_words(unit.session, address=address, template="guest_code", purpose="identity", once={"code": code})
        return
    if kind in _WAITING:
        _say_of_the_list(unit, kind, waiting.one(unit.session, UUID(payload["entry_id"])), address)
        return
    if kind == recounting.GUEST_MOVED:
        told = recounting.to_tell(
            unit, request_id=UUID(payload["request_id"]), was=datetime.fromisoformat(payload["was"])
        )
        if told is not None and not told.discreet:  # a guest has no folder where more could be read
            contact_words(
                unit.session, address=address, template="deadline_moved", level="N1",
                once={"portal": f"{settings().PUBLIC_URL}{BEGIN}"}, last_day_at=told.last_day_at,
            )  # fmt: skip
        return
    template, expected = _TEMPLATES[kind]
    one = agenda_guests.one(unit, UUID(payload["appointment_id"]))
    if one is None or one.state != expected:
        return  # it has changed again since; that change has its own event
    if one.discreet:
        if kind not in _SAID_DISCREETLY:
            return
        values: dict[str, Any] = {"starts_at": one.starts_at, "change": kind.partition(".")[2]}
        contact_words(unit.session, address=address, template="appointment_discreet", level="N1", **values)
        return
    values = {"starts_at": one.starts_at, "centre": one.centre, "mode": one.mode}
    way = f"{settings().PUBLIC_URL}{BEGIN}"
    if expected == "booked":
        way = f"{settings().PUBLIC_URL}/c/{links.make(unit, appointment_id=one.id)}"
    contact_words(
        unit.session, address=address, template=template, level="N1", once={"portal": way, "link": way}, **values
    )


def _say_of_the_list(unit: Unit, kind: str, entry: waiting.Entry, address: Address) -> None:
    """What the list offers to a guest, and that they are on it no more. It is taken where their address is proved."""
    way: dict[str, Any] = {"portal": f"{settings().PUBLIC_URL}{BEGIN}"}
    quiet = reasons.one(unit, entry.reason).discreet
    if kind == _WAITING[0] and entry.state == "offered" and entry.hold_id is not None:
        offered = holds.one(unit.session, entry.hold_id)
        values = {"starts_at": offered.starts_at, "until": offered.expires_at}
        template = "waiting_offered"
    elif kind == _WAITING[2] and entry.state == "left":
        template, values = "waiting_left", {}
    else:
        return
    if quiet:  # not even that there was a list for it
        contact_words(unit.session, address=address, template="notice_in_folder", once=way)
        return
    contact_words(unit.session, address=address, template=template, level="N1", once=way, **values)


def contact_words(
    session: Session,
    *,
    address: Address,
    template: str,
    level: str = "N0",
    purpose: str = "appointment",
    once: dict[str, str] | None = None,
    **values: Any,
) -> UUID:
    """Write the words of a template to an address without a person. Returns the message's id.

    Where others may read, and where a shield lies on whoever has the same number, only that something waits is said.
    """
    channel = "sms" if address.kind == TYPED else sending.channel_of(address)
    contacts.lock_contact(session, contact_id=address.contact_id)
    level = max(Level(level), level_of(template))
    decision = gate.decide(
        session, address_id=address.id, channel=channel, our_address=outbox.our_address(channel), level=level,
        purpose=purpose, prompt=True,
    )  # fmt: skip
    if decision.act == "hold" and decision.reason in ("read-by-others", "shield"):
        template, level, values, once = "notice_in_folder", Level.N0, {}, None
    return sending.send_words(
        session,
        conversation_id=_conversation(session, address.contact_id),
        address=address,
        channel=channel,
        template=template,
        kind="confirmation" if purpose == "identity" else "notice",
        level=level,
        person_id=None,
        priority=outbox.NOTICE,
        purpose=purpose,
        prompt=True,
        once=once,
        **values,
    )


def _conversation(session: Session, contact_id: UUID) -> UUID:
    """Where what is said to a guest stands: a conversation of the contact's that is nobody's record; it opens none."""
    found = session.execute(
        text(
            "SELECT id FROM conversation WHERE contact_id = :c AND person_id IS NULL "
            "ORDER BY state DESC, last_message_at DESC LIMIT 1"
        ),
        {"c": contact_id},
    ).scalar()
    if found:
        return found
    now = clock.now()
    made = joining.new_conversation(session, contact_id=contact_id, at=now)
    session.execute(
        text("UPDATE conversation SET state = 'closed', closed_at = :now, person_id = NULL WHERE id = :id"),
        {"id": made, "now": now},
    )
    return made
