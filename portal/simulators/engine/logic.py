"""What rules are written with. Each helper works on numbers, on unknowns and on columns alike.

Rules use `+ - * /` and `< <= > >=` freely, and these helpers in place of `if`, `and`, `or`, `not`, `min`, `max`.
"""

from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np

from portal.simulators.engine import columns
from portal.simulators.engine.columns import Column, Labels, Quotient
from portal.simulators.engine.unknowns import UNDECIDED, Choice, Span, Unpublished, ends, hull, options, span


def either(condition: Any, one: Any, other: Any) -> Any:
    """`one` if the condition holds, `other` if not; what spans both when it is undecided."""
    if condition is True or condition is False:
        return one if condition else other
    if condition is UNDECIDED:
        return hull(one, other)
    if isinstance(condition, np.ndarray):
        return columns.where(condition, one, other)
    raise TypeError(f"{condition!r} is no condition")


def all_of(*conditions: Any) -> Any:
    """Whether all hold: one that fails decides, whatever is unknown about the others."""
    outcome: Any = True
    for condition in conditions:
        if isinstance(condition, np.ndarray):
            outcome = condition if outcome is True else outcome & condition
        elif condition is False or outcome is False:
            outcome = False
        elif condition is UNDECIDED:
            outcome = UNDECIDED
        elif condition is not True:
            raise TypeError(f"{condition!r} is no condition")
    return outcome


def any_of(*conditions: Any) -> Any:
    """Whether at least one holds: one that holds decides, whatever is unknown about the others."""
    outcome: Any = False
    for condition in conditions:
        if isinstance(condition, np.ndarray):
            outcome = condition if outcome is False else outcome | condition
        elif condition is True or outcome is True:
            outcome = True
        elif condition is UNDECIDED:
            outcome = UNDECIDED
        elif condition is not False:
            raise TypeError(f"{condition!r} is no condition")
    return outcome


def negation(condition: Any) -> Any:
    """The contrary; of an undecided truth, undecided."""
    if isinstance(condition, np.ndarray):
        return ~condition
    return UNDECIDED if condition is UNDECIDED else not _truth(condition)


def least(*numbers: Any) -> Any:
    """The least of the numbers."""
    return reduce(_smaller, numbers)


def greatest(*numbers: Any) -> Any:
    """The greatest of the numbers."""
    return reduce(_greater, numbers)


def cut(number: Any, places: int = 2) -> Any:
    """Truncated to so many decimals (downwards)."""
    return _rounded(number, places, half_up=False)


def half_up(number: Any, places: int = 2) -> Any:
    """Rounded to so many decimals, halves upwards."""
    return _rounded(number, places, half_up=True)


def one_of(label: Any, *names: Any) -> Any:
    """Whether a label is one of these."""
    if isinstance(label, Labels):
        return np.array([name in names for name in label.names], dtype=bool)[label.codes]
    hits = {option in names for option in options(label)}
    return UNDECIDED if len(hits) == 2 else hits.pop()


def first_of(*cases: tuple[Any, Any], otherwise: Any) -> Any:
    """The value of the first pair (condition, value) whose condition holds."""
    outcome = otherwise
    for condition, value in reversed(cases):
        outcome = either(condition, value, outcome)
    return outcome


def first_failed(outcomes: list[tuple[str, Any]]) -> Any:
    """The name of the first condition that fails; None if none does."""
    if any(isinstance(outcome, np.ndarray) for _, outcome in outcomes):
        return columns.first_failed(outcomes)
    return first_of(*((negation(outcome), name) for name, outcome in outcomes), otherwise=None)


def lookup(table: dict, key: Any) -> Any:
    """The figure in a table by whole number or label; a cell that was never published is any amount."""
    if isinstance(table, Unpublished):
        return table
    if isinstance(key, (Column, Labels)):
        return columns.taken(table, key)
    if isinstance(key, Choice):
        keys = sorted(key.options)
    elif isinstance(key, Span):
        keys = range(-(-key.least.numerator // key.least.denominator), key.most.__floor__() + 1)
    else:
        keys = [key if isinstance(key, str) else int(key)]
    return reduce(hull, (table.get(each, Unpublished(str(each))) for each in keys))


def _rounded(number: Any, places: int, *, half_up: bool) -> Any:
    if isinstance(number, (Column, Quotient)):
        return number.rounded(places, half_up=half_up)
    if isinstance(number, Span):
        # Rounding keeps the order of numbers, so the ends are enough.
        low, high = (_rounded(end, places, half_up=half_up) for end in (number.least, number.most))
        return span(low, high)
    shifted = Fraction(number) * 10**places
    if half_up:
        return Fraction((2 * shifted.numerator + shifted.denominator) // (2 * shifted.denominator), 10**places)
    return Fraction(shifted.numerator // shifted.denominator, 10**places)


def _smaller(one: Any, other: Any) -> Any:
    if isinstance(one, Column) or isinstance(other, Column):
        return columns.smaller(one, other)
    (low, high), (floor, ceiling) = ends(one), ends(other)
    return span(min(low, floor), min(high, ceiling))


def _greater(one: Any, other: Any) -> Any:
    if isinstance(one, Column) or isinstance(other, Column):
        return columns.greater(one, other)
    (low, high), (floor, ceiling) = ends(one), ends(other)
    return span(max(low, floor), max(high, ceiling))


def _truth(condition: Any) -> bool:
    if condition is True or condition is False:
        return condition
    raise TypeError(f"{condition!r} is no condition")
