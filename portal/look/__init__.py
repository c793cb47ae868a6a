"""The look of Alma: theme, base page, form widgets, languages, error pages. See README.md in this folder."""

from collections.abc import Callable

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from case_api.settings import TEMPLATES, settings
from portal.look.frame import Account, Area, Look, init_frame, look_of

__all__ = ["Account", "init_look", "set_account", "set_counts"]


def init_look(app: Flask, *, area: Area) -> None:
    """Dress a Flask app: templates, languages, filters, forms, error pages, security headers, built files.

    Call it first, right after the app is made: the language is chosen before any other hook runs.
    """
    from portal.look.csrf import init_csrf
    from portal.look.dates import init_dates
    from portal.look.errors import init_errors
    from portal.look.headers import init_headers
    from portal.look.language import init_language
    from portal.look.static import init_static
    from portal.look.stored import init_stored
    from portal.look.widgets import init_widgets

    app.extensions["look"] = Look(area)
    if not app.secret_key:
        app.secret_key = settings().SECRET_KEY
    # Only what is Alma's: an app's own templates folder is not looked at.
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(TEMPLATES),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    init_language(app)
    init_stored(app)
    init_dates(app)
    init_frame(app)
    init_static(app)
    init_csrf(app)
    init_widgets(app)
    init_headers(app)
    init_errors(app)


def set_account(app: Flask, account: Callable[[], Account | None]) -> None:
    """Tell the header who is logged in."""
    look_of(app).account = account


def set_counts(app: Flask, counts: Callable[[], dict[str, int]]) -> None:
    """Tell the navigation what waits: path of an entry -> number. Asked only while somebody is logged in."""
    look_of(app).counts = counts
