"""What a person does in the office: hands in, downloads, writes, books, moves, cancels, proves an address."""

import io
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from channels.contacts import book as contacts
from channels.contacts import linking
from tests.services.office.pages import Page

AMPARO = BY_KEY["amparo"].id
PDF = b"%PDF-1.7\n% an invented contract\n%%EOF\n"


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


@pytest.fixture
def browser(log_in):
    return log_in("amparo")


def hand_in_page(browser) -> str:
    return next(href for words, href in Page(browser.get("/carpeta")).links.items() if words.startswith("Subir el"))


def hand_in(browser, content: bytes, name="contrato.pdf", media_type="application/pdf"):
    path = hand_in_page(browser)
    token = Page(browser.get(path)).token
    return browser.post(path, data={"csrf_token": token, "document": (io.BytesIO(content), name, media_type)})


def test_a_document_is_handed_in_and_can_be_read_again(browser):
    done = hand_in(browser, PDF)
    assert done.status_code == 303
    page = Page(browser.get(done.location))
    assert "Hemos recibido su documento" in page.main and "Lo entregó" in page.main
    mine = next(href for href in page.links.values() if href.startswith("/carpeta/documentos/"))
    answer = browser.get(mine)
    assert answer.data == PDF and "filename=contrato.pdf" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    page = Page(browser.get(done.location + "/subir"))
    assert page.h1 == "No falta ningún documento"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        pytest.param(b"", "contrato.pdf", "vacío", id="empty"),
        pytest.param(b"MZ\x90", "contrato.pdf", "No podemos leer este archivo", id="a program that says it is a PDF"),
        pytest.param(b"<script>", "foto.png", "No podemos leer este archivo", id="a page that says it is a photo"),
        pytest.param(PDF + b"0" * (10 * 1024 * 1024), "c.pdf", "más de 10 MB", id="too large"),
        pytest.param(PDF, "", "Elija un archivo", id="no file"),
    ],
)
def test_what_cannot_be_taken_says_why(browser, content, name, words):
    page = Page(hand_in(browser, content, name), 422)
    assert page.words(page.all("title")[0]).startswith("Error:") and words in page.main
    assert ask("SELECT 1 FROM document WHERE person_id = :p AND from_citizen", p=AMPARO) == []


def test_far_too_large_is_refused_before_it_is_read(browser):
    answer = hand_in(browser, PDF + b"0" * (13 * 1024 * 1024))
    Page(answer, 413)


def test_a_name_from_outside_stays_a_name(browser):
    done = hand_in(browser, PDF, '../../etc/"pass\r\nwd.pdf')
    assert done.status_code == 303
    page = Page(browser.get(done.location))
    mine = next(href for href in page.links.values() if href.startswith("/carpeta/documentos/"))
    sent = browser.get(mine).headers["Content-Disposition"]
    assert "/" not in sent and "\n" not in sent


def test_a_message_goes_into_one_conversation(browser):
    for body in ("¿Qué papeles llevo?", "Se me olvidaba: ¿a qué hora?"):
        token = Page(browser.get("/mensajes/nuevo")).token
        done = browser.post("/mensajes/nuevo", data={"csrf_token": token, "body": body})
        assert done.status_code == 303, done.text
    page = Page(browser.get(done.location.split("#")[0]))
    assert "¿Qué papeles llevo?" in page.main and "¿a qué hora?" in page.main and "Mensaje enviado" in page.main
    rows = ask("SELECT DISTINCT conversation_id FROM message WHERE person_id = :p AND channel = 'portal'", p=AMPARO)
    assert len(rows) == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param("   ", "Escriba su mensaje", id="blank"),
        pytest.param("a" * 5001, "muy largo", id="too long"),
    ],
)
def test_a_message_that_cannot_go_stays_in_its_box(browser, body, words):
    token = Page(browser.get("/mensajes/nuevo")).token
    page = Page(browser.post("/mensajes/nuevo", data={"csrf_token": token, "body": body}), 422)
    assert words in page.main
    assert page.all("textarea")[0].text.strip() == body.strip() if page.all("textarea")[0].text else not body.strip()


def test_odd_signs_are_no_fault(browser):
    token = Page(browser.get("/mensajes/nuevo")).token
    done = browser.post("/mensajes/nuevo", data={"csrf_token": token, "body": "Hola\0 \x07 <b>¿qué?</b> \u202e"})
    assert done.status_code == 303
    page = Page(browser.get(done.location.split("#")[0]))
    assert "<b>¿qué?</b>" in page.main


