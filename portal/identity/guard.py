"""Who may open which page. A page that says nothing is closed to everybody.

`@access("citizen")` under the route marks a view; `guard(app, …)` asks every request. What a person may then see of a
record is decided by the door, each time.
"""

from collections.abc import Callable, Mapping
from typing import Literal
from urllib.parse import quote

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import Refused
from portal.identity import cookies, kept_forms, sessions
from portal.identity.paths import here, page_of_ours

Access = Literal["public", "citizen", "staff"]
LOGIN = {"citizen": ("identity.ways", "/carpeta"), "staff": ("identity.staff_login", "/bandeja")}


def access(level: Access) -> Callable[[Callable], Callable]:
    """Say who may open a view: anybody, a citizen who has logged in, or a professional who has."""

    def mark(view: Callable) -> Callable:
        view.access = level
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What an endpoint demands: its own mark, else its blueprint's, else None (closed)."""
    view = app.view_functions.get(endpoint)
    own = getattr(view, "access", None)
    by_blueprint: Mapping[str, Access] = app.extensions["access"]
    return own or by_blueprint.get(endpoint.rpartition(".")[0] or endpoint)


def all_routes(app: Flask) -> list[tuple[str, str, Access | None]]:
    """Every route of an app with its methods and what it demands."""
    return sorted(
        (rule.rule, " ".join(sorted(rule.methods - {"HEAD", "OPTIONS"})), access_of(app, rule.endpoint))
        for rule in app.url_map.iter_rules()
    )


def _keep_what_was_typed(kind: str) -> None:
    token = cookies.token_in(request, kind)
    if request.method != "POST" or not token or request.files:
        return
    with unit_of_work(Actor.system("login")) as unit:
        owner = sessions.owner_of_ended(unit.session, kind=kind, token=token)
        if owner:
            kept_forms.keep(unit.session, owner=owner, page=request.path, fields=request.form)


def typed_before(kind: str = "citizen"):
    """What this person had typed on this page when their login ended: a MultiDict, once, or None."""
    with unit_of_work(Actor.system("login")) as unit:
        return kept_forms.take(unit.session, owner=current_user.login.owner, page=request.path)


def _to_login(kind: str) -> Response:
    endpoint, default = LOGIN[kind]
    _keep_what_was_typed(kind)
    back = page_of_ours(here(), request.script_root + default)
    return redirect(f"{url_for(endpoint)}?next={quote(back)}", code=303)


def _ask() -> Response | None:
    kind: str = current_app.extensions["kind"]
    if request.endpoint is None:
        return None  # an unknown address: the error page answers
    needed = access_of(current_app, request.endpoint)
    if needed == "public":
        return None
    if needed != kind:
        raise Refused()
    if not current_user.is_authenticated:
        return _to_login(kind)
    return None


def guard(app: Flask, *, kind: str, blueprints: Mapping[str, Access]) -> None:
    """Ask before every request. `blueprints` gives the access of views that carry no mark of their own."""
    app.extensions["kind"] = kind
    app.extensions["access"] = {"look": "public", **blueprints}
    app.before_request(_ask)
