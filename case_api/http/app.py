"""/api/v1 as an app of its own: typed in and out, problem documents only, one transaction a request."""

from collections.abc import Iterable
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Response, g, request
from flask.json.provider import DefaultJSONProvider
from flask_babel import Babel, get_locale
from pydantic_core import to_json
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from case_api import log
from case_api.http import problems, scopes, views
from case_api.http.document import mend, security
from case_api.http.request import ApiRequest, actor, admit
from case_api.http.schemas.problem import PROBLEM
from case_api.http.views import rights
from case_api.rights.exports import Section
from case_api.settings import LOCALES, settings
from case_api.web import UnitFlask

MOUNT = "/api/v1"


class _Json(DefaultJSONProvider):
    """The answers are plain values by now; a compiled writer takes them as they are, non-ASCII letters included."""

    def response(self, *args: Any, **kwargs: Any) -> Response:
        written = to_json(self._prepare_response_obj(args, kwargs), fallback=self.default)
        return self._app.response_class(written + b"\n", mimetype=self.mimetype)


class ApiApp(UnitFlask, APIFlask):
    """APIFlask whose request is one unit of work."""

    request_class = ApiRequest
    json_provider_class = _Json


def create_api_app(blueprints: Iterable[APIBlueprint] = (), sections: Iterable[Section] = ()) -> ApiApp:
    """The API, to be mounted at /api/v1; `blueprints` are the parts of the floors above, `sections` what they add to
    the copy of everything.

    Raises UnlistedRoute when a route says neither its scope nor that it is public.
    """
    app = ApiApp(__name__, title="Alma", version="1", docs_path=None, spec_path=None, static_folder=None)
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_OPERATION_ID=True,
        DESCRIPTION="The record of each person and their appointments, for whoever may see them.",
        VALIDATION_ERROR_SCHEMA=PROBLEM,
        HTTP_ERROR_SCHEMA=PROBLEM,
        SECURITY_SCHEMES={"token": security()},
        LICENSE={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        BABEL_TRANSLATION_DIRECTORIES=str(LOCALES),
    )
    app.servers = [{"url": MOUNT}]
    app.actor_loader = actor
    app.before_request(admit)
    app.after_request(_headers)
    Babel().init_app(app, default_locale="es", default_timezone="Europe/Madrid", locale_selector=_language)
    problems.install(app)
    app.register_error_handler(PoolTimeout, _busy)
    app.register_error_handler(OperationalError, _busy)
    app.extensions[rights.SECTIONS] = tuple(sections)
    for blueprint in (*views.ALL, *blueprints):
        app.register_blueprint(blueprint)
    app.spec_processor(mend)

    @app.get("/openapi.json")
    @scopes.needs(scopes.PUBLIC)
    @app.doc(hide=True)
    def openapi() -> Any:
        return app.spec

    scopes.check_every_route(app)
    return app


_CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")


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
    headers = response.headers
    if "Vary" in headers:
        response.vary.add("Accept-Language")
    else:
        headers["Vary"] = "Accept-Language"
    if request.method in ("GET", "HEAD") and response.status_code == 200 and "token" in g and response.is_json:
        # Of what is shown, and of nothing else: a hidden row leaves no trace in it.
        if "ETag" not in headers:
            response.add_etag()
        if any(name in request.environ for name in _CONDITIONS):
            response.make_conditional(request)
    if response.content_type == problems.MEDIA_TYPE:
        response.headers["Content-Language"] = str(get_locale())
    return response