def test_an_expired_page_keeps_the_text(browser):
    browser.get("/mensajes/nuevo")
    page = Page(browser.post("/mensajes/nuevo", data={"csrf_token": "old", "body": "Un texto largo y trabajado"}), 422)
    assert page.all("textarea")[0].text.strip() == "Un texto largo y trabajado"
    assert ask("SELECT 1 FROM message WHERE body = 'Un texto largo y trabajado'") == []


def test_what_was_typed_outlives_the_login(log_in, browser):
    from datetime import timedelta

    from case_api import clock

    browser.get("/mensajes/nuevo")
    with clock.frozen(clock.now() + timedelta(minutes=40)):
        sent = browser.post("/mensajes/nuevo", data={"csrf_token": "x", "body": "Llevaba una hora escribiendo esto"})
        assert sent.status_code == 303 and sent.location.startswith("/entrar?next=/mensajes/nuevo")
        again = log_in("amparo")
        assert Page(again.get("/mensajes/nuevo")).all("textarea")[0].text.strip() == "Llevaba una hora escribiendo esto"
        assert (Page(again.get("/mensajes/nuevo")).all("textarea")[0].text or "").strip() == ""
        assert (Page(log_in("roberto").get("/mensajes/nuevo")).all("textarea")[0].text or "").strip() == ""


def test_an_answer_waits_until_it_is_read(browser):
    from channels.conversations import service as conversations

    before = Page(browser.get("/mensajes"))
    token = Page(browser.get("/mensajes/nuevo")).token
    done = browser.post("/mensajes/nuevo", data={"csrf_token": token, "body": "Hola"}).location.split("?")[0]
    browser.get(done)
    marta = ask("SELECT id FROM professional WHERE login = 'marta'")[0].id
    with unit_of_work(Actor("staff", "marta", professional_id=marta)) as unit:
        conversations.reply(
            unit.session, conversation_id=done.rsplit("/", 1)[1], channel="portal", body="Venga el lunes", author=marta
        )
    assert "1 sin leer" in Page(browser.get("/mensajes")).main
    assert "Venga el lunes" in Page(browser.get(done)).main
    after = Page(browser.get("/mensajes"))
    assert "sin leer" not in after.main or "sin leer" in before.main


def test_a_delicate_answer_needs_a_safer_login(browser, log_in):
    from channels.conversations import service as conversations

    token = Page(browser.get("/mensajes/nuevo")).token
    done = browser.post("/mensajes/nuevo", data={"csrf_token": token, "body": "Hola"}).location.split("?")[0]
    marta = ask("SELECT id FROM professional WHERE login = 'marta'")[0].id
    with unit_of_work(Actor("staff", "marta", professional_id=marta)) as unit:
        conversations.reply(
            unit.session, conversation_id=done.rsplit("/", 1)[1], channel="portal", body="Lo del informe", author=marta,
            level="N3",
        )  # fmt: skip
    low = log_in("amparo", "low")
    assert "Lo del informe" not in low.get(done).text and "Lo del informe" not in low.get("/mensajes").text
    assert "sin leer" not in Page(low.get("/mensajes")).main
    assert "Lo del informe" in Page(browser.get(done)).main


def choose_time(browser, reason="information", week=None):
    page = Page(browser.get("/citas/nueva"))
    assert f'value="{reason}"' in page.text, page.main
    place = Page(browser.get("/citas/nueva", query_string={"motivo": reason, "paso": "motivo"}))
    centre = next(option.get("value") for option in place.all("option") if option.get("selected") is not None)
    query = {"motivo": reason, "centro": centre, "modo": "in_person", "paso": "lugar"}
    times = Page(browser.get("/citas/nueva", query_string=query))
    return [href for href in times.links.values() if href and "hora=" in href and "confirmar" in href]


def query_of(href: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(href).query))


def confirm(browser, href):
    page = Page(browser.get(href))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    return fields, browser.post("/citas/nueva/confirmar", data=fields)


def test_an_appointment_from_the_first_question_to_the_last(browser):
    href = choose_time(browser)[0]
    fields, done = confirm(browser, href)
    assert done.status_code == 303, done.text
    page = Page(browser.get(done.location))
    assert "Su cita está confirmada" in page.main and "Confirmada" in page.main
    # The same button pressed twice books once.
    again = browser.post("/citas/nueva/confirmar", data=fields)
    assert again.location == done.location
    assert b"BEGIN:VEVENT" in browser.get(done.location + "/cita.ics").data


