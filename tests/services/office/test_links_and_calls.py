"""The citizen's pages of this part: a link that is sent once, a code that is read aloud, asking to be called."""

import re

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from channels.contacts import stepping, voice

TEST = Actor.system("test")
AMPARO = BY_KEY["amparo"]


def one(query: str, **values):
    with unit_of_work(TEST) as unit:
        return unit.session.execute(text(query), values).scalar()


def token_of(page) -> dict[str, str]:
    return {"csrf_token": re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]}


@pytest.fixture
def link(city) -> str:
    conversation = one("SELECT id FROM conversation WHERE person_id = :p", p=AMPARO.id)
    with unit_of_work(TEST) as unit:
        return "/e/" + stepping.make(unit.session, conversation_id=conversation).rpartition("/")[2]


def test_a_scanner_spends_nothing_and_the_button_leads_to_the_login(app, link, log_in):
    scanner, phone = app.test_client(), app.test_client()
    for _ in range(3):
        assert scanner.get(link).status_code == 200
        assert scanner.head(link).status_code == 200
    page = phone.get(link)
    gone = phone.post(link, data=token_of(page))
    assert gone.status_code == 303 and "/entrar/clave" in gone.headers["Location"]
    assert "ahora=1" in gone.headers["Location"], "an open login on this telephone is not enough"
    back = re.search(r"next=([^&]+)", gone.headers["Location"])[1].replace("%2F", "/")
    own = log_in("amparo").get(back)
    assert own.status_code == 303 and re.search(r"/mensajes/[0-9a-f-]{36}$", own.headers["Location"])
    other = log_in("roberto").get(back)
    assert other.status_code == 200 and "todavía no está en su carpeta" in other.text
    assert phone.get(link).status_code == 410, "once"


@pytest.mark.parametrize("path", ["/e/x", "/e/" + "a" * 27, "/e/%00", "/e/ñ"])
def test_a_link_that_never_was_says_what_to_do(app, city, path):
    page = app.test_client().get(path)
    assert page.status_code == 410 and "010" in page.text


def test_asking_to_be_called_without_a_login(app, city):
    browser = app.test_client()
    page = browser.get("/escribir/llamada")
    form = {"number": AMPARO.phone, "name": "Quien sea", "when": "09:00-12:00", "words": "Llámenme"} | token_of(page)
    wrong = browser.post("/escribir/llamada", data=form | {"number": "12"})
    assert wrong.status_code == 422 and 'value="12"' in wrong.text and "Llámenme" in wrong.text
    assert browser.post("/escribir/llamada", data=form).status_code == 303
    assert one("SELECT number FROM callback") == AMPARO.phone
    assert one("SELECT person_id FROM callback") is None, "a number that is typed makes nobody known"
    assert one(
        "SELECT count(*) FROM conversation c JOIN message m ON m.conversation_id = c.id "
        "WHERE c.person_id = :p AND m.body = 'Llámenme'", p=AMPARO.id,
    ) == 0  # fmt: skip


def test_asking_to_be_called_from_the_folder(log_in):
    browser = log_in("amparo")
    page = browser.get("/escribir/llamada")
    assert browser.post(
        "/escribir/llamada", data={"number": AMPARO.phone, "when": "any"} | token_of(page)
    ).status_code == 303  # fmt: skip
    assert one("SELECT person_id FROM callback") == AMPARO.id


def test_a_code_that_is_read_aloud(log_in, monkeypatch):
    browser = log_in("amparo")
    monkeypatch.setattr(voice.secrets, "randbelow", lambda _: 123456)
    page = browser.get("/carpeta/contacto/llamada")
    refused = browser.post("/carpeta/contacto/llamada", data={"number": "806 123 456"} | token_of(page))
    assert refused.status_code == 422 and "806 123 456" in refused.text
    called = browser.post("/carpeta/contacto/llamada", data={"number": "910 000 555"} | token_of(page))
    assert called.status_code == 303
    page = browser.get(called.headers["Location"])
    wrong = browser.post(called.headers["Location"], data={"code": "000000"} | token_of(page))
    assert wrong.status_code == 422 and "no es el código" in wrong.text
    right = browser.post(called.headers["Location"], data={"code": "12 34 56"} | token_of(page))
    assert right.status_code == 303
    assert "910 00 05 55" in browser.get("/carpeta/contacto").text.replace("\xa0", " ") or one(
        "SELECT count(*) FROM address WHERE kind = 'phone' AND person_id = :p", p=AMPARO.id
    )


@pytest.mark.parametrize(
    ("state", "code", "words"),
    [
        pytest.param("sent", None, "Le estamos llamando", id="it rings"),
        pytest.param("failed", "call-no-answer", "Nadie ha cogido el teléfono", id="nobody"),
        pytest.param("failed", "call-busy", "comunicaba", id="busy"),
        pytest.param("held", "never", "Pedir otra llamada", id="not allowed"),
    ],
)
def test_who_waits_for_a_call_is_told_why_it_did_not_come(city, log_in, state, code, words):
    with unit_of_work(Actor.system("voice_code")) as unit:
        voice.call(unit.session, person_id=AMPARO.id, number="910 000 555", actor=TEST)
        unit.session.execute(
            text("UPDATE message SET state = :state, error_code = :code WHERE channel = 'voice'"),
            {"state": state, "code": code},
        )
    page = log_in("amparo").get("/carpeta/contacto/llamada/codigo").text
    assert words in page and ("No ha oído la llamada" in page) == (state != "sent")
