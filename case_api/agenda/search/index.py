"""An index of free time that each process keeps: derived, never the truth.

It holds what `board.Board.free` says of each centre and reason, by the same rules, as arrays in order of time. A row of
`agenda_touch`, written in the transaction of each change, says which centre to read again before the next answer; what
changes by the clock alone (a hold that runs out) is known when the centre is read. Booking looks again under its locks.
"""

import threading
import time
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy
import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import board as boards
from case_api.agenda import groups, wall
from case_api.agenda.search import straight
from case_api.agenda.slots import Need
from case_api.agenda.values import Reason, Slot

DAYS = 62
_MINUTE = 60
_MOST_FIRSTS = 2000
_BITS = {"in_person": 1, "phone": 2, "video": 4, "home": 8}

_CENTRES = text("""
    SELECT DISTINCT u.id, u.district FROM unit u JOIN agenda_pattern g ON g.unit_id = u.id WHERE u.open
    UNION SELECT u.id, u.district FROM unit u JOIN group_session s ON s.unit_id = u.id WHERE u.open
""")
_TOUCHED = "SELECT id, unit_id, professional_id FROM agenda_touch WHERE txid >= CAST({} AS xid8)"
_SEEN = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")


@dataclass(slots=True)
class Free:
    """One centre's free slots for one reason, by time: minutes since 1970, who (an index into `people`), which ways."""

    minutes: list[int]
    who: numpy.ndarray
    modes: numpy.ndarray
    slots: list[Slot]
    people: list[UUID]
    good_until: datetime | None

    def between(
        self, since: datetime, until: datetime, *, mode: str | None = None, professional_id: UUID | None = None
    ) -> numpy.ndarray:
        """Positions of the slots that start in [since, until), in order."""
        first, last = bisect_left(self.minutes, _minute(since)), bisect_left(self.minutes, _minute(until))
        if mode is None and professional_id is None:
            return numpy.arange(first, last)
        wanted = numpy.ones(last - first, dtype=bool)
        if mode is not None:
            wanted &= (self.modes[first:last] & _BITS[mode]) != 0
        if professional_id is not None:
            place = self.people.index(professional_id) if professional_id in self.people else -1
            wanted &= self.who[first:last] == place
        return first + numpy.flatnonzero(wanted)

    def first(self, since: int, until: int, *, mode: str | None, professional_id: UUID | None) -> int | None:
        """The position of the first slot in [since, until), in minutes since 1970, or None."""
        place = bisect_left(self.minutes, since)
        while place < len(self.minutes) and self.minutes[place] < until:
            suits = mode is None or self.modes[place] & _BITS[mode]
            if suits and (professional_id is None or self.slots[place].professional_id == professional_id):
                return place
            place += 1
        return None


