"""The door to what surrounds an appointment: holds, first free hours, the waiting list, what is owed, answers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.agenda import attending, holds, reading, reasons, repeat, requests, waiting
from case_api.agenda.following import answers
from case_api.agenda.holds import Hold
from case_api.agenda.planning import closing
from case_api.agenda.requests import Request
from case_api.agenda.search import finding
from case_api.agenda.search.finding import Offer
from case_api.agenda.values import Appointment, Reason, Slot
from case_api.agenda.waiting import Entry
from case_api.errors import Invalid, NotFound

KIND = "appointment"
NOT_HERE = _l("Para esta cita, hable con su centro.")
_MARKS = {"arrived": attending.arrive, "called": attending.call_in, "not_arrived": attending.undo_arrival}


class ArrangingDoor(DoorBase):
    """The part of the agenda's door that arranges; booking itself is in `AppointmentsDoor`."""

    def hold(self, *, person_id: UUID, reason: str, key: str | None = None, **values: Any) -> Hold:
        """Keep a slot for a person while they finish (N1), as `holds.keep`. The same `key` again gives the same hold,
        as it is by then. Raises Invalid where a shield stands.
        """
        self._arrange(person_id, "hold")
        self._check_reason(reason)
        request = {"person_id": person_id, "reason": reason, **values}
        made, _new = repeat.once(
            self.unit, key=key, request={"hold": request}, work=lambda: holds.keep(self.unit, **request).id
        )
        return holds.one(self.unit.session, made)

    def held(self, hold_id: UUID) -> Hold:
        """One hold of a person (N1), live or run out. Raises NotFound."""
        found = holds.one(self.unit.session, hold_id)
        self._for(found.person_id, "hold")
        return found

    def unfinished(self, person_id: UUID) -> Hold | None:
        """The booking that a person left half done in the last day, with what they had typed (N1)."""
        if not self._shown(person_id, "hold"):
            return None
        return holds.latest(self.unit.session, person_id=person_id)

    def keep_typed(self, hold_id: UUID, typed: dict[str, Any]) -> None:
        """Keep what was typed beside a hold, run out or not."""
        holds.write(self.unit, hold_id=self.held(hold_id).id, typed=typed)

    def let_go(self, hold_id: UUID) -> None:
        """Let a held slot go."""
        holds.release(self.unit, hold_id=self.held(hold_id).id)

    def first_free(self, *, reason: str, **values: Any) -> list[Slot]:
        """The first free slot of each centre, soonest first, as `finding.first_by_centre`: nobody's data."""
        self._check_reason(reason)
        return finding.first_by_centre(self.unit, reason=reason, **values)

    def offer_in_time(self, *, reason: str, **values: Any) -> Offer:
        """The first slot that keeps the deadline, elsewhere if need be, as `finding.offer`."""
        self._check_reason(reason)
        return finding.offer(self.unit, reason=reason, **values)

    def wait(self, *, person_id: UUID, reason: str, **values: Any) -> Entry:
        """Put a person on the waiting list (N1), as `waiting.join`. Raises Invalid where a shield stands."""
        self._arrange(person_id, "wait")
        self._check_reason(reason)
        made = waiting.join(self.unit, person_id=person_id, reason=reason, **values)
        return waiting.one(self.unit.session, made)

    def waiting(self, person_id: UUID) -> list[Entry]:
        """A person's places in lists, what is offered first (N1)."""
        if not self._shown(person_id, "list"):
            return []
        return waiting.of_person(self.unit.session, person_id)

    def take_offer(self, entry_id: UUID) -> Appointment:
        """Take what the list offers (N1), as `waiting.accept`."""
        self._for(waiting.one(self.unit.session, entry_id).person_id, "book")
        found = reading.one(self.unit.session, waiting.accept(self.unit, entry_id=entry_id))
        if found is None:
            raise NotFound()
        return found

    def stop_waiting(self, entry_id: UUID) -> None:
        """Leave the list (N1)."""
        self._for(waiting.one(self.unit.session, entry_id).person_id, "leave")
        waiting.leave(self.unit, entry_id=entry_id)

    def ask(self, *, person_id: UUID, reason: str, priority: str, **values: Any) -> Request:
        """Write down a request with its deadline, for staff (N1), as `requests.ask`."""
        self._for(person_id, "ask")
        reasons.check_active(reasons.one(self.unit, reason))
        return requests.ask(self.unit, person_id=person_id, reason=reason, priority=priority, **values)

    def owed(self, *, unit_id: UUID | None = None, until: datetime | None = None) -> list[Request]:
        """What the actor's centre owes and has not given in time, nearest deadline first; for staff, empty for others.

        Without those of people whom this actor may not know.
        """
        unit_id = unit_id or self.actor.unit_id
        if self.actor.kind != "staff" or unit_id is None:
            return []
        found = requests.owed(self.unit.session, unit_id=unit_id, until=until)
        return self._knows(found)

    def open_request(self, person_id: UUID, reason: str) -> Request | None:
        """What a person has asked for and not been given yet, for a reason (N1): its deadline runs already."""
        self._for(person_id, "ask")
        return requests.latest_open(self.unit.session, person_id=person_id, reason=reason)

    def to_call(self) -> list[Appointment]:
        """Appointments of the actor's centre that cannot stay as they are and nothing fitted: somebody calls."""
        if self.actor.kind != "staff" or self.actor.unit_id is None:
            return []
        ids = self.unit.session.execute(
            text(
                "SELECT id FROM appointment WHERE unit_id = :unit AND to_call_at IS NOT NULL AND state = 'booked' "
                "AND lower(during) > :now ORDER BY lower(during), id LIMIT 200"
            ),
            {"unit": self.actor.unit_id, "now": clock.now()},
        ).scalars()
        return self._knows([found for one in ids if (found := reading.one(self.unit.session, one))])

    def open_answers(self, appointment_ids: Iterable[UUID]) -> dict[UUID, list[tuple[UUID, str, str]]]:
        """What people answered about these appointments and nobody decided: (answer, what was said, channel) of each.

        To be asked for appointments that the door has shown already.
        """
        rows = self.unit.session.execute(
            text(
                "SELECT id, appointment_id, said, channel FROM appointment_answer "
                "WHERE appointment_id = ANY(:ids) AND state = 'open' ORDER BY created_at"
            ),
            {"ids": list(appointment_ids)},
        )
        found: dict[UUID, list[tuple[UUID, str, str]]] = {}
        for row in rows:
            found.setdefault(row.appointment_id, []).append((row.id, row.said, row.channel))
        return found

    def decide_answer(self, answer_id: UUID, *, accept: bool) -> None:
        """Confirm what somebody answered, or put it aside (N1), as `answers.decide`. Raises NotFound."""
        person_id = self.unit.session.execute(
            text("SELECT person_id FROM appointment_answer WHERE id = :id"), {"id": answer_id}
        ).scalar()
        self._for(person_id, "answer")
        answers.decide(self.unit, answer_id=answer_id, accept=accept)

    def answer_choice(self, appointment_id: UUID, *, wait: bool) -> None:
        """What who chose their professional prefers while that one is away (N1), as `closing.answer`."""
        self._require_one(reading.one(self.unit.session, appointment_id), appointment_id, "move")
        closing.answer(self.unit, appointment_id=appointment_id, wait=wait)

    def mark(self, appointment_id: UUID, what: str) -> None:
        """Say that somebody has arrived, has been called in, or is not here after all (`arrived`, `called`,
        `not_arrived`), for staff (N1), as `attending` does. Raises Conflict.
        """
        found = reading.one(self.unit.session, appointment_id)
        self._require_one(found, appointment_id, "mark")
        if self.actor.kind != "staff" or what not in _MARKS:
            raise NotFound()
        _MARKS[what](self.unit, appointment_id=appointment_id)

    def _for(self, person_id: UUID | None, action: str) -> None:
        self.require(
            person_id=person_id, level=Level.N1, object_kind=KIND, object_id=person_id or "none", action=action
        )

    def _shown(self, person_id: UUID, action: str) -> bool:
        """As `_for`; False where only a shield stands in between, so that the page is like anybody's."""
        return self.shows(person_id=person_id, level=Level.N1, object_kind=KIND, object_id=person_id, action=action)

    def _arrange(self, person_id: UUID, action: str) -> None:
        if not self._shown(person_id, action):
            # The same words as for any appointment that is not given here.
            raise Invalid(NOT_HERE, fields={"reason": NOT_HERE})

    def _knows(self, found: list) -> list:
        people = [one.person_id for one in found]
        people = [one for one in people if one is not None]
        allowed = set(self.require_each(people, level=Level.N1, object_kind=KIND, action="list"))
        # Of a contact without a record there is nothing to look into: whoever works at the centre attends them.
        return [one for one in found if one.person_id in allowed or one.person_id is None]

    @property
    def _at_the_desk(self) -> bool:
        return self.actor.kind in ("staff", "system")

    def _bookable(self, reason: Reason) -> bool:
        if self.actor.kind == "client":
            return reason.active and reason.online and reason.peer
        return (reason.active and reason.online) or self._at_the_desk

    def _check_reason(self, reason: str) -> None:
        if not self._bookable(reasons.one(self.unit, reason)):
            raise Invalid(NOT_HERE, fields={"reason": NOT_HERE})

    def _attends(self, appointment: Appointment) -> None:
        """Whoever holds an appointment, and the centre where it is held, may know when and with whom: a relation that
        opens no more than that (N1). Somebody sent here by another centre has to be received by name.
        """
        here = self.actor.kind == "staff" and self.actor.unit_id == appointment.unit_id
        if appointment.person_id and (here or self.actor.professional_id == appointment.professional_id):
            self._standing.handle(appointment.person_id)

    def _require_one(self, found: Appointment | None, appointment_id: UUID, action: str) -> None:
        if found is not None and found.guest is not None:
            if self.actor.kind == "staff" and self.actor.unit_id == found.unit_id:
                return
            raise NotFound()
        if found is not None:
            self._attends(found)
        self.require(
            person_id=found.person_id if found else None,
            level=Level.N1,
            object_kind=KIND,
            object_id=appointment_id,
            action=action,
        )
        if found is None:
            raise NotFound()
