"""The words that leave on a channel: templates/messages/<name>.txt, in the language of whoever reads them.

A template has two blocks, `subject` (for mail) and `body`.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from babel.dates import format_datetime
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from case_api.clock import MADRID
from case_api.settings import LOCALES, TEMPLATES, settings


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


@cache
def _translations(language: str) -> NullTranslations:
    return Translations.load(str(LOCALES), [language])


def _day_time(language: str):
    # Western digits in Arabic too: a time is read aloud, copied and compared.
    locale = "ar@numbers=latn" if language == "ar" else language

    def day_time(at: datetime) -> str:
        pattern = {"es": "EEEE d 'de' MMMM, H:mm", "en": "EEEE d MMMM, H:mm"}.get(language, "EEEE d MMMM, H:mm")
        return format_datetime(at, pattern, tzinfo=MADRID, locale=locale.partition("@")[0])

    return day_time


@lru_cache(maxsize=8)
def _environment(language: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / "messages"),
        extensions=["jinja2.ext.i18n"],
        autoescape=False,  # noqa: S701 (plain text: no reader interprets markup)
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(_translations(language), newstyle=True)
    made.filters["day_time"] = _day_time(language)
    return made


def render(name: str, *, language: str, **values: Any) -> Words:
    """The words of a template; a language we do not have becomes the first of ours."""
    if language not in settings().languages:
        language = settings().languages[0]
    template = _environment(language).get_template(f"{name}.txt")
    context = template.new_context({"portal": settings().PUBLIC_URL, "help_phone": settings().HELP_PHONE, **values})
    parts = {block: "".join(template.blocks[block](context)).strip() for block in ("subject", "body")}
    return Words(" ".join(parts["subject"].split()), parts["body"])
