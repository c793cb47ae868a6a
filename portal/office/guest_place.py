"""Who has typed a right code in this browser lately, and the door to what is theirs. No record opens by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, session, url_for

from case_api import clock
from case_api.agenda.following import links
from case_api.agenda.guests import GuestDoor, actor_of
from case_api.db import Unit, unit_of_work
from channels.contacts.guests import Proved
from portal.office.link_views import key_name

LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Here:
    """Who has typed a right code in this browser lately."""

    contact_id: UUID
    reach: str
    by_phone: bool


def come_in(proved: Proved) -> None:
    """Remember in this browser who typed a right code."""
    session["guest"] = {
        "contact": str(proved.contact_id), "reach": proved.reach, "phone": proved.by_phone,
        "until": (clock.now() + LASTS).isoformat(),
    }  # fmt: skip


def here() -> Here | None:
    """Who that was, for half an hour; None for anybody else."""
    kept = session.get("guest") or {}
    try:
        until = datetime.fromisoformat(kept["until"])
        return Here(UUID(kept["contact"]), kept["reach"], kept["phone"]) if clock.now() < until else None
    except (KeyError, ValueError):
        return None


@contextmanager
def door_of(guest: Here) -> Iterator[tuple[Unit, GuestDoor]]:
    """The door to a guest's own, on a unit of work of theirs."""
    with unit_of_work(actor_of(guest.contact_id)) as unit:
        yield unit, GuestDoor(unit, by_phone=guest.by_phone)


def begin():
    """To where a code is asked for."""
    return redirect(url_for("office.guest_begin"), code=303)


def lead_to(unit: Unit, appointment_id: UUID):
    """To one of the guest's appointments: where it is seen, moved and cancelled."""
    token, link_id, key = links.open_here(unit, appointment_id=appointment_id)
    session[key_name(link_id)] = key
    return redirect(url_for("office.linked_appointment", token=token), code=303)
