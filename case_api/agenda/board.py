"""Everything that decides which slots are free, read by one statement and laid out for the calculation."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import UUID as PgUUID
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import slots, wall
from case_api.agenda.slots import Busy, Change, Need, Pattern, Stretch
from case_api.agenda.values import Reason, Slot

_BOARD = text("""
    WITH staff AS (
        SELECT p.id, p.given_name, p.surnames FROM professional p
        WHERE p.active AND (CAST(:professional AS uuid) IS NULL OR p.id = :professional)
          AND (EXISTS (SELECT FROM agenda_pattern g WHERE g.unit_id = :unit AND g.professional_id = p.id
                       AND g.valid_from <= :last AND (g.valid_until IS NULL OR g.valid_until >= :first))
               OR EXISTS (SELECT FROM agenda_exception e WHERE e.unit_id = :unit AND e.professional_id = p.id
                          AND e.kind = 'extra' AND e.first_day <= :last AND e.last_day >= :first))
    ), rooms AS (
        SELECT id, name FROM room WHERE unit_id = :unit AND active
    )
    SELECT 'professional' AS what, id AS professional_id, NULL::uuid AS room_id, given_name AS word,
           NULL::int AS number, NULL::date AS first_day, NULL::date AS last_day, NULL::time AS starts,
           NULL::time AS ends, NULL::timestamptz AS starts_at, NULL::timestamptz AS ends_at, NULL::text[] AS modes,
           surnames AS sorting
    FROM staff
    UNION ALL
    SELECT 'pattern', professional_id, NULL, NULL, weekday, valid_from, valid_until, starts, ends, NULL, NULL, modes,
           NULL
    FROM agenda_pattern WHERE unit_id = :unit AND professional_id IN (SELECT id FROM staff)
         AND valid_from <= :last AND (valid_until IS NULL OR valid_until >= :first)
    UNION ALL
    SELECT 'exception', professional_id, NULL, kind, NULL, first_day, last_day, starts, ends, NULL, NULL, NULL, NULL
    FROM agenda_exception
    WHERE (unit_id = :unit OR unit_id IS NULL)
          AND (professional_id IS NULL OR professional_id IN (SELECT id FROM staff))
          AND first_day <= CAST(:last AS date) + 1 AND last_day >= CAST(:first AS date) - 1
    UNION ALL
    SELECT 'holiday', NULL, NULL, name, NULL, day, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM holiday WHERE (unit_id IS NULL OR unit_id = :unit)
         AND day BETWEEN CAST(:first AS date) - 1 AND CAST(:last AS date) + 1
    UNION ALL
    SELECT 'room', NULL, id, name, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, name FROM rooms
    UNION ALL
    SELECT 'busy', professional_id, room_id, NULL, buffer_minutes, NULL, NULL, NULL, NULL, starts_at, ends_at, NULL,
           NULL
    FROM agenda_busy(ARRAY(SELECT id FROM staff), ARRAY(SELECT id FROM rooms),
                     tstzrange(:since, :until), :besides, :now)
""").bindparams(*(bindparam(name, type_=PgUUID) for name in ("unit", "professional", "besides")))

# A booking further away than this cannot be in the way: the longest slot and the longest buffer of all reasons.
_REACH = timedelta(hours=12)


@dataclass(slots=True)
class Agenda:
    """One professional's openings and bookings in a unit."""

    professional_id: UUID
    given_name: str
    surnames: str
    patterns: list[Pattern] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    busy: list[Busy] = field(default_factory=list)


