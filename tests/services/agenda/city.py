"""A small centre with two professionals, two rooms and two people, written as the owner or inside a test's unit."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import text

from case_api.agenda import wall
from case_api.db import new_id

# A Monday well inside the holidays' table, with nothing special near it.
MONDAY = date(2026, 11, 30)
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """The instant of an hour on a wall in Madrid."""
    return wall.instant_of(day, time(hour, minute))


@dataclass(frozen=True)
class Place:
    unit: UUID
    other_unit: UUID
    lucia: UUID
    marta: UUID
    omar: UUID
    rooms: tuple[UUID, ...]
    amparo: UUID
    roberto: UUID
    people: tuple[UUID, ...]


def build(execute, *, people: int = 2, rooms: int = 2) -> Place:
    """Fill a database through `execute(sql, values)`."""
    unit, other, lucia, marta, omar = (new_id() for _ in range(5))
    for identifier, name in ((unit, "Centro Ejemplo"), (other, "Centro Muestra")):
        execute(
            "INSERT INTO unit (id, kind, name, district, address) VALUES (:id, 'centre', :name, 'Centro', 'Calle 1')",
            {"id": identifier, "name": name},
        )
    for identifier, login, name, where in (
        (lucia, "lucia", "Lucía", unit),
        (marta, "marta", "Marta", unit),
        (omar, "omar", "Omar", other),
    ):
        execute(
            "INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
            "VALUES (:id, :unit, :login, :name, 'Ficticia', 'social_worker')",
            {"id": identifier, "unit": where, "login": login, "name": name},
        )
        for weekday in range(5):
            execute(
                "INSERT INTO agenda_pattern (id, professional_id, unit_id, weekday, starts, ends, valid_from, "
                "created_by) VALUES (:id, :professional, :unit, :weekday, '09:00', '14:00', '2026-01-01', 'test')",
                {"id": new_id(), "professional": identifier, "unit": where, "weekday": weekday},
            )
    made_rooms = tuple(new_id() for _ in range(rooms))
    for number, room in enumerate(made_rooms):
        execute(
            "INSERT INTO room (id, unit_id, name) VALUES (:id, :unit, :name)",
            {"id": room, "unit": unit, "name": f"Despacho {number + 1}"},
        )
    for key, minutes, buffer, modes, discreet, online in (
        ("follow_up", 30, 0, ["in_person", "phone", "video"], False, True),
        ("first_interview", 45, 15, ["in_person"], False, True),
        ("family_support", 60, 0, ["in_person", "phone"], True, True),
        ("home_visit", 90, 30, ["home"], False, False),
    ):
        execute(
            "INSERT INTO appointment_reason (key, name, minutes, step_minutes, buffer_minutes, notice_minutes, "
            "horizon_days, modes, discreet, online) VALUES (:key, :key, :minutes, 15, :buffer, 60, 30, :modes, "
            ":discreet, :online)",
            {"key": key, "minutes": minutes, "buffer": buffer, "modes": modes, "discreet": discreet, "online": online},
        )
    made_people = tuple(new_id() for _ in range(people))
    for number, person in enumerate(made_people):
        execute(
            "INSERT INTO person (id, given_name, surname1, sort_key, unit_id) "
            "VALUES (:id, :name, 'Ejemplo', 'ejemplo', :unit)",
            {"id": person, "name": f"Persona {number}", "unit": unit},
        )
    return Place(unit, other, lucia, marta, omar, made_rooms, made_people[0], made_people[1], made_people)


def build_as_owner(people: int = 2, rooms: int = 2) -> Place:
    """Fill the test's own database and commit."""
    from sqlalchemy import create_engine

    from case_api.settings import settings

    engine = create_engine(settings().DATABASE_OWNER_URL)
    with engine.begin() as connection:
        place = build(lambda sql, values: connection.execute(text(sql), values), people=people, rooms=rooms)
    engine.dispose()
    return place


def next_weekday(after: date, weekday: int = 0) -> date:
    """The first such day after a date that is no holiday in the seeded table."""
    day = after + timedelta(days=1)
    while day.weekday() != weekday or (day.month, day.day) in {(12, 7), (12, 8), (12, 25), (1, 1), (1, 6)}:
        day += timedelta(days=1)
    return day
