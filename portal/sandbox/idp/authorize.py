"""The browser's side of the provider: the authorization request, the login page, logging out."""

import hashlib
import hmac
import json
import re
import time
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, render_template, request, url_for

from portal.sandbox.config import Client
from portal.sandbox.idp import levels
from portal.sandbox.idp.grants import LOGIN_SECONDS, Login, Request
from portal.sandbox.services import services
from portal.sandbox.web import form_protected

authorize = Blueprint("idp_authorize", __name__, url_prefix="/sandbox/idp")

COOKIE = "sandbox_idp"
PATH = "/sandbox/idp"
# An answer to the relying party that is an error (RFC 6749, OpenID Connect Core).
ErrorAnswer = tuple[str, str]


@authorize.route("/authorize", methods=["GET", "POST"])
def begin() -> Any:
    """An authorization request: back with a code when the person is logged in well enough, else the login page."""
    values = request.values
    client = services().grants.client(values.get("client_id", ""))
    redirect_uri = values.get("redirect_uri", "")
    if client is None or redirect_uri not in client.redirect_uris:
        words = "La aplicación que pide la identificación no está dada de alta, o pide volver a otra dirección."
        return render_template("error.html", title="No se puede identificar", words=words, plain=True), 400
    asked, fault = _read(client, redirect_uri)
    if fault is not None:
        return _answer(redirect_uri, values.get("state", ""), error=fault[0], error_description=fault[1])
    login = _login()
    if login is not None and _suffices(login, asked):
        return _with_code(asked, login)
    if "none" in asked.prompt.split():
        return _answer(redirect_uri, asked.state, error="login_required")
    return _login_page(asked)


@authorize.post("/login")
@form_protected
def log_in() -> Any:
    """The login form: who, and how well identified."""
    asked = _unpack(request.form.get("request", ""))
    if asked is None:
        words = "La petición ha caducado. Vuelva a la aplicación y pida entrar otra vez."
        return render_template("error.html", title="No se puede identificar", words=words, plain=True), 400
    if request.form.get("action") == "cancel":
        return _answer(asked.redirect_uri, asked.state, error="access_denied", error_description="cancelled")
    typed = {key: request.form.get(key, "").strip() for key in ("person", "document", "level")}
    if typed["level"] not in levels.LEVELS:
        return _login_page(asked, typed=typed, error="Elija con qué nivel se identifica.", field="level-low"), 422
    if not typed["person"] and not typed["document"]:
        return _login_page(asked, typed=typed, error="Elija una persona o escriba un documento.", field="document"), 422
    person = services().grants.person(sub=typed["person"], document=typed["document"])
    if person is None:
        error = "Revise el DNI o NIE: el número y la letra no casan. Por ejemplo, 00000001R."
        return _login_page(asked, typed=typed, error=error, field="document"), 422
    previous = _login()
    if previous is not None:
        services().grants.log_out(previous.id)
    login = services().grants.log_in(person, typed["level"])
    answer = _with_code(asked, login)
    answer.set_cookie(
        COOKIE, login.id, path=PATH, httponly=True, samesite="Lax", secure=_secure(), max_age=LOGIN_SECONDS
    )
    return answer


@authorize.route("/end_session", methods=["GET", "POST"])
def end_session() -> Any:
    """RP-initiated logout. With a hint of ours it ends at once; without one the person is asked first."""
    values = request.values
    parts = services()
    hint = parts.keys.read_hint(values.get("id_token_hint", ""), issuer=parts.config.idp.issuer)
    client = parts.grants.client(str(hint["aud"]) if hint else values.get("client_id", ""))
    wanted = values.get("post_logout_redirect_uri", "")
    # Only an address that this client registered; for anything else the person stays on our own page.
    target = wanted if client is not None and wanted in client.post_logout_redirect_uris else ""
    confirmed = request.method == "POST" and "form_token" in request.form
    if hint is None and not confirmed and _login() is not None:
        return render_template("logout.html", values=values, plain=True)
    return _ended(target, values.get("state", "")) if hint is not None else _confirmed(target, values.get("state", ""))


@form_protected
def _confirmed(target: str, state: str) -> Response:
    return _ended(target, state)


