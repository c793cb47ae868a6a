"""The data protection office watches how requests about people's data are answered, across the city."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from case_api.rights.requests import due
from tests.services.access.danger import make_danger, set_shield


@pytest.fixture
def danger(database):
    return make_danger()


def through(actor, work, purpose="oversee"):
    with unit_of_work(actor) as unit:
        return work(open_door(actor, purpose, unit=unit))


def ask(world, person, about="Mi apellido", days_ago=0):
    with clock.frozen(clock.now() - timedelta(days=days_ago)):
        return through(
            world.citizen(person), lambda d: d.ask_about_data(person, kind="rectification", about=about), "own_record"
        )


def test_the_office_sees_every_request_with_its_deadline_the_first_due_first(danger):
    late, new = ask(danger, danger.berta, days_ago=40), ask(danger, danger.ana)
    found = through(danger.staff("diego"), lambda d: d.watched_requests())
    assert [one.id for one in found] == [late.id, new.id]
    assert [one.late for one in found] == [True, False] and found[1].due_on == due(clock.today())
    assert [one.unit_name for one in found] == ["Centro Allá", "Centro Aquí"]
    assert [one.id for one in through(danger.staff("diego"), lambda d: d.watched_requests(state="late"))] == [late.id]


def test_what_is_watched_names_nobody(danger):
    made = ask(danger, danger.ana)
    one, told = through(danger.staff("diego"), lambda d: d.watched_request(made.id))
    assert told is not None and told.about == "Mi apellido"
    assert not any("Ñandú" in str(getattr(one, name)) for name in type(one).__slots__)
    with pytest.raises(NotFound):
        through(danger.staff("diego"), lambda d: d.person(danger.ana), "manage_case")


@pytest.mark.parametrize("who", ["marta", "carmen", "ines", "vera", "omar"])
def test_nobody_else_watches(danger, who):
    made = ask(danger, danger.ana)
    for work in (lambda d: d.watched_requests(), lambda d: d.watched_request(made.id)):
        with pytest.raises(NotFound):
            through(danger.staff(who), work)
    with unit_of_work(danger.staff(who)) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM alma_rights_watched()")).scalar() == 0


def test_under_a_shield_the_office_knows_the_day_and_not_a_word(danger):
    made = ask(danger, danger.ana, about="Vivo en la calle Inventada 3")
    set_shield(danger)
    one, told = through(danger.staff("diego"), lambda d: d.watched_request(made.id))
    assert told is None and one.unit_name is None and one.due_on == made.due_on and not one.told
    with pytest.raises(NotFound):
        through(danger.staff("diego"), lambda d: d.answer_watched(made.id, state="refused", answer="No se puede."))
    with unit_of_work(danger.staff("diego")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM rights_request")).scalar() == 0


def test_the_office_answers_what_nobody_answers_once(danger):
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(
            text("UPDATE person SET unit_id = NULL, reference_professional_id = NULL WHERE id = :b"),
            {"b": danger.berta},
        )
    made = ask(danger, danger.berta)
    with pytest.raises(Invalid):
        through(danger.staff("diego"), lambda d: d.answer_watched(made.id, state="x", answer=""))
    through(danger.staff("diego"), lambda d: d.answer_watched(made.id, state="accepted", answer="Corregido."))
    with pytest.raises(Conflict):
        through(danger.staff("diego"), lambda d: d.answer_watched(made.id, state="refused", answer="No."))
    told = through(danger.citizen(danger.berta), lambda d: d.rights_request(made.id), "own_record")
    assert (told.state, told.answer) == ("accepted", "Corregido.")
    (one,) = through(danger.staff("diego"), lambda d: d.watched_requests(state="answered"))
    assert one.id == made.id and not one.late


def test_a_centre_reads_its_own_people_s_requests_and_no_others(danger):
    ask(danger, danger.ana)
    ask(danger, danger.berta)
    for who, count in (("lucia", 1), ("omar", 1), ("vera", 0)):
        with unit_of_work(danger.staff(who)) as unit:
            assert unit.session.execute(text("SELECT count(*) FROM rights_request")).scalar() == count


def test_watching_is_in_the_log(danger):
    through(danger.staff("diego"), lambda d: d.watched_requests())
    with unit_of_work(Actor.system("test")) as unit:
        row = unit.session.execute(
            text("SELECT action, outcome, rule FROM access_entry WHERE actor_id = 'diego' AND object_kind = 'rights'")
        ).one()
    assert tuple(row) == ("watch", "allowed", "mandate")
