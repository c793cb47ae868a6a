"""What the benefits come to in a city, today and after a reform: a table, and the table as CSV."""

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from portal.simulators.engine.columns import Column
from portal.simulators.engine.run import law_of, run
from portal.simulators.engine.unknowns import NoFigure
from portal.simulators.household.home import OFFICE, Home, questions
from portal.simulators.parameters.law import Law
from portal.simulators.parameters.library import INDICES, Library, library
from portal.simulators.parameters.schema import Benefit, Row
from portal.simulators.population.city import CENT, PEOPLE, city, members
from portal.simulators.population.columns import blocks

LARGEST = 10**9
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
    take_up: float = 1.0,
    people: int = PEOPLE,
    seed: int = 1,
    reform: dict[str, Any] | None = None,
    shelf: Library | None = None,
    shelf_day: date | None = None,
) -> dict[str, Any]:
    """The benefits that pay money over a synthetic city, as plain values.

    `take_up` (0 to 1) is the share of entitled homes that ask and get it; it stands in the answer. A reform is
    `{"imv.min_amount": 20, "tarjeta_familias.table.low.1": 180}` (a table by its cells), or a whole `shelf` of other
    parameters, which may be looked at on a later day (`shelf_day`). Costs are euros a year. Raises ValueError for a
    take-up or reform that cannot be, NoFigure for a day without published figures; beside a shelf, a benefit without
    them has None.
    """
    if not 0 <= take_up <= 1:
        raise ValueError("take-up is a share from 0 to 1")
    changed = shelf or (reformed_library(reform, day) if reform else None)
    answers = city(people, seed)
    size = members(answers)
    takes = np.random.default_rng(seed + 1).random(len(size)) < take_up
    lenient = shelf is not None
    today = _years(answers, day, library(), lenient=lenient)
    reformed = None if changed is None else _years(answers, shelf_day or day, changed, lenient=lenient)
    rows = [_row(name, today[name], takes, size, reformed) for name in PAID]
    return {
        "date": day.isoformat(),
        "people": int(size.sum()),
        "households": len(size),
        "take_up": take_up,
        "seed": seed,
        "reform": {key: float(exact_figure(value)) for key, value in (reform or {}).items()},
        "benefits": rows,
    }


def reformed_library(reform: dict[str, Any], day: date) -> Library:
    """The parameters with some replaced from `day` on: single figures, and cells of tables by their place.

    Raises ValueError for a parameter or a cell nobody knows, and for a value that cannot be.
    """
    shelf = library()
    for key, value in reform.items():
        benefit, _, place = key.partition(".")
        parameter, *cell = place.split(".")
        if (benefit not in shelf.benefits and benefit != INDICES) or parameter not in shelf.rows(benefit):
            raise ValueError(f"there is no parameter {key!r}; write benefit.parameter, as imv.min_amount")
        rows = shelf.rows(benefit)[parameter]
        current = row_on(rows, day)
        if tuple(cell) not in cells(current.value):
            known = ", ".join(".".join((benefit, parameter, *each)) for each in cells(current.value))
            raise ValueError(f"there is no figure {key!r}; there are: {known}")
        new = _replaced(current.value, cell, exact_figure(value))
        shelf = shelf.with_rows(benefit, {parameter: _cut_in(rows, current, day, new)})
    return shelf


def row_on(rows: tuple[Row, ...], day: date) -> Row:
    """The row that holds on a day; the first one, when none had begun."""
    return next((row for row in reversed(rows) if row.start <= day), rows[0])


def cells(value: Any) -> dict[tuple[str, ...], Fraction | None]:
    """Every single number of a parameter by its place: () for a figure, keys and positions (from 1) for a table."""
    if isinstance(value, dict):
        parts = [(str(key), each) for key, each in value.items()]
    elif isinstance(value, tuple):
        parts = [(str(position), each) for position, each in enumerate(value, start=1)]
    else:
        return {(): value}
    return {(key, *place): number for key, each in parts for place, number in cells(each).items()}


def _replaced(value: Any, place: list[str], number: Fraction) -> Any:
    """The same with another number at a place that there is."""
    if not place:
        return number
    first, *rest = place
    if isinstance(value, dict):
        return {key: _replaced(each, rest, number) if str(key) == first else each for key, each in value.items()}
    return tuple(
        _replaced(each, rest, number) if str(position) == first else each
        for position, each in enumerate(value, start=1)
    )


