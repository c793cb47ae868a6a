"""The first free hour: by way, centre, district, professional; and the one that keeps a deadline, elsewhere too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import offers, requests, wall
from case_api.agenda.search.index import INDEX
from case_api.agenda.values import Reason, Slot
from case_api.db import Unit
from case_api.db import unit as units


def _window(reason: Reason, after: datetime | None) -> tuple[datetime, datetime]:
    earliest = clock.now() + timedelta(minutes=reason.notice_minutes)
    horizon = wall.whole_day(clock.today() + timedelta(days=reason.horizon_days))[1]
    return max(after or earliest, earliest), horizon


@contextmanager
def look() -> Iterator[Session]:
    """A session of nobody's: it sees what is committed, and takes a connection only when there is something to read."""
    with units.session_factory()() as session:
        yield session


def first_by_centre(
    unit: Unit,
    *,
    reason: str,
    mode: str | None = None,
    unit_id: UUID | None = None,
    district: str | None = None,
    professional_id: UUID | None = None,
    after: datetime | None = None,
) -> list[Slot]:
    """The first free slot of each centre (of a district, of one), soonest first: what anybody would be offered.

    Raises Invalid for an unknown reason or a way it is not held in.
    """
    found = offers.reason_of(unit, reason)
    offers.check_mode(found, mode)
    since, until = _window(found, after)
    # Of nobody: what the index keeps must be committed, and hold no desk's privileges.
    with look() as session:
        firsts = INDEX.first_free(
            session, reason=found, after=since, until=until, mode=mode, unit_id=unit_id, district=district,
            professional_id=professional_id,
        )  # fmt: skip
    return sorted(firsts.values(), key=lambda slot: slot.starts_at)


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody is offered first. `slot` None: nothing is free anywhere; `in_time` whether it keeps the deadline,
    `elsewhere` the slots of other centres that keep it when their own has none.
    """

    slot: Slot | None
    due_at: datetime
    in_time: bool
    elsewhere: tuple[Slot, ...] = ()

    @property
    def last_day(self) -> date:
        """The last local day of the deadline."""
        return (self.due_at - timedelta(seconds=1)).astimezone(clock.MADRID).date()


def offer(
    unit: Unit,
    *,
    unit_id: UUID,
    reason: str,
    mode: str | None = None,
    priority: str | None = None,
    requested_at: datetime | None = None,
    district: str | None = None,
) -> Offer:
    """The first slot of one's own centre and, when it comes after the deadline, the first ones elsewhere that meet it:
    at most three, those of one's own district first.
    """
    found = offers.reason_of(unit, reason)
    due_at = requests.due_at(
        unit.session,
        unit_id=unit_id,
        priority=priority or found.priority,
        requested_at=requested_at or clock.now(),
    )
    own = first_by_centre(unit, reason=reason, mode=mode, unit_id=unit_id)
    first = own[0] if own else None
    if first is not None and first.starts_at < due_at:
        return Offer(first, due_at, True)
    near = (
        {slot.unit_id for slot in first_by_centre(unit, reason=reason, mode=mode, district=district)}
        if district
        else ()
    )
    others = [
        slot
        for slot in first_by_centre(unit, reason=reason, mode=mode)
        if slot.unit_id != unit_id and slot.starts_at < due_at
    ]
    others.sort(key=lambda slot: (slot.unit_id not in near, slot.starts_at))
    return Offer(first, due_at, False, tuple(others[:3]))
