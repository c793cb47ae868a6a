"""What all pages and JSON endpoints of the sandbox share: who may call, form tokens, words for errors, filters."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, g, jsonify, request
from pydantic import BaseModel, BeforeValidator, ValidationError
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import Forbidden, SecurityError

from portal.sandbox.services import services

VISITOR_COOKIE = "sandbox_visitor"
MADRID = ZoneInfo("Europe/Madrid")
WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=BaseModel)


def _from_base64(value: object) -> bytes:
    if not isinstance(value, str):
        raise ValueError("must be text in base64")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("is not base64") from error


# pydantic's own Base64Bytes lets rubbish through as nothing.
Base64 = Annotated[bytes, BeforeValidator(_from_base64)]


class BadJson(Exception):  # noqa: N818 - it is an answer
    """A control call whose body cannot be used; `details` says which field and why."""

    def __init__(self, details: list[str]) -> None:
        self.details = details
        super().__init__("bad json")


def json_body(model: type[M]) -> M:
    """The request's JSON as a checked object. A body that is not declared as JSON is refused: a foreign site
    can make a browser post a form here, but not JSON.
    """
    if not request.is_json:
        raise BadJson(["the body must be JSON with Content-Type: application/json"])
    content = request.get_json(silent=True)
    if content is None:
        raise BadJson(["the body is not valid JSON"])
    try:
        return model.model_validate(content)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False)
        raise BadJson(
            [f"{'.'.join(str(part) for part in fault['loc']) or 'body'}: {fault['msg']}" for fault in faults]
        ) from error


def form_token() -> str:
    """The token that a human form of this visitor carries."""
    secret = services().store.secret("form_secret")
    return hmac.new(secret, visitor().encode(), hashlib.sha256).hexdigest()


def visitor() -> str:
    """A random name for this browser, set as a cookie with the answer."""
    if "visitor" not in g:
        known = request.cookies.get(VISITOR_COOKIE, "")
        g.visitor_is_new = len(known) != 32
        g.visitor = secrets.token_hex(16) if g.visitor_is_new else known
    return g.visitor


def form_protected(view: Callable[P, R]) -> Callable[P, R]:
    """Let a POST through only with the visitor's token in the field `form_token`."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
        if request.method == "POST" and not hmac.compare_digest(
            request.form.get("form_token", "").encode(), form_token().encode()
        ):
            raise Forbidden("El formulario ha caducado. Vuelva atrás, actualice la página y envíelo otra vez.")
        return view(*args, **kwargs)

    return guarded


def instant(epoch: float | None) -> str:
    """Madrid wall time in words: «viernes 21 de noviembre, 10:05»."""
    if epoch is None:
        return ""
    at = datetime.fromtimestamp(epoch, MADRID)
    return f"{WEEKDAYS[at.weekday()]} {at.day} de {MONTHS[at.month - 1]}, {at:%H:%M}"


def authorization() -> Authorization | None:
    """The Authorization header; None when there is none or it cannot be read."""
    try:
        return request.authorization
    except ValueError:
        return None


def _host_name() -> str | None:
    try:
        return urlsplit(f"//{request.host}").hostname
    except (ValueError, SecurityError):
        return None


def prepare(app: Flask) -> None:
    """Hook the shared parts into the application."""
    app.jinja_env.filters["instant"] = instant
    app.jinja_env.globals["form_token"] = form_token

    @app.before_request
    def only_known_hosts() -> None:
        # Against DNS rebinding: a foreign name that resolves to loopback must not read phones and mails.
        known = {"localhost", "127.0.0.1", "::1", urlsplit(services().config.public_url).hostname}
        if _host_name() not in known:
            raise Forbidden("Esta dirección no es la del entorno de pruebas.")

    @app.after_request
    def finish(answer: Response) -> Response:
        if g.get("visitor_is_new"):
            secure = services().config.public_url.startswith("https:")
            answer.set_cookie(VISITOR_COOKIE, g.visitor, path="/sandbox", httponly=True, samesite="Lax", secure=secure)
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
            "base-uri 'none'; frame-ancestors 'none'"
        )
        return answer

    @app.errorhandler(BadJson)
    def bad_json(error: BadJson) -> tuple[Response, int]:
        return jsonify(error="bad request", details=error.details), 422


def json_error(status: int, error: str, **more: Any) -> tuple[Response, int]:
    """A refusal of a control call."""
    return jsonify(error=error, **more), status
