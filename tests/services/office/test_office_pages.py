"""Every page of the office, for every sample person, in every state of login: sound HTML, own things only."""

import re

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from tests.services.office.pages import Page

PLAIN = ("/carpeta", "/carpeta/datos", "/carpeta/contacto", "/mensajes", "/mensajes/nuevo", "/citas", "/citas/nueva")
SAFER = ("/carpeta/documentos", "/carpeta/consultas")


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


@pytest.mark.parametrize("language", ["es", "en", "ar"])
@pytest.mark.parametrize("key", ["amparo", "roberto", "fatima", "elena", "nuevo"])
def test_every_page_is_sound_for_everybody(log_in, key, language):
    browser = log_in(key)
    browser.set_cookie("alma_lang", language)
    for path in PLAIN + SAFER:
        Page(browser.get(path))


@pytest.mark.parametrize("key", ["amparo", "roberto", "fatima", "elena"])
def test_what_a_low_login_may_see(log_in, key):
    browser = log_in(key, "low")
    for path in PLAIN:
        Page(browser.get(path))
    for path in SAFER:
        page = Page(browser.get(path), 403)
        assert "más segura" in page.h1
        assert page.links["Entrar de forma más segura"] == f"/entrar/clave?nivel=substantial&next={path}"


def test_the_next_appointment_comes_first(log_in):
    page = Page(log_in("amparo").get("/carpeta"))
    assert page.h1 == "Hola, Amparo"
    order = [page.text.index(words) for words in ('class="next"', "Sus expedientes", "Quién ha consultado")]
    assert order == sorted(order)
    assert "Le falta un documento" in page.main and "Subir el documento" in page.main and "Concedida" in page.main


def test_a_low_login_shows_no_file(log_in):
    page = Page(log_in("amparo", "low").get("/carpeta"))
    titles = [row.title for row in ask("SELECT title FROM case_file WHERE person_id = :p", p=BY_KEY["amparo"].id)]
    assert titles and not any(title in page.main for title in titles)


def test_nobody_on_record_is_told_how_to_begin(log_in):
    browser = log_in("nuevo")
    for path in PLAIN + SAFER:
        page = Page(browser.get(path))
        assert "Todavía no tenemos nada suyo" in page.main


def test_every_file_document_and_appointment_of_ones_own_opens(log_in):
    me = BY_KEY["amparo"].id
    browser = log_in("amparo")
    for row in ask("SELECT id FROM case_file WHERE person_id = :p", p=me):
        Page(browser.get(f"/carpeta/expedientes/{row.id}"))
        Page(browser.get(f"/carpeta/expedientes/{row.id}/subir"))
    for row in ask("SELECT id FROM appointment WHERE person_id = :p", p=me):
        Page(browser.get(f"/citas/{row.id}"))
        assert b"BEGIN:VCALENDAR" in browser.get(f"/citas/{row.id}/cita.ics").data
    for href in Page(browser.get("/carpeta/documentos")).links.values():
        if href and re.fullmatch(r"/carpeta/documentos/[0-9a-f-]+", href):
            answer = browser.get(href)
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Cache-Control"] == "no-store"


def _without_marks(page: str) -> str:
    """A page without what differs between any two answers: the address asked for, and the form's token, which bears
    the second it was made in."""
    return re.sub(r'(?<=name="csrf_token" value=")[^"]+', "", re.sub(r"[0-9a-f-]{36}", "", page))


def test_another_persons_things_look_like_nothing(log_in):
    me, nobody = BY_KEY["roberto"].id, "01941f29-7c00-7999-8000-000000000999"
    browser = log_in("amparo", "high")
    theirs = {
        "/carpeta/expedientes/%s": "case_file",
        "/carpeta/expedientes/%s/subir": "case_file",
        "/carpeta/documentos/%s": "document",
        "/citas/%s": "appointment",
        "/citas/%s/anular": "appointment",
        "/citas/%s/cita.ics": "appointment",
        "/mensajes/%s": "conversation",
        "/carpeta/contacto/%s": "address",
        "/carpeta/contacto/%s/quitar": "address",
    }
    tried = 0
    for path, table in theirs.items():
        rows = ask(f"SELECT id FROM {table} WHERE person_id = :p LIMIT 1", p=me)
        unknown = browser.get(path % nobody)
        for row in rows:
            tried += 1
            answer = browser.get(path % row.id)
            assert answer.status_code == 404
            assert _without_marks(answer.text) == _without_marks(unknown.text)
    assert tried >= 4


@pytest.mark.parametrize("path", PLAIN + SAFER)
def test_without_a_login_there_is_nothing_to_see(app, city, path):
    answer = app.test_client().get(path)
    assert answer.status_code == 303 and answer.location == f"/entrar?next={path}"


def test_who_looked_is_told_by_unit_and_role_and_can_be_asked_about(log_in):
    browser = log_in("amparo")
    page = Page(browser.get("/carpeta/consultas"))
    assert "Centro de Servicios Sociales" in page.main and "Para " in page.main
    names = [row.given_name for row in ask("SELECT given_name FROM professional")]
    assert not any(re.search(rf"\b{name}\b", page.main) for name in names if name != "Amparo")
    href = next(href for words, href in page.links.items() if words.startswith("No lo entiendo"))
    assert "Quiero preguntar por una consulta de mi carpeta" in Page(browser.get(href)).text


@pytest.mark.parametrize(
    "query",
    [
        "/carpeta/consultas?antes=ayer",
        "/carpeta/consultas?antes=0001-01-01T00:00:00%2B14:00",
        "/carpeta/consultas?antes=9999-12-31T23:59:59-12:00",
        "/mensajes/nuevo?consulta=x&expediente=y&asunto=z",
        "/citas/nueva?motivo=%00&centro=1&modo=x",
        "/citas/nueva?motivo=first_interview&centro=nada&modo=in_person",
        "/citas/nueva?semana=9999-12-31",
        "/citas/nueva?motivo=zzz",
    ],
)
def test_odd_addresses_get_a_page(log_in, query):
    Page(log_in("amparo").get(query))


@pytest.mark.parametrize(
    "path", ["/carpeta/expedientes/1", "/citas/x", "/mensajes/%00", "/citas/nueva?cambia=" + "0" * 32]
)
def test_addresses_of_nothing_are_not_found(log_in, path):
    Page(log_in("amparo").get(path), 404)


def test_the_most_delicate_paper_needs_a_fresh_login(log_in):
    rows = ask("SELECT id, title FROM document WHERE person_id = :p AND level = 'N4'", p=BY_KEY["amparo"].id)
    assert rows
    fresh, later = log_in("amparo"), log_in("amparo", ago=20)
    assert rows[0].title in Page(fresh.get("/carpeta/documentos")).main
    page = Page(later.get("/carpeta/documentos"))
    assert rows[0].title not in page.main
    assert page.links["Entrar otra vez"] == "/entrar/clave?nivel=substantial&ahora=1&next=/carpeta/documentos"
    asked = Page(later.get(f"/carpeta/documentos/{rows[0].id}"), 403)
    assert asked.h1 == "Confirme otra vez que es usted"
    assert "ahora=1" in asked.links["Entrar de forma más segura"]
    assert fresh.get(f"/carpeta/documentos/{rows[0].id}").status_code == 200
