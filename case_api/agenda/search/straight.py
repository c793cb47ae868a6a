"""A centre's first free slot straight from the database: for whoever asks before the index has been read."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import board as boards
from case_api.agenda import groups, wall
from case_api.agenda.values import Reason, Slot

_STRIDE = timedelta(days=7)


def first(
    session: Session,
    *,
    unit_id: UUID,
    reason: Reason,
    after: datetime,
    until: datetime,
    mode: str | None = None,
    professional_id: UUID | None = None,
) -> Slot | None:
    """The first free slot of a centre that starts in [after, until), or None: week by week, by the board's rules."""
    day, last = _local(after), min(_local(until), clock.today() + timedelta(days=reason.horizon_days))
    while day <= last:
        end = min(day + _STRIDE - wall.DAY, last)
        free = _between(session, unit_id, reason, day, end, mode, professional_id)
        found = min((slot for slot in free if after <= slot.starts_at < until), key=_start, default=None)
        if found is not None:
            return found
        day = end + wall.DAY
    return None


def _start(slot: Slot) -> datetime:
    return slot.starts_at


def _local(at: datetime) -> date:
    return at.astimezone(clock.MADRID).date()


def _between(
    session: Session, unit_id: UUID, reason: Reason, first_day: date, last_day: date, mode: str | None,
    professional_id: UUID | None,
) -> list[Slot]:  # fmt: skip
    if reason.places > 1:
        return groups.open_dates(
            session, unit_id=unit_id, reason=reason, first=first_day, last=last_day, professional_id=professional_id,
            mode=mode,
        )  # fmt: skip
    # Slots after midnight belong to the shift of the day before; of a pair, the other one may be anybody.
    board = boards.load(
        session, unit_id=unit_id, reason=reason, first=first_day - wall.DAY, last=last_day,
        professional_id=None if reason.pair else professional_id,
    )  # fmt: skip
    return [slot for slot in board.free(mode=mode) if professional_id in (None, slot.professional_id)]
