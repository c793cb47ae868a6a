"""A kept result: when asked, the person's alone, whole after a login, sealed, deleted for good; the printed page."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from portal.simulators.keeping import held, service
from tests.services.office.conftest import app, city, city_template, log_in  # noqa: F401
from tests.services.simulators.test_pages import boxes, parsed, words

FLOW = "/ayudas/calcular"
CASE = {
    "ayuda": ["imv", "bono_social_electrico", "transporte"], "age": "34", "adults": "1", "babies": "0",
    "small_children": "0", "older_children": "1", "household_income": "600,50", "pensions": "0",
}  # fmt: skip
QUIET = {"gender_violence": "si", "former_prisoner": "no"}


def token(browser: FlaskClient, page: str = FLOW) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)[1]


def send(browser: FlaskClient, path: str, page: str = FLOW, **values):
    return browser.post(path, data={"csrf_token": token(browser, page), **values})


def kept(browser: FlaskClient, **more) -> str:
    """Keep the case; the address of what was kept."""
    assert send(browser, f"{FLOW}/guardar", **CASE, **more).location == "/carpeta/ayudas/guardar"
    answer = send(browser, "/carpeta/ayudas/guardar", "/carpeta/ayudas/guardar")
    assert answer.status_code == 303, words(parsed(answer))
    return answer.location


def rows() -> int:
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text("SELECT count(*) FROM kept_result")).scalar()


def test_kept_when_asked_and_seen_in_the_folder(log_in):  # noqa: F811
    browser = log_in("amparo")
    asking = send(browser, f"{FLOW}/guardar", **CASE)
    before = words(parsed(browser.get(asking.location)))
    assert "Esto es lo que se guarda" in before and "600,50" in before and rows() == 0
    place = kept(browser)
    page = browser.get(place)
    said = words(parsed(page))
    for piece in (
        "Ingreso Mínimo Vital", "600,50", "Ley 19/2021",
        "Se calculó con cantidades en vigor desde el 1 de enero de 2026",
        "artículo 11.2 y 13.1", "No se cumple", "DNI, NIE o pasaporte", "Así salió ese día", "Borrar",
    ):  # fmt: skip
        assert piece in said, piece
    assert "Resultado del" in words(parsed(browser.get("/carpeta/ayudas")))
    assert 'href="/carpeta/ayudas"' in browser.get("/carpeta").text
    again = {name: values for name, values in boxes(parsed(page)).items() if name != "csrf_token"}
    assert again["household_income"] == ["600,50"] and again["ayuda"] == CASE["ayuda"]


def test_nothing_is_stored_otherwise(log_in):  # noqa: F811
    browser = log_in("amparo")
    send(browser, FLOW, desde="money", ir="resultado", **CASE)
    send(browser, f"{FLOW}/imprimir", **CASE)
    send(browser, f"{FLOW}/guardar", **CASE)
    browser.get("/carpeta/ayudas/guardar")
    assert rows() == 0


def test_whoever_has_not_logged_in_does_so_and_loses_nothing(app, log_in):  # noqa: F811
    """The answers wait in the browser, sealed; the server has none; after the login they are all there."""
    stranger = app.test_client()
    asked = send(stranger, f"{FLOW}/guardar", **CASE)
    cookie = stranger.get_cookie(held.COOKIE, path=held.PATH)
    assert cookie.http_only and cookie.value and "600" not in cookie.value
    to_login = stranger.get(asked.location)
    assert to_login.status_code == 303 and "/entrar" in to_login.location and "guardar" in to_login.location
    assert rows() == 0
    browser = log_in("roberto")
    browser.set_cookie(held.COOKIE, cookie.value, path=held.PATH)
    said = words(parsed(browser.get("/carpeta/ayudas/guardar")))
    assert "600,50" in said and "Guardar en mi carpeta" in said
    answer = send(browser, "/carpeta/ayudas/guardar", "/carpeta/ayudas/guardar")
    assert "600,50" in words(parsed(browser.get(answer.location)))
    assert browser.get_cookie(held.COOKIE, path=held.PATH) is None


def test_a_weak_login_is_asked_for_a_stronger_one_and_loses_nothing(log_in):  # noqa: F811
    browser = log_in("amparo", "low")
    asked = send(browser, f"{FLOW}/guardar", **CASE)
    page = browser.get(asked.location)
    assert page.status_code == 403 and "guardar" in page.text
    assert browser.get_cookie(held.COOKIE, path=held.PATH) is not None
    assert browser.get("/carpeta/ayudas").status_code == 403


def test_somebody_without_a_folder_keeps_the_answers(log_in):  # noqa: F811
    browser = log_in("nuevo")
    send(browser, f"{FLOW}/guardar", **CASE)
    page = parsed(browser.get("/carpeta/ayudas/guardar"))
    assert "Todavía no tiene carpeta" in words(page) and boxes(page)["household_income"] == ["600,50"]
    assert send(browser, "/carpeta/ayudas/guardar", FLOW).status_code == 422
    assert rows() == 0


def test_what_others_must_not_read_is_never_kept(log_in):  # noqa: F811
    browser = log_in("elena")
    send(browser, f"{FLOW}/guardar", **CASE, **QUIET)
    assert "no guardamos lo que contestó sobre violencia" in words(parsed(browser.get("/carpeta/ayudas/guardar")))
    place = kept(browser, **QUIET)
    page = browser.get(place).text
    assert "¿Ha sufrido violencia de género?" not in page and "prisión" not in page
    assert "gender_violence" not in boxes(parsed(browser.get(place)))


def test_it_is_sealed_in_the_database(log_in):  # noqa: F811
    kept(log_in("amparo"))
    with unit_of_work(Actor.system("test")) as unit:
        content = bytes(unit.session.execute(text("SELECT content FROM kept_result")).scalar())
    assert b"600" not in content and b"imv" not in content


def test_nobody_else_sees_it(log_in):  # noqa: F811
    place = kept(log_in("amparo"))
    other = log_in("roberto")
    assert other.get(place).status_code == 404
    assert other.get(f"{place}/borrar").status_code == 404
    assert send(other, f"{place}/borrar").status_code == 404
    assert "No ha guardado ningún resultado" in other.get("/carpeta/ayudas").text
    for actor in (
        Actor("staff", "marta"),
        Actor("client", "x", person_id=BY_KEY["amparo"].id),
        Actor("citizen", "x", person_id=BY_KEY["roberto"].id),
        Actor.anonymous(),
    ):
        with unit_of_work(actor) as unit:
            assert unit.session.execute(text("SELECT count(*) FROM kept_result")).scalar() == 0
            unit.session.execute(text("DELETE FROM kept_result"))
    assert rows() == 1


def test_deleted_for_good_by_its_owner(log_in):  # noqa: F811
    browser = log_in("amparo")
    place = kept(browser)
    assert "Se borra del todo" in browser.get(f"{place}/borrar").text and rows() == 1
    assert send(browser, f"{place}/borrar", f"{place}/borrar").status_code == 303
    assert rows() == 0 and browser.get(place).status_code == 404


def test_a_snapshot_stays_as_it_was(log_in, monkeypatch):  # noqa: F811
    """Past the review the calculator gives no amount; what was kept still shows that day's."""
    browser = log_in("amparo")
    place = kept(browser)
    browser.get(place)  # says once that it was kept
    before = words(parsed(browser.get(place)))
    from portal.simulators import room

    monkeypatch.setattr(room.clock, "today", lambda: clock.now().date() + timedelta(days=400))
    assert words(parsed(browser.get(place))) == before


