"""The result of a benefit in a few words: templates that the caller translates, filled with amounts."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from portal.simulators.engine.run import Simulation
from portal.simulators.engine.unknowns import UNDECIDED, Span, Unpublished, is_exact
from portal.simulators.explanation import CANNOT_SAY, LIKELY, MAY, NO_FIGURES, PROBABLY_NOT, verdict
from portal.simulators.words import N_
from portal.simulators.words.questions import RESULTS

VERDICTS = {
    LIKELY: (N_("Probablemente le corresponde"), "done"),
    MAY: (N_("Puede que le corresponda"), "now"),
    PROBABLY_NOT: (N_("Probablemente no"), ""),
    CANNOT_SAY: (N_("Falta saber más"), ""),
    NO_FIGURES: (N_("Sin cantidades al día"), "due"),
}

LEVELS = {
    "calculated": N_("Calculado con la norma publicada"),
    "indicative": N_("Orientativo: con cantidades publicadas, que pueden haber cambiado"),
    "information": N_("Solo información: aquí no se calcula ninguna cantidad"),
}

_PERIODS = {
    ("imv", "amount"): N_("%(amount)s al mes"),
    ("capi", "amount"): N_("%(amount)s al mes"),
    ("rmi", "amount"): N_("%(amount)s al mes"),
    ("tarjeta_familias", "amount"): N_("%(amount)s al mes en la tarjeta"),
    ("beca_comedor", "amount"): N_("%(amount)s por alumno y curso"),
    ("pnc", "annual"): N_("%(amount)s al año, en 14 pagas"),
    ("bono_social_electrico", "discount"): N_("%(amount)s de descuento en la luz"),
    ("dependencia", "max"): N_("hasta %(amount)s al mes"),
    ("transporte", "price"): N_("%(amount)s al mes"),
    ("teleasistencia", "fee"): N_("cuesta %(amount)s al mes"),
}
_PRICES = ("price", "fee")
RANGE = N_("entre %(least)s y %(most)s")
PERCENT, TENTHS = N_("%(number)s\u00a0%%"), N_("%(whole)s,%(tenth)s\u00a0%%")
_LABELS = {
    "bono_social_electrico": "type",
    "familia_numerosa": "category",
    "dependencia": "grade",
    "transporte": "product",
}


def sentences(simulation: Simulation, phrase: Callable[..., Any], euros: Callable[[Any], Any]) -> list[Any]:
    """What a benefit comes to, in words: a label, an exact amount or a range; empty when nothing can be said.

    `phrase(template, **values)` translates and fills in; `euros` writes an amount.
    """
    if verdict(simulation) not in (LIKELY, MAY, CANNOT_SAY) or simulation.without_figures or simulation.stated is None:
        return []
    name, parts = simulation.benefit.name, []
    label = _LABELS.get(name)
    if label is not None:
        value = simulation.stated.results[label]
        if is_exact(value) and value in RESULTS:
            parts.append(phrase(RESULTS[value]))
    for (benefit, result), template in _PERIODS.items():
        words = _amount(simulation, result, phrase, euros) if benefit == name else None
        if words:
            parts.append(phrase(template, amount=words))
    return parts


def _amount(simulation: Simulation, result: str, phrase: Callable[..., Any], euros: Callable[[Any], Any]) -> Any:
    """The amount as told, or the range of what it may be when more has to be known."""
    assert simulation.stated is not None
    money = euros if simulation.benefit.results[result] == "money" else partial(_percent, phrase=phrase)
    value = simulation.stated.results[result]
    if isinstance(value, Unpublished) or simulation.stated.granted is False:
        return None
    if result in _PRICES and simulation.stated.granted is UNDECIDED:
        return None  # the price of something that may not be theirs only confuses
    if result == "max" and isinstance(value, Span):
        return money(value.most)
    if isinstance(value, Span):
        # So wide a range means that nothing which narrows it was said yet.
        return None if value.most >= 10**6 else phrase(RANGE, least=money(value.least), most=money(value.most))
    if not is_exact(value) or isinstance(value, (str, bool)) or not (value or result in _PRICES):
        return None
    return money(value)


def _percent(value: Fraction, phrase: Callable[..., Any]) -> Any:
    """A share of a hundred, to a tenth: each language has its own mark between the two."""
    whole, tenth = divmod(round(value * 10), 10)
    return phrase(TENTHS, whole=whole, tenth=tenth) if tenth else phrase(PERCENT, number=whole)
