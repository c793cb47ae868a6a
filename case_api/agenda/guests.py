"""Appointments of somebody without a record, who holds a telephone or a mail: a contact, and no person.

It is the same engine, with the same guards, deadlines and limits. A guest sees and touches their contact's own
appointments and nothing else: not a person's who happens to have the same number, nor whether there is one. No record
opens; whoever attends decides that, later and face to face.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda import booking, holds, offers, reading, reasons, repeat, waiting
from case_api.agenda.holds import Hold
from case_api.agenda.search import finding
from case_api.agenda.search.finding import Offer
from case_api.agenda.values import Appointment, Guest, Reason, Slot
from case_api.agenda.waiting import Entry
from case_api.db import Unit
from case_api.errors import Invalid, NotFound

# To a home nobody goes unknown, and a video room is opened by a login.
MODES = ("in_person", "phone")
NOT_HERE = _l("Para esta cita, hable con su centro.")


def actor_of(contact_id: UUID) -> Actor:
    """Who acts when a contact without a record does."""
    return Actor("guest", str(contact_id))


class GuestDoor:
    """What a guest may do, on a unit of work of their own. `by_phone`: they gave a number that can be called."""

    def __init__(self, unit: Unit, *, by_phone: bool = True) -> None:
        if unit.actor.kind != "guest":
            raise NotFound()
        self.unit = unit
        self.contact_id = UUID(unit.actor.id)
        self.modes = MODES if by_phone else MODES[:1]

    def reasons(self) -> list[Reason]:
        """What a guest may book an appointment for."""
        return [one for one in reasons.every(self.unit, online=True) if self.modes_of(one)]

    def modes_of(self, reason: Reason) -> tuple[str, ...]:
        """The ways in which a guest may have an appointment."""
        return tuple(mode for mode in reason.modes if mode in self.modes)

    def _checked(self, reason: str, mode: str | None) -> None:
        found = reasons.one(self.unit, reason)
        if not found.online or mode not in self.modes_of(found):
            raise Invalid(NOT_HERE, fields={"reason": NOT_HERE})

    def free_slots(self, *, reason: str, mode: str, **values: Any) -> list[Slot]:
        """Free slots of a unit, as `offers.free_slots`: nobody's data."""
        self._checked(reason, mode)
        return offers.free_slots(self.unit, reason=reason, mode=mode, **values)

    def next_free(self, *, reason: str, mode: str, **values: Any) -> list[Slot]:
        """The next free slots of a unit, as `offers.next_free`."""
        self._checked(reason, mode)
        return offers.next_free(self.unit, reason=reason, mode=mode, **values)

    def offer_in_time(self, *, reason: str, mode: str, **values: Any) -> Offer:
        """The first slot that keeps the deadline, elsewhere if need be, as `finding.offer`."""
        self._checked(reason, mode)
        return finding.offer(self.unit, reason=reason, mode=mode, **values)

    def book(
        self,
        *,
        unit_id: UUID,
        reason: str,
        mode: str,
        starts_at: datetime,
        name: str | None,
        reach: str,
        note: str | None = None,
        key: str | None = None,
        hold_id: UUID | None = None,
    ) -> Appointment:
        """Book, as `booking.book`; `reach` is the address that was proved. The same `key` again, the same appointment.
        `hold_id`: what the guest keeps, live or run out; whoever was promised then is who attends.

        Raises Conflict with `alternatives` or a `limit`, Invalid.
        """
        self._checked(reason, mode)
        request = {"unit_id": unit_id, "reason": reason, "mode": mode, "starts_at": starts_at}
        guest = self._as(name, reach)
        more: dict[str, Any] = {"note": note, "hold_id": hold_id}
        if hold_id is not None:
            more["professional_id"] = self.held(hold_id).professional_id
        made, _new = repeat.once(
            self.unit,
            key=key,
            request=request | {"starts_at": starts_at.isoformat()},
            work=lambda: booking.book(self.unit, person_id=None, guest=guest, **request, **more),
        )
        return self.appointment(made)

    def _as(self, name: str | None, reach: str) -> Guest:
        return Guest(self.contact_id, (name or "").strip()[:120] or None, reach[:320])

    def hold(self, *, reason: str, mode: str, typed: dict[str, Any] | None = None, **values: Any) -> Hold:
        """Keep an hour for a guest's few minutes, as `holds.keep`. Raises Conflict with `alternatives` or a `limit`."""
        self._checked(reason, mode)
        return holds.keep(
            self.unit, person_id=None, contact_id=self.contact_id, reason=reason, mode=mode, typed=typed, **values
        )

    def held(self, hold_id: UUID) -> Hold:
        """One hold of the contact's own, live or run out. Raises NotFound, alike for all others."""
        found = holds.one(self.unit.session, hold_id)
        if found.contact_id != self.contact_id:
            raise NotFound()
        return found

    def let_go(self, hold_id: UUID) -> None:
        """Let a kept hour go: somebody else may have it at once."""
        holds.release(self.unit, hold_id=self.held(hold_id).id)

    def wait(self, *, reason: str, mode: str, unit_id: UUID, name: str | None, reach: str) -> Entry:
        """Put the guest on the waiting list, as `waiting.join`. Raises Conflict: on it already, or with a `limit`."""
        self._checked(reason, mode)
        made = waiting.join(
            self.unit, person_id=None, guest=self._as(name, reach), unit_id=unit_id, reason=reason, mode=mode
        )
        return waiting.one(self.unit.session, made)

    def wait_for_earlier(self, appointment_id: UUID) -> Entry:
        """Wait for an hour before one's own appointment, which stays until it is had. Raises as `wait` does."""
        found = self.appointment(appointment_id)
        made = waiting.join(
            self.unit, person_id=None, guest=found.guest, unit_id=found.unit_id, reason=found.reason, mode=found.mode,
            before_at=found.starts_at,
        )  # fmt: skip
        return waiting.one(self.unit.session, made)

    def waiting(self) -> list[tuple[Entry, Hold | None]]:
        """The guest's places in lists, each with what is offered now; offered ones first."""
        found = waiting.of_contact(self.unit.session, self.contact_id)
        return [(one, self.held(one.hold_id) if one.hold_id else None) for one in found]

    def _entry(self, entry_id: UUID) -> Entry:
        found = waiting.one(self.unit.session, entry_id)
        if found.contact_id != self.contact_id:
            raise NotFound()
        return found

    def take_offer(self, entry_id: UUID) -> Appointment:
        """Take what the list offers, as `waiting.accept`. Raises Conflict when it has run out."""
        return self.appointment(waiting.accept(self.unit, entry_id=self._entry(entry_id).id))

    def stop_waiting(self, entry_id: UUID) -> None:
        """Leave the list."""
        waiting.leave(self.unit, entry_id=self._entry(entry_id).id)

    def appointment(self, appointment_id: UUID) -> Appointment:
        """One appointment of the contact's own. Raises NotFound, alike for all others."""
        found = reading.one(self.unit.session, appointment_id)
        if found is None or found.guest is None or found.guest.contact_id != self.contact_id:
            raise NotFound()
        return found

    def next_appointments(self) -> list[Appointment]:
        """The contact's booked appointments that are not over, soonest first."""
        return reading.of_contact(self.unit.session, self.contact_id, upcoming_from=clock.now())

    def cancel(self, appointment_id: UUID, *, seen_version: str | None = None) -> Appointment:
        """Cancel, as `booking.cancel`."""
        self.appointment(appointment_id)
        booking.cancel(self.unit, appointment_id=appointment_id, seen_version=seen_version)
        return self.appointment(appointment_id)

    def reschedule(
        self, appointment_id: UUID, *, starts_at: datetime, professional_id: UUID | None = None
    ) -> Appointment:
        """Move to another free slot, as `booking.reschedule`."""
        self.appointment(appointment_id)
        booking.reschedule(
            self.unit, appointment_id=appointment_id, starts_at=starts_at, professional_id=professional_id
        )
        return self.appointment(appointment_id)

    def says_they_come(self, appointment_id: UUID) -> None:
        """Note that they come; it binds nobody."""
        self.appointment(appointment_id)
        booking.comes(self.unit, appointment_id=appointment_id)


def one(unit: Unit, appointment_id: UUID) -> Appointment | None:
    """A guest's appointment, for whoever writes the words about it; None when it is a person's, or there is none."""
    found = reading.one(unit.session, appointment_id) if unit.actor.kind == "system" else None
    return found if found is not None and found.guest is not None else None
