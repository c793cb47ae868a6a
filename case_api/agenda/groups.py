"""Groups: dates that staff fix, with so many places. A place is an appointment; the session holds the hour."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from psycopg.types.range import Range
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import reasons, wall
from case_api.agenda.locks import hold
from case_api.agenda.values import Reason, Slot
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid

FULL = _l("Ya no quedan plazas en este grupo. Puede apuntarse a la lista de espera.")
violation("ck_group_session_places", lambda: Conflict(FULL))

_COLUMNS = """
    SELECT g.id, g.unit_id, g.professional_id, p.given_name, lower(g.during) AS starts_at,
           extract(epoch FROM upper(g.during) - lower(g.during))::int / 60 AS minutes, g.mode,
           g.places - g.taken AS left, g.second_professional_id
    FROM group_session g JOIN professional p ON p.id = g.professional_id
"""


def _slot(row: Any) -> Slot:
    return Slot(
        row.starts_at, row.minutes, row.unit_id, row.professional_id, row.given_name, (row.mode,),
        row.second_professional_id, row.id, row.left,
    )  # fmt: skip


def open_dates(
    session: Session,
    *,
    unit_id: UUID,
    reason: Reason,
    first: date,
    last: date,
    professional_id: UUID | None = None,
    mode: str | None = None,
) -> list[Slot]:
    """Dates of a centre's groups on the local days first..last with a place left, by time, after the notice."""
    rows = session.execute(
        text(
            _COLUMNS + "WHERE g.unit_id = :unit AND g.reason = :reason AND g.state = 'open' AND g.taken < g.places "
            "AND lower(g.during) >= :since AND lower(g.during) < :until AND lower(g.during) >= :earliest "
            "AND (CAST(:professional AS uuid) IS NULL OR g.professional_id = :professional) "
            "AND (CAST(:mode AS text) IS NULL OR g.mode = :mode) ORDER BY lower(g.during), g.id"
        ),
        {
            "unit": unit_id,
            "reason": reason.key,
            "since": wall.whole_day(first)[0],
            "until": wall.whole_day(last)[1],
            "earliest": clock.now() + timedelta(minutes=reason.notice_minutes),
            "professional": professional_id,
            "mode": mode,
        },
    )
    return [_slot(row) for row in rows]


def session_at(
    session: Session, *, unit_id: UUID, reason: str, starts_at: datetime, professional_id: UUID | None
) -> Slot | None:
    """The open session that begins then, full or not; None when there is none. With places left first."""
    row = session.execute(
        text(
            _COLUMNS + "WHERE g.unit_id = :unit AND g.reason = :reason AND g.state = 'open' "
            "AND lower(g.during) = :at AND (CAST(:professional AS uuid) IS NULL OR g.professional_id = :professional) "
            "ORDER BY g.taken >= g.places, g.id LIMIT 1"
        ),
        {"unit": unit_id, "reason": reason, "at": starts_at, "professional": professional_id},
    ).first()
    return _slot(row) if row else None


def add(
    unit: Unit,
    *,
    unit_id: UUID,
    reason: str,
    mode: str,
    starts_at: datetime,
    professional_id: UUID,
    second_professional_id: UUID | None = None,
    room_id: UUID | None = None,
    places: int | None = None,
) -> UUID:
    """Fix a date for a group; its identifier. `places` as the reason says unless told.

    Raises Invalid for a reason that is no group's, Conflict when somebody or the room is taken then.
    """
    found = reasons.one(unit, reason)
    reasons.check_active(found)
    if found.places < 2:
        raise Invalid(_l("Esta cita no es de grupo."), fields={"reason": _l("Elija un motivo de grupo.")})
    reasons.check_mode(found, mode)
    if starts_at <= clock.now():
        raise Invalid(fields={"starts_at": _l("Esa hora ya ha pasado.")})
    made = new_id()
    people = [one for one in (professional_id, second_professional_id) if one]
    with unit.savepoint():
        hold(unit.session, f"rooms:{unit_id}", *(f"professional:{one}" for one in people))
        unit.session.execute(
            text(
                "INSERT INTO group_session (id, unit_id, professional_id, second_professional_id, room_id, reason, "
                "mode, during, buffer_minutes, places, created_at, created_by) VALUES (:id, :unit, :one, :two, :room, "
                ":reason, :mode, :during, :buffer, :places, :now, :by)"
            ),
            {
                "id": made,
                "unit": unit_id,
                "one": professional_id,
                "two": second_professional_id,
                "room": room_id,
                "reason": reason,
                "mode": mode,
                "during": Range(starts_at, starts_at + timedelta(minutes=found.minutes), "[)"),
                "buffer": found.buffer_minutes,
                "places": places or found.places,
                "now": clock.now(),
                "by": f"{unit.actor.kind}:{unit.actor.id}",
            },
        )
    return made
