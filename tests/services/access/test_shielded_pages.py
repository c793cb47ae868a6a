"""The folder of somebody under a shield, walked at a weak login: it looks like anybody's, and locates nobody.

What an ordinary person's page answers, hers answers too; no page that is hers names a centre of hers.
"""

from datetime import timedelta

import pytest

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.sample import BY_KEY, BY_LOGIN, MAIN_CENTRE
from case_api.db import unit_of_work
from case_api.errors import Invalid
from portal.apps import create_citizen_app
from tests.services.access.danger import rows
from tests.services.office.conftest import city, city_template, log_in  # noqa: F401 - fixtures
from tests.services.office.pages import Page

AMPARO = BY_KEY["amparo"].id
OWN = (
    "/carpeta", "/carpeta/datos", "/carpeta/contacto", "/carpeta/convivencia", "/carpeta/de", "/carpeta/documentos",
    "/carpeta/permisos", "/carpeta/permisos/centro", "/carpeta/permisos/persona", "/carpeta/plan",
    "/carpeta/representantes", "/carpeta/derechos", "/carpeta/consultas", "/mensajes", "/mensajes/nuevo", "/citas",
    "/citas/nueva",
)  # fmt: skip


@pytest.fixture(scope="module")
def app():
    return create_citizen_app()


@pytest.fixture
def shielded(log_in):  # noqa: F811
    """Amparo, whom Marta has just protected."""
    marta = BY_LOGIN["marta"]
    unit_id = rows("SELECT unit_id FROM professional WHERE id = :id", id=marta.id)[0].unit_id
    actor = Actor("staff", "marta", professional_id=marta.id, unit_id=unit_id, role=marta.role)
    with unit_of_work(actor) as unit:
        open_door(actor, "protect", unit=unit).set_shield(
            AMPARO, kind="gender_violence", reason="Motivo inventado", review_on=clock.today() + timedelta(days=90)
        )
    return log_in


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_every_page_answers_as_anybody_s_and_says_no_centre(shielded, level):
    hers, anybody = shielded("amparo", level), shielded("elena", level)
    for path in OWN:
        answer = hers.get(path)
        assert answer.status_code == anybody.get(path).status_code, path
        if answer.status_code == 200 and path not in ("/citas/nueva", "/carpeta/permisos/centro"):
            assert MAIN_CENTRE not in Page(answer).main, path


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_what_she_writes_is_acknowledged_and_kept(shielded, level):
    browser = shielded("amparo", level)
    page = Page(browser.get("/mensajes/nuevo"))
    body = f"Una pregunta inventada ({level})"
    done = browser.post(
        "/mensajes/nuevo", data={"csrf_token": page.token, "form_id": page.field("form_id"), "body": body}
    )
    assert done.status_code == 303
    told = Page(browser.get(done.location))
    assert "Mensaje enviado" in told.main and "Le contestamos aquí" in told.main and MAIN_CENTRE not in told.main
    assert len(rows("SELECT 1 FROM message WHERE body = :body", body=body)) == 1
    if level == "low":
        assert browser.get(done.location).status_code == 404, "acknowledged once, and not there to be read"


def test_a_conversation_of_somebody_else_is_not_acknowledged(shielded):
    other = rows("SELECT id FROM conversation WHERE person_id <> :ana LIMIT 1", ana=AMPARO)[0].id
    browser = shielded("amparo", "low")
    with browser.session_transaction() as kept:
        kept.pop("escrito", None)
    assert browser.get(f"/mensajes/{other}?enviado=1").status_code == 404


@pytest.mark.parametrize("level", ["low", "substantial"])
def test_booking_holding_and_waiting_are_refused_in_ordinary_words(shielded, level):
    person = Actor("citizen", str(AMPARO), AMPARO, assurance=level, authenticated_at=clock.now())
    unit_id = rows("SELECT unit_id FROM person WHERE id = :id", id=AMPARO)[0].unit_id
    at = clock.now() + timedelta(days=3)
    before = rows("SELECT (SELECT count(*) FROM appointment) + (SELECT count(*) FROM appointment_hold) "
                  "+ (SELECT count(*) FROM waiting_entry) AS n")[0].n  # fmt: skip
    with unit_of_work(person) as unit:
        door = open_door(person, "own_record", unit=unit)
        reason = next(one.key for one in door.reasons() if "phone" in one.modes)
    asked = {"person_id": AMPARO, "unit_id": unit_id, "reason": reason, "mode": "phone"}
    said = set()
    for work in (
        lambda d: d.book(**asked, starts_at=at),
        lambda d: d.hold(**asked, starts_at=at),
        lambda d: d.wait(**asked),
    ):
        with pytest.raises(Invalid) as caught, unit_of_work(person) as unit:
            work(open_door(person, "own_record", unit=unit))
        said.add(str(caught.value.fields["reason"]))
    assert said == {"Para esta cita, hable con su centro."}
    with unit_of_work(person) as unit:
        door = open_door(person, "own_record", unit=unit)
        assert (door.waiting(AMPARO), door.unfinished(AMPARO), door.appointments(AMPARO)) == ([], None, [])
    after = rows("SELECT (SELECT count(*) FROM appointment) + (SELECT count(*) FROM appointment_hold) "
                 "+ (SELECT count(*) FROM waiting_entry) AS n")[0].n  # fmt: skip
    assert after == before


def test_whoever_she_let_see_before_finds_an_ordinary_404(shielded):
    """Marcos has her authorisation in the sample city."""
    marcos = shielded("marcos")
    unknown = marcos.get(f"/carpeta/de/{BY_KEY['roberto'].id}")
    answer = marcos.get(f"/carpeta/de/{AMPARO}")
    assert (answer.status_code, len(answer.data)) == (404, len(unknown.data))
    assert "Amparo" not in Page(marcos.get("/carpeta/de")).main
