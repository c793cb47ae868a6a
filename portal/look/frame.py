"""What surrounds the content of every page: navigation, language and theme choices, the account, the way out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from flask import Flask, Response, current_app, g, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from case_api import clock
from case_api.settings import settings
from portal.look import language
from portal.look.language import gettext

Area = Literal["citizen", "staff"]
THEME_COOKIE = "alma_theme"
THEMES = ("auto", "light", "dark")
# Where the quick exit leads: the weather in Madrid at the State Meteorological Agency. Anybody may be reading that.
QUICK_EXIT = "https://www.aemet.es/es/eltiempo/prediccion/municipios/madrid-id28079"


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in, as the header says it. `leave` takes a POST."""

    name: str
    leave: str
    profile: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of the navigation. It shows only when its page exists; `private` ones only to somebody logged in."""

    path: str
    label: Any
    private: bool = False


NAVIGATION: dict[str, tuple[Item, ...]] = {
    "citizen": (
        Item("/", _l("Inicio")),
        Item("/ayuda", _l("Ayudas")),
        Item("/centros", _l("Centros")),
        Item("/carpeta", _l("Mi carpeta")),
        Item("/mensajes", _l("Mensajes"), private=True),
        Item("/citas", _l("Citas"), private=True),
    ),
    "staff": (
        Item("/bandeja", _l("Bandeja"), private=True),
        Item("/agenda", _l("Agenda"), private=True),
        Item("/personas", _l("Personas"), private=True),
        Item("/ayudas", _l("Cantidades"), private=True),
    ),
}
FOOTER = (
    Item("/accesibilidad", _l("Accesibilidad")),
    Item("/privacidad", _l("Privacidad")),
    Item("/preferencias", _l("Idioma y colores")),
    Item("/escribir", _l("Escribirnos")),
)


@dataclass
class Look:
    """What this app's pages share; kept in `app.extensions["look"]`."""

    area: Area
    account: Callable[[], Account | None] | None = None
    counts: Callable[[], dict[str, int]] | None = None
    exists: dict[str, bool] = field(default_factory=dict)


def look_of(app: Flask) -> Look:
    return app.extensions["look"]


def _exists(path: str) -> bool:
    """Whether this app has a page at a path; a link to nowhere is never shown."""
    known = look_of(current_app).exists
    if path not in known:
        try:
            current_app.url_map.bind("").match(path, method="GET")
            known[path] = True
        except RequestRedirect:
            known[path] = True
        except HTTPException:
            known[path] = False
    return known[path]


def _is_here(path: str) -> bool:
    here = request.path.rstrip("/") or "/"
    return here == path or (path != "/" and here.startswith(path + "/"))


def _link(item: Item, counts: dict[str, int]) -> dict[str, Any]:
    return {
        "href": request.script_root + item.path,
        "label": item.label,
        "current": _is_here(item.path),
        "count": counts.get(item.path, 0),
    }


def here_with(**choices: str) -> str:
    """This page's address with a choice in its query (`lang`, `theme`); a page that only takes POST gives the home."""
    rule = request.url_rule
    return _address(request.path if rule is None or "GET" in (rule.methods or ()) else "/", choices)


def _address(path: str, choices: dict[str, str]) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in choices]
    # One leading slash: "//host" would be another site's address.
    address = quote(request.script_root + "/" + path.lstrip("/"))
    return f"{address}?{urlencode([*kept, *choices.items()])}"


def theme() -> str:
    """The theme chosen: "light", "dark", or "auto", which follows the reader's device."""
    asked, kept = request.args.get("theme", ""), request.cookies.get(THEME_COOKIE, "")
    return next((value for value in (asked, kept) if value in THEMES), "auto")


def _keep_theme(response: Response) -> Response:
    if request.args.get("theme") in THEMES:
        language.keep_cookie(response, THEME_COOKIE, request.args["theme"])
    return response


def languages_offered() -> list[dict[str, Any]]:
    """The languages, each in itself, as links to this same page; `again` is for a form that is sent here once more."""
    spoken = language.current()
    return [
        {
            "code": one.code,
            "tag": one.tag,
            "name": one.name,
            "href": here_with(lang=one.code),
            "again": _address(request.path, {"lang": one.code}),
            "current": one.code == spoken.code,
        }
        for one in language.languages()
    ]


def themes_offered() -> list[dict[str, Any]]:
    """The themes as links to this same page."""
    words = {
        "auto": gettext("Como mi dispositivo"),
        "light": gettext("Fondo claro"),
        "dark": gettext("Fondo oscuro"),
    }
    chosen = theme()
    return [
        {
            "code": code,
            "name": words[code],
            "href": here_with(theme=code),
            "again": _address(request.path, {"theme": code}),
            "current": code == chosen,
        }
        for code in THEMES
    ]


def _context() -> dict[str, Any]:
    look = look_of(current_app)
    # A page that tells of a fault must not ask the database who is reading.
    bare = "look_bare" in g
    account = None if bare or look.account is None else look.account()
    counts = look.counts() if account and look.counts and not bare else {}
    spoken = language.current()
    items = [item for item in NAVIGATION[look.area] if _exists(item.path) and (account or not item.private)]
    footer = [item for item in FOOTER if look.area == "staff" or _exists(item.path)]
    return {
        "area": look.area,
        "language": spoken.code,
        "language_tag": spoken.tag,
        "direction": spoken.direction,
        "theme": theme(),
        "languages": languages_offered(),
        "themes": themes_offered(),
        "nav": [_link(item, counts) for item in items],
        # The foot's pages belong to the citizens' app, at the root of the site, for professionals too.
        "foot": [{"href": item.path, "label": item.label, "current": _is_here(item.path)} for item in footer],
        "account": account,
        "sign_in": "/entrar" if look.area == "citizen" and not account and not bare and _exists("/entrar") else None,
        "quick_exit": QUICK_EXIT if look.area == "citizen" else None,
        "help_phone": settings().HELP_PHONE,
        "trial": settings().development,
        "now": clock.now(),
        "today": clock.today(),
    }


def init_frame(app: Flask) -> None:
    """Give every template what `base.html` needs."""
    app.context_processor(_context)
    app.after_request(_keep_theme)
    app.jinja_env.globals["page_exists"] = _exists
    app.jinja_env.globals["here_with"] = here_with
