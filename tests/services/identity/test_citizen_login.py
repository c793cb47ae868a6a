"""A citizen's login against a real issuer over a socket: there and back, forged, replayed, ended."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from flask import Blueprint

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import StepUpRequired
from case_api.settings import settings
from portal.apps import create_citizen_app, create_staff_app
from portal.identity import cookies, sessions
from portal.identity.guard import access

probe = Blueprint("probe", __name__)


@probe.get("/prueba")
@access("citizen")
def who():
    from flask_login import current_user

    actor = current_user.actor
    return {
        "id": actor.id,
        "person": str(actor.person_id or ""),
        "assurance": actor.assurance,
        "name": current_user.name,
    }


@probe.get("/prueba/segura")
@access("citizen")
def strong():
    from flask_login import current_user

    if current_user.actor.assurance != "high":
        raise StepUpRequired("high")
    return "lo más guardado"


@probe.get("/prueba/cerrada")
def unmarked():
    return "nobody said who may read this"


def _app():
    app = create_citizen_app()
    app.register_blueprint(probe)
    return app


@pytest.fixture
def app(issuer, unit):
    return _app()


@pytest.fixture
def browser(app):
    return app.test_client()


def begin(browser, level="low", **query):
    """Leave for the issuer; the address it was sent to."""
    sent = browser.get("/entrar/clave", query_string={"nivel": level, **query})
    assert sent.status_code == 303, sent.text
    return sent.location


def authenticate(address, person="amparo", level="low", action="login"):
    """Be the browser at the issuer's pages; the address it sends back to."""
    with httpx.Client() as there:
        page = there.get(address)
        assert page.status_code == 200, page.text
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
        import html

        form = {name: html.unescape(value) for name, value in fields.items() if name not in ("person", "level")}
        where = re.search(r'<form method="post" action="([^"]+)"', page.text)[1]
        answer = there.post(
            httpx.URL(address).join(html.unescape(where)),
            data={**form, "document": "", "person": person, "level": level, "action": action},
        )
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]


def log_in(browser, person="amparo", level="low", **query):
    return browser.get(authenticate(begin(browser, level, **query), person, level))


def test_what_we_ask_of_the_issuer(browser):
    asked = parse_qs(urlsplit(begin(browser, "substantial")).query)
    assert asked["acr_values"] == ["http://eidas.europa.eu/LoA/substantial"]
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 20 and len(asked["nonce"][0]) >= 20
    assert asked["redirect_uri"] == ["http://localhost/entrar/vuelta"]


def test_somebody_with_a_record_comes_in(browser, amparo):
    done = log_in(browser, next="/prueba")
    assert (done.status_code, done.location) == (303, "/prueba")
    assert browser.get("/prueba").json == {
        "id": str(amparo), "person": str(amparo), "assurance": "low", "name": "Amparo",
    }  # fmt: skip


def test_somebody_without_a_record_comes_in_too(browser, amparo):
    log_in(browser, "nuevo", next="/prueba")
    found = browser.get("/prueba").json
    assert found["person"] == "" and found["name"] == "Tomás" and found["id"].startswith("subject:")


def test_a_page_sends_to_the_login_and_back(browser, amparo):
    sent = browser.get("/prueba?a=1")
    assert sent.status_code == 303 and sent.location == "/entrar?next=/prueba%3Fa%3D1"
    assert 'href="/entrar/clave?nivel=low&amp;next=/prueba?a%3D1"' in browser.get(sent.location).text


def test_the_cookie_is_a_new_one_after_the_login(browser, amparo):
    begin(browser)
    before = browser.get_cookie("alma_citizen").value
    log_in(browser)
    after = browser.get_cookie("alma_citizen")
    assert after.value != before and after.http_only and after.same_site == "Lax" and after.path == "/"
    browser.set_cookie("alma_citizen", before)
    assert browser.get("/prueba").status_code == 303


