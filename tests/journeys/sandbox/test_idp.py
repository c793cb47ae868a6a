"""Authlib's client against the identity provider, with a browser that fills in the form."""

import re
import time
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.journeys.sandbox.process import CLIENT_SECRET, Sandbox


@pytest.fixture
def sandbox(lasting_sandbox: Sandbox) -> Sandbox:
    return lasting_sandbox


LOA = "http://eidas.europa.eu/LoA/"


class Party:
    """A relying party and a person's browser."""

    def __init__(self, sandbox: Sandbox, *, auth_method: str = "client_secret_basic") -> None:
        self.issuer = sandbox.config["idp"]["issuer"]
        self.known = httpx.get(f"{self.issuer}/.well-known/openid-configuration").json()
        self.redirect_uri = sandbox.config["idp"]["clients"][0]["redirect_uris"][0]
        self.browser = httpx.Client(base_url=self.issuer)
        self.verifier = generate_token(48)
        self.client = OAuth2Client(
            "alma",
            CLIENT_SECRET,
            scope="openid profile email",
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=auth_method,
        )
        self.state = ""

    def ask(self, **more: str) -> httpx.Response:
        """The browser follows the party's redirect."""
        url, self.state = self.client.create_authorization_url(
            self.known["authorization_endpoint"], code_verifier=self.verifier, nonce="un-solo-uso", **more
        )
        return self.browser.get(url)

    def log_in(
        self, page: httpx.Response, *, person: str = "amparo", level: str = "high", **more: str
    ) -> httpx.Response:
        """The person fills in the form of the page."""
        assert page.status_code in (200, 422), page.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        hidden = {name: value.replace("&#34;", '"').replace("&amp;", "&") for name, value in hidden.items()}
        return self.browser.post(f"{self.issuer}/login", data=hidden | {"person": person, "level": level} | more)

    def tokens(self, answer: httpx.Response, **more: str) -> dict[str, Any]:
        assert answer.status_code == 303, answer.text
        return self.client.fetch_token(
            self.known["token_endpoint"],
            authorization_response=answer.headers["Location"],
            **({"code_verifier": self.verifier, "state": self.state} | more),
        )

    def claims(self, tokens: dict[str, Any]) -> dict[str, Any]:
        keys = KeySet.import_key_set(httpx.get(self.known["jwks_uri"]).json())
        claims = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims
        assert (claims["iss"], claims["aud"], claims["nonce"]) == (self.issuer, "alma", "un-solo-uso")
        return claims


