"""What is said to a guest: a contact without a record, about an appointment of theirs, where they proved an address.

The words are those of everybody's appointments; the way to change one is a link, for there is no folder to enter.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from case_api.agenda import guests as agenda_guests
from case_api.agenda import holds, reasons, waiting
from case_api.agenda.following import links
from case_api.agenda.planning import recounting
from case_api.db import Unit
from case_api.errors import NotFound
from case_api.settings import settings
from channels.contacts import guests
from channels.contacts.book import Address
from channels.outbound.nobodys import contact_words

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
