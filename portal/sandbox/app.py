"""The sandbox's Flask application."""

import logging
from pathlib import Path

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from portal.sandbox import web
from portal.sandbox.carrier.api import api
from portal.sandbox.carrier.cloud import cloud
from portal.sandbox.carrier.control import control as carrier_control
from portal.sandbox.carrier.faults_page import faults_page
from portal.sandbox.carrier.phones import phones
from portal.sandbox.idp.authorize import authorize
from portal.sandbox.idp.tokens import tokens
from portal.sandbox.mail.control import control as mail_control
from portal.sandbox.mail.pages import pages as mail_pages
from portal.sandbox.services import Services

log = logging.getLogger("sandbox.web")

TITLES = {
    400: "No hemos entendido la petición",
    403: "No se puede hacer desde aquí",
    404: "Esta página no existe",
    405: "No se puede hacer así",
    413: "Es demasiado grande",
}


def create_app(services: Services) -> Flask:
    """An application over the given parts; all its paths begin with /sandbox/."""
    here = Path(__file__).parent
    app = Flask(
        "portal.sandbox",
        template_folder=str(here / "templates"),
        static_folder=str(here / "static"),
        static_url_path="/sandbox/static",
    )
    app.extensions["sandbox"] = services
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config["MAX_CONTENT_LENGTH"] = 40 * 1024 * 1024
    app.config["MAX_FORM_MEMORY_SIZE"] = 4 * 1024 * 1024
    web.prepare(app)
    for blueprint in (api, cloud, carrier_control, phones, faults_page, mail_control, mail_pages, authorize, tokens):
        app.register_blueprint(blueprint)

    @app.get("/sandbox/")
    def index() -> str:
        return render_template("index.html", config=services.config)

    @app.get("/sandbox/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | tuple[Response, int] | tuple[str, int]:
        status = error.code or 500
        if error.response is not None:
            return error.response  # type: ignore[return-value]
        if "/control/" in request.path:
            return web.json_error(status, error.name.lower(), details=[error.description or ""])
        own_words = error.description if status == 403 else None
        title = TITLES.get(status, "Algo no ha ido bien")
        return render_template("error.html", title=title, words=own_words), status

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> tuple[Response, int] | tuple[str, int]:
        # The rule, not the path: paths hold phone numbers and addresses.
        log.error("%s in %s", type(error).__name__, request.url_rule)
        if "/control/" in request.path:
            return web.json_error(500, "internal error")
        return render_template("error.html", title="Algo no ha ido bien", words=None), 500

    return app
