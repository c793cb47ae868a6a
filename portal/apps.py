"""The two apps that people see: the citizens' at the root of the site, the professionals' mounted apart.

Each has its own cookie, its own loader and its own list of who may open what; a page that no list knows is closed.
"""

from importlib import import_module
from importlib.util import find_spec

from flask import Blueprint

from case_api.settings import settings
from case_api.web import UnitFlask
from portal.identity import cookies
from portal.identity.authorize_views import init_authorize
from portal.identity.guard import guard
from portal.identity.staff_views import init_staff_login
from portal.identity.views import init_citizen_login
from portal.look import init_look, set_counts
from portal.office.messages_waiting import counts
from portal.public.api_page import blueprint as api_page
from portal.simulators.desk.views import counts as parameters_due
from portal.video.staff_views import blueprint as staff_video

LARGEST_REQUEST = 12 * 1024 * 1024
"""Bytes: a scanned document of 10 MB and the form around it."""


def _blueprint(room: str) -> Blueprint | None:
    """The pages of a room of the portal, when it has any."""
    if find_spec(f"portal.{room}") is None or find_spec(f"portal.{room}.views") is None:
        return None
    return import_module(f"portal.{room}.views").blueprint


def _app(kind: str) -> UnitFlask:
    app = UnitFlask("portal", static_folder=None)
    app.config.update(cookies.configuration(kind))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.config["MAX_FORM_MEMORY_SIZE"] = 2 * 1024 * 1024
    app.config["DEBUG"] = settings().DEBUG
    app.url_map.strict_slashes = False
    return app


def create_citizen_app() -> UnitFlask:
    """Public pages, simulators, identity, and the Virtual Social Office."""
    app = _app("citizen")
    init_look(app, area="citizen")
    init_citizen_login(app)
    rooms = {"public": "public", "simulators": "public"}
    rooms |= dict.fromkeys(("office", "authorize", "video"), "citizen")
    guard(app, kind="citizen", blueprints=rooms)
    init_authorize(app)
    app.register_blueprint(api_page)
    for room in ("public", "simulators", "office", "video"):
        found = _blueprint(room)
        if found is not None:
            app.register_blueprint(found)
    set_counts(app, counts)
    return app


def create_staff_app() -> UnitFlask:
    """The professionals' desk."""
    app = _app("staff")
    init_look(app, area="staff")
    init_staff_login(app)
    guard(app, kind="staff", blueprints={"staff": "staff", "parameters": "staff", "staff_video": "staff"})
    for room in ("staff", "simulators.desk"):
        found = _blueprint(room)
        if found is not None:
            app.register_blueprint(found)
    app.register_blueprint(staff_video)
    set_counts(app, parameters_due)
    return app