def _ended(target: str, state: str) -> Response:
    login = _login()
    if login is not None:
        services().grants.log_out(login.id)
    if target:
        answer: Response = redirect(_joined(target, {"state": state} if state else {}), 303)  # type: ignore[assignment]
    else:
        answer = Response(render_template("logged_out.html", plain=True))
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax", secure=_secure())
    return answer


def _read(client: Client, redirect_uri: str) -> tuple[Request, ErrorAnswer | None]:
    """The request with its first fault, if any."""
    values = request.values
    max_age = values.get("max_age", "")
    asked = Request(
        client_id=client.client_id,
        redirect_uri=redirect_uri,
        scope=values.get("scope", ""),
        state=values.get("state", ""),
        nonce=values.get("nonce", ""),
        code_challenge=values.get("code_challenge", ""),
        acr_values=values.get("acr_values", ""),
        prompt=values.get("prompt", ""),
        max_age=int(max_age) if re.fullmatch(r"\d{1,9}", max_age) else None,
        login_hint=values.get("login_hint", ""),
    )
    fault: ErrorAnswer | None = None
    if values.get("response_type") != "code":
        fault = ("unsupported_response_type", "only response_type=code")
    elif values.get("request") or values.get("request_uri"):
        fault = ("request_not_supported", "request objects are not taken")
    elif "openid" not in asked.scope.split():
        fault = ("invalid_scope", "scope must contain openid")
    elif values.get("code_challenge_method") != "S256" or not re.fullmatch(r"[\w-]{43}", asked.code_challenge):
        fault = ("invalid_request", "PKCE with S256 is required")
    elif max_age and asked.max_age is None:
        fault = ("invalid_request", "max_age must be a number of seconds")
    elif values.get("response_mode", "query") != "query":
        fault = ("invalid_request", "only response_mode=query")
    elif "none" in asked.prompt.split() and asked.prompt.split() != ["none"]:
        fault = ("invalid_request", "prompt=none stands alone")
    return asked, fault


def _suffices(login: Login, asked: Request) -> bool:
    """Whether a session answers a request without asking the person anew."""
    if {"login", "select_account"} & set(asked.prompt.split()):
        return False
    if asked.max_age is not None and time.time() - login.authenticated_at > asked.max_age:
        return False
    if asked.max_age == 0:
        return False
    return levels.reaches(login.level, levels.requested(asked.acr_values))


def _with_code(asked: Request, login: Login) -> Response:
    return _answer(asked.redirect_uri, asked.state, code=services().grants.issue_code(asked, login))


def _answer(redirect_uri: str, state: str, **values: str) -> Response:
    """Back to the relying party, with the issuer named (RFC 9207)."""
    query = values | ({"state": state} if state else {}) | {"iss": services().config.idp.issuer}
    return redirect(_joined(redirect_uri, query), 303)  # type: ignore[return-value]


def _joined(address: str, query: dict[str, str]) -> str:
    if not query:
        return address
    return address + ("&" if urlsplit(address).query else "?") + urlencode(query)


def _login() -> Login | None:
    login_id = request.cookies.get(COOKIE, "")
    return services().grants.login(login_id) if login_id else None


def _login_page(
    asked: Request, *, typed: dict[str, str] | None = None, error: str | None = None, field: str = ""
) -> str:
    wanted = levels.requested(asked.acr_values)
    chosen = typed or {"person": "", "document": asked.login_hint, "level": wanted or "substantial"}
    return render_template(
        "login.html",
        people=services().config.idp.people,
        levels=levels.WORDS,
        wanted=wanted,
        typed=chosen,
        packed=_pack(asked),
        action=url_for("idp_authorize.log_in"),
        error=error,
        field=field,
        plain=True,
    )


def _pack(asked: Request) -> str:
    """The request as a hidden field that nobody but the provider can have written."""
    text = json.dumps({**asked.__dict__, "at": int(time.time())}, sort_keys=True)
    return f"{_mark(text)}.{text}"


def _unpack(packed: str) -> Request | None:
    mark, _, text = packed.partition(".")
    if not hmac.compare_digest(mark.encode(), _mark(text).encode()):
        return None
    values = json.loads(text)
    if time.time() - values.pop("at") > 3600:
        return None
    return Request(**values)


def _mark(text: str) -> str:
    secret = services().store.secret("request_secret")
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()


def _secure() -> bool:
    return services().config.idp.issuer.startswith("https:")
