"""Everything that listens on the web port, put together: pages, staff desk, webhooks, API, health, and the sandbox.

Each part is an app of its own, so that a webhook pays for no page machinery and an API answers with problem documents
only. Loaded by granian as `portal.wsgi:application`.
"""

import gc
import threading

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from case_api import log
from case_api.agenda.search import finding
from case_api.db.engine import refuse_powerful_role
from case_api.http.app import create_api_app
from case_api.http.oauth.app import create_oauth_app
from case_api.settings import settings
from channels.http import create_intake_app
from channels.http.conversation_copy import TALKS
from channels.http.conversation_views import blueprint as conversations
from portal.apps import create_citizen_app, create_staff_app
from portal.health import create_health_app
from portal.observe import observed


def _at_its_own_path(app):
    """Mount an app that knows the whole path, the prefix included."""

    def call(environ, start_response):
        path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        return app({**environ, "SCRIPT_NAME": "", "PATH_INFO": path}, start_response)

    return call


def create_application():
    """The whole as one WSGI callable.

    Raises UnsafeRole when the database's role could step over row-level security.
    """
    refuse_powerful_role()
    health = _at_its_own_path(create_health_app())
    authorization = _at_its_own_path(observed(create_oauth_app(), "oauth"))
    mounts = {
        "/healthz": health,
        "/readyz": health,
        "/channels": observed(create_intake_app(), "intake"),
        "/api/v1": observed(create_api_app([conversations], TALKS), "api"),
        "/oauth": authorization,
        "/.well-known/oauth-authorization-server": authorization,
        "/profesionales": observed(create_staff_app(), "desk"),
    }
    if settings().development:
        from portal.sandbox_proxy import SandboxProxy

        mounts["/sandbox"] = SandboxProxy(settings().SANDBOX_PORT)
    return DispatcherMiddleware(observed(create_citizen_app(), "pages"), mounts)


def _load():
    log.configure("web")
    made = create_application()
    # Measured on these pages: the default collector costs four times the 99th percentile.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    threading.Thread(target=finding.keep_warm, args=(threading.Event(),), name="index", daemon=True).start()
    return made


def __getattr__(name: str):
    """Built when the server asks for it, so that importing this module starts nothing."""
    if name == "application":
        globals()["application"] = _load()
        return globals()["application"]
    raise AttributeError(name)
