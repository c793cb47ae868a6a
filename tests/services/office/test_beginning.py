"""Somebody without a record asks to be known: who they are is written down, no history is opened."""

import threading

import pytest

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from case_api.errors import NotFound
from case_api.people.enrolment import Newcomer, document_type, two_surnames
from tests.services.office.pages import Page
from tests.services.office.test_office_pages import ask

NUEVO = BY_KEY["nuevo"]


def begin(browser):
    return browser.post("/carpeta/empezar", data={"csrf_token": Page(browser.get("/carpeta")).token})


def rows():
    return ask("SELECT id, surname1, surname2, unit_id FROM person WHERE document_number = :d", d=NUEVO.document)


def test_the_folder_offers_it_and_afterwards_messages_and_appointments_open(log_in):
    browser = log_in("nuevo")
    assert "Empezar" in Page(browser.get("/carpeta")).main
    assert begin(browser).status_code == 303
    (row,) = rows()
    assert (row.surname1, row.surname2, row.unit_id) == ("Nuevo", "Inventado", None)
    assert not ask("SELECT 1 FROM social_history WHERE person_id = :p", p=row.id)
    for path in ("/carpeta", "/mensajes", "/mensajes/nuevo", "/citas/nueva"):
        assert "Todavía no tenemos nada suyo" not in Page(browser.get(path)).main


def test_another_login_of_the_same_person_is_known_too(log_in):
    first, second = log_in("nuevo"), log_in("nuevo")
    begin(first)
    assert "Todavía no tenemos nada suyo" not in Page(second.get("/mensajes")).main


def test_a_weak_login_is_asked_for_a_stronger_one_and_nothing_is_written(log_in):
    browser = log_in("nuevo", "low")
    assert begin(browser).status_code == 403
    assert rows() == []


def test_without_a_token_of_our_page_nothing_is_written(log_in):
    assert log_in("nuevo").post("/carpeta/empezar").status_code == 400
    assert rows() == []


def test_who_is_known_stays_as_they_are(log_in):
    browser = log_in("amparo")
    before = ask("SELECT count(*) AS many FROM person")[0].many
    assert (
        browser.post("/carpeta/empezar", data={"csrf_token": Page(browser.get("/mensajes/nuevo")).token}).status_code
        == 303
    )
    assert ask("SELECT count(*) AS many FROM person")[0].many == before


def test_twelve_at_once_make_one_person(city):
    newcomer = Newcomer("Tomás", "Nuevo Inventado", NUEVO.document, None, "es")
    found, together = [], threading.Barrier(12)

    def enter():
        together.wait()
        with unit_of_work(Actor.system("login")) as unit:
            found.append(open_door(unit.actor, Purpose.LOGIN, unit=unit).enrol(newcomer))

    racers = [threading.Thread(target=enter) for _ in range(12)]
    for one in racers:
        one.start()
    for one in racers:
        one.join()
    assert len(found) == 12 and len(set(found)) == 1 and len(rows()) == 1


def test_nobody_but_a_process_of_ours_enrols(city):
    newcomer = Newcomer("Tomás", "Nuevo Inventado", NUEVO.document, None, "es")
    actor = Actor("citizen", "subject:x", assurance="high")
    with pytest.raises(NotFound), unit_of_work(actor) as unit:
        open_door(actor, Purpose.OWN_RECORD, unit=unit).enrol(newcomer)
    assert rows() == []


@pytest.mark.parametrize(
    ("surnames", "expected"),
    [
        pytest.param("Nuevo Inventado", ("Nuevo", "Inventado"), id="two"),
        pytest.param("Nuevo", ("Nuevo", None), id="one"),
        pytest.param("de la Fuente Prado", ("de la Fuente", "Prado"), id="particles first"),
        pytest.param("Prado de la Fuente", ("Prado", "de la Fuente"), id="particles second"),
        pytest.param("", ("", None), id="none"),
    ],
)
def test_surnames_are_parted(surnames, expected):
    assert two_surnames(surnames) == expected


@pytest.mark.parametrize(
    ("number", "kind"), [("00000001R", "dni"), ("X0000003A", "nie"), ("AB123456", "other"), ("00000001A", "other")]
)
def test_the_kind_of_a_document(number, kind):
    assert document_type(number) == kind
