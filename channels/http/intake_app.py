"""The app mounted at /channels: one blueprint a carrier, each guarding itself by that carrier's signature."""

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from case_api import log
from channels.adapters.registry import webhook_blueprints

LARGEST_FORM = 256 * 1024


def _refused(error: HTTPException) -> Response:
    return Response(f"{error.code} {error.name}\n", status=error.code, mimetype="text/plain")


def _failed(error: Exception) -> Response:
    # 503 and not 500: whoever sent it keeps it and comes again.
    log.logger().error("webhook failed", exc_info=error)
    return Response("Try again later\n", status=503, mimetype="text/plain", headers={"Retry-After": "5"})


def create_intake_app() -> Flask:
    """The WSGI app of the carriers' webhooks, to be mounted at /channels."""
    app = Flask("channels", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    for blueprint in webhook_blueprints():
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    return app
