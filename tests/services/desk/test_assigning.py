"""How a relation begins: a second hand gives a newcomer their centre; and which person a professional is."""

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.sample import BY_KEY, BY_LOGIN
from case_api.db import new_id, unit_of_work
from case_api.errors import NotFound
from portal.cli.staff import staff
from tests.services.office.pages import Page as OfficePage

MARTA, INES, OMAR, LUCIA = (BY_LOGIN[login] for login in ("marta", "ines", "omar", "lucia"))


class Page(OfficePage):
    def _sound(self) -> None:
        assert len(self.all("h1")) == 1


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def do(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text(statement), values)


@pytest.fixture
def newcomer(city):
    """Somebody of no centre, with an appointment in Marta's that they took in the portal."""
    person, at = new_id(), clock.now() + timedelta(days=4)
    do("INSERT INTO person (id, given_name, surname1, sort_key) VALUES (:id, 'Nadia', 'Recién', 'recien')", id=person)
    do("INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, created_by) "
       "SELECT :id, CAST(:id AS text), :who, p.id, p.unit_id, (SELECT min(key) FROM appointment_reason), 'phone', "
       "tstzrange(:at, :end), 'citizen:x' FROM professional p WHERE p.login = 'marta'",
       id=new_id(), who=person, at=at, end=at + timedelta(minutes=20))  # fmt: skip
    return person


def sees_files(login, person):
    unit_id = ask("SELECT unit_id FROM professional WHERE login = :l", l=login.login)[0].unit_id
    actor = Actor("staff", login.login, professional_id=login.id, unit_id=unit_id, role=login.role)
    try:
        with unit_of_work(actor) as unit:
            open_door(actor, "manage_case", unit=unit, handling=[person]).files(person)
    except NotFound:
        return False
    return True


def test_reception_gives_a_newcomer_their_centre_and_the_record_opens(at_desk, newcomer):
    assert not sees_files(MARTA, newcomer), "an appointment alone opens nothing of N2"
    browser = at_desk("ines")
    page = Page(browser.get("/personas/sin-centro"))
    assert "Nadia Recién" in page.main
    path = f"/personas/sin-centro/{newcomer}"
    form = Page(browser.get(path))
    assert "puede ver lo suyo" in form.main
    wrong = browser.post(path, data={"csrf_token": form.token, "who": str(OMAR.id)})
    assert wrong.status_code == 422
    done = browser.post(path, data={"csrf_token": form.token, "who": str(MARTA.id)})
    assert done.status_code == 303, done.text
    assert sees_files(MARTA, newcomer) and not sees_files(OMAR, newcomer)
    (row,) = ask("SELECT number FROM social_history WHERE person_id = :p", p=newcomer)
    assert row.number.startswith("HS/")
    assert browser.get(path).status_code == 404, "once"
    assert ask("SELECT 1 FROM access_entry WHERE action = 'assign' AND person_id = :p", p=newcomer)


def test_nobody_makes_a_relation_alone(at_desk, newcomer):
    do("UPDATE appointment SET created_by = 'staff:ines' WHERE person_id = :p", p=newcomer)
    browser = at_desk("ines")
    assert "Nadia" not in Page(browser.get("/personas/sin-centro")).main
    assert browser.get(f"/personas/sin-centro/{newcomer}").status_code == 404


def test_whoever_attends_does_not_assign(at_desk, newcomer):
    browser = at_desk("marta")
    assert browser.get("/personas/sin-centro").status_code == 403
    assert browser.get(f"/personas/sin-centro/{newcomer}").status_code == 404


def test_somebody_who_has_a_centre_is_not_taken_from_it(at_desk, city):
    assert at_desk("ines").get(f"/personas/sin-centro/{BY_KEY['amparo'].id}").status_code == 404


def test_a_professional_named_as_a_person_opens_neither_their_record_nor_their_home(city):
    amparo = BY_KEY["amparo"]
    assert sees_files(MARTA, amparo.id)
    run = CliRunner().invoke(staff, ["person", "marta", amparo.document])
    assert run.exit_code == 0 and "written" in run.output, run.output
    assert not sees_files(MARTA, amparo.id) and sees_files(LUCIA, amparo.id)
    assert "so already" in CliRunner().invoke(staff, ["person", "marta", amparo.document]).output
    assert CliRunner().invoke(staff, ["person", "marta", "--nobody"]).exit_code == 0
    assert sees_files(MARTA, amparo.id)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["person", "nadie", "00000001R"], id="no such login"),
        pytest.param(["person", "marta", "99999999X"], id="no such document"),
        pytest.param(["person", "marta"], id="nothing said"),
        pytest.param(["person", "marta", "00000001R", "--nobody"], id="both said"),
    ],
)
def test_bad_input_is_said(city, words):
    run = CliRunner().invoke(staff, words)
    assert run.exit_code == 1 and run.output.startswith("Error:") and "Traceback" not in run.output