def test_logging_in_again_ends_the_login_before(browser, app, amparo):
    log_in(browser)
    first = browser.get_cookie("alma_citizen").value
    log_in(browser, "nuevo")
    other = app.test_client()
    other.set_cookie("alma_citizen", first)
    assert other.get("/prueba").status_code == 303
    assert browser.get("/prueba").json["name"] == "Tomás"


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example", "/salir"])
def test_a_login_leads_nowhere_else(browser, amparo, where):
    assert log_in(browser, next=where).location == "/carpeta"


def test_a_forged_state_is_no_login(browser, amparo):
    back = authenticate(begin(browser))
    forged = re.sub(r"state=[^&]+", "state=forged", back)
    answer = browser.get(forged)
    assert answer.status_code == 400 and "La entrada se quedó a medias" in answer.text
    assert browser.get("/prueba").status_code == 303


def test_another_browsers_answer_is_no_login(browser, app, amparo):
    answer = app.test_client().get(authenticate(begin(browser)))
    assert answer.status_code == 400


def test_an_answer_works_once(browser, app, amparo):
    sent = begin(browser)
    began = browser.get_cookie("alma_citizen").value
    back = authenticate(sent)
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400
    thief = app.test_client()
    thief.set_cookie("alma_citizen", began)
    replayed = thief.get(back)
    assert replayed.status_code == 400 and "a medias" in replayed.text
    assert thief.get("/prueba").status_code == 303


