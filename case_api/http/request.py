"""The request as views see it: whose it is, its body read without surprises, its door."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Request, current_app, g, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import current_unit
from case_api.errors import Invalid
from case_api.http import scopes, tokens
from case_api.http.tokens import BadToken, InsufficientScope


class ApiRequest(Request):
    """JSON only. No body at all is an empty object; nesting without end is a bad request, not a crash."""

    max_content_length = 64 * 1024

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        if not self.get_data(cache=True):
            return {}
        try:
            found = super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            raise BadRequest() from None
        if found is None:
            message = _l("Tiene que ser un objeto JSON.")
            raise Invalid(message, fields={"body": message})
        return found


View = TypeVar("View", bound=Callable[..., Any])


def takes_bytes(*media_types: str, largest: int) -> Callable[[View], View]:
    """Mark a view whose body is a file of one of these types, of at most so many bytes. Directly below `needs`."""

    def mark(view: View) -> View:
        view.takes_bytes = media_types  # type: ignore[attr-defined]
        view.takes_at_most = largest  # type: ignore[attr-defined]
        return view

    return mark


def admit() -> None:
    """Before each request: the token, its scope, then the shape. Raises 401, 403, 415, 422."""
    asked: ApiRequest = request._get_current_object()  # type: ignore[attr-defined]
    if asked.endpoint is None:
        return
    view = current_app.view_functions[asked.endpoint]
    scope = scopes.demanded_by(view)
    if scope != scopes.PUBLIC:
        token = g.token = tokens.read(_bearer())
        if tokens.ended(current_unit(), token):
            raise BadToken(_l("El permiso ha terminado. Pida otro."))
        if scope not in token.scopes:
            raise InsufficientScope(scope or "")
    types = getattr(view, "takes_bytes", None)
    if types:
        asked.max_content_length = view.takes_at_most  # type: ignore[attr-defined]
        if asked.mimetype not in types:
            raise UnsupportedMediaType()
    elif asked.method in ("POST", "PUT", "PATCH", "DELETE") and asked.content_length != 0 and not _is_json():
        raise UnsupportedMediaType()
    if asked.query_string:
        _check_query(view)
    if not types and asked.method in ("POST", "PUT", "PATCH", "DELETE"):
        _check_body(view)


def _bearer() -> str:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise BadToken(_l("Envíe un permiso en la cabecera Authorization: Bearer."))
    return given.token


def _is_json() -> bool:
    # A chunked body has no length; one without type and without bytes is nothing at all.
    return request.mimetype == "application/json" or (not request.mimetype and not request.get_data(cache=True))


def _check_query(view: Any) -> None:
    """Refuse what nobody reads and what is said twice: a filter that is silently ignored shows too much."""
    read = any(where == "query" for _schema, where in getattr(view, "_spec", {}).get("args", []))
    for name, values in request.args.lists():
        if not read or len(values) > 1:
            message = _l("Este dato no se admite.") if not read else _l("Este dato viene repetido.")
            raise Invalid(message, fields={name[:60]: message})


def _check_body(view: Any) -> None:
    """Refuse what is sent where nothing is read: whoever sent it believes that it did something."""
    if "body" not in getattr(view, "_spec", {}) and request.get_json() != {}:
        message = _l("Este dato no se admite.")
        raise Invalid(message, fields={"body": message})


def actor() -> Actor:
    """For whom the token of this request acts; nobody on public routes."""
    token = g.get("token")
    return token.actor if token else Actor.anonymous()


def door() -> Any:
    """The door for this request's token, narrowed by its scopes."""
    return open_door(g.token.actor, "api", scopes=g.token.scopes)
