"""The person's permissions in the office: what is said before the button, the receipt, taking it back."""

import json

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import new_id, unit_of_work
from tests.services.office.pages import Page

AMPARO = BY_KEY["amparo"].id


ELENA = BY_KEY["elena"].id


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def link(page: Page, piece: str) -> str:
    return next(href for href in page.links.values() if href and piece in href)


def hidden(page: Page) -> dict[str, str]:
    return {
        one.get("name"): one.get("value") or ""
        for one in page.all("input")
        if one.get("type") == "hidden" and one.get("name")
    }


def give(browser, piece: str = "permiso=T2") -> str:
    """Walk from the folder to the receipt; the receipt's address."""
    page = Page(browser.get(link(Page(browser.get("/carpeta")), "/carpeta/permisos")))
    before = Page(browser.get(link(page, piece)))
    done = browser.post("/carpeta/permisos/nuevo", data=hidden(before))
    assert done.status_code == 303, done.text
    return done.location


@pytest.mark.parametrize("language", ["es", "en", "ar"])
@pytest.mark.parametrize("key", ["amparo", "roberto", "fatima", "elena", "nuevo"])
def test_the_page_is_sound_for_everybody(log_in, key, language):
    browser = log_in(key)
    browser.set_cookie("alma_lang", language)
    Page(browser.get("/carpeta/permisos"))


def test_what_the_sample_city_holds_reads_as_if_given_here(log_in):
    """The journeys that look at pages start from it, and may be walked any number of times."""
    browser = log_in("elena")
    page = Page(browser.get("/carpeta/permisos"))
    assert "Permitido" in page.main
    receipt = Page(browser.get(link(page, "/quitar").removesuffix("/quitar")))
    assert "Vale ahora" in receipt.main and "sus citas" in receipt.main


def test_who_sees_what_and_why_is_said_in_words(log_in):
    page = Page(log_in("amparo").get("/carpeta/permisos"))
    for words in (
        "Lo que puede ver Carpeta Ciudadana", "Sus datos más delicados", "No permitido",
        "La persona de trabajo social que le atiende", "Lo permite la ley", "la Seguridad Social", "Podemos preguntar",
    ):  # fmt: skip
        assert words in page.main, words
    switches = [href for href in page.links.values() if href and "permiso=" in href]
    assert len(switches) == len(set(switches)) == 8, "one switch a decision"


def test_the_consequences_come_before_the_button_and_opening_changes_nothing(log_in):
    browser = log_in("amparo")
    page = Page(browser.get(link(Page(browser.get("/carpeta/permisos")), "permiso=T2")))
    assert page.h1 == "¿Da permiso a Carpeta Ciudadana?"
    order = [
        page.main.index(words) for words in ("podrá ver todos sus expedientes", "Si dice que no", "Sí, doy permiso")
    ]
    assert order == sorted(order)
    assert ask("SELECT 1 FROM consent WHERE person_id = :p", p=AMPARO) == []


def test_given_kept_and_taken_back(log_in):
    browser = log_in("amparo")
    receipt = give(browser)
    page = Page(browser.get(receipt))
    assert "Vale desde ahora mismo" in page.main and "Vale ahora" in page.main
    (row,) = ask("SELECT words, channel, language FROM consent WHERE person_id = :p", p=AMPARO)
    assert all(line in page.main for line in row.words.split("\n")) and (row.channel, row.language) == ("portal", "es")
    file = browser.get(link(page, "recibo.json"))
    assert "attachment" in file.headers["Content-Disposition"]
    assert json.loads(file.data)["pii_processing"]["privacy_notice"]["text"] == row.words
    assert "Permitido" in Page(browser.get("/carpeta/permisos")).main
    asked = Page(browser.get(receipt + "/quitar"))
    assert "no puede ver nada más" in asked.main
    assert ask("SELECT 1 FROM consent WHERE withdrawn_at IS NOT NULL AND person_id = :p", p=AMPARO) == []
    done = browser.post(receipt + "/quitar", data=hidden(asked))
    assert done.status_code == 303
    page = Page(browser.get(done.location))
    assert "Quitado." in page.main and "Permisos que ya no valen" in page.main
    assert "Lo quitó usted" in Page(browser.get(receipt)).main
    assert browser.get(receipt + "/quitar").status_code == 303