def test_an_answer_of_another_issuer_is_refused(browser, amparo):
    back = authenticate(begin(browser))
    assert browser.get(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fother.example", back)).status_code == 400


def test_a_token_for_another_client_is_refused(browser, amparo, monkeypatch):
    from portal.identity import issuer as issuer_room

    back = authenticate(begin(browser))
    real = issuer_room.read_id_token
    monkeypatch.setattr(issuer_room, "read_id_token", lambda raw, **k: real(raw, **{**k, "client_id": "another"}))
    assert browser.get(back).status_code == 400
    assert browser.get("/prueba").status_code == 303


def test_a_token_of_another_login_is_refused(browser, amparo, app):
    back = authenticate(begin(browser))
    with browser.session_transaction() as kept:
        for key in kept:
            if key.startswith("_state_"):
                kept[key] = {**kept[key], "data": {**kept[key]["data"], "nonce": "another"}}
    assert browser.get(back).status_code == 400


def test_changing_ones_mind_is_no_fault(browser):
    answer = browser.get(authenticate(begin(browser), action="cancel"))
    assert answer.status_code == 200 and "No ha llegado a entrar" in answer.text


@pytest.mark.parametrize(
    "query",
    ["", "?state=", "?code=x", "?state=a&code=b", "?error=server_error", "?state=%00&code=%ff"],
)
def test_a_broken_answer_gets_a_page(browser, query):
    answer = browser.get("/entrar/vuelta" + query)
    assert answer.status_code == 400 and "<h1>" in answer.text


def test_an_issuer_that_is_away_gets_a_page(unit, monkeypatch):
    monkeypatch.setattr(settings(), "ISSUER_URL", "http://127.0.0.1:9/sandbox/idp")
    answer = _app().test_client().get("/entrar/clave")
    assert answer.status_code == 503 and "no responde" in answer.text


def test_the_level_is_the_tokens_not_the_one_asked(browser, amparo):
    back = authenticate(begin(browser, "high", next="/prueba/segura"), level="low")
    assert browser.get(back).status_code == 303
    assert browser.get("/prueba").json["assurance"] == "low"


def test_a_stronger_login_is_explained_and_comes_back(browser, amparo):
    log_in(browser)
    asked = browser.get("/prueba/segura")
    assert asked.status_code == 403 and "más segura" in asked.text
    link = re.search(r'href="(/entrar/clave\?nivel=high[^"]*)"', asked.text)[1].replace("&amp;", "&")
    address = browser.get(link).location
    done = browser.get(authenticate(address, level="high"))
    assert done.location == "/prueba/segura"
    assert browser.get("/prueba/segura").text == "lo más guardado"


def _token(browser):
    with browser.session_transaction() as kept:
        return kept["_user_id"]


def _leave(browser, path="/salir"):
    page = browser.get(path).text
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[-1]
    return browser.post(path, data={"csrf_token": token})


def test_leaving_ends_it_here_and_there(browser, app, amparo):
    log_in(browser)
    cookie, token = browser.get_cookie("alma_citizen").value, _token(browser)
    gone = _leave(browser)
    there = parse_qs(urlsplit(gone.location).query)
    assert urlsplit(gone.location).path.endswith("/end_session")
    assert there["post_logout_redirect_uri"] == ["http://localhost/salir/hecho"] and there["id_token_hint"]
    assert httpx.get(gone.location).headers["location"].startswith("http://localhost/salir/hecho")
    other = app.test_client()
    other.set_cookie("alma_citizen", cookie)
    assert other.get("/prueba").status_code == 303
    with unit_of_work(Actor.system("test")) as unit:
        assert sessions.find(unit.session, kind="citizen", token=token) is None
    assert "Ha salido" in browser.get("/salir/hecho").text


def test_leaving_takes_a_token(browser, amparo):
    log_in(browser)
    assert browser.post("/salir").status_code == 400
    assert browser.get("/prueba").status_code == 200


@pytest.mark.parametrize(
    ("idle", "pauses"),
    [
        pytest.param(31, [31], id="half an hour without a page"),
        pytest.param(0, [25] * 30, id="twelve hours, however busy"),
    ],
)
def test_a_login_does_not_last_for_ever(browser, amparo, idle, pauses):
    log_in(browser)
    at = clock.now()
    answers = []
    for minutes in pauses:
        at += timedelta(minutes=minutes)
        with clock.frozen(at):
            answers.append(browser.get("/prueba").status_code)
    assert answers[-1] == 303
    if not idle:
        assert answers[: 12 * 60 // 25 - 1] == [200] * (12 * 60 // 25 - 1)


def test_a_citizens_cookie_is_no_use_to_staff(browser, amparo):
    log_in(browser)
    staff = create_staff_app()
    desk = staff.test_client()
    desk.set_cookie("alma_staff", browser.get_cookie("alma_citizen").value)
    assert desk.get("/salir").status_code == 200
    assert "Cerrar sesión</button></form>" not in desk.get("/entrar").text
    # Even re-signed with the other key, a citizen's token opens no desk.
    from portal.identity.users import load_staff

    assert load_staff(_token(browser)) is None


def test_a_login_as_a_citizen_ends_the_one_as_staff(browser, amparo, directory):
    from flask.sessions import SecureCookieSessionInterface

    staff = create_staff_app()
    with unit_of_work(Actor.system("test")) as unit:
        token = sessions.begin_staff(unit.session, professional_id=directory["marta"])
    signed = SecureCookieSessionInterface().get_signing_serializer(staff).dumps({"_user_id": token})
    browser.set_cookie("alma_staff", signed)
    log_in(browser)
    assert browser.get_cookie("alma_staff") is None
    with unit_of_work(Actor.system("test")) as unit:
        assert sessions.find(unit.session, kind="staff", token=token) is None


def test_a_page_that_says_nothing_is_closed(browser, amparo):
    log_in(browser)
    assert browser.get("/prueba/cerrada").status_code == 403


def test_a_changed_cookie_is_nobody(browser, amparo):
    log_in(browser)
    browser.set_cookie("alma_citizen", browser.get_cookie("alma_citizen").value[:-2] + "xx")
    assert browser.get("/prueba").status_code == 303
    assert cookies.signing_key("citizen") != cookies.signing_key("staff")


def test_a_fresh_login_is_asked_for_and_verified(browser, amparo):
    log_in(browser, level="substantial")
    address = begin(browser, "substantial", ahora=1, next="/prueba")
    asked = parse_qs(urlsplit(address).query)
    assert asked["max_age"] == ["0"] and asked["prompt"] == ["login"]
    assert browser.get(authenticate(address, level="substantial")).location == "/prueba"
