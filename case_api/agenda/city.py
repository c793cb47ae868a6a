"""The agenda's part of the synthetic city: reasons, rooms, shifts, a year of appointments behind and weeks ahead."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from psycopg import Connection
from psycopg.types.range import TimestamptzRange

from case_api import clock
from case_api.agenda import wall
from case_api.city.load import copy
from case_api.city.sample import BY_LOGIN
from case_api.city.values import CityPerson, Ids
from case_api.settings import settings

# key, name, minutes, step, buffer, notice, horizon, modes, discreet, online
REASONS = (
    ("first_interview", "Primera entrevista con trabajo social", 45, 15, 15, 1440, 60, ["in_person"], False, True),
    ("follow_up", "Seguimiento con su trabajadora social", 30, 15, 0, 720, 60, ["in_person", "phone", "video"], False,
     True),
    ("information", "Información y orientación", 15, 15, 0, 120, 21, ["in_person", "phone"], False, True),
    ("paperwork", "Ayuda con un trámite", 30, 15, 0, 720, 30, ["in_person", "phone", "video"], False, True),
    ("family_support", "Entrevista personal", 60, 15, 15, 720, 60, ["in_person", "phone"], True, True),
    ("home_visit", "Visita a su casa", 90, 30, 30, 2880, 60, ["home"], False, False),
)  # fmt: skip
_SHIFTS = [(weekday, time(9), time(14)) for weekday in range(5)] + [(1, time(16), time(18)), (3, time(16), time(18))]
_ATTENDING = ("social_worker", "information", "coordinator")
# Of the city's figures: 159,000 appointments a year for 431,769 people.
_YEARLY = 0.37
_SOON = 0.12
_MORNING = [time(9 + half // 2, 30 * (half % 2)) for half in range(10)]


@dataclass(slots=True)
class _Desk:
    """A professional who attends, the room they use when there is one for them, and the hours already given."""

    id: UUID
    unit_id: UUID
    room_id: UUID | None
    taken: set[tuple[date, time]] = field(default_factory=set)


class _Book:
    """Appointments being written, none over another."""

    def __init__(self, ids: Ids, rng: Random, now: datetime):
        self._ids, self._rng, self._now = ids, rng, now
        self._domain = settings().MAIL_ADDRESS.rpartition("@")[2]
        self.appointments: list[tuple] = []
        self.changes: list[tuple] = []
        self._instants: dict[tuple[date, time], datetime] = {}

    def _at(self, day: date, hour: time) -> datetime:
        if (day, hour) not in self._instants:
            self._instants[day, hour] = wall.instant_of(day, hour)
        return self._instants[day, hour]

    def add(self, desk: _Desk, person_id: UUID, day: date, *, mode: str, state: str, hour: time | None = None) -> None:
        """One half-hour appointment in a free hour of that day's morning; none when the morning is full."""
        free = [hour for hour in _MORNING if (day, hour) not in desk.taken]
        chosen = hour or (self._rng.choice(free) if free else None)
        if chosen is None:
            return
        desk.taken.add((day, chosen))
        if mode == "in_person" and desk.room_id is None:
            mode = "phone"
        room = desk.room_id if mode == "in_person" else None
        start = self._at(day, chosen)
        during = TimestamptzRange(start, start + timedelta(minutes=30), "[)")
        made = min(start, self._now) - timedelta(days=self._rng.randint(2, 9), minutes=self._rng.randint(0, 300))
        identifier = self._ids()
        cancelled = start - timedelta(days=1) if state == "cancelled" else None
        sequence = 0 if state == "booked" else 1
        by = f"citizen:{person_id}"
        self.appointments.append(
            (identifier, f"{identifier}@{self._domain}", sequence, person_id, desk.id, desk.unit_id, room, "follow_up",
             mode, during, 0, state, made, by, cancelled, by if cancelled else None)
        )  # fmt: skip
        self.changes.append((self._ids(), identifier, 0, "booked", desk.id, mode, during, made, by))
        if state != "booked":
            at = cancelled or start + timedelta(minutes=30)
            self.changes.append((self._ids(), identifier, 1, state, desk.id, mode, during, at, f"staff:{desk.id}"))


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """Load agendas and appointments for the people of the city, by COPY, as the owner; how many rows of which."""
    ids = Ids(rng, begin=40)
    today = clock.today()
    desks = _load_agendas(connection, ids, today)
    holidays = {day for (day,) in connection.execute("SELECT day FROM holiday WHERE unit_id IS NULL")}

    def workday(distance: int) -> date:
        """The first working day at that distance from today or, going on in the same direction, beyond it."""
        day = today + timedelta(days=distance)
        while day.weekday() > 4 or day in holidays:
            day += timedelta(days=1 if distance > 0 else -1)
        return day

    _put_a_local_holiday(connection, today.year + 1)
    book = _Book(ids, rng, clock.now())
    _tell_sample(book, desks, people, workday)
    for person in people:
        desk = desks.get(person.professional_id)
        if person.key or desk is None:
            continue
        if rng.random() < _YEARLY:
            state = rng.choices(("attended", "no_show", "cancelled"), (85, 8, 7))[0]
            mode = rng.choices(("in_person", "phone", "video"), (6, 3, 1))[0]
            book.add(desk, person.id, workday(-rng.randint(1, 360)), mode=mode, state=state)
        if rng.random() < _SOON:
            mode = rng.choices(("in_person", "phone", "video"), (6, 3, 1))[0]
            book.add(desk, person.id, workday(rng.randint(1, 25)), mode=mode, state="booked")
    copy(
        connection,
        "appointment",
        ("id", "uid", "sequence", "person_id", "professional_id", "unit_id", "room_id", "reason", "mode", "during",
         "buffer_minutes", "state", "created_at", "created_by", "cancelled_at", "cancelled_by"),
        book.appointments,
    )  # fmt: skip
    copy(
        connection,
        "appointment_change",
        ("id", "appointment_id", "sequence", "what", "professional_id", "mode", "during", "changed_at", "changed_by"),
        book.changes,
    )
    return {"appointment": len(book.appointments), "appointment_change": len(book.changes)}