def _query(answer: httpx.Response) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@pytest.mark.parametrize("auth_method", ["client_secret_basic", "client_secret_post"])
def test_a_login(sandbox: Sandbox, auth_method: str) -> None:
    party = Party(sandbox, auth_method=auth_method)
    page = party.ask(acr_values=f"{LOA}substantial")
    assert 'value="substantial" checked' in page.text
    answer = party.log_in(page, level="substantial")
    assert answer.headers["Location"].startswith(party.redirect_uri + "?")
    assert _query(answer)["iss"] == party.issuer
    tokens = party.tokens(answer)
    claims = party.claims(tokens)
    assert (claims["sub"], claims["document"], claims["birthdate"]) == ("amparo", "00000001R", "1953-04-12")
    assert (claims["given_name"], claims["family_name"]) == ("Amparo", "Ejemplo Serrano")
    assert claims["acr"] == f"{LOA}substantial"
    assert abs(claims["auth_time"] - time.time()) < 10
    told = party.client.get(party.known["userinfo_endpoint"]).json()
    assert (told["sub"], told["email"], told["email_verified"]) == ("amparo", "amparo@correo.example", False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("sandbox_idp=") and "Path=/sandbox/idp" in cookie and "HttpOnly" in cookie


def test_discovery_names_the_issuer_never_the_host(sandbox: Sandbox) -> None:
    issuer = sandbox.config["idp"]["issuer"]
    answer = httpx.get(f"{issuer}/.well-known/openid-configuration", headers={"Host": "localhost:9"}).json()
    urls = [value for key, value in answer.items() if key.endswith(("_endpoint", "_uri")) and isinstance(value, str)]
    assert len(urls) == 5
    assert answer["issuer"] == issuer and all(url.startswith(f"{issuer}/") for url in urls)


def test_never_more_than_was_chosen(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    answer = party.log_in(party.ask(acr_values=f"{LOA}high"), level="low")
    assert party.claims(party.tokens(answer))["acr"] == f"{LOA}low"
    # The session is too low for what is asked: the person is asked again, and prompt=none says so.
    assert party.ask(acr_values=f"{LOA}high").status_code == 200
    assert _query(party.ask(acr_values=f"{LOA}high", prompt="none"))["error"] == "login_required"


def test_an_open_session_is_enough_until_more_is_asked(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    party.log_in(party.ask(), level="substantial")
    again = party.ask(acr_values=f"{LOA}low")
    assert party.claims(party.tokens(again))["acr"] == f"{LOA}substantial"
    assert "code" in _query(party.ask(prompt="none"))
    assert party.ask(prompt="login").status_code == 200
    assert party.ask(max_age="0").status_code == 200
    assert party.ask(max_age="3600").status_code == 303


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        pytest.param({"person": ""}, 422, "Elija una persona", id="nobody"),
        pytest.param({"document": "00000001A"}, 422, "la letra no casan", id="letter"),
        pytest.param({"level": "altísimo"}, 422, "Elija con qué nivel", id="level"),
        pytest.param({"person": "nadie"}, 422, "Revise el DNI", id="unknown person"),
    ],
)
def test_a_bad_form_says_why(sandbox: Sandbox, typed: dict[str, str], status: int, words: str) -> None:
    party = Party(sandbox)
    answer = party.log_in(party.ask(), **typed)
    assert answer.status_code == status and words in answer.text and "<title>Error: " in answer.text
    assert party.log_in(answer).status_code == 303


@pytest.mark.parametrize(
    ("document", "sub"),
    [
        pytest.param("00000002w", "roberto", id="a sample person, small letter"),
        pytest.param("0000 0001-R", "amparo", id="spaces and dash"),
        pytest.param("12345678Z", None, id="anybody with a valid document"),
        pytest.param("X1234567L", None, id="a NIE"),
    ],
)
def test_a_document_wins_over_the_list(sandbox: Sandbox, document: str, sub: str | None) -> None:
    party = Party(sandbox)
    claims = party.claims(party.tokens(party.log_in(party.ask(), person="", document=document)))
    assert claims["sub"] == sub or (sub is None and claims["document"] == document)


def test_cancel_goes_back(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    answer = party.log_in(party.ask(state="mi-estado"), action="cancel")
    assert (_query(answer)["error"], _query(answer)["state"]) == ("access_denied", "mi-estado")


def test_a_code_works_once_and_its_second_use_takes_the_token_back(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    answer = party.log_in(party.ask())
    tokens = party.tokens(answer)
    assert httpx.get(party.known["userinfo_endpoint"], headers=_bearer(tokens)).status_code == 200
    with pytest.raises(OAuthError, match="invalid_grant"):
        party.tokens(answer)
    assert httpx.get(party.known["userinfo_endpoint"], headers=_bearer(tokens)).status_code == 401


def _bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"code_verifier": "x" * 60}, "invalid_grant", id="verifier"),
        pytest.param({"redirect_uri": "http://127.0.0.1/otra"}, "invalid_grant", id="redirect"),
        pytest.param({"code_verifier": ""}, "invalid_request", id="no verifier"),
        pytest.param({"grant_type": "password"}, "unsupported_grant_type", id="grant"),
        pytest.param({"client_secret": "falso"}, "invalid_client", id="secret"),
        pytest.param({"code": "inventado"}, "invalid_grant", id="code"),
    ],
)
def test_a_wrong_exchange_is_refused(sandbox: Sandbox, change: dict[str, str], error: str) -> None:
    party = Party(sandbox)
    answer = party.log_in(party.ask())
    form = {
        "grant_type": "authorization_code",
        "code": _query(answer)["code"],
        "redirect_uri": party.redirect_uri,
        "client_id": "alma",
        "client_secret": CLIENT_SECRET,
        "code_verifier": party.verifier,
    }
    refused = httpx.post(party.known["token_endpoint"], data=form | change)
    assert refused.status_code in (400, 401)
    assert refused.json()["error"] == error


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"response_type": "token"}, "unsupported_response_type", id="implicit"),
        pytest.param({"scope": "profile"}, "invalid_scope", id="no openid"),
        pytest.param({"code_challenge": ""}, "invalid_request", id="no PKCE"),
        pytest.param({"code_challenge_method": "plain"}, "invalid_request", id="plain PKCE"),
        pytest.param({"max_age": "siempre"}, "invalid_request", id="max_age"),
        pytest.param({"prompt": "none"}, "login_required", id="nobody is logged in"),
    ],
)
def test_a_wrong_request_goes_back_with_the_reason(sandbox: Sandbox, change: dict[str, str], error: str) -> None:
    party = Party(sandbox)
    url, _state = party.client.create_authorization_url(
        party.known["authorization_endpoint"], state="s", code_verifier=party.verifier
    )
    query = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()} | change
    answer = party.browser.get(party.known["authorization_endpoint"], params=query)
    assert answer.headers["Location"].startswith(party.redirect_uri)
    assert (_query(answer)["error"], _query(answer)["state"]) == (error, "s")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"client_id": "otro"}, id="client"),
        pytest.param({"redirect_uri": "http://127.0.0.1:1/robo"}, id="redirect elsewhere"),
        pytest.param({"redirect_uri": ""}, id="no redirect"),
    ],
)
def test_nobody_is_sent_to_an_unknown_place(sandbox: Sandbox, change: dict[str, str]) -> None:
    party = Party(sandbox)
    query = {"client_id": "alma", "redirect_uri": party.redirect_uri, "response_type": "code"} | change
    answer = party.browser.get(party.known["authorization_endpoint"], params=query)
    assert answer.status_code == 400 and "Location" not in answer.headers


