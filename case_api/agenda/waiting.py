"""The waiting list: first come, first offered. An offer is a hold with its own clock; nobody loses what they have."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock, events
from case_api.agenda import booking, choices, holds, limits, offers, reasons
from case_api.agenda.values import Guest
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, NotFound

for _name in ("uq_waiting_entry_person", "uq_waiting_entry_contact"):
    violation(_name, lambda: Conflict(_l("Ya está en esta lista de espera. Le avisaremos.")))


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in the list, of a person or of a guest. `hold_id` is what is offered now."""

    id: UUID
    person_id: UUID | None
    contact_id: UUID | None
    unit_id: UUID
    reason: str
    mode: str
    professional_id: UUID | None
    before_at: datetime | None
    state: str
    joined_at: datetime
    hold_id: UUID | None
    passed: int
    guest_name: str | None
    guest_reach: str | None

    @property
    def guest(self) -> Guest | None:
        """Who waits, when it is a contact without a record."""
        return Guest(self.contact_id, self.guest_name, self.guest_reach or "") if self.contact_id else None


_SELECT = """
    SELECT id, person_id, contact_id, unit_id, reason, mode, professional_id, before_at, state, joined_at, hold_id,
           passed, guest_name, guest_reach
    FROM waiting_entry
"""


def _tell(unit: Unit, what: str, entry_id: UUID, person_id: UUID | None, contact_id: UUID | None, **more: str) -> None:
    if person_id is not None:
        events.publish(unit, f"waiting.{what}", entry_id=entry_id, person_id=person_id, **more)
    else:
        events.publish(unit, f"guest.waiting_{what}", entry_id=entry_id, contact_id=contact_id, **more)


def join(
    unit: Unit,
    *,
    person_id: UUID | None,
    unit_id: UUID,
    reason: str,
    mode: str,
    professional_id: UUID | None = None,
    before_at: datetime | None = None,
    guest: Guest | None = None,
) -> UUID:
    """Put somebody on the list; the entry. `guest` instead of `person_id`: a contact without a record. Raises Conflict
    when they are on it or have reached a limit, Invalid for an unknown reason or way.

    With `before_at` they have an appointment then and only something earlier helps.
    """
    found = reasons.one(unit, reason)
    if before_at is None:
        reasons.check_active(found)
    reasons.check_mode(found, mode)
    limits.check(unit, person_id=person_id, contact_id=guest.contact_id if guest else None, what="wait")
    made = new_id()
    with unit.savepoint():
        unit.session.execute(
            text(
                "INSERT INTO waiting_entry (id, person_id, unit_id, reason, mode, professional_id, before_at, "
                "joined_at, created_by, contact_id, guest_name, guest_reach) VALUES (:id, :person, :unit, :reason, "
                ":mode, :professional, :before, :now, :by, :contact, :name, :reach)"
            ),
            {
                "id": made,
                "person": person_id,
                "unit": unit_id,
                "reason": reason,
                "mode": mode,
                "professional": professional_id,
                "before": before_at,
                "now": clock.now(),
                "by": f"{unit.actor.kind}:{unit.actor.id}",
                "contact": guest.contact_id if guest else None,
                "name": guest.name if guest else None,
                "reach": guest.reach if guest else None,
            },
        )
    return made


def one(session: Session, entry_id: UUID, *, lock: bool = False) -> Entry:
    """One entry. Raises NotFound."""
    row = session.execute(text(_SELECT + "WHERE id = :id" + (" FOR UPDATE" if lock else "")), {"id": entry_id}).first()
    if row is None:
        raise NotFound()
    return Entry(*row)


def of_person(session: Session, person_id: UUID) -> list[Entry]:
    """A person's places in lists, offered ones first."""
    rows = session.execute(
        text(_SELECT + "WHERE person_id = :person AND state IN ('waiting', 'offered') ORDER BY state, joined_at"),
        {"person": person_id},
    )
    return [Entry(*row) for row in rows]


def of_contact(session: Session, contact_id: UUID) -> list[Entry]:
    """The places in lists of a contact without a record, offered ones first."""
    rows = session.execute(
        text(_SELECT + "WHERE contact_id = :contact AND state IN ('waiting', 'offered') ORDER BY state, joined_at"),
        {"contact": contact_id},
    )
    return [Entry(*row) for row in rows]


def leave(unit: Unit, *, entry_id: UUID) -> None:
    """Leave the list; what was offered goes to the next. Doing it twice changes nothing."""
    found = one(unit.session, entry_id, lock=True)
    if found.state in ("waiting", "offered"):
        if found.hold_id:
            holds.release(unit, hold_id=found.hold_id)
        _set(unit.session, entry_id, "left")


def _set(session: Session, entry_id: UUID, state: str) -> None:
    session.execute(
        # Who has left is not kept by name.
        text(
            "UPDATE waiting_entry SET state = :state, hold_id = NULL, guest_name = NULL, guest_reach = NULL "
            "WHERE id = :id"
        ),
        {"id": entry_id, "state": state},
    )