def as_csv(result: dict[str, Any]) -> str:
    """The table as CSV with a header line; costs in euros with a decimal point."""
    page = io.StringIO()
    writer = csv.DictWriter(page, fieldnames=list(result["benefits"][0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(result["benefits"])
    return page.getvalue()


def _years(
    answers: dict[str, Any], day: date, shelf: Library, *, lenient: bool = False
) -> dict[str, np.ndarray | None]:
    """Cents a year that each home would be paid, by benefit; None (when lenient) for one without figures that day."""
    found: dict[str, np.ndarray | None] = {}
    for name in PAID:
        try:
            found[name] = _year(name, answers, day, shelf)
        except NoFigure:
            if not lenient:
                raise
            found[name] = None
    return found


def _year(name: str, answers: dict[str, Any], day: date, shelf: Library) -> np.ndarray:
    facts = shelf.benefits[name]
    law = law_of(facts, day, shelf)
    found = [_block(name, block, law, facts).values for _size, block in blocks(answers)]
    return np.concatenate(found)


def _block(name: str, answers: dict[str, Any], law: Law, facts: Benefit) -> Column:
    """Cents a year of some homes."""
    result, times = PAID[name]
    home = Home(answers)
    sources = questions().sources.get(name, {})
    values = {
        each: True if sources.get(each) == OFFICE else getattr(home, sources.get(each, each))
        for each, field in facts.inputs.items()
        if not field.optional
    }
    amount = run(facts, law, values, reasons=False).results[result] * times
    if name == "beca_comedor":  # a grant for each pupil
        amount = amount * (answers["small_children"] + answers["older_children"])
    nothing = Column.of(np.zeros(len(answers["age"]), dtype=np.int64), CENT)
    return (nothing + amount).rounded(2, half_up=True)


def _row(
    name: str,
    cents: np.ndarray | None,
    takes: np.ndarray,
    size: np.ndarray,
    reformed: dict[str, np.ndarray | None] | None,
) -> dict[str, Any]:
    row: dict[str, Any] = {"benefit": name, **_today(cents, takes, size)}
    if reformed is not None:
        row |= _after(cents, reformed[name], takes)
    return row


def _today(cents: np.ndarray | None, takes: np.ndarray, size: np.ndarray) -> dict[str, Any]:
    if cents is None:
        keys = ("entitled_households", "entitled_people", "households", "cost", "average_a_month")
        return dict.fromkeys(keys)
    entitled = cents > 0
    return {
        "entitled_households": int(entitled.sum()),
        "entitled_people": int(size[entitled].sum()),
        "households": int((entitled & takes).sum()),
        "cost": int(cents[takes].sum()) / 100,
        "average_a_month": round(float(cents[entitled].mean()) / 1200, 2) if entitled.any() else 0.0,
    }


def _after(cents: np.ndarray | None, reformed: np.ndarray | None, takes: np.ndarray) -> dict[str, Any]:
    keys = ("reform_households", "reform_cost", "difference", "win", "lose")
    if reformed is None:
        return dict.fromkeys(keys)
    now = {"reform_households": int(((reformed > 0) & takes).sum()), "reform_cost": int(reformed[takes].sum()) / 100}
    if cents is None:
        return {**dict.fromkeys(keys), **now}
    return now | {
        "difference": int(reformed[takes].sum() - cents[takes].sum()) / 100,
        "win": int(((reformed > cents) & takes).sum()),
        "lose": int(((reformed < cents) & takes).sum()),
    }


def _cut_in(rows: tuple[Row, ...], current: Row, day: date, value: Any) -> tuple[Row, ...]:
    earlier = tuple(row for row in rows if row.start < day)
    new = replace(current, start=day, until=None, known_from=day, value=value, note="reforma simulada")
    return (*earlier, new)


def exact_figure(value: Any) -> Fraction:
    """A figure of a reform, exactly. Raises ValueError for what is no number from 0 to LARGEST."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise ValueError(f"{value!r} is no number") from None
    if not number.is_finite() or not 0 <= number <= LARGEST or number != round(number, 6):
        raise ValueError(f"{value!r} cannot be: a figure is from 0 to {LARGEST}, with six decimals at most")
    return Fraction(number)