def test_a_permission_for_one_file_names_it(log_in):
    browser = log_in("amparo")
    page = Page(browser.get(link(Page(browser.get("/carpeta/permisos")), "permiso=T2")))
    one = Page(browser.get(link(page, "expediente=")))
    assert "podrá ver un solo expediente" in one.main
    done = browser.post("/carpeta/permisos/nuevo", data=hidden(one))
    assert done.status_code == 303
    (row,) = ask("SELECT c.file_id, f.title FROM consent c JOIN case_file f ON f.id = c.file_id")
    assert row.title in Page(browser.get(done.location)).main
    assert "Permisos para un solo expediente" in Page(browser.get("/carpeta/permisos")).main


def test_an_opposition_is_recorded_with_its_data_and_purpose(log_in):
    browser = log_in("roberto")
    page = Page(browser.get(give(browser, "permiso=O")))
    assert page.h1 == "Recibo de su oposición"
    (row,) = ask(
        "SELECT switch, data, purpose, recipient_name FROM consent WHERE person_id <> :p AND withdrawn_at IS NULL",
        p=ELENA,
    )
    assert tuple(row) == ("O", ["work", "pensions"], "requirements", "seguridad_social")


def test_special_data_ask_for_a_new_login(log_in):
    address = "/carpeta/permisos/nuevo?permiso=T4&para=client&quien=carpeta"
    page = Page(log_in("amparo", ago=20).get(address), 403)
    assert page.h1 == "Confirme otra vez que es usted"
    page = Page(log_in("amparo").get(address))
    assert "más delicados" in page.main and "Vale hasta el" in page.main


def test_a_low_login_is_asked_for_more(log_in):
    browser = log_in("amparo", "low")
    for path in ("/carpeta/permisos", "/carpeta/permisos/nuevo?permiso=T1&para=client&quien=carpeta"):
        assert "más segura" in Page(browser.get(path), 403).h1


def test_another_persons_permission_is_not_there(log_in):
    mine = give(log_in("amparo"))
    other = log_in("roberto")
    for path in (mine, mine + "/quitar", mine + "/recibo.json"):
        unknown = path.replace(mine.rsplit("/", 1)[1], str(new_id()))
        assert other.get(path).status_code == other.get(unknown).status_code == 404
    token = Page(other.get("/mensajes/nuevo")).token
    assert other.post(mine + "/quitar", data={"csrf_token": token}).status_code == 404
    assert ask("SELECT 1 FROM consent WHERE withdrawn_at IS NULL AND person_id = :p", p=AMPARO) != []


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"leido": "0" * 64}, 409, id="words that nobody was shown"),
        pytest.param({"leido": ""}, 409, id="no hash"),
        pytest.param({"permiso": "T9"}, 422, id="a switch that there is not"),
        pytest.param({"permiso": "T2\0"}, 422, id="an odd sign"),
        pytest.param({"quien": "nadie"}, 422, id="a recipient that there is not"),
        pytest.param({"para": ""}, 422, id="no recipient"),
        pytest.param({"expediente": "x"}, 404, id="a file that is no identifier"),
        pytest.param({"expediente": str(new_id())}, 422, id="somebody else's file"),
        pytest.param({"csrf_token": "old"}, 422, id="an expired page"),
    ],
)
def test_what_cannot_be_given_changes_nothing(log_in, change, status):
    browser = log_in("amparo")
    page = Page(browser.get(link(Page(browser.get("/carpeta/permisos")), "permiso=T2")))
    answer = browser.post("/carpeta/permisos/nuevo", data=hidden(page) | change)
    assert answer.status_code in (status, 400 if "csrf_token" in change else status), answer.status_code
    Page(answer, answer.status_code)
    assert ask("SELECT 1 FROM consent WHERE person_id = :p", p=AMPARO) == []
