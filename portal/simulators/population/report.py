"""What the benefits come to in a city, today and after a reform: a table, CSV, a chart."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Any

import numpy as np

from portal.simulators.engine.run import law_of, run
from portal.simulators.household.home import OFFICE, Home, questions
from portal.simulators.parameters.library import DATA, Library, library
from portal.simulators.parameters.schema import Row
from portal.simulators.population.city import PEOPLE, city, members

# Benefits that pay money: the result to sum, and how many times a year it is paid.
PAID = {
    "imv": ("amount", 12),
    "capi": ("amount", 12),
    "pnc": ("annual", 1),
    "rmi": ("amount", 12),
    "tarjeta_familias": ("amount", 12),
    "beca_comedor": ("amount", 1),
}


def simulate_population(
    *,
    day: date,
    take_up: float,
    people: int = PEOPLE,
    seed: int = 1,
    reform: dict[str, Any] | None = None,
    shelf: Library | None = None,
) -> dict[str, Any]:
    """The benefits that pay money over a synthetic city, as plain values.

    `take_up` (0 to 1) is the share of entitled homes that ask and get it; a reform is `{"imv.min_amount": 20}`
    (tables are not reformed here), or a whole `shelf` of other parameters. Costs are euros a year. Raises ValueError
    for a take-up or reform that cannot be, NoFigure for a day without published figures.
    """
    if not 0 <= take_up <= 1:
        raise ValueError("take-up is a share from 0 to 1")
    answers = city(people, seed)
    size = members(answers)
    takes = np.random.default_rng(seed + 1).random(len(size)) < take_up
    today = _years(answers, day, library())
    changed = shelf or (reformed_library(reform, day) if reform else None)
    reformed = None if changed is None else _years(answers, day, changed)
    rows = [
        _row(name, cents, takes, size, None if reformed is None else reformed[name]) for name, cents in today.items()
    ]
    return {
        "date": day.isoformat(),
        "people": int(size.sum()),
        "households": len(size),
        "take_up": take_up,
        "seed": seed,
        "reform": {key: float(_exact(value)) for key, value in (reform or {}).items()},
        "benefits": rows,
    }


def reformed_library(reform: dict[str, Any], day: date) -> Library:
    """The parameters with some replaced from `day` on. Raises ValueError for a parameter nobody knows."""
    shelf = Library(DATA)
    for key, value in reform.items():
        benefit, _, parameter = key.partition(".")
        facts = shelf.benefits.get(benefit)
        if facts is None or parameter not in facts.parameters:
            raise ValueError(f"there is no parameter {key!r}; write benefit.parameter, as imv.min_amount")
        rows = facts.parameters[parameter]
        if not isinstance(rows[-1].value, Fraction):
            raise ValueError(f"{key} is a table; a reform here replaces single figures")
        shelf.benefits[benefit] = replace(facts, parameters={**facts.parameters, parameter: _cut_in(rows, day, value)})
    return shelf


def as_csv(result: dict[str, Any]) -> str:
    """The table as CSV with a header line; costs in euros with a decimal point."""
    page = io.StringIO()
    writer = csv.DictWriter(page, fieldnames=list(result["benefits"][0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(result["benefits"])
    return page.getvalue()


def as_svg(result: dict[str, Any], *, title: str, names: dict[str, str]) -> str:
    """Yearly cost by benefit as horizontal bars; the words are given, so that any language can be drawn."""
    rows = result["benefits"]
    most = max([row["cost"] for row in rows] + [row.get("reform_cost", 0) for row in rows] + [1])
    height = 70 + 56 * len(rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 {height}" role="img" aria-labelledby="t">',
        f'<title id="t">{escape(title)}</title>',
        '<rect width="720" height="100%" fill="#FFFCF7"/>',
        f'<text x="16" y="32" font-family="sans-serif" font-size="18" font-weight="bold" fill="#20242B">{escape(title)}'
        "</text>",
    ]
    for place, row in enumerate(rows):
        top = 56 + 56 * place
        parts.append(_text(16, top + 12, names.get(row["benefit"], row["benefit"])))
        parts.append(_bar(16, top + 18, row["cost"] / most, "#0A5A66"))
        parts.append(_text(500, top + 30, _millions(row["cost"])))
        if "reform_cost" in row:
            parts.append(_bar(16, top + 34, row["reform_cost"] / most, "#F5B335"))
            parts.append(_text(600, top + 46, _millions(row["reform_cost"])))
    return "\n".join([*parts, "</svg>", ""])


def _years(answers: dict[str, Any], day: date, shelf: Library) -> dict[str, np.ndarray]:
    """Cents a year that each home would be paid, by benefit."""
    found = {}
    for name, (result, times) in PAID.items():
        facts = shelf.benefits[name]
        home = Home(answers)
        sources = questions().sources.get(name, {})
        values = {
            each: True if sources.get(each) == OFFICE else getattr(home, sources.get(each, each))
            for each, field in facts.inputs.items()
            if not field.optional
        }
        amount = run(facts, law_of(facts, day, shelf), values, reasons=False).results[result] * times
        if name == "beca_comedor":  # a grant for each pupil
            amount = amount * (answers["small_children"] + answers["older_children"])
        found[name] = amount.rounded(2, half_up=True).values
    return found


def _row(
    name: str, cents: np.ndarray, takes: np.ndarray, size: np.ndarray, reformed: np.ndarray | None
) -> dict[str, Any]:
    entitled = cents > 0
    row = {
        "benefit": name,
        "entitled_households": int(entitled.sum()),
        "entitled_people": int(size[entitled].sum()),
        "households": int((entitled & takes).sum()),
        "cost": int(cents[takes].sum()) / 100,
        "average_a_month": round(float(cents[entitled].mean()) / 1200, 2) if entitled.any() else 0.0,
    }
    if reformed is not None:
        row |= {
            "reform_households": int(((reformed > 0) & takes).sum()),
            "reform_cost": int(reformed[takes].sum()) / 100,
            "difference": int(reformed[takes].sum() - cents[takes].sum()) / 100,
            "win": int(((reformed > cents) & takes).sum()),
            "lose": int(((reformed < cents) & takes).sum()),
        }
    return row


def _cut_in(rows: tuple[Row, ...], day: date, value: Any) -> tuple[Row, ...]:
    current = next((row for row in reversed(rows) if row.start <= day), rows[0])
    earlier = tuple(row for row in rows if row.start < day)
    new = replace(current, start=day, until=None, known_from=day, value=_exact(value), note="reforma simulada")
    return (*earlier, new)


def _exact(value: Any) -> Fraction:
    try:
        return Fraction(Decimal(str(value)))
    except (ArithmeticError, ValueError):
        raise ValueError(f"{value!r} is no number") from None


def _bar(left: int, top: int, share: float, colour: str) -> str:
    return f'<rect x="{left}" y="{top}" width="{max(1, round(470 * share))}" height="14" rx="3" fill="{colour}"/>'


def _text(left: int, top: int, words: str) -> str:
    return f'<text x="{left}" y="{top}" font-family="sans-serif" font-size="14" fill="#20242B">{escape(words)}</text>'


def _millions(euros: float) -> str:
    return f"{euros / 1e6:.1f} M€"
