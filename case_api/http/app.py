"""/api/v1 as an app of its own: typed in and out, problem documents only, one transaction a request."""

from collections.abc import Iterable
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response, g, request
from flask_babel import Babel, get_locale
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from case_api import log
from case_api.http import problems, schemas, scopes
from case_api.http.agenda_views import blueprint as agenda
from case_api.http.consent_views import blueprint as consents
from case_api.http.record_views import blueprint as record
from case_api.http.request import ApiRequest, actor, admit
from case_api.http.webhook_views import blueprint as webhooks
from case_api.settings import LOCALES, settings
from case_api.web import UnitFlask

MOUNT = "/api/v1"

_STRING = {"type": "string"}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": "The same key again gives the same answer and books nothing more.",
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "schema": _STRING,
    "description": "The ETag of the version that was seen; another one now answers 412.",
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "schema": _STRING,
    "description": "The ETag of the version that is at hand; the same one now answers 304.",
}
_HEADERS = {
    ("post", "/appointments"): [_IDEMPOTENCY],
    ("post", "/appointments/{appointment_id}/cancel"): [_IF_MATCH],
    ("post", "/appointments/{appointment_id}/move"): [_IF_MATCH],
    ("get", "/appointments/{appointment_id}"): [_IF_NONE_MATCH],
}


class ApiApp(UnitFlask, APIFlask):
    """APIFlask whose request is one unit of work."""

    request_class = ApiRequest


def create_api_app(blueprints: Iterable[APIBlueprint] = ()) -> ApiApp:
    """The API, to be mounted at /api/v1; `blueprints` are the parts of the floors above.

    Raises UnlistedRoute when a route says neither its scope nor that it is public.
    """
    app = ApiApp(__name__, title="Alma", version="1", docs_path=None, spec_path=None, static_folder=None)
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_OPERATION_ID=True,
        DESCRIPTION="The record of each person and their appointments, for whoever may see them.",
        VALIDATION_ERROR_SCHEMA=schemas.PROBLEM,
        HTTP_ERROR_SCHEMA=schemas.PROBLEM,
        SECURITY_SCHEMES={
            "token": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "RFC 9068",
                "description": "Scopes: " + ", ".join(scopes.SCOPES),
            }
        },
        LICENSE={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        BABEL_TRANSLATION_DIRECTORIES=str(LOCALES),
    )
    app.servers = [{"url": MOUNT}]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.actor_loader = actor
    app.before_request(admit)
    app.after_request(_headers)
    Babel().init_app(app, default_locale="es", default_timezone="Europe/Madrid", locale_selector=_language)
    problems.install(app)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(OperationalError, _busy)
    for blueprint in (record, agenda, consents, webhooks, *blueprints):
        app.register_blueprint(blueprint)
    app.spec_processor(_mend_document)

    @app.get("/openapi.json")
    @scopes.needs(scopes.PUBLIC)
    @app.doc(hide=True)
    def openapi() -> Any:
        return app.spec

    scopes.check_every_route(app)
    return app


def _busy(error: Exception) -> Response:
    log.logger().error("database unavailable", exc_info=error, route=str(request.url_rule))
    return problems.problem(503, headers={"Retry-After": "2"})


def _language() -> str:
    offered = [code for code in settings().languages if "@" not in code]
    return request.accept_languages.best_match(offered) or offered[0]


def _headers(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    if "token" in g or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    if response.content_type == problems.MEDIA_TYPE:
        response.headers["Content-Language"] = str(get_locale())
    return response


def _mend_document(document: dict[str, Any]) -> dict[str, Any]:
    """Say of every error what it is, a problem document, and name the headers that APIFlask cannot."""
    components = document["components"]["schemas"]
    for name in ("HTTPError", "ValidationError"):
        components.pop(name, None)
    components["Problem"] = schemas.PROBLEM
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "format": "uuid"}
            if "requestBody" in operation:
                operation["requestBody"]["required"] = not path.endswith(("/cancel", "/withdraw"))
            responses = operation["responses"]
            errors = {"422": "Something to correct", "500": "Our fault", "503": "Busy"}
            if operation.get("security"):
                errors |= {"401": "No valid token, or a stronger login needed", "403": "Another scope needed"}
            if "{" in path or path.endswith(("/me", "/appointments")):
                errors["404"] = "Not there, or not for this token"
            if method == "post":
                errors |= {"400": "Not JSON", "409": "Taken", "413": "Too large", "415": "Not application/json"}
            headers = _HEADERS.get((method, path), [])
            operation["parameters"] = operation.get("parameters", []) + headers
            if _IF_MATCH in headers:
                errors["412"] = "Changed since it was seen"
            if _IF_NONE_MATCH in headers:
                responses["304"] = {"description": "The same as before"}
            for status, words in errors.items():
                responses.setdefault(status, {"description": words})
            for status, response in responses.items():
                if status.startswith(("4", "5")):
                    response["content"] = content
            if path.startswith("/appointments"):
                for status in {"200", "201"} & responses.keys():
                    told = responses[status].setdefault("headers", {})
                    told |= {name: {"schema": _STRING} for name in ("ETag", *(["Location"] if status == "201" else []))}
    return document
