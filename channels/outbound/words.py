"""The words that leave on a channel: templates/messages/<name>.txt, in the language of whoever reads them.

A template has three blocks: `level`, how delicate its words are (the gate asks), `subject` (for mail) and `body`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_datetime
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from case_api.access.levels import Level
from case_api.clock import MADRID
from case_api.settings import LOCALES, TEMPLATES, settings

FOLDER = TEMPLATES / "messages"


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says to somebody. `level` is the template's own."""

    subject: str
    body: str
    level: Level


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(str(LOCALES), [language])


def day_time(at: datetime, language: str) -> str:
    """An instant as it is said in a message, in Madrid. Western digits in Arabic too: a time is read aloud, copied and
    compared."""
    locale = "ar@numbers=latn" if language == "ar" else language
    pattern = {"es": "EEEE d 'de' MMMM, H:mm", "en": "EEEE d MMMM, H:mm"}.get(language, "EEEE d MMMM, H:mm")
    return format_datetime(at, pattern, tzinfo=MADRID, locale=locale.partition("@")[0])


def day(at: datetime, language: str) -> str:
    """The day of an instant as it is said in a message, in Madrid."""
    pattern = "EEEE d 'de' MMMM" if language == "es" else "EEEE d MMMM"
    return format_datetime(at, pattern, tzinfo=MADRID, locale=language.partition("@")[0])


@lru_cache(maxsize=8)
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701 (plain text: no reader interprets markup)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(_translations(language), newstyle=True)
    made.filters["day_time"] = lambda at: day_time(at, language)
    made.filters["day"] = lambda at: day(at, language)
    return made


def spoken(language: str) -> str:
    """The language in which we write to somebody who reads `language`: theirs, or the first of ours."""
    return language if language in settings().languages else settings().languages[0]


def render(name: str, *, language: str, **values: Any) -> Words:
    """The words of a template; a language we do not have becomes the first of ours."""
    template = _environment(spoken(language)).get_template(f"{name}.txt")
    context = template.new_context({"portal": settings().PUBLIC_URL, "help_phone": settings().HELP_PHONE, **values})
    parts = {block: "".join(template.blocks[block](context)).strip() for block in ("subject", "body")}
    return Words(" ".join(parts["subject"].split()), parts["body"], level_of(name))


@cache
def level_of(name: str) -> Level:
    """The level that a template declares for itself. One that declares none is taken for a report, and leaves on no
    channel that others may read."""
    template = _environment(settings().languages[0]).get_template(f"{name}.txt")
    block = template.blocks.get("level")
    if block is None:
        return Level.N3
    return Level("".join(block(template.new_context({}))).strip())
