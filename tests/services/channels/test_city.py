"""The sample city's conversations load, and belong to whom they should."""

from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.build import build
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from channels.city import STRANGER, contribute


def test_the_city_talks(database):
    build(60, 1, extra=[contribute])
    with unit_of_work(Actor.system("test")) as unit:
        rows = unit.session.execute(
            text("SELECT person_id, count(*) AS said FROM message WHERE person_id IS NOT NULL GROUP BY 1")
        ).all()
        said = {row.person_id: row.said for row in rows}
        assert said[BY_KEY["amparo"].id] == 3 and said[BY_KEY["roberto"].id] == 2
        stranger = unit.session.execute(
            text("SELECT person_id FROM address WHERE value = :value"), {"value": STRANGER[0]}
        ).one()
        assert stranger.person_id is None
        assert unit.session.execute(text("SELECT may_be_read_by_others FROM address WHERE person_id = :p"),
                                    {"p": BY_KEY["elena"].id}).scalar()  # fmt: skip


def test_it_is_the_same_again(database):
    def look() -> list:
        with unit_of_work(Actor.system("test")) as unit:
            return unit.session.execute(text("SELECT id, value FROM address ORDER BY id")).all()

    build(30, 2, extra=[contribute])
    first = look()
    build(30, 2, extra=[contribute])
    assert look() == first and first
