"""The agenda's tables: they go and come back; what they refuse; which holidays they know."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from case_api.db import new_id, schema
from case_api.settings import settings
from tests.services.agenda.city import build


def test_down_and_up_again(database):
    owner = settings().DATABASE_OWNER_URL
    schema.upgrade(owner, revision="0002_record", downwards=True)
    schema.upgrade(owner)
    assert schema.current(owner) == schema.head()


def test_history_cannot_be_rewritten(unit):
    for statement in (
        "UPDATE appointment_change SET why = 'x'",
        "DELETE FROM appointment_change",
        "DELETE FROM appointment",
    ):
        with pytest.raises(ProgrammingError), unit.session.begin_nested():
            unit.session.execute(text(statement))


BOOKING = """
    INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, room_id, reason, mode, during, created_by)
    VALUES (:id, :uid, :person, :professional, :unit, :room, 'follow_up', 'in_person',
            CAST(:during AS tstzrange), 'test')
"""
SHARED = [
    pytest.param("professional", "ex_appointment_professional", id="one professional, two people"),
    pytest.param("room", "ex_appointment_room", id="one room"),
    pytest.param("person", "ex_appointment_person", id="one person, two professionals"),
]


@pytest.mark.parametrize(("shared", "constraint"), SHARED)
def test_the_database_alone_refuses_an_overlap(unit, shared, constraint):
    place = build(lambda sql, values: unit.session.execute(text(sql), values))
    first = {"person": place.amparo, "professional": place.lucia, "room": place.rooms[0]}
    second = {"person": place.roberto, "professional": place.marta, "room": place.rooms[1]}
    second[shared] = first[shared]

    def insert(values, during):
        with unit.session.begin_nested():
            made = new_id()
            more = {"id": made, "uid": str(made), "unit": place.unit, "during": during}
            unit.session.execute(text(BOOKING), values | more)

    insert(first, "[2026-12-01 09:00Z,2026-12-01 09:45Z)")
    with pytest.raises(IntegrityError, match=constraint):
        insert(second, "[2026-12-01 09:30Z,2026-12-01 10:00Z)")
    insert(second, "[2026-12-01 09:45Z,2026-12-01 10:00Z)")


KNOWN = [
    pytest.param(date(2026, 5, 15), "city", True, id="San Isidro 2026"),
    pytest.param(date(2026, 11, 9), "city", True, id="Almudena 2026"),
    pytest.param(date(2026, 11, 2), "region", True, id="All Saints 2026, moved from a Sunday"),
    pytest.param(date(2026, 12, 7), "region", True, id="Constitution 2026, moved from a Sunday"),
    pytest.param(date(2027, 3, 26), "national", True, id="Good Friday 2027"),
    pytest.param(date(2027, 5, 3), "region", False, id="the region's day 2027, moved from a Sunday: not sure yet"),
    pytest.param(date(2027, 11, 9), "city", False, id="Almudena 2027: the council has to say"),
]


@pytest.mark.parametrize(("day", "scope", "confirmed"), KNOWN)
def test_holidays_of_madrid(unit, day, scope, confirmed):
    row = unit.session.execute(text("SELECT scope, confirmed FROM holiday WHERE day = :day"), {"day": day}).one()
    assert tuple(row) == (scope, confirmed)


def test_a_year_has_fourteen_holidays_when_it_is_known(unit):
    found = unit.session.execute(
        text("SELECT count(*) FROM holiday WHERE day BETWEEN '2026-01-01' AND '2026-12-31' AND confirmed")
    ).scalar()
    assert found == 14