def _minute(instant: datetime) -> int:
    """The first whole minute at or after an instant, since 1970."""
    return int(-(-instant.timestamp() // _MINUTE))


def free_of(slots: Iterable[Slot], good_until: datetime | None = None) -> Free:
    """Lay slots out for searching."""
    ordered = sorted(slots, key=lambda slot: (slot.starts_at, slot.professional))
    people = list(dict.fromkeys(slot.professional_id for slot in ordered))
    place = {one: number for number, one in enumerate(people)}
    return Free(
        [int(slot.starts_at.timestamp()) // _MINUTE for slot in ordered],
        numpy.array([place[slot.professional_id] for slot in ordered], dtype=numpy.int32),
        numpy.array([sum(_BITS[mode] for mode in slot.modes) for slot in ordered], dtype=numpy.int8),
        ordered,
        people,
        good_until,
    )


class _Watch:
    """One connection kept for the question that every search asks, so that it costs one round trip and no more."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._connection: psycopg.Connection | None = None

    def touched(self, session: Session, seen: str) -> list[Any]:
        """The touches since a transaction, as (id, unit, professional)."""
        bind = session.get_bind()
        if not isinstance(bind, Engine):  # inside somebody's transaction: only it sees what it wrote
            return list(session.execute(text(_TOUCHED.format(":seen")), {"seen": seen}))
        for attempt in (1, 2):
            try:
                if self._engine is not bind or self._connection is None or self._connection.closed:
                    self._open(bind)
                return self._connection.execute(_TOUCHED.format("%s"), (seen,), prepare=True).fetchall()
            except psycopg.OperationalError:
                self._connection = None  # the database has been away: once more, then it is everybody's trouble
                if attempt == 2:
                    raise
        return []

    def _open(self, engine: Engine) -> None:
        if self._connection is not None:
            self._connection.close()
        url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection = psycopg.connect(
            url, autocommit=True, connect_timeout=5, application_name="alma-index", row_factory=namedtuple_row
        )
        self._engine = engine


@dataclass(frozen=True, slots=True)
class _Firsts:
    """An answer given already: true until somebody touches an agenda, the clock lets something go, or the first of its
    slots comes too near. Every centre has one in it.
    """

    since: int
    earliest: int
    latest: int
    good_until: datetime | None
    slots: dict[UUID, Slot]

    def holds(self, since: int, until: int) -> bool:
        """Whether it answers for [since, until) too, in minutes since 1970."""
        fits = self.since <= since <= self.earliest and self.latest < until
        return fits and (self.good_until is None or clock.now() < self.good_until)


class Index:
    """Free time of every centre, for the reasons that were asked for. One a process; threads take turns to renew it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watch = _Watch()
        self._day: date | None = None
        self._seen = "0"
        self._done: set[int] = set()
        self._districts: dict[UUID, str] = {}
        self._free: dict[tuple[str, UUID], Free] = {}
        self._reasons: dict[str, Reason] = {}
        self._database: object = None
        self._firsts: dict[tuple[Any, ...], _Firsts] = {}
        self._turn = 0  # goes up whenever something known is thrown away

    def forget(self) -> None:
        """Begin anew: another database, another day."""
        with self._lock:
            self._day = None

    def _begin(self, session: Session, database: object) -> None:
        self._seen = session.execute(_SEEN).scalar_one()
        # What is there already is in whatever is read from now on; an old transaction would have it told for ever.
        self._done = {row.id for row in self._watch.touched(session, self._seen)}
        self._free.clear()
        self._firsts.clear()
        self._turn += 1
        self._reasons.clear()
        self._districts = {row.id: row.district for row in session.execute(_CENTRES)}
        self._day, self._database = clock.today(), database

    def _renew(self, session: Session) -> None:
        """Throw away what changed since the last look. Every committed touch is seen once, in whatever order."""
        database = session.get_bind().engine
        if self._day != clock.today() or self._database != database:
            self._begin(session, database)
            return
        touched = [row for row in self._watch.touched(session, self._seen) if row.id not in self._done]
        if not touched:
            return
        self._firsts.clear()
        self._turn += 1
        if any(row.unit_id is None and row.professional_id is None for row in touched):
            self._begin(session, database)
            return
        units = {row.unit_id for row in touched if row.unit_id}
        people = {row.professional_id for row in touched if row.unit_id is None}
        for key, free in list(self._free.items()):
            if key[1] in units or people.intersection(free.people):
                del self._free[key]
        if people or units - set(self._districts):
            self._districts = {row.id: row.district for row in session.execute(_CENTRES)}
        if people:  # an absence everywhere may have emptied somebody's agenda, or its end filled it again
            self._free.clear()
        self._done |= {row.id for row in touched}
        if len(self._done) > 10_000:
            self._day = None

    def _of(self, session: Session, reason: Reason, unit_id: UUID) -> Free:
        key = (reason.key, unit_id)
        found = self._free.get(key)
        if found is None or (found.good_until is not None and clock.now() >= found.good_until):
            found = self._free[key] = read(session, unit_id=unit_id, reason=reason)
        return found

    def missing(self, session: Session, reasons: Iterable[Reason]) -> list[tuple[Reason, UUID]]:
        """What nobody has read yet, or has to be read again: (reason, centre)."""
        with self._lock:
            self._renew(session)
            return [
                (reason, centre) for reason in reasons for centre in self._districts
                if not self._ready(reason, centre)
            ]  # fmt: skip

    def _ready(self, reason: Reason, unit_id: UUID) -> bool:
        found = self._free.get((reason.key, unit_id))
        return found is not None and (found.good_until is None or clock.now() < found.good_until)

    def fill(self, session: Session, reason: Reason, unit_id: UUID) -> None:
        """Read one centre now, so that nobody waits for it later."""
        with self._lock:
            self._renew(session)
            self._know(session, reason)
            self._of(session, reason, unit_id)

    def _know(self, session: Session, reason: Reason) -> None:
        """A reason that is not as it was makes everything read of it worthless."""
        if self._reasons.get(reason.key) not in (None, reason):
            self._begin(session, self._database)
        self._reasons[reason.key] = reason

    def first_free(
        self,
        session: Session,
        *,
        reason: Reason,
        after: datetime,
        until: datetime,
        mode: str | None = None,
        unit_id: UUID | None = None,
        district: str | None = None,
        professional_id: UUID | None = None,
        patience: float | None = None,
        needed_before: datetime | None = None,
    ) -> dict[UUID, Slot]:
        """The first free slot of each centre that has one in [after, until): the whole city's, a district's, one's.

        `patience`: somebody waits for a page, so after so many seconds a centre that nobody has read yet is answered
        from the database for this question alone, and not kept; then only as far as `needed_before`, if it is told.
        """
        asked = (reason.key, unit_id, district, mode, professional_id)
        since, to = _minute(after), _minute(until)
        with self._lock:
            self._renew(session)
            self._know(session, reason)
            known = self._firsts.get(asked)
            if known is not None and known.holds(since, to):
                return known.slots
            turn = self._turn
            centres = [unit_id] if unit_id else list(self._districts)
        need_until = min(until, needed_before) if needed_before else until
        result, ends, whole = {}, time.monotonic() + (patience or 0), True
        good_until: datetime | None = None
        for centre in centres:
            with self._lock:  # a turn a centre: others find what is there meanwhile
                if district is not None and self._districts.get(centre) != district:
                    continue
                late = patience is not None and time.monotonic() > ends and not self._ready(reason, centre)
                free = None if late else self._of(session, reason, centre)
            if free is None:
                whole = False
                slot = straight.first(
                    session, unit_id=centre, reason=reason, after=after, until=need_until, mode=mode,
                    professional_id=professional_id,
                )  # fmt: skip
                if slot is not None:
                    result[centre] = slot
                continue
            if free.good_until is not None and (good_until is None or free.good_until < good_until):
                good_until = free.good_until
            place = free.first(since, to, mode=mode, professional_id=professional_id)
            if place is None:
                whole = False
            else:
                result[centre] = free.slots[place]
        if whole and result:
            self._keep(asked, turn, since, result, good_until)
        return result

    def _keep(
        self, asked: tuple[Any, ...], turn: int, since: int, slots: dict[UUID, Slot], good_until: datetime | None
    ) -> None:
        minutes = [int(slot.starts_at.timestamp()) // _MINUTE for slot in slots.values()]
        with self._lock:
            if turn == self._turn and len(self._firsts) < _MOST_FIRSTS:  # nothing was thrown away meanwhile
                self._firsts[asked] = _Firsts(since, min(minutes), max(minutes), good_until, slots)

    def between(
        self, session: Session, *, reason: Reason, unit_id: UUID, since: datetime, until: datetime,
        mode: str | None = None, professional_id: UUID | None = None,
    ) -> list[Slot]:  # fmt: skip
        """A centre's free slots that start in [since, until), by time."""
        with self._lock:
            self._renew(session)
            free = self._of(session, reason, unit_id)
        if mode is None and professional_id is None:
            return free.slots[bisect_left(free.minutes, _minute(since)) : bisect_left(free.minutes, _minute(until))]
        places = free.between(since, until, mode=mode, professional_id=professional_id)
        return [free.slots[place] for place in places]


def read(session: Session, *, unit_id: UUID, reason: Reason) -> Free:
    """A centre's free time from today to the horizon, by the rules of the board; notice is left to the search."""
    today = clock.today()
    last = today + timedelta(days=min(reason.horizon_days, DAYS))
    until = session.execute(
        text("SELECT agenda_next_change(:unit, :now)"), {"unit": unit_id, "now": clock.now()}
    ).scalar()
    if reason.places > 1:
        return free_of(groups.open_dates(session, unit_id=unit_id, reason=reason, first=today, last=last), until)
    board = boards.load(session, unit_id=unit_id, reason=reason, first=today - wall.DAY, last=last)
    asked = board.need()
    need = Need(asked.length, asked.step, asked.buffer, wall.whole_day(today)[0], asked.latest)
    return free_of(board.free(need=need), until)


INDEX = Index()
