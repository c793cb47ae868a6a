"""The page on which a person lets an application in, and the one on which they let it out again."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import Client

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from case_api.http import tokens
from case_api.http.oauth import ends
from case_api.http.oauth.app import create_oauth_app
from case_api.http.oauth.city import BACK, sample_secret
from tests.services.office.conftest import app, city, city_template, log_in  # noqa: F401 - fixtures
from tests.services.office.pages import Page

VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ASKED = {
    "response_type": "code", "client_id": "carpeta", "redirect_uri": BACK, "state": "xyz",
    "scope": "person:read files:read", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
}  # fmt: skip


def address(**changes: str | None) -> str:
    return "/autorizar?" + urlencode({name: value for name, value in (ASKED | changes).items() if value is not None})


def answer_of(response) -> dict[str, str]:
    assert response.status_code == 303, response.text[:500]
    place = urlsplit(response.headers["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == BACK
    return {name: values[0] for name, values in parse_qs(place.query).items()}


def test_the_whole_way_to_a_token(log_in):  # noqa: F811
    browser = log_in("roberto")
    page = Page(browser.get(address()))
    assert "Carpeta Ciudadana" in page.h1 and "Ver quién es usted" in page.main
    assert not [box for box in page.all("input") if box.get("type") == "checkbox" and box.get("checked") is not None]
    form = {"csrf_token": page.token, "decision": "si", "permiso": ["T2"], "leido-T2": page.field("leido-T2")}
    said = answer_of(browser.post(address(), data=form))
    assert said["state"] == "xyz" and said["iss"] == tokens.issuer()
    basic = base64.b64encode(f"carpeta:{sample_secret('carpeta')}".encode()).decode()
    got = Client(create_oauth_app()).post(
        "/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": said["code"],
            "redirect_uri": BACK,
            "code_verifier": VERIFIER,
        },
        headers={"Authorization": f"Basic {basic}"},
    )
    assert got.status_code == 200, got.text
    read = tokens.read(got.json["access_token"])
    assert read.actor.person_id == BY_KEY["roberto"].id and read.scopes == {"person:read", "files:read"}
    assert read.actor.assurance == "substantial"
    kept = Page(browser.get("/carpeta/permisos"))
    assert "Permitido" in kept.main
    out = Page(browser.get("/carpeta/permisos/aplicaciones"))
    browser.post("/carpeta/permisos/aplicaciones", data={"csrf_token": out.token, "cual": out.field("cual")})
    assert "ninguna" in Page(browser.get("/carpeta/permisos/aplicaciones")).main
    with unit_of_work(Actor.system("test")) as unit:
        assert ends.ended(unit, read.ends, issued_at=read.issued_at)


def test_no_is_an_answer_too_and_changes_nothing(log_in):  # noqa: F811
    browser = log_in("roberto")
    page = Page(browser.get(address()))
    form = {"csrf_token": page.token, "decision": "no", "permiso": ["T2"], "leido-T2": page.field("leido-T2")}
    assert answer_of(browser.post(address(), data=form))["error"] == "access_denied"
    assert "ninguna" in Page(browser.get("/carpeta/permisos/aplicaciones")).main


TOLD_BACK = [
    pytest.param({"code_challenge": None}, "invalid_request", id="no PKCE"),
    pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain PKCE"),
    pytest.param({"code_challenge_method": None}, "invalid_request", id="PKCE without its method"),
    pytest.param({"code_challenge": "short"}, "invalid_request", id="a challenge that is none"),
    pytest.param({"scope": "everything"}, "invalid_scope", id="a scope that there is not"),
    pytest.param({"scope": None}, "invalid_scope", id="no scope"),
    pytest.param({"scope": "special:read"}, "invalid_scope", id="a scope that is not this client's"),
    pytest.param({"response_type": "token"}, "unsupported_response_type", id="the implicit way"),
    pytest.param({"prompt": "none"}, "interaction_required", id="without asking"),
]


@pytest.mark.parametrize(("change", "error"), TOLD_BACK)
def test_the_application_hears_what_is_wrong(log_in, change, error):  # noqa: F811
    said = answer_of(log_in("roberto").get(address(**change)))
    assert said["error"] == error and said["state"] == "xyz" and "code" not in said


TOLD_HERE = [
    pytest.param({"redirect_uri": "https://evil.example/"}, id="an address that is not its own"),
    pytest.param({"redirect_uri": BACK + "/more"}, id="an address below its own"),
    pytest.param({"redirect_uri": BACK + "?x=1"}, id="its own with more"),
    pytest.param({"client_id": "nobody"}, id="a client that there is not"),
    pytest.param({"client_id": None}, id="no client"),
    pytest.param({"client_id": "agenda-centro"}, id="a client that acts for no person"),
]


@pytest.mark.parametrize("change", TOLD_HERE)
def test_nobody_is_sent_to_a_stranger(log_in, change):  # noqa: F811
    page = Page(log_in("roberto").get(address(**change)), 400)
    assert "No entendemos" in page.h1


def test_a_weak_login_and_none_at_all(log_in, app):  # noqa: F811
    assert log_in("roberto", "low").get(address()).status_code == 403
    assert log_in("roberto").get(address(acr_values="http://eidas.europa.eu/LoA/high")).status_code == 403
    assert log_in("roberto", ago=30).get(address(max_age="600")).status_code == 403
    away = app.test_client().get(address())
    assert away.status_code == 303 and away.headers["Location"].startswith("/entrar?next=/autorizar")


def test_a_forged_yes_is_asked_again(log_in):  # noqa: F811
    answer = log_in("roberto").post(address(), data={"decision": "si"})
    assert answer.status_code == 422 and "code=" not in answer.headers.get("Location", "")
