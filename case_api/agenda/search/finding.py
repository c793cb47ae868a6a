"""The first free hour: by way, centre, district, professional; and the one that keeps a deadline, elsewhere too."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from case_api import clock, directory, log
from case_api.access.actor import Actor
from case_api.agenda import reasons, requests, wall
from case_api.agenda.search.index import INDEX
from case_api.agenda.values import Reason, Slot
from case_api.db import Unit
from case_api.db import unit as units


def _window(reason: Reason, after: datetime | None) -> tuple[datetime, datetime]:
    earliest = clock.now() + timedelta(minutes=reason.notice_minutes)
    horizon = wall.whole_day(clock.today() + timedelta(days=reason.horizon_days))[1]
    return max(after or earliest, earliest), horizon


PATIENCE = 0.4  # seconds to read for everybody; then for who asks
WARM_EVERY = 20.0


def keep_warm(stop: threading.Event, *, every: float = WARM_EVERY) -> None:
    """Read the whole city in the background, for the reasons that people book alone, and again what has changed: the
    first person of the day waits for nobody else's index. Runs until `stop` is set, and survives the database.
    """
    while not stop.is_set():
        try:
            warm_up(stop)
        except SQLAlchemyError as error:  # the database is away; whoever asks meanwhile reads for themselves
            log.logger().warning("index not warm", error=type(error).__name__)
        stop.wait(every)


def warm_up(stop: threading.Event | None = None) -> int:
    """Read what nobody has read yet; how many centres and reasons that were."""
    with units.unit_of_work(Actor.system("index")) as unit:
        open_to_all = [one for one in reasons.every(unit, online=True) if one.places == 1]
    done = 0
    with look() as session:
        for reason, centre in INDEX.missing(session, open_to_all):
            if stop is not None and stop.wait(0.02):  # a breath for whoever is served meanwhile
                return done
            INDEX.fill(session, reason, centre)
            session.rollback()
            done += 1
    return done


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
    patience: float | None = None,
    needed_before: datetime | None = None,
) -> list[Slot]:
    """The first free slot of each centre (of a district, of one), soonest first: what anybody would be offered.

    `patience`: seconds after which centres that nobody has read into the index yet are answered from the database, and
    then only as far as `needed_before`: a process that has just started answers as completely as one that is warm.

    Raises Invalid for an unknown reason or a way it is not held in.
    """
    found = reasons.one(unit, reason)
    reasons.check_mode(found, mode)
    since, until = _window(found, after)
    # Of nobody: what the index keeps must be committed, and hold no desk's privileges.
    with look() as session:
        firsts = INDEX.first_free(
            session, reason=found, after=since, until=until, mode=mode, unit_id=unit_id, district=district,
            professional_id=professional_id, patience=patience, needed_before=needed_before,
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
    found = reasons.one(unit, reason)
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
    others = [
        slot
        for slot in first_by_centre(unit, reason=reason, mode=mode, patience=PATIENCE, needed_before=due_at)
        if slot.unit_id != unit_id and slot.starts_at < due_at
    ]
    near = {one.id for one in directory.centres(unit.session) if one.district == district}
    others.sort(key=lambda slot: (slot.unit_id not in near, slot.starts_at))
    return Offer(first, due_at, False, tuple(others[:3]))
