"""The door to appointments: N1, for the person, for those who attend them, and for the processes that tell them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from case_api import clock
from case_api.access.levels import Level
from case_api.agenda import booking, offers, reading, reasons, repeat, wall
from case_api.agenda.arranging import NOT_HERE, ArrangingDoor
from case_api.agenda.values import Appointment, Change, Reason, Slot
from case_api.errors import Invalid, NotFound

_KIND = "appointment"


class AppointmentsDoor(ArrangingDoor):
    def appointments(
        self, person_id: UUID, *, before: tuple[datetime, UUID] | None = None, limit: int | None = None
    ) -> list[Appointment]:
        """A person's appointments, past and to come, latest first (N1). `before` is the (starts_at, id) of the last
        one already read. Raises NotFound, StepUpRequired.
        """
        if not self.shows(person_id=person_id, level=Level.N1, object_kind=_KIND, object_id=person_id):
            return []
        return reading.of_person(self.unit.session, person_id, before=before, limit=limit)

    def next_appointments(self, person_id: UUID, *, limit: int = 20) -> list[Appointment]:
        """A person's booked appointments that are not over, soonest first (N1). Raises NotFound, StepUpRequired."""
        if not self.shows(person_id=person_id, level=Level.N1, object_kind=_KIND, object_id=person_id):
            return []
        return reading.of_person(self.unit.session, person_id, limit=limit, upcoming_from=clock.now())

    def appointment(self, appointment_id: UUID) -> Appointment:
        """One appointment (N1). Raises NotFound, StepUpRequired."""
        found = reading.one(self.unit.session, appointment_id)
        self._require_one(found, appointment_id, "read")
        return found

    def agenda(
        self, *, from_day: date, to_day: date, unit_id: UUID | None = None, professional_id: UUID | None = None
    ) -> list[Appointment]:
        """The appointments of a unit (the actor's own unless told) on the local days from_day..to_day, in order, of one
        professional or of all; without those of people whom this actor may not know. For staff; empty for others.
        """
        unit_id = unit_id or self.actor.unit_id
        if self.actor.kind != "staff" or unit_id is None:
            return []
        found = reading.of_unit(
            self.unit.session,
            unit_id,
            since=wall.whole_day(from_day)[0],
            until=wall.whole_day(to_day)[1],
            professional_id=professional_id,
        )
        for appointment in found:
            self._attends(appointment)
        return self._knows(found)

    def reasons(self) -> list[Reason]:
        """What this actor may book an appointment for: a person alone, only what is open to them."""
        return [one for one in reasons.every(self.unit) if self._bookable(one)]

    def free_slots(
        self,
        *,
        unit_id: UUID,
        reason: str,
        from_day: date,
        to_day: date,
        professional_id: UUID | None = None,
        mode: str | None = None,
    ) -> list[Slot]:
        """Free slots of a unit, as `offers.free_slots`: nobody's data, so no decision and no entry in the log."""
        self._check_reason(reason)
        return offers.free_slots(
            self.unit,
            unit_id=unit_id,
            reason=reason,
            from_day=from_day,
            to_day=to_day,
            professional_id=professional_id,
            mode=mode,
        )

    def next_free(
        self,
        *,
        unit_id: UUID,
        reason: str,
        professional_id: UUID | None = None,
        mode: str | None = None,
        after: datetime | None = None,
        count: int = 1,
        at_once: bool = False,
    ) -> list[Slot]:
        """The next free slots of a unit, as `offers.next_free`; `at_once` is for staff."""
        self._check_reason(reason)
        return offers.next_free(
            self.unit,
            unit_id=unit_id,
            reason=reason,
            professional_id=professional_id,
            mode=mode,
            after=after,
            count=count,
            at_once=at_once and self.actor.kind == "staff",
        )

    def book(
        self,
        *,
        person_id: UUID,
        unit_id: UUID,
        reason: str,
        mode: str,
        starts_at: datetime,
        professional_id: UUID | None = None,
        override_reason: str | None = None,
        key: str | None = None,
        hold_id: UUID | None = None,
        source: str | None = None,
        request_id: UUID | None = None,
        priority: str | None = None,
        chosen: bool = False,
        note: str | None = None,
    ) -> Appointment:
        """Book for a person (N1), as `booking.book`. The same `key` again gives the same appointment. What a
        representative books bears their name.

        `override_reason`, `source` and `priority` are for staff.
        Raises Conflict with `alternatives`, Invalid, NotFound, StepUpRequired.
        """
        if not self.shows(person_id=person_id, level=Level.N1, object_kind=_KIND, object_id=person_id, action="book"):
            # A shield stands in between: the same words as for any appointment that is not given here.
            raise Invalid(NOT_HERE, fields={"reason": NOT_HERE})
        self._check_reason(reason)
        if source == "peer" and not reasons.one(self.unit, reason).peer:
            raise Invalid(NOT_HERE, fields={"reason": NOT_HERE})
        if override_reason and self.actor.kind != "staff":
            message = _l("Solo el centro puede dar una cita fuera de horario.")
            raise Invalid(message, fields={"override_reason": message})
        request: dict[str, Any] = {
            "person_id": person_id,
            "unit_id": unit_id,
            "reason": reason,
            "mode": mode,
            "starts_at": starts_at.isoformat(),
            "professional_id": professional_id,
            "override_reason": override_reason,
        }
        more: dict[str, Any] = {"hold_id": hold_id, "request_id": request_id, "chosen": chosen, "note": note}
        more["acting"] = self.acting(person_id)
        if self._at_the_desk:
            more |= {"source": source, "priority": priority}
        made, _new = repeat.once(
            self.unit,
            key=key,
            request=request,
            work=lambda: booking.book(self.unit, **request | more | {"starts_at": starts_at}),
        )
        return self._appointment_again(made)

    def appointment_changes(self, appointment_id: UUID) -> list[Change]:
        """What happened to an appointment, the latest first (N1), for staff. Raises NotFound for others."""
        self._require_one(reading.one(self.unit.session, appointment_id), appointment_id, "history")
        if self.actor.kind != "staff":
            raise NotFound()
        return reading.changes(self.unit.session, appointment_id)

    def cancel(self, appointment_id: UUID, *, why: str | None = None, seen_version: str | None = None) -> Appointment:
        """Cancel (N1), as `booking.cancel`; the appointment as it is now."""
        self._require_one(reading.one(self.unit.session, appointment_id), appointment_id, "cancel")
        booking.cancel(self.unit, appointment_id=appointment_id, why=why, seen_version=seen_version)
        return self._appointment_again(appointment_id)

    def reschedule(
        self,
        appointment_id: UUID,
        *,
        starts_at: datetime,
        professional_id: UUID | None = None,
        mode: str | None = None,
        unit_id: UUID | None = None,
        seen_version: str | None = None,
        hold_id: UUID | None = None,
        at_once: bool = False,
    ) -> Appointment:
        """Move to another free slot (N1), as `booking.reschedule`; the appointment as it is now.

        `at_once` is for staff.
        """
        self._require_one(reading.one(self.unit.session, appointment_id), appointment_id, "move")
        booking.reschedule(
            self.unit,
            appointment_id=appointment_id,
            starts_at=starts_at,
            professional_id=professional_id,
            mode=mode,
            unit_id=unit_id,
            seen_version=seen_version,
            hold_id=hold_id,
            at_once=at_once and self.actor.kind == "staff",
        )
        return self._appointment_again(appointment_id)

    def close_appointment(self, appointment_id: UUID, *, state: str) -> Appointment:
        """Say how it went (`attended`, `no_show`), for staff. Raises NotFound for others."""
        self._require_one(reading.one(self.unit.session, appointment_id), appointment_id, "close")
        if self.actor.kind != "staff":
            raise NotFound()
        booking.close(self.unit, appointment_id=appointment_id, state=state)
        return self._appointment_again(appointment_id)

    def _appointment_again(self, appointment_id: UUID) -> Appointment:
        found = reading.one(self.unit.session, appointment_id)
        if found is None:
            raise NotFound()
        return found