@dataclass(slots=True)
class Board:
    """A unit between two local days (both included), for one reason."""

    unit_id: UUID
    reason: Reason
    first: date
    last: date
    agendas: dict[UUID, Agenda]
    closures: list[Change]
    holidays: list[date]
    rooms: list[tuple[UUID, str]]
    room_busy: dict[UUID, list[Busy]]

    def need(self) -> Need:
        """What the reason asks of a slot at this moment: notice from now, horizon to the end of its last local day."""
        now = clock.now()
        horizon = wall.whole_day(clock.today() + timedelta(days=self.reason.horizon_days))[1]
        return Need(
            timedelta(minutes=self.reason.minutes),
            timedelta(minutes=self.reason.step_minutes),
            timedelta(minutes=self.reason.buffer_minutes),
            now + timedelta(minutes=self.reason.notice_minutes),
            horizon,
        )

    def rooms_blocked(self, need: Need) -> list[tuple[UUID, Sequence[Stretch]]]:
        """Each room, by name, with the instants at which a slot must not start in it."""
        bare = Need(need.length, need.step, timedelta(), need.earliest, need.latest)
        return [(room_id, slots.blocked_starts(self.room_busy[room_id], bare)) for room_id, _name in self.rooms]

    def free(self, *, mode: str | None = None, need: Need | None = None) -> Iterator[Slot]:
        """Every free slot, by professional, then by time. A slot in person needs a free room; one for a pair, two
        professionals who are both free: each of them heads one, with the first of the others by name beside them.
        """
        need = need or self.need()
        return self._pairs(mode, need) if self.reason.pair else self._alone(mode, need)

    def _pairs(self, mode: str | None, need: Need) -> Iterator[Slot]:
        by_start: dict[datetime, list[Slot]] = defaultdict(list)
        for slot in self._alone(mode, need):
            by_start[slot.starts_at].append(slot)
        for start in sorted(by_start):
            for slot in by_start[start]:
                for other in by_start[start]:
                    both = tuple(key for key in slot.modes if key in other.modes)
                    if other is not slot and both and (mode is None or mode in both):
                        yield replace(slot, modes=both, second_professional_id=other.professional_id)
                        break

    def _alone(self, mode: str | None, need: Need) -> Iterator[Slot]:
        # When not one room is free; without any room, always.
        crowded = slots.in_all([blocked for _room, blocked in self.rooms_blocked(need)])
        for agenda in self.agendas.values():
            blocked = slots.blocked_starts(agenda.busy, need)
            opened = slots.openings(
                agenda.patterns, agenda.changes + self.closures, self.holidays, first=self.first, last=self.last
            )
            found: dict[datetime, frozenset[str]] = {}
            for opening in opened:
                allowed = frozenset(key for key in self.reason.modes if opening.modes is None or key in opening.modes)
                for start in slots.starts(opening, blocked, need):
                    found[start] = found[start] | allowed if start in found else allowed
            starts = sorted(found)
            with_room = slots.outside(starts, crowded) if self.rooms else frozenset()
            for start in starts:
                allowed = found[start]
                if "in_person" in allowed and start not in with_room:
                    allowed = allowed - {"in_person"}
                if allowed and (mode is None or mode in allowed):
                    yield Slot(
                        start,
                        self.reason.minutes,
                        self.unit_id,
                        agenda.professional_id,
                        agenda.given_name,
                        tuple(key for key in self.reason.modes if key in allowed),
                    )

    def room_at(self, starts_at: datetime) -> UUID | None:
        """The first room, by name, that is free for a slot starting then; None when there is none."""
        return slots.room_for(starts_at, self.rooms_blocked(self.need()))


def load(
    session: Session,
    *,
    unit_id: UUID,
    reason: Reason,
    first: date,
    last: date,
    professional_id: UUID | None = None,
    besides: UUID | None = None,
) -> Board:
    """Read a unit's board for the shifts that start on the local days first..last.

    `besides` names an appointment that is not in the way: the one being moved. Bookings show as times, never as whose.
    """
    since = wall.whole_day(first)[0] - _REACH
    until = wall.whole_day(last + wall.DAY)[1] + _REACH
    rows = session.execute(
        _BOARD,
        {
            "unit": unit_id,
            "professional": professional_id,
            "first": first,
            "last": last,
            "since": since,
            "until": until,
            "besides": besides,
            "now": clock.now(),
        },
    ).all()
    people = sorted((row for row in rows if row.what == "professional"), key=lambda row: (row.word, row.sorting))
    agendas = {row.professional_id: Agenda(row.professional_id, row.word, row.sorting) for row in people}
    board = Board(unit_id, reason, first, last, agendas, [], [], [], defaultdict(list))
    for row in rows:
        agenda = agendas.get(row.professional_id)
        match row.what:
            case "pattern":
                modes = frozenset(row.modes) if row.modes else None
                agenda.patterns.append(Pattern(row.number, row.starts, row.ends, row.first_day, row.last_day, modes))
            case "exception":
                change = Change(row.word, row.first_day, row.last_day, row.starts, row.ends)
                (agenda.changes if agenda else board.closures).append(change)
            case "holiday":
                board.holidays.append(row.first_day)
            case "room":
                board.rooms.append((row.room_id, row.word))
            case "busy":
                busy = Busy(row.starts_at, row.ends_at, timedelta(minutes=row.number))
                (agenda.busy if agenda else board.room_busy[row.room_id]).append(busy)
    board.rooms.sort(key=lambda room: room[1])
    return board
