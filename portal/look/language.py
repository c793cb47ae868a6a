"""Which language a page speaks, and its words, bound once a request.

The source language is Spanish: msgids are Spanish sentences, and a language without a catalogue shows them. Flask-Babel
serves `gettext` in Python; templates use the lighter path here, because a look-up of the request for every `_()` costs
more than the rest of the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request
from flask_babel import Babel

from case_api.settings import LOCALES, settings

COOKIE = "alma_lang"
YEAR = 365 * 24 * 3600
# English as Europe writes it: the day before the month.
_REGIONS = {"en": "en_GB"}
_OWN_NAMES = {"es": "Español", "en": "English", "ar": "العربية", "es@facil": "Lenguaje sencillo"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the pages. `code` is ours (cookie, ?lang=), `tag` is for HTML's lang, `name` is in itself."""

    code: str
    tag: str
    name: str
    direction: str
    locale: Locale
    words: NullTranslations


@lru_cache
def language(code: str) -> Language:
    """A language by its code, with its catalogue; `es@facil` is Spanish in plain words, falling back to Spanish."""
    base = code.partition("@")[0]
    locale = Locale.parse(_REGIONS.get(base, base))
    name = _OWN_NAMES.get(code) or (locale.get_display_name(locale) or code).capitalize()
    words = Translations.load(str(LOCALES), [code])
    return Language(code, base, name, locale.text_direction, locale, words)


def languages() -> list[Language]:
    """The languages the settings offer, the default first."""
    return [language(code) for code in settings().languages]


def default_language() -> Language:
    return languages()[0]


_speaking: ContextVar[Language | None] = ContextVar("alma_language", default=None)


def current() -> Language:
    """The language being spoken: the request's, or that of `speaking`, or the default."""
    return _speaking.get() or default_language()


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Render in a language whatever the request says, for instance a letter in its reader's language."""
    chosen = language(code) if code in settings().languages else default_language()
    token = _speaking.set(chosen)
    try:
        yield chosen
    finally:
        _speaking.reset(token)


def gettext(message: str, **values: object) -> str:
    """A sentence in the language being spoken, its %(names)s filled in; usable without a request."""
    text = current().words.ugettext(message)
    return text % values if values else text


def _gettext(message: str) -> str:
    return current().words.ugettext(message)


def _ngettext(singular: str, plural: str, number: int) -> str:
    return current().words.ungettext(singular, plural, number)


def _pgettext(context: str, message: str) -> str:
    return current().words.upgettext(context, message)


def _npgettext(context: str, singular: str, plural: str, number: int) -> str:
    return current().words.unpgettext(context, singular, plural, number)


def _choose() -> None:
    """Take the language from ?lang=, else from the cookie, else the default one."""
    offered = settings().languages
    asked = request.args.get("lang", "")
    kept = request.cookies.get(COOKIE, "")
    if asked in offered:
        g.language_to_keep = asked
    code = next((code for code in (asked, kept) if code in offered), offered[0])
    g.language_token = _speaking.set(language(code))


def _forget(_error: BaseException | None) -> None:
    token = g.pop("language_token", None)
    if token is not None:
        try:
            _speaking.reset(token)
        except ValueError:  # the request ended in another context than it began in
            _speaking.set(None)


def keep_cookie(response: Response, name: str, value: str) -> None:
    """Keep a choice of the reader for a year; it says nothing about them."""
    secure = settings().PUBLIC_URL.startswith("https://")
    response.set_cookie(name, value, max_age=YEAR, path="/", httponly=True, samesite="Lax", secure=secure)


def _tell(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Language", current().tag)
        response.vary.add("Cookie")
    if "language_to_keep" in g:
        keep_cookie(response, COOKIE, g.language_to_keep)
    return response


_ARABIC = frozenset({"ar", "fa", "ur"})


def spoken(text: str | None, known: str | None = None) -> str:
    """The language to declare of words that somebody wrote: what is known of them, unless their letters say otherwise.

    Words of which nothing is known are held to be in the city's own language. '' where it is the page's.
    """
    letters = [sign for sign in text or "" if sign.isalpha()]
    arabic = sum("\u0600" <= sign <= "\u06ff" for sign in letters)
    if letters and arabic > len(letters) / 2:
        return known if known in _ARABIC else "ar"
    if not known or known in _ARABIC:
        known = "es" if letters else ""
    return "" if known == current().code else known


def init_language(app: Flask) -> None:
    """Speak the reader's language in every template and every `gettext` of this app."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(LOCALES))
    babel = Babel()
    babel.init_app(
        app,
        default_locale="es",
        default_timezone="Europe/Madrid",
        locale_selector=lambda: current().code.replace("-", "_"),
    )
    app.jinja_env.install_gettext_callables(
        gettext=_gettext, ngettext=_ngettext, newstyle=True, pgettext=_pgettext, npgettext=_npgettext
    )
    app.jinja_env.filters["spoken"] = spoken
    app.before_request(_choose)
    app.after_request(_tell)
    app.teardown_request(_forget)
