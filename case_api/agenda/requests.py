"""What was asked for and until when: written with each booking, and alone when nothing fits yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import choices, deadlines
from case_api.db import Unit, new_id
from case_api.errors import NotFound

URGENCY = ("emergency", "priority", "ordinary")  # the most urgent first


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked for. `starts_at` is its appointment's, if there is one; `urgency` how it stands now."""

    id: UUID
    person_id: UUID | None
    unit_id: UUID
    reason: str
    priority: str
    requested_at: datetime
    due_at: datetime
    state: str
    appointment_id: UUID | None
    starts_at: datetime | None

    @property
    def urgency(self) -> str:
        return deadlines.urgency(now=clock.now(), due_at=self.due_at, priority=self.priority, starts_at=self.starts_at)


_SELECT = """
    SELECT q.id, q.person_id, q.unit_id, q.reason, q.priority, q.requested_at, q.due_at, q.state,
           a.id AS appointment_id, lower(a.during) AS starts_at
    FROM appointment_request q LEFT JOIN appointment a ON a.request_id = q.id AND a.state = 'booked'
"""


def holidays(session: Session, unit_id: UUID, first: date, last: date) -> Collection[date]:
    """The holidays of a centre between two days: the whole city's and its own."""
    rows = session.execute(
        text("SELECT day FROM holiday WHERE day BETWEEN :first AND :last AND (unit_id IS NULL OR unit_id = :unit)"),
        {"first": first, "last": last, "unit": unit_id},
    )
    return frozenset(rows.scalars())


def due_at(session: Session, *, unit_id: UUID, priority: str, requested_at: datetime) -> datetime:
    """Until when, by the city's setting and the centre's holidays."""
    day = requested_at.astimezone(clock.MADRID).date()
    return deadlines.due(
        requested_at,
        priority,
        kind=choices.of(session)["deadline_days"],
        holidays=holidays(session, unit_id, day, day + timedelta(days=60)),
    )


def ask(
    unit: Unit,
    *,
    person_id: UUID | None,
    unit_id: UUID,
    reason: str,
    priority: str,
    contact_id: UUID | None = None,
    source: str = "portal",
    mode: str | None = None,
    professional_id: UUID | None = None,
    requested_at: datetime | None = None,
) -> Request:
    """Write down what somebody asks for, with its deadline."""
    asked = requested_at or clock.now()
    made = Request(
        new_id(), person_id, unit_id, reason, priority, asked,
        due_at(unit.session, unit_id=unit_id, priority=priority, requested_at=asked), "open", None, None,
    )  # fmt: skip
    unit.session.execute(
        text(
            "INSERT INTO appointment_request (id, person_id, unit_id, reason, mode, professional_id, priority, source, "
            "requested_at, due_at, created_by, contact_id) VALUES (:id, :person, :unit, :reason, :mode, :professional, "
            ":priority, :source, :asked, :due, :by, :contact)"
        ),
        {
            "id": made.id,
            "person": person_id,
            "contact": contact_id,
            "unit": unit_id,
            "reason": reason,
            "mode": mode,
            "professional": professional_id,
            "priority": priority,
            "source": source,
            "asked": asked,
            "due": made.due_at,
            "by": f"{unit.actor.kind}:{unit.actor.id}",
        },
    )
    return made


def one(session: Session, request_id: UUID) -> Request:
    """One request. Raises NotFound."""
    row = session.execute(text(_SELECT + "WHERE q.id = :id LIMIT 1"), {"id": request_id}).first()
    if row is None:
        raise NotFound()
    return Request(*row)


def latest_open(session: Session, *, person_id: UUID | None, reason: str) -> Request | None:
    """The oldest request of a person for a reason that has no appointment: a new booking answers it."""
    row = session.execute(
        text(
            _SELECT + "WHERE q.person_id = :person AND q.reason = :reason AND q.state = 'open' AND a.id IS NULL "
            "ORDER BY q.requested_at LIMIT 1"
        ),
        {"person": person_id, "reason": reason},
    ).first()
    return Request(*row) if row else None


def reprioritise(unit: Unit, request: Request, priority: str) -> datetime:
    """Give a request another priority; its new deadline. What becomes more urgent counts from now, and never later than
    it was; what becomes less so, from when it was asked.
    """
    values = {"unit_id": request.unit_id, "priority": priority}
    anew = due_at(unit.session, requested_at=clock.now(), **values)
    due = anew if anew < request.due_at else due_at(unit.session, requested_at=request.requested_at, **values)
    if URGENCY.index(priority) < URGENCY.index(request.priority):
        due = min(due, request.due_at)
    unit.session.execute(
        text("UPDATE appointment_request SET priority = :priority, due_at = :due WHERE id = :id"),
        {"id": request.id, "priority": priority, "due": due},
    )
    return due


def stands(session: Session, request_id: UUID | None, state: str) -> None:
    """Say how a request stands: open, booked, met, withdrawn."""
    if request_id is not None:
        session.execute(
            text(
                "UPDATE appointment_request SET state = :state, "
                "met_at = CASE WHEN :state = 'met' THEN coalesce(met_at, :now) END WHERE id = :id"
            ),
            {"id": request_id, "state": state, "now": clock.now()},
        )


def owed(session: Session, *, unit_id: UUID | None, until: datetime | None = None, limit: int = 200) -> list[Request]:
    """What a centre (or the whole city) still owes, the nearest deadline first: without an appointment, or with one
    after the deadline.
    """
    rows = session.execute(
        text(
            _SELECT + "WHERE q.state IN ('open', 'booked') AND (CAST(:unit AS uuid) IS NULL OR q.unit_id = :unit) "
            "AND (a.id IS NULL AND q.state = 'open' OR lower(a.during) >= q.due_at) "
            "AND (CAST(:until AS timestamptz) IS NULL OR q.due_at <= :until) ORDER BY q.due_at, q.id LIMIT :limit"
        ),
        {"unit": unit_id, "until": until, "limit": limit},
    )
    return [Request(*row) for row in rows]