def _put_a_local_holiday(connection: Connection, year: int) -> None:
    """One day that the sample centre put in by itself, a Saturday in June: in nobody's way, and no deadline's."""
    first = date(year, 6, 1)
    day = first + timedelta(days=(5 - first.weekday()) % 7 + 7)
    connection.execute(
        "INSERT INTO holiday (day, scope, unit_id, name) "
        "SELECT %s, 'centre', unit_id, 'Fiesta del barrio (ejemplo)' FROM professional WHERE id = %s",
        (day, BY_LOGIN["teresa"].id),
    )


def _load_agendas(connection: Connection, ids: Ids, today: date) -> dict[UUID, _Desk]:
    columns = (
        "key", "name", "minutes", "step_minutes", "buffer_minutes", "notice_minutes", "horizon_days", "modes",
        "discreet", "online",
    )  # fmt: skip
    copy(connection, "appointment_reason", columns, REASONS)
    staff = connection.execute(
        "SELECT p.id, p.unit_id FROM professional p JOIN unit u ON u.id = p.unit_id "
        "WHERE u.kind = 'centre' AND p.role = ANY(%s) ORDER BY p.unit_id, p.id",
        (list(_ATTENDING),),
    ).fetchall()
    by_unit: dict[UUID, list[UUID]] = {}
    for professional_id, unit_id in staff:
        by_unit.setdefault(unit_id, []).append(professional_id)
    rooms, desks = [], {}
    for unit_id, professionals in by_unit.items():
        # Fewer rooms than people: who is on the telephone needs none.
        count = max(2, round(len(professionals) * 0.7))
        own = [ids() for _ in range(count)]
        rooms += [(room, unit_id, f"Despacho {number:02d}") for number, room in enumerate(own, start=1)]
        for number, professional_id in enumerate(professionals):
            room = own[number] if number < count else None
            desks[professional_id] = _Desk(professional_id, unit_id, room)
    copy(connection, "room", ("id", "unit_id", "name"), rooms)
    since = today - timedelta(days=400)
    copy(
        connection,
        "agenda_pattern",
        ("id", "professional_id", "unit_id", "weekday", "starts", "ends", "valid_from", "created_by"),
        (
            (ids(), desk.id, desk.unit_id, weekday, starts, ends, since, "system:city")
            for desk in desks.values()
            for weekday, starts, ends in _SHIFTS
        ),
    )
    return desks


def _tell_sample(book: _Book, desks: dict[UUID, _Desk], people: Sequence[CityPerson], workday) -> None:
    """What the sample people have: Amparo a video call with Lucía in five days or so, and a past; others a past."""
    by_key = {person.key: person for person in people if person.key}
    lucia = desks[BY_LOGIN["lucia"].id]
    if amparo := by_key.get("amparo"):
        book.add(lucia, amparo.id, workday(5), mode="video", state="booked", hour=time(10, 30))
        book.add(lucia, amparo.id, workday(-40), mode="in_person", state="attended", hour=time(11))
        book.add(lucia, amparo.id, workday(-120), mode="phone", state="attended", hour=time(9, 30))
    if (roberto := by_key.get("roberto")) and (desk := desks.get(roberto.professional_id)):
        book.add(desk, roberto.id, workday(-15), mode="in_person", state="attended", hour=time(12))
        book.add(desk, roberto.id, workday(-60), mode="in_person", state="no_show", hour=time(12))
    if (fatima := by_key.get("fatima")) and (desk := desks.get(fatima.professional_id)):
        book.add(desk, fatima.id, workday(-7), mode="in_person", state="attended", hour=time(13))