def test_the_form_cannot_be_made_up(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    page = party.ask()
    assert party.log_in(page, form_token="0" * 64).status_code == 403
    packed = '0.{"client_id": "alma", "redirect_uri": "http://127.0.0.1/robo"}'
    assert party.log_in(page, request=packed).status_code == 400


def test_logging_out_ends_the_session(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    tokens = party.tokens(party.log_in(party.ask()))
    target = sandbox.config["idp"]["clients"][0]["post_logout_redirect_uris"][0]
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": target, "state": "adiós"}
    answer = party.browser.get(party.known["end_session_endpoint"], params=query)
    assert answer.status_code == 303 and answer.headers["Location"].startswith(f"{target}?")
    assert _query(answer)["state"] == "adiós"
    assert party.ask().status_code == 200


def test_logging_out_asks_without_a_hint_and_never_leads_elsewhere(sandbox: Sandbox) -> None:
    party = Party(sandbox)
    tokens = party.tokens(party.log_in(party.ask()))
    asked = party.browser.get(party.known["end_session_endpoint"], params={"client_id": "alma"})
    assert asked.status_code == 200 and "¿Quiere salir?" in asked.text
    assert party.ask().status_code == 303, "asking is not ending"
    query = {"id_token_hint": tokens["id_token"], "post_logout_redirect_uri": "http://127.0.0.1/robo"}
    answer = party.browser.get(party.known["end_session_endpoint"], params=query)
    assert answer.status_code == 200 and "Ha salido" in answer.text
    assert party.ask().status_code == 200
    garbage = party.browser.get(party.known["end_session_endpoint"], params={"id_token_hint": "a.b.c"})
    assert garbage.status_code == 200
