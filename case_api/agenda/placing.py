"""Who and where: the locks on what a booking takes, and the second look under them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from psycopg.types.range import Range
from sqlalchemy import text

from case_api import clock
from case_api.agenda import board as boards
from case_api.agenda import groups, wall
from case_api.agenda.locks import hold
from case_api.agenda.values import Reason
from case_api.db import Unit
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid

TAKEN = _l("Esa hora ya no está libre. Elija otra, por favor.")
LONGEST_WHY = 500
_LONGEST_AHEAD = timedelta(days=800)

for _name in (
    "ex_appointment_professional", "ex_appointment_room", "ex_appointment_person", "ex_appointment_claim",
    "ex_appointment_contact", "uq_appointment_hold_person", "uq_appointment_hold_contact",
):  # fmt: skip
    violation(_name, lambda: Conflict(TAKEN))


@dataclass(frozen=True, slots=True)
class Place:
    """Who and where, found free for one start."""

    professional_id: UUID
    room_id: UUID | None
    second_professional_id: UUID | None = None
    session_id: UUID | None = None


def span(starts_at: datetime, minutes: int) -> Range:
    """The stretch of an appointment, its end excluded."""
    return Range(starts_at, starts_at + timedelta(minutes=minutes), "[)")


def checked_start(starts_at: datetime) -> datetime:
    """The instant in UTC. Raises Invalid for an hour without its zone and for one in another age."""
    if starts_at.tzinfo is None:
        message = _l("Diga la hora con su zona horaria, por ejemplo 2026-12-01T09:30:00+01:00.")
        raise Invalid(message, fields={"starts_at": message})
    try:
        starts_at = starts_at.astimezone(UTC)
    except OverflowError:
        starts_at = datetime.max.replace(tzinfo=UTC)
    # Nothing is ever offered out there, and the calendar's own ends must not be computed with.
    if abs(starts_at - clock.now()) > _LONGEST_AHEAD:
        message = _l("Elija una fecha más cercana.")
        raise Invalid(message, fields={"starts_at": message})
    return starts_at


def checked_why(why: str | None, field: str) -> str | None:
    """What somebody gave as a reason, or None. Raises Invalid when it is too long."""
    why = (why or "").strip() or None
    if why and len(why) > LONGEST_WHY:
        message = _l("Use %(limit)s letras como mucho.", limit=LONGEST_WHY)
        raise Invalid(message, fields={field: message})
    return why


def _load(unit: Unit, unit_id: UUID, reason: Reason, starts_at: datetime, professional_id, besides) -> boards.Board:
    day = starts_at.astimezone(clock.MADRID).date()
    return boards.load(
        unit.session,
        unit_id=unit_id,
        reason=reason,
        first=day - wall.DAY,
        last=day,
        professional_id=professional_id,
        besides=besides,
    )


def hold_and_place(
    unit: Unit,
    *,
    person_id: UUID | None,
    unit_id: UUID,
    reason: Reason,
    mode: str,
    starts_at: datetime,
    professional_id: UUID | None,
    contact_id: UUID | None = None,
    override: bool = False,
    besides: UUID | None = None,
    also: tuple[UUID, ...] = (),
    ends_hold: UUID | None = None,
    keeps_hold: bool = False,
) -> Place:
    """Lock what the appointment takes, end the holds in the way, then look again whether it is free.

    `ends_hold` names a hold that this booking takes over; the person's own others are let go unless `keeps_hold`.
    Raises Conflict (without alternatives). To be called inside a savepoint: undoing it lets everything go.
    """
    if reason.places > 1:
        return _place_in_group(
            unit, person_id, contact_id, unit_id, reason, mode, starts_at, professional_id, ends_hold, keeps_hold
        )
    if professional_id is not None and not reason.pair:
        staff = [professional_id]
    else:
        # Anybody will do: hold them all, so that the choice made below stays true.
        staff = list(_load(unit, unit_id, reason, starts_at, None, besides).agendas)
    own = _own_holds(unit, person_id, contact_id, ends_hold, keeps_hold)
    gone = _run_out(unit, staff, unit_id, starts_at, reason)
    names = {str(one) for one in (*staff, *also)}
    rooms = {str(unit_id)} if mode == "in_person" else set()
    for row in (*own, *gone):
        names |= {str(one) for one in (row.professional_id, row.second_professional_id) if one}
        rooms |= {str(row.unit_id)} if row.in_room else set()
    hold(
        unit.session,
        f"person:{person_id or contact_id}",
        *(f"rooms:{room}" for room in rooms),
        *(f"professional:{name}" for name in names),
    )
    _let_go(unit, own, gone)
    board = _load(unit, unit_id, reason, starts_at, None if reason.pair else professional_id, besides)
    room_id = board.room_at(starts_at) if mode == "in_person" else None
    if override and professional_id is not None:
        return Place(professional_id, room_id)
    for slot in board.free(mode=mode):
        if slot.starts_at == starts_at and professional_id in (None, slot.professional_id):
            return Place(slot.professional_id, room_id, slot.second_professional_id)
    raise Conflict(TAKEN)


def _place_in_group(
    unit, person_id, contact_id, unit_id, reason, mode, starts_at, professional_id, ends_hold, keeps_hold
) -> Place:
    found = groups.session_at(
        unit.session, unit_id=unit_id, reason=reason.key, starts_at=starts_at, professional_id=professional_id
    )
    if found is None or mode not in found.modes:
        raise Conflict(TAKEN)
    own = _own_holds(unit, person_id, contact_id, ends_hold, keeps_hold)
    held = {row.session_id for row in own if row.session_id}
    hold(unit.session, f"person:{person_id or contact_id}", *(f"session:{one}" for one in {found.session_id, *held}))
    _let_go(unit, own, [])
    again = groups.session_at(
        unit.session, unit_id=unit_id, reason=reason.key, starts_at=starts_at, professional_id=found.professional_id
    )
    if again is None or again.session_id != found.session_id or not again.places_left:
        raise Conflict(groups.FULL)
    return Place(found.professional_id, None, found.second_professional_id, found.session_id)


def _own_holds(
    unit: Unit, person_id: UUID | None, contact_id: UUID | None, ends_hold: UUID | None, keeps_hold: bool
) -> list:
    """The person's or the guest's live holds that this work ends: the named one, and those of an unfinished booking."""
    return list(
        unit.session.execute(
            text(
                "SELECT id, unit_id, professional_id, second_professional_id, room_id IS NOT NULL AS in_room, "
                "session_id FROM appointment_hold "
                "WHERE (person_id = :person OR contact_id = :contact) AND state = 'live' "
                "AND (id = :named OR (waiting_id IS NULL AND NOT :keeps))"
            ),
            {"person": person_id, "contact": contact_id, "named": ends_hold, "keeps": keeps_hold},
        )
    )


def _run_out(unit: Unit, staff: list[UUID], unit_id: UUID, starts_at: datetime, reason: Reason) -> list:
    reach = timedelta(minutes=reason.minutes + reason.buffer_minutes)
    return list(
        unit.session.execute(
            text("SELECT * FROM agenda_run_out(:staff, :unit, tstzrange(:since, :until), :now)"),
            {
                "staff": staff,
                "unit": unit_id,
                "since": starts_at - reach,
                "until": starts_at + reach,
                "now": clock.now(),
            },
        )
    )


def _let_go(unit: Unit, own: list, gone: list) -> None:
    if own:
        unit.session.execute(
            text("UPDATE appointment_hold SET state = 'released' WHERE id = ANY(:ids) AND state = 'live'"),
            {"ids": [row.id for row in own]},
        )
    if gone:
        unit.session.execute(
            text("SELECT agenda_let_go(:ids, :now)"), {"ids": [row.id for row in gone], "now": clock.now()}
        )