def test_every_answer_left_out_is_asked_for(browser):
    page = Page(browser.get("/citas/nueva?paso=motivo"), 422)
    assert "Elija para qué es la cita" in page.main
    page = Page(browser.get("/citas/nueva?paso=lugar&motivo=information"), 422)
    assert "Elija cómo prefiere la cita" in page.main
    assert browser.get("/citas/nueva/confirmar").location.startswith("/citas/nueva")
    assert browser.post("/citas/nueva/confirmar", data={"hora": "x"}).status_code in (303, 400)


def test_an_hour_that_was_taken_offers_others_and_keeps_the_rest(browser, log_in):
    hours = choose_time(browser)
    with_whom = Page(browser.get(hours[0].replace("/confirmar", "")))
    one = [option.get("value") for option in with_whom.all("option") if option.get("value")]
    for professional in one:
        page = Page(browser.get("/citas/nueva", query_string={**query_of(hours[0]), "con": professional, "semana": ""}))
        offered = [
            href for href in page.links.values() if href and f"con={professional}" in href and "confirmar" in href
        ]
        if offered:
            break
    assert offered
    assert confirm(log_in("roberto"), offered[0])[1].status_code == 303
    page = Page(confirm(browser, offered[0])[1], 409)
    assert page.h1 == "Esa hora ya no está libre"
    others = [href for href in page.links.values() if href and "hora=" in href and "confirmar" in href]
    assert others and all("motivo=information" in href for href in others)
    assert confirm(browser, others[0])[1].status_code == 303


def test_a_stranger_to_the_agenda_gets_words(browser):
    _, answer = (None, browser.get("/citas/nueva/confirmar", query_string={
        "motivo": "home_visit", "centro": ask("SELECT id FROM unit LIMIT 1")[0].id, "modo": "home",
        "hora": "2026-12-01T09:00:00+01:00",
    }))  # fmt: skip
    page = Page(answer)
    refused = browser.post("/citas/nueva/confirmar", data={
        **{one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"},
    })  # fmt: skip
    Page(refused, refused.status_code)
    assert refused.status_code in (409, 422)


def test_an_appointment_is_moved(browser):
    first = confirm(browser, choose_time(browser)[0])[1].location
    move = next(href for words, href in Page(browser.get(first)).links.items() if words == "Cambiar la hora")
    times = Page(browser.get(move))
    hours = [href for href in times.links.values() if href and "hora=" in href and "confirmar" in href]
    _, done = confirm(browser, hours[-1])
    assert done.status_code == 303 and done.location == first


def test_opening_the_page_cancels_nothing_and_the_button_does(browser):
    where = confirm(browser, choose_time(browser)[0])[1].location
    page = Page(browser.get(where + "/anular"))
    assert "Confirmada" in Page(browser.get(where)).main
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    done = browser.post(where + "/anular", data=fields)
    assert done.status_code == 303
    assert "Su cita está anulada" in Page(browser.get(done.location)).main
    assert "Anulada" in Page(browser.get(where)).main
    stale = Page(browser.post(where + "/anular", data=fields), 409)
    assert "no se ha anulado" in stale.h1


def test_a_code_is_shown_and_an_address_untied(browser):
    page = Page(browser.get("/carpeta/contacto"))
    code = Page(browser.post("/carpeta/contacto/codigo", data={"csrf_token": page.token}))
    assert re.search(r"ALMA \d{4} \d{4}", code.main)
    with unit_of_work(Actor.system("test")) as unit:
        mail = contacts.find_or_make(
            unit.session, kind="email", value="otra@correo.example", actor=Actor.system("test")
        )
        linking.link(unit.session, address=mail, person_id=AMPARO, how="code", actor=Actor.system("test"))
    assert "otra@correo.example" in Page(browser.get("/carpeta/contacto")).main
    path = f"/carpeta/contacto/{mail.id}"
    safety = Page(browser.get(path))
    done = browser.post(path, data={"csrf_token": safety.token, "others": "y"})
    assert done.status_code == 303
    assert "Otras personas pueden leerlo" in Page(browser.get("/carpeta/contacto")).main
    gone = browser.post(path + "/quitar", data={"csrf_token": Page(browser.get(path + "/quitar")).token})
    assert gone.status_code == 303
    assert "otra@correo.example" not in Page(browser.get("/carpeta/contacto")).main


def test_every_look_of_ones_own_is_in_the_log(browser):
    before = len(ask("SELECT 1 FROM access_entry WHERE actor_kind = 'citizen'"))
    browser.get("/carpeta/documentos")
    browser.get("/mensajes")
    kinds = {row.object_kind for row in ask("SELECT object_kind FROM access_entry WHERE actor_kind = 'citizen'")}
    assert {"document", "conversation"} <= kinds
    assert len(ask("SELECT 1 FROM access_entry WHERE actor_kind = 'citizen'")) >= before + 2
