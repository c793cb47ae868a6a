"""Every error as a problem document (RFC 9457), in the reader's language: what is wrong, and how to mend it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from apiflask import HTTPError
from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from case_api import log
from case_api.errors import Conflict, DomainError, Invalid, StepUpRequired
from case_api.http.tokens import ACR, BadToken, InsufficientScope

MEDIA_TYPE = "application/problem+json"
REALM = "alma"

_TITLES: dict[int, Any] = {
    400: _l("La petición no se entiende"),
    401: _l("Hace falta un permiso válido"),
    403: _l("El permiso no alcanza"),
    404: _l("No encontrado"),
    405: _l("Este método no se admite aquí"),
    409: _l("Ya no es posible"),
    412: _l("Ha cambiado desde que lo vio"),
    413: _l("Es demasiado grande"),
    415: _l("El formato no se admite"),
    422: _l("Hay datos que corregir"),
    500: _l("Algo ha fallado aquí"),
    503: _l("Ahora mismo no es posible"),
}
_DETAILS: dict[int, Any] = {
    400: _l("Envíe un documento JSON bien formado, en UTF-8."),
    404: _l("No existe o no está a su alcance."),
    405: _l("Mire la cabecera Allow: dice los métodos que valen."),
    413: _l("Envíe menos datos de una vez."),
    415: _l("Envíe el cuerpo como application/json."),
    500: _l("No es culpa suya y ya lo sabemos. Pruebe dentro de unos minutos."),
}
# By the type of pydantic's error; the values are filled from its context.
_REASONS: dict[str, Any] = {
    "missing": _l("Falta este dato."),
    "extra_forbidden": _l("Este dato no se admite."),
    "literal_error": _l("Los valores posibles son: %(expected)s."),
    "enum": _l("Los valores posibles son: %(expected)s."),
    "string_type": _l("Tiene que ser un texto."),
    "string_too_long": _l("Tiene que tener %(max_length)s letras como mucho."),
    "string_too_short": _l("Tiene que tener %(min_length)s letras como poco."),
    "string_pattern_mismatch": _l("No tiene la forma esperada."),
    "uuid_parsing": _l("Tiene que ser un identificador UUID."),
    "uuid_type": _l("Tiene que ser un identificador UUID."),
    "int_parsing": _l("Tiene que ser un número entero."),
    "greater_than_equal": _l("Tiene que ser %(ge)s o más."),
    "less_than_equal": _l("Tiene que ser %(le)s o menos."),
    "timezone_aware": _l("Diga la hora con su zona horaria, por ejemplo 2026-12-01T09:30:00+01:00."),
    "date_from_datetime_parsing": _l("Tiene que ser una fecha, por ejemplo 2026-12-01."),
    "date_parsing": _l("Tiene que ser una fecha, por ejemplo 2026-12-01."),
    "datetime_from_date_parsing": _l("Tiene que ser fecha y hora, por ejemplo 2026-12-01T09:30:00+01:00."),
    "datetime_parsing": _l("Tiene que ser fecha y hora, por ejemplo 2026-12-01T09:30:00+01:00."),
    "model_type": _l("Tiene que ser un objeto JSON."),
    "model_attributes_type": _l("Tiene que ser un objeto JSON."),
}


def problem(
    status: int, *, code: str = "", detail: Any = "", headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """A problem document. `code` makes its type; `more` are its extension members."""
    document: dict[str, Any] = {
        "type": f"urn:alma:problem:{code}" if code else "about:blank",
        "title": str(_TITLES.get(status) or _("Error")),
        "status": status,
    }
    words = detail or _DETAILS.get(status)
    if words:
        document["detail"] = str(words)
    document |= {key: value for key, value in more.items() if value}
    response = Response(json.dumps(document, ensure_ascii=False), status, content_type=MEDIA_TYPE)
    for name, value in (headers or {}).items():
        response.headers[name] = value
    return response


def _challenge(error: str, **values: str) -> dict[str, str]:
    parts = [f'Bearer realm="{REALM}"', f'error="{error}"', *(f'{name}="{value}"' for name, value in values.items())]
    return {"WWW-Authenticate": ", ".join(parts)}


def of_domain(error: DomainError) -> Response:
    """What a rule of the house said, as a problem."""
    detail = error.message
    if isinstance(error, StepUpRequired):
        # RFC 9470: the token is good, the login behind it is too weak.
        age = {"max_age": "0"} if error.details.get("fresh") else {}
        return problem(
            401,
            code="step-up",
            detail=detail or _("Esto pide entrar de una forma más segura."),
            headers=_challenge("insufficient_user_authentication", acr_values=ACR + error.assurance, **age),
            acr_values=ACR + error.assurance,
        )
    if isinstance(error, BadToken):
        return problem(401, code=error.code, detail=detail, headers=_challenge("invalid_token"))
    if isinstance(error, InsufficientScope):
        headers = _challenge("insufficient_scope", scope=error.scope)
        return problem(403, code=error.code, detail=detail, headers=headers, scope=error.scope)
    if isinstance(error, Invalid):
        return problem(422, code=error.code, detail=detail, errors=_fields(error.fields.items(), ""))
    if isinstance(error, Conflict):
        from case_api.http.schemas.agenda import SlotOut

        if error.details.get("stale"):
            return problem(412, code="stale", detail=detail)
        if error.details.get("in_flight"):
            return problem(409, code="in-flight", detail=detail, headers={"Retry-After": "2"})
        choice = [SlotOut.model_validate(slot).model_dump(mode="json") for slot in error.alternatives]
        return problem(409, code=error.code, detail=detail, alternatives=choice)
    if error.status == 404:
        return problem(404)
    return problem(error.status, code=error.code, detail=detail)


def _fields(pairs: Iterable[tuple[str, Any]], where: str) -> list[dict[str, str]]:
    return [{"field": name, "message": str(message)} | ({"in": where} if where else {}) for name, message in pairs]


def _reason(error: Mapping[str, Any]) -> str:
    words = _REASONS.get(error["type"])
    if words is None and error["type"].startswith(("datetime", "date")):
        words = _REASONS["datetime_parsing" if error["type"].startswith("datetime") else "date_parsing"]
    if words is None:
        return _("Este dato no es válido.")
    try:
        return str(words) % error.get("ctx", {})
    except (KeyError, ValueError):
        return _("Este dato no es válido.")


def of_validation(error: ValidationError, where: str) -> Response:
    """What is wrong with each field; never what was in it."""
    pairs = [
        (".".join(map(str, each["loc"])) or "body", _reason(each))
        for each in error.errors(include_url=False, include_input=False)
    ]
    return problem(422, code="invalid", detail=_("Corrija los datos indicados."), errors=_fields(pairs, where))


def install(app: Flask) -> None:
    """Make every error of this app a problem document."""

    @app.errorhandler(DomainError)
    def domain(error: DomainError) -> Response:
        return of_domain(error)

    @app.errorhandler(HTTPError)
    def typed(error: HTTPError) -> Response:
        if isinstance(error.__cause__, ValidationError):
            where = next(iter(error.detail), "json")
            return of_validation(error.__cause__, {"json": "body"}.get(where, where))
        return problem(error.status_code, headers=dict(error.headers or {}))

    @app.errorhandler(HTTPException)
    def plain(error: HTTPException) -> Response | HTTPException:
        status = error.code or 500
        if status < 400:
            return error
        allowed = {"Allow": ", ".join(error.valid_methods)} if getattr(error, "valid_methods", None) else {}
        return problem(status, headers=allowed)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        log.logger().error("request failed", exc_info=error, method=request.method, route=str(request.url_rule))
        return problem(500)
