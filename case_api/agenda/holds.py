"""A slot kept for somebody for some minutes while they finish, with what they had typed; that is kept longer."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import choices, limits, offers, placing, reasons
from case_api.db import Unit, new_id
from case_api.errors import Conflict, Invalid, NotFound

MOST_TYPED = 4000


@dataclass(frozen=True, slots=True)
class Hold:
    """A slot kept, for a person or for a contact without a record. `state` is live, booked, released or expired, `left`
    the time until it runs out, never negative.
    """

    id: UUID
    person_id: UUID | None
    contact_id: UUID | None
    unit_id: UUID
    reason: str
    mode: str
    professional_id: UUID
    starts_at: datetime
    ends_at: datetime
    expires_at: datetime
    stored_state: str
    chosen: bool
    moves: UUID | None
    waiting_id: UUID | None
    typed: dict[str, Any]

    @property
    def state(self) -> str:
        return "expired" if self.stored_state == "live" and clock.now() >= self.expires_at else self.stored_state

    @property
    def left(self) -> timedelta:
        return max(timedelta(0), self.expires_at - clock.now())


_SELECT = """
    SELECT id, person_id, contact_id, unit_id, reason, mode, professional_id, lower(during) AS starts_at,
           upper(during) AS ends_at, expires_at, state AS stored_state, chosen, moves, waiting_id, typed
    FROM appointment_hold
"""


def keep(
    unit: Unit,
    *,
    person_id: UUID | None,
    unit_id: UUID,
    reason: str,
    mode: str,
    starts_at: datetime,
    contact_id: UUID | None = None,
    professional_id: UUID | None = None,
    chosen: bool = False,
    moves: UUID | None = None,
    typed: dict[str, Any] | None = None,
    waiting_id: UUID | None = None,
    minutes: int | None = None,
) -> Hold:
    """Keep a free slot for a person for the city's minutes; the person's hold before it is let go. `contact_id` instead
    of `person_id`: for a guest, who has fewer minutes.

    `typed` is what they filled in so far. Raises Conflict with `alternatives`, Invalid, and Conflict with a `limit`.
    """
    found = reasons.one(unit, reason)
    if moves is None and waiting_id is None:
        reasons.check_active(found)
    reasons.check_mode(found, mode)
    starts_at = placing.checked_start(starts_at)
    if len(json.dumps(typed or {})) > MOST_TYPED:
        raise Invalid(_l("Es demasiado texto para guardarlo."))
    limits.check(unit, person_id=person_id, contact_id=contact_id, what="hold")
    made = new_id()
    usual = "guest_hold_minutes" if contact_id else "hold_minutes"
    length = timedelta(minutes=minutes or choices.number(unit.session, usual))
    try:
        with unit.savepoint():
            place = placing.hold_and_place(
                unit,
                person_id=person_id,
                contact_id=contact_id,
                unit_id=unit_id,
                reason=found,
                mode=mode,
                starts_at=starts_at,
                professional_id=professional_id,
                besides=moves,
                keeps_hold=waiting_id is not None,
            )
            unit.session.execute(
                text(
                    "INSERT INTO appointment_hold (id, person_id, contact_id, unit_id, reason, mode, professional_id, "
                    "second_professional_id, room_id, session_id, moves, waiting_id, during, buffer_minutes, chosen, "
                    "typed, created_at, created_by, expires_at) VALUES (:id, :person, :contact, :unit, :reason, :mode, "
                    ":professional, :second, :room, :session, :moves, :waiting, :during, :buffer, :chosen, "
                    "CAST(:typed AS jsonb), :now, :by, :expires)"
                ),
                {
                    "id": made,
                    "person": person_id,
                    "contact": contact_id,
                    "unit": unit_id,
                    "reason": reason,
                    "mode": mode,
                    "professional": place.professional_id,
                    "second": place.second_professional_id,
                    "room": place.room_id,
                    "session": place.session_id,
                    "moves": moves,
                    "waiting": waiting_id,
                    "during": placing.span(starts_at, found.minutes),
                    "buffer": found.buffer_minutes,
                    "chosen": chosen,
                    "typed": json.dumps(typed or {}),
                    "now": clock.now(),
                    "by": f"{unit.actor.kind}:{unit.actor.id}",
                    "expires": clock.now() + length,
                },
            )
    except Conflict as conflict:
        choice = offers.alternatives(
            unit, person_id=person_id, unit_id=unit_id, reason=reason, mode=mode, professional_id=professional_id,
            near=starts_at,
        )  # fmt: skip
        raise Conflict(conflict.message or placing.TAKEN, alternatives=choice) from None
    return one(unit.session, made)


def one(session: Session, hold_id: UUID) -> Hold:
    """One hold, live or not. Raises NotFound when there is none that the actor may touch."""
    row = session.execute(text(_SELECT + "WHERE id = :id"), {"id": hold_id}).first()
    if row is None:
        raise NotFound()
    return Hold(*row)


def latest(session: Session, *, person_id: UUID) -> Hold | None:
    """The person's last unfinished booking of the last day, live or run out: what they had typed is still there."""
    row = session.execute(
        text(
            _SELECT + "WHERE person_id = :person AND waiting_id IS NULL AND created_at > :since "
            "ORDER BY created_at DESC, id DESC LIMIT 1"
        ),
        {"person": person_id, "since": clock.now() - limits.DAY},
    ).first()
    found = Hold(*row) if row else None
    return found if found and found.state in ("live", "expired") else None


def write(unit: Unit, *, hold_id: UUID, typed: dict[str, Any]) -> None:
    """Keep what was typed, whatever the state of the hold: somebody who comes back finds it."""
    if len(json.dumps(typed)) > MOST_TYPED:
        raise Invalid(_l("Es demasiado texto para guardarlo."))
    unit.session.execute(
        text("UPDATE appointment_hold SET typed = CAST(:typed AS jsonb) WHERE id = :id"),
        {"id": hold_id, "typed": json.dumps(typed)},
    )


def release(unit: Unit, *, hold_id: UUID) -> None:
    """Let a slot go before its time. Doing it twice changes nothing."""
    unit.session.execute(
        text("UPDATE appointment_hold SET state = 'released' WHERE id = :id AND state = 'live'"), {"id": hold_id}
    )
