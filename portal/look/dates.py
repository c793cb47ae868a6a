"""Instants and days in the words of the reader's language, on Madrid's clock; Jinja filters.

An aware instant is shown as the wall clock in Madrid reads; a naive one is refused, because an hour without its zone is
a guess. Babel's formatting is slow beside a page, so what it says about a day is kept.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

import phonenumbers
from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency
from flask import Flask
from markupsafe import Markup, escape

from case_api import clock
from portal.look.language import current
from portal.look.language import gettext as _


def _wall(value: date | datetime) -> date | datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("an instant on a page names its zone")
        return value.astimezone(clock.MADRID)
    return value


def _day_of(value: date | datetime) -> date:
    wall = _wall(value)
    return wall.date() if isinstance(wall, datetime) else wall


_Thing = TypeVar("_Thing")


def by_day(
    things: Iterable[_Thing], at: Callable[[_Thing], datetime] = attrgetter("starts_at")
) -> list[tuple[date, list[_Thing]]]:
    """Things in their order, together with those of the same day in Madrid; `at` gives the instant of each."""
    return [(of_day, list(ones)) for of_day, ones in groupby(things, key=lambda one: _day_of(at(one)))]


# Beside a Latin word, a date that begins with a figure would be torn apart from right to left; the mark cannot be seen.
_RIGHT_TO_LEFT = "\u200f"


def _whole(text: str, locale: Locale) -> str:
    return _RIGHT_TO_LEFT + text if locale.text_direction == "rtl" else text


@lru_cache(maxsize=8192)
def _date_words(value: date, pattern: str, locale: Locale) -> str:
    return _whole(format_date(value, pattern, locale), locale)


def day(value: date | datetime | None) -> str:
    """The day in full: "jueves, 26 de noviembre de 2026". None gives nothing."""
    return "" if value is None else _date_words(_day_of(value), "full", current().locale)


def date_words(value: date | datetime | None) -> str:
    """The day without its weekday: "2 de diciembre de 2026"."""
    return "" if value is None else _date_words(_day_of(value), "long", current().locale)


def weekday(value: date | datetime | None) -> str:
    """The weekday alone: "jueves"."""
    return "" if value is None else _date_words(_day_of(value), "EEEE", current().locale)


def month(value: date | datetime | None) -> str:
    """The month alone: "noviembre"."""
    return "" if value is None else _date_words(_day_of(value), "LLLL", current().locale)


def day_number(value: date | datetime | None) -> str:
    """The number of the day: "26"."""
    return "" if value is None else str(_day_of(value).day)


def time(value: datetime | None) -> str:
    """The hour in Madrid on a 24-hour clock: "9:50"."""
    if value is None:
        return ""
    wall = _wall(value)
    return f"{wall.hour}:{wall.minute:02}"


def day_time(value: datetime | None) -> str:
    """Day and hour in full: "jueves, 26 de noviembre de 2026, a las 10:00"."""
    if value is None:
        return ""
    if _wall(value).hour == 1:
        return _("%(day)s, a la %(time)s", day=day(value), time=time(value))
    return _("%(day)s, a las %(time)s", day=day(value), time=time(value))


def until(value: datetime | None) -> str:
    """The end of something, in full: at midnight it is the day that ends then, which still counts."""
    if value is not None and _wall(value).time() == datetime.min.time():
        return day(_day_of(value) - timedelta(days=1))
    return day_time(value)


def brief(value: datetime | None) -> str:
    """For lists where room is short: "11:40" today, "ayer, 9:12", else "18 nov, 9:12"; the year when it is another."""
    if value is None:
        return ""
    that, today, locale = _day_of(value), clock.today(), current().locale
    if that == today:
        return _whole(time(value), locale)
    if that == today - timedelta(days=1):
        return _("ayer, %(time)s", time=time(value))
    pattern = "d MMM" if that.year == today.year else "d MMM y"
    comma = "،" if locale.language == "ar" else ","
    return f"{_date_words(that, pattern, locale)}{comma} {time(value)}"


def relative(value: datetime | None) -> str:
    """How far from now, in words: "hace 3 horas", "dentro de 4 días"."""
    if value is None:
        return ""
    wall = _wall(value)
    return format_timedelta(
        wall - clock.now(), granularity="minute", threshold=1, add_direction=True, locale=current().locale
    )


def ltr(value: object) -> Markup:
    """Keep phones, document numbers and codes in their own order inside right-to-left text."""
    return Markup('<bdi dir="ltr">') + escape(value) + Markup("</bdi>")  # noqa: S704 - the value is escaped


@lru_cache(maxsize=4096)
def phone_words(value: str) -> str:
    """The same as plain words; what is no whole number stays as it is."""
    try:
        number = phonenumbers.parse(value, "ES")
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_possible_number(number):
        return value  # short numbers such as 010, 016 or 112
    digits = str(number.national_number)
    if number.country_code == 34 and len(digits) == 9:
        return f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def phone(value: str | None) -> Markup:
    """A phone as people read it, in its own order: "600 000 001"."""
    return Markup('<bdi class="phone" dir="ltr">{}</bdi>').format(phone_words(value)) if value else Markup("")


def call(value: str | None) -> Markup:
    """A phone that a touch dials."""
    if not value:
        return Markup("")
    dialled = "".join(sign for sign in value if sign.isdigit() or sign == "+")
    return Markup('<a class="call" href="tel:{}"><bdi dir="ltr">{}</bdi></a>').format(dialled, phone_words(value))


def euros(value: object) -> Markup:
    """An amount in full, in its own order: "1.234,50 €"."""
    return ltr(format_currency(value, "EUR", locale=current().locale))


def whole_euros(value: object) -> Markup:
    """A large amount without its cents: "313.249.362 €"."""
    return ltr(format_currency(value, "EUR", "#,##0 ¤", locale=current().locale, currency_digits=False))


FILTERS = {
    "day": day,
    "date_words": date_words,
    "weekday": weekday,
    "month": month,
    "day_number": day_number,
    "time": time,
    "day_time": day_time,
    "until": until,
    "brief": brief,
    "relative": relative,
    "ltr": ltr,
    "phone": phone,
    "call": call,
    "euros": euros,
}


def init_dates(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(FILTERS)
