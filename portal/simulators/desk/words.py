"""How the parameters' desk names files, states and values."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal

from portal.look.dates import date_words
from portal.look.language import current
from portal.look.language import gettext as _
from portal.simulators.parameters.library import INDICES
from portal.simulators.words import N_, words_of

VERDICTS = {
    None: (N_("Espera a una segunda persona"), "due"),
    "approved": (N_("Aprobado"), "done"),
    "rejected": (N_("No aprobado"), "error"),
    "withdrawn": (N_("Retirado por quien lo escribió"), ""),
}
_DUE = {
    ("review_by", "overdue"): N_("Pasó la fecha de revisión. Ya no damos ninguna cantidad."),
    ("review_by", "soon"): N_("Hay que revisarlo. Después de esa fecha no damos ninguna cantidad."),
    ("until", "overdue"): N_("«%(parameter)s» ya no está en vigor. No damos esa cantidad."),
    ("until", "soon"): N_("«%(parameter)s» deja de estar en vigor."),
}
_OWN_REVIEW = N_("«%(parameter)s» hay que revisarlo.")


def name_of(name: str) -> str:
    """A file as people call it."""
    return _(N_("Índices públicos (IPREM y salario mínimo)")) if name == INDICES else _(words_of(name).name)


def day(value: str) -> str:
    """An ISO day in words."""
    return date_words(date.fromisoformat(value))


def due_words(row: dict[str, Any]) -> str:
    """Why a file or one of its parameters has to be looked at."""
    if row["parameter"] and row["why"] == "review_by":
        return _(_OWN_REVIEW, parameter=row["parameter"])
    words = _DUE[row["why"], row["state"]]
    return _(words, parameter=row["parameter"]) if "%(" in words else _(words)


def number(value: Any, *, grouped: bool = True) -> str:
    """A number as the reader's language writes it; up to six decimals.

    Ungrouped for a box to write in: 1,221 could be read in two ways.
    """
    if isinstance(value, Fraction):
        value = Decimal(value.numerator) / Decimal(value.denominator)
    return format_decimal(value, "#,##0.######" if grouped else "0.######", locale=current().locale)


def value_words(value: Any) -> str:
    """A parameter's value in a line: a number, a list, a table."""
    if value is None:
        return "—"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {value_words(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return "(" + " · ".join(value_words(each) for each in value) + ")"
    return str(value) if isinstance(value, (str, bool)) else number(value)


def results_words(results: dict[str, Any]) -> str:
    """What an example came to, in a line."""
    return "; ".join(f"{key}: {value_words(value)}" for key, value in results.items())
