"""The agenda of the synthetic city: bookable, without overlaps, the same for the same seed."""

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.build import build
from case_api.city.sample import BY_KEY, BY_LOGIN
from case_api.db import unit_of_work


def test_amparo_has_an_appointment_and_there_is_something_free(database):
    build(300, 1)
    amparo = BY_KEY["amparo"].id
    actor = Actor("citizen", "amparo", person_id=amparo, assurance="low", authenticated_at=clock.now())
    with unit_of_work(actor) as unit:
        door = open_door(actor, "own_record")
        (coming,) = door.next_appointments(amparo)
        assert (coming.professional, coming.mode) == ("Lucía", "video")
        assert 4 <= (coming.starts_at - clock.now()).days <= 9
        assert len(door.appointments(amparo)) == 3
        free = door.next_free(unit_id=coming.unit_id, reason="follow_up", mode="in_person", count=5)
        assert len(free) == 5
        made = door.book(
            person_id=amparo,
            unit_id=coming.unit_id,
            reason="follow_up",
            mode="in_person",
            starts_at=free[0].starts_at,
            professional_id=free[0].professional_id,
        )
        assert made.room
    lucia = BY_LOGIN["lucia"].id
    with unit_of_work(Actor.system("test")) as unit:
        with_lucia = unit.session.execute(
            text("SELECT count(*) FROM appointment WHERE professional_id = :lucia"), {"lucia": lucia}
        ).scalar()
        total = unit.session.execute(text("SELECT count(*) FROM appointment")).scalar()
    assert with_lucia >= 3 and 60 < total < 300


def test_the_same_seed_gives_the_same_agenda(database):
    def picture():
        with unit_of_work(Actor.system("test")) as unit:
            rows = unit.session.execute(text("SELECT id, person_id, mode, state, during FROM appointment ORDER BY id"))
            return [tuple(map(str, row)) for row in rows]

    build(60, 7)
    first = picture()
    build(60, 7)
    assert picture() == first


def test_a_new_city_keeps_its_holidays(database):
    build(60, 7)
    build(60, 8)
    with unit_of_work(Actor.system("test")) as unit:
        counted = "SELECT count(*) FROM holiday WHERE day < '2027-01-01' AND confirmed"
        held = unit.session.execute(text(counted)).scalar()
        years = unit.session.execute(text("SELECT array_agg(year) FROM holiday_year")).scalar()
    assert (held, years) == (14, [2026])
