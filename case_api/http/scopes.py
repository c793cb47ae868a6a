"""What a token may be used for: a closed list, in words, and the mark that says which one a route demands.

A scope never gives access to a record: it narrows what the door would give to whoever the token stands for.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask
from flask_babel import lazy_gettext as _l

SCOPES: dict[str, Any] = {
    "person:read": _l("Ver quién es usted"),
    "appointments:read": _l("Ver sus citas y las horas libres"),
    "appointments:write": _l("Pedir, cambiar y anular sus citas"),
    "files:read": _l("Ver sus expedientes y prestaciones"),
    "documents:read": _l("Ver sus documentos e informes"),
    "special:read": _l("Ver sus documentos más delicados, si usted da ese permiso"),
    "documents:write": _l("Entregar documentos"),
    "household:read": _l("Ver con quién vive"),
    "plan:read": _l("Ver su plan y sus metas"),
    "consents:read": _l("Ver a quién ha dado permiso"),
    "consents:write": _l("Dar y quitar permisos"),
    "log:read": _l("Ver quién ha consultado su carpeta"),
    "log:write": _l("Decir que una consulta no le parece bien"),
    "rights:read": _l("Ver sus peticiones sobre sus datos y guardar una copia de todo"),
    "rights:write": _l("Pedir una copia de todo y que se corrijan sus datos"),
    "conversations:read": _l("Ver sus mensajes"),
    "conversations:write": _l("Escribir mensajes en su nombre"),
}
SCOPES |= {
    "webhooks:read": _l("Saber a qué dirección se le avisa"),
    "webhooks:write": _l("Recibir avisos de lo que cambia"),
}
# The switches without which a scope opens nothing to an application (`access/rules/*.yaml`): asked for with it.
SWITCHES: dict[str, tuple[str, ...]] = {
    "person:read": ("T1",),
    "appointments:read": ("T1",),
    "appointments:write": ("T1",),
    "conversations:read": ("T1",),
    "conversations:write": ("T1",),
    "files:read": ("T2",),
    "documents:read": ("T2", "T3"),
    "documents:write": ("T2",),
    "plan:read": ("T3",),
    "consents:read": ("T2",),
    "consents:write": ("T2",),
    "log:read": ("T2",),
    "special:read": ("T4",),
}
PUBLIC = ""

View = TypeVar("View", bound=Callable[..., Any])


class UnlistedRoute(RuntimeError):
    """A route says neither which scope it demands nor that it is public; the app does not start with it."""


def needs(scope: str) -> Callable[[View], View]:
    """Mark a view with the scope that it demands; `PUBLIC` for what anybody may ask. Directly below the route."""
    if scope != PUBLIC and scope not in SCOPES:
        raise UnlistedRoute(f"no such scope: {scope}")

    def mark(view: View) -> View:
        view.demanded_scope = scope  # type: ignore[attr-defined]
        documented = view.__dict__.setdefault("_spec", {})
        if scope != PUBLIC:
            documented["security"] = [{"token": [scope]}]
        return view

    return mark


def demanded(app: Flask, endpoint: str) -> str | None:
    """The scope that an endpoint demands, or None when it does not say."""
    return demanded_by(app.view_functions[endpoint])


def demanded_by(view: Callable[..., Any]) -> str | None:
    """The scope that a view demands, or None when it does not say."""
    return getattr(view, "demanded_scope", None)


def check_every_route(app: Flask) -> None:
    """Raise UnlistedRoute for a route that names no scope: nothing becomes public by oversight."""
    for rule in app.url_map.iter_rules():
        if demanded(app, rule.endpoint) is None:
            raise UnlistedRoute(f"{rule.rule} ({rule.endpoint}) demands no scope; mark it with @needs")


def family(word: str) -> list[str]:
    """The scopes a word stands for: itself, or all that begin with it and a colon (`appointments`). Empty: none."""
    return [scope for scope in SCOPES if scope == word or scope.startswith(f"{word}:")]
