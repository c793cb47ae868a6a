"""Acting for somebody, through the pages: whose it is stands at the top, and both names are kept."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.pdf import make_pdf
from case_api.city.sample import BY_KEY
from case_api.db import new_id, unit_of_work
from tests.services.office.pages import Page
from tests.services.office.test_permissions import ask, hidden, link

LEO, AMPARO = BY_KEY["leo"].id, BY_KEY["amparo"].id


@pytest.fixture
def waiting(city):
    """A file of Leo's that waits for a paper, and an appointment of his."""
    file_id, appointment_id, at = new_id(), new_id(), clock.now() + timedelta(days=9)
    with unit_of_work(Actor.system("test")) as unit:
        run = unit.session.execute
        run(
            text("INSERT INTO case_file (id, person_id, kind, title, state, opened_at) "
                 "VALUES (:id, :leo, 'school_meals', 'Comedor', 'waiting_for_citizen', now())"),
            {"id": file_id, "leo": LEO},
        )  # fmt: skip
        run(
            text("INSERT INTO file_step (id, file_id, person_id, ordinal, title, state, asks_document) "
                 "VALUES (:id, :file, :leo, 1, 'Libro de familia', 'current', true)"),
            {"id": new_id(), "file": file_id, "leo": LEO},
        )  # fmt: skip
        run(
            text("INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, "
                 "created_by) SELECT :id, :id, :leo, p.id, p.unit_id, (SELECT min(key) FROM appointment_reason), "
                 "'phone', tstzrange(:at, :end), 'test' FROM professional p WHERE p.login = 'lucia'"),
            {"id": appointment_id, "leo": LEO, "at": at, "end": at + timedelta(minutes=20)},
        )  # fmt: skip
    return file_id, appointment_id


def test_a_mother_hands_a_paper_in_and_both_names_are_kept(log_in, waiting):
    browser = log_in("carmen")
    file = Page(browser.get(f"/carpeta/de/{LEO}/expedientes/{waiting[0]}"))
    path = link(file, "/subir")
    page = Page(browser.get(path))
    assert "Está viendo la carpeta de Leo" in page.main and "Lo entrega usted (Carmen) en nombre de Leo" in page.main
    empty = browser.post(path, data=hidden(page))
    assert "Elija un archivo" in Page(empty, 422).main
    sent = hidden(page) | {"document": (io.BytesIO(make_pdf("x", ("Inventado",))), "libro.pdf", "application/pdf")}
    done = browser.post(path, data=sent, content_type="multipart/form-data")
    assert done.status_code == 303
    assert "lo ha entregado usted" in Page(browser.get(done.location)).main
    (row,) = ask("SELECT actor_id, person_id, rule FROM access_entry WHERE action = 'hand_in' AND outcome = 'allowed'")
    assert (row.person_id, row.rule) == (LEO, "representation") and row.actor_id not in ("", str(LEO))


def test_a_mother_cancels_an_appointment_after_being_asked(log_in, waiting):
    browser = log_in("carmen")
    path = link(Page(browser.get(f"/carpeta/de/{LEO}")), "/anular")
    page = Page(browser.get(path))
    assert "en nombre de Leo" in page.main
    assert ask("SELECT state FROM appointment WHERE id = :id", id=waiting[1])[0].state == "booked"
    assert browser.post(path, data=hidden(page)).status_code == 303
    assert ask("SELECT state FROM appointment WHERE id = :id", id=waiting[1])[0].state == "cancelled"


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        pytest.param("marcos", AMPARO, 404, id="whoever may only look"),
        pytest.param("roberto", LEO, 404, id="a stranger"),
        pytest.param("carmen", AMPARO, 404, id="a mother, on somebody else's folder"),
    ],
)
def test_nobody_else_acts(log_in, waiting, who, whose, status):
    browser = log_in(who)
    for path in (f"expedientes/{waiting[0]}/subir", f"citas/{waiting[1]}/anular"):
        assert browser.get(f"/carpeta/de/{whose}/{path}").status_code == status


def test_whoever_may_only_look_is_shown_no_button(log_in):
    page = Page(log_in("marcos").get(f"/carpeta/de/{AMPARO}"))
    assert not [href for href in page.links.values() if href and href.endswith(("/subir", "/anular"))]