def accept(unit: Unit, *, entry_id: UUID) -> UUID:
    """Take what is offered; the appointment. An earlier hour for one's own appointment moves it, in one step.

    Raises Conflict when the offer has run out and somebody else has the slot.
    """
    found = one(unit.session, entry_id, lock=True)
    if found.state != "offered" or found.hold_id is None:
        raise Conflict(_l("Esta oferta ya no está en pie. Sigue en la lista y le avisaremos."))
    offered = holds.one(unit.session, found.hold_id)
    if offered.moves:
        booking.reschedule(
            unit, appointment_id=offered.moves, starts_at=offered.starts_at, professional_id=offered.professional_id,
            mode=offered.mode, hold_id=offered.id,
        )  # fmt: skip
        made = offered.moves
    else:
        made = booking.book(
            unit, person_id=found.person_id, unit_id=found.unit_id, reason=found.reason, mode=found.mode,
            starts_at=offered.starts_at, professional_id=offered.professional_id, hold_id=offered.id, source="waiting",
            guest=found.guest,
        )  # fmt: skip
    _set(unit.session, entry_id, "booked")
    return made


def run_out(unit: Unit) -> int:
    """Take back offers whose time is over: to the end of the list, and out of it after the city's number; how many."""
    most = choices.number(unit.session, "offers_passed_most")
    rows = unit.session.execute(
        text(
            "SELECT w.id, w.person_id, w.contact_id, w.passed, w.hold_id FROM waiting_entry w "
            "JOIN appointment_hold h ON h.id = w.hold_id "
            "WHERE w.state = 'offered' AND (h.state <> 'live' OR h.expires_at <= :now) ORDER BY w.id "
            "FOR UPDATE OF w SKIP LOCKED"
        ),
        {"now": clock.now()},
    ).all()
    for row in rows:
        holds.release(unit, hold_id=row.hold_id)
        ends = row.passed + 1 >= most
        unit.session.execute(
            text(
                "UPDATE waiting_entry SET state = 'waiting', hold_id = NULL, passed = passed + 1, joined_at = :now "
                "WHERE id = :id"
            ),
            {"id": row.id, "now": clock.now()},
        )
        if ends:
            _set(unit.session, row.id, "left")
        _tell(unit, "left" if ends else "passed", row.id, row.person_id, row.contact_id)
    return len(rows)


def offer_next(unit: Unit, *, most: int = 20) -> int:
    """Go through the list in order and offer what is free to whoever it suits, at most so many; how many offers.

    One process at a time, or the second in the list could be offered before the first.
    """
    only = unit.session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('alma.waiting'))")).scalar()
    if not only:
        return 0
    rows = unit.session.execute(
        text(
            _SELECT + "WHERE state = 'waiting' AND (before_at IS NOT NULL OR EXISTS (SELECT FROM appointment_reason n "
            "WHERE n.key = waiting_entry.reason AND n.active)) ORDER BY joined_at, id LIMIT 500"
        )
    ).all()
    made, empty = 0, set()
    for entry in (Entry(*row) for row in rows):
        kind = (entry.unit_id, entry.reason, entry.mode, entry.professional_id, entry.before_at)
        if kind in empty or made >= most:
            continue
        offered = _offer(unit, entry)
        if offered:
            made += 1
        elif offered is None:
            empty.add(kind)
    return made


def _offer(unit: Unit, entry: Entry) -> bool | None:
    """Whether it was offered. None: nothing is free for anybody who waits for the same. False: only this one cannot be
    then, and must not stand in the way of whoever comes next.
    """
    free = offers.next_free(
        unit,
        unit_id=entry.unit_id,
        reason=entry.reason,
        mode=entry.mode,
        professional_id=entry.professional_id,
        count=1,
    )
    if not free or (entry.before_at is not None and free[0].starts_at >= entry.before_at):
        return None
    moves = None
    if entry.before_at is not None:
        moves = unit.session.execute(
            text(
                "SELECT id FROM appointment WHERE (person_id = :person OR contact_id = :contact) "
                "AND reason = :reason AND unit_id = :unit AND state = 'booked' AND lower(during) = :at"
            ),
            {
                "person": entry.person_id,
                "contact": entry.contact_id,
                "reason": entry.reason,
                "unit": entry.unit_id,
                "at": entry.before_at,
            },
        ).scalar()
        if moves is None:  # it has moved or gone: nothing earlier is needed
            _set(unit.session, entry.id, "left")
            return False
    try:
        kept = holds.keep(
            unit, person_id=entry.person_id, contact_id=entry.contact_id, unit_id=entry.unit_id, reason=entry.reason,
            mode=entry.mode, starts_at=free[0].starts_at, professional_id=free[0].professional_id, moves=moves,
            waiting_id=entry.id,
            minutes=choices.number(unit.session, "offer_minutes"),
        )  # fmt: skip
    except Conflict:
        return False
    unit.session.execute(
        text("UPDATE waiting_entry SET state = 'offered', hold_id = :hold WHERE id = :id"),
        {"id": entry.id, "hold": kept.id},
    )
    _tell(unit, "offered", entry.id, entry.person_id, entry.contact_id, starts_at=kept.starts_at.isoformat())
    return True
