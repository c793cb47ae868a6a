"""Pages for what goes wrong: what happened, what to do, and another way, in the reader's language.

No page shows a trace or the text of an exception; JSON clients get a problem document with as little.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, current_app, g, json, make_response, render_template, request
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError, RequestEntityTooLarge

from case_api.errors import DomainError
from case_api.log import logger
from case_api.settings import settings
from portal.look import language


@dataclass(frozen=True, slots=True)
class Problem:
    """What a page says about a status: its title, what happened, what to do."""

    title: Any
    what: Any
    do: Any


PROBLEMS: dict[int, Problem] = {
    400: Problem(
        _l("No hemos podido leer lo que ha llegado"),
        _l("A lo enviado le falta algo o está a medias. No se ha guardado nada."),
        _l("Vuelva a la página anterior y envíelo otra vez."),
    ),
    401: Problem(
        _l("Tiene que entrar otra vez"),
        _l("Su sesión se ha cerrado o todavía no ha entrado."),
        _l("Entre y vuelva a abrir esta página."),
    ),
    403: Problem(
        _l("Esta página no está disponible para usted"),
        _l("Con la sesión que tiene abierta no se puede ver o hacer esto."),
        _l("Si cree que debería poder, llámenos y lo miramos."),
    ),
    404: Problem(
        _l("No encontramos esta página"),
        _l("La dirección puede estar mal escrita, o la página ya no está."),
        _l("Revise la dirección o empiece por el inicio."),
    ),
    405: Problem(
        _l("Esta dirección no se abre así"),
        _l("Ha llegado a una dirección que solo recibe formularios."),
        _l("Empiece por el inicio y siga los botones de la página."),
    ),
    409: Problem(
        _l("Esto ha cambiado mientras tanto"),
        _l("Otra persona llegó antes, o la página que veía ya no es la última. No se ha guardado nada."),
        _l("Vuelva atrás, recargue la página y mire lo que hay ahora."),
    ),
    410: Problem(
        _l("Este enlace ya no sirve"),
        _l("El enlace se ha usado ya o ha caducado."),
        _l("Pida uno nuevo o llámenos."),
    ),
    413: Problem(
        _l("El archivo es demasiado grande"),
        _l("No hemos podido recibirlo. No se ha guardado nada."),
        _l("Envíe un archivo más pequeño o varios por separado. También puede traerlo en papel al centro."),
    ),
    415: Problem(
        _l("No podemos leer este tipo de archivo"),
        _l("No se ha guardado nada."),
        _l("Envíe una foto o un PDF. También puede traerlo en papel al centro."),
    ),
    422: Problem(
        _l("Hay algo que corregir"),
        _l("Algún dato no se puede usar como está. No se ha guardado nada."),
        _l("Vuelva a la página anterior, corríjalo y envíelo otra vez."),
    ),
    429: Problem(
        _l("Espere un momento, por favor"),
        _l("Han llegado muchas peticiones seguidas desde su conexión."),
        _l("Espere un minuto y vuelva a intentarlo. No ha perdido nada."),
    ),
    500: Problem(
        _l("Algo ha fallado aquí, no en su lado"),
        _l("No hemos podido terminar lo que pedía. Ya está anotado para arreglarlo."),
        _l("Inténtelo otra vez dentro de unos minutos. Si tiene prisa, llámenos."),
    ),
    503: Problem(
        _l("Volvemos enseguida"),
        _l("Ahora mismo no podemos abrir esta página. No se ha perdido nada de lo que ya envió."),
        _l("Inténtelo otra vez dentro de unos minutos. Si tiene prisa, llámenos."),
    ),
}
EXPIRED_PAGE = Problem(
    _l("La página ha caducado"),
    _l("Pasó mucho tiempo o se cerró su sesión. No se ha enviado nada."),
    _l("Vuelva a la página, compruebe lo que escribió y envíelo otra vez."),
)
# Never shown back, even to the person who typed them.
_SECRET_FIELDS = ("password", "contrasena", "token", "code", "codigo", "otp", "state")


def problem_for(status: int) -> Problem:
    """The words for a status; an unlisted one speaks as its class does (400 or 500)."""
    return PROBLEMS.get(status) or PROBLEMS[400 if status < 500 else 500]


def _wants_json() -> bool:
    best = request.accept_mimetypes.best_match(
        ("text/html", "application/json", "application/problem+json"), "text/html"
    )
    return best != "text/html" or request.is_json


def error_page(status: int, *, problem: Problem | None = None, message: Any = "", **details: Any) -> Response:
    """An answer for a fault, complete even when the database, or our own base page, is what failed.

    message: the service's own words, instead of what the status says happened. details go to the template:
    `typed` (list of name and value), `reference`, `alternatives`, `fields`.
    """
    words = problem or problem_for(status)
    if _wants_json():
        body = {"type": "about:blank", "title": str(words.title), "status": status}
        if message:
            body["detail"] = str(message)
        response = make_response(json.dumps(body), status)
        response.mimetype = "application/problem+json"
        return response
    values = {"status": status, "problem": words, "message": message, **details}
    try:
        page = render_template("pages/errors/problem.html", **values)
    except Exception as error:  # the frame itself is broken: say the same on a page that needs nothing
        logger().error("error page needs its plain form", exc_info=error)
        g.look_bare = True
        spoken = language.current()
        template = current_app.jinja_env.get_template("pages/errors/plain.html")
        page = template.render(
            language_tag=spoken.tag, direction=spoken.direction, help_phone=settings().HELP_PHONE, **values
        )
    return make_response(page, status)


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    response = error_page(error.code)
    for name, value in error.get_headers(request.environ):
        if name.lower() in ("allow", "retry-after", "www-authenticate"):
            response.headers[name] = value
    return response


def _domain(error: DomainError) -> Response:
    return error_page(
        error.status,
        message=error.message,
        alternatives=getattr(error, "alternatives", ()),
        fields=getattr(error, "fields", {}),
    )


def _typed() -> list[tuple[str, str]]:
    """What a person wrote in words, to copy: long texts only; never what looks like a secret."""
    return [
        (name, value)
        for name, value in request.form.items()
        if len(value) >= 20 and name != "csrf_token" and not any(part in name.lower() for part in _SECRET_FIELDS)
    ]


def _csrf(_error: CSRFError) -> Response:
    return error_page(400, problem=EXPIRED_PAGE, typed=_typed())


def _no_database(error: Exception) -> Response:
    g.look_bare = True
    logger().error("database out of reach", exc_info=error)
    response = error_page(503)
    response.headers["Retry-After"] = "60"
    return response


def _unforeseen(error: InternalServerError) -> Response:
    g.look_bare = True
    reference = secrets.token_hex(4)
    logger().error("page failed", exc_info=error.original_exception or error, id=reference)
    return error_page(500, reference=reference)


def init_errors(app: Flask) -> None:
    """Answer every fault of this app with a page that helps."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(RequestEntityTooLarge, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(DomainError, _domain)
    for fault in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(fault, _no_database)
    app.register_error_handler(InternalServerError, _unforeseen)
    # Flask would print the exception's text, which may quote what somebody wrote; _unforeseen logs its class and place.
    app.log_exception = lambda exc_info: None  # type: ignore[method-assign]
