"""What the calculator's routes share: the blueprint, today, and how texts and amounts are written."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Blueprint
from markupsafe import Markup, escape

from case_api import clock
from portal.look.dates import date_words
from portal.look.dates import euros as written_euros
from portal.look.language import gettext as _
from portal.simulators.publishing import shelf

blueprint = Blueprint("simulators", __name__)


@blueprint.before_request
def _newest_parameters() -> None:
    shelf.refresh()


def phrase(template: str, **values: Any) -> Markup:
    """A translated text with its values; amounts keep their own order of signs."""
    text = Markup(escape(_(template)))
    return text % values if values else text


def euros(amount: Any) -> Markup:
    """An amount in euros, with its cents."""
    exact = Fraction(amount)
    return written_euros(Decimal(exact.numerator) / Decimal(exact.denominator))


def today() -> date:
    """The day the calculator answers for."""
    return clock.today()


@blueprint.app_template_global("day_of")
def day_of(value: str) -> str:
    """An ISO day in words."""
    return date_words(date.fromisoformat(value))