@pytest.mark.parametrize("value", ["", "x", "QUJD", "A" * 3000, "====", "é"])
def test_a_bent_cookie_is_no_answers(log_in, value):  # noqa: F811
    browser = log_in("amparo")
    browser.set_cookie(held.COOKIE, value, path=held.PATH)
    page = browser.get("/carpeta/ayudas/guardar")
    assert page.status_code == 200 and "No hay ninguna respuesta que guardar" in page.text
    assert send(browser, "/carpeta/ayudas/guardar").status_code == 422


def test_the_cookie_ends_after_half_an_hour(log_in):  # noqa: F811
    browser = log_in("amparo")
    send(browser, f"{FLOW}/guardar", **CASE)
    with clock.frozen(clock.now() + timedelta(minutes=29)):
        assert "600,50" in browser.get("/carpeta/ayudas/guardar").text
    value = browser.get_cookie(held.COOKIE, path=held.PATH).value
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        late = log_in("amparo")
        late.set_cookie(held.COOKIE, value, path=held.PATH)
        assert "No hay ninguna respuesta" in late.get("/carpeta/ayudas/guardar").text


def test_there_is_an_end_to_keeping(log_in, monkeypatch):  # noqa: F811
    monkeypatch.setattr(service, "AT_MOST", 1)
    browser = log_in("amparo")
    kept(browser)
    send(browser, f"{FLOW}/guardar", **CASE)
    answer = send(browser, "/carpeta/ayudas/guardar", "/carpeta/ayudas/guardar")
    assert answer.status_code == 409 and "Borre alguno" in answer.text and rows() == 1


def test_an_expired_page_keeps_the_answers(app, city):  # noqa: F811
    browser = app.test_client()
    for path in (f"{FLOW}/guardar", f"{FLOW}/imprimir"):
        answer = browser.post(path, data=CASE)
        assert answer.status_code == 422 and boxes(parsed(answer))["household_income"] == ["600,50"]


def test_everything_on_one_page_for_paper(app, city):  # noqa: F811
    page = send(app.test_client(), f"{FLOW}/imprimir", **CASE)
    said = words(parsed(page))
    for piece in ("Ingreso Mínimo Vital", "Qué llevar", "Dónde y cuándo", "600,50", "Use la opción de imprimir"):
        assert piece in said, piece
    assert re.search(r"<button[^>]*data-print hidden", page.text), (
        "without scripts there is no button that does nothing"
    )
