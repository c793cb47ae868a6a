"""Numbers of a whole city: exact numpy columns.

A column is an int64 array and a unit (a fraction), so that 0,30 × (members − 1) is the same array with another
unit, and no cent is ever lost to binary fractions. Each column carries a bound on its size, kept without touching
the array; what could overflow refuses to be computed.
"""

from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Any

import numpy as np

from portal.simulators.engine.unknowns import NoFigure, Span, Unpublished

_ROOM = 2**62


class Column:
    """Numbers `values × unit`, one a household; `bound` is never below the largest absolute value in `values`."""

    __slots__ = ("bound", "unit", "values")
    many = True
    __array_ufunc__ = None  # numpy scalars on the left hand side leave the operator to us

    def __init__(self, values: np.ndarray, unit: Fraction, bound: int) -> None:
        if bound >= _ROOM:
            raise OverflowError("the numbers of this column would not fit in 64 bits")
        self.values = values
        self.unit = unit
        self.bound = bound

    @classmethod
    def of(cls, values: Any, unit: Fraction = Fraction(1)) -> "Column":
        """A column of whole numbers of `unit` (cents: Fraction(1, 100))."""
        array = np.asarray(values, dtype=np.int64)
        bound = int(np.abs(array).max()) if array.size else 0
        return cls(array, unit, bound)

    def __len__(self) -> int:
        return len(self.values)

    def _scaled(self, factor: int) -> np.ndarray:
        if self.bound * factor >= _ROOM:
            raise OverflowError("the numbers of this column would not fit in 64 bits")
        return self.values if factor == 1 else self.values * factor

    def __add__(self, other: Any) -> "Column":
        if isinstance(other, Column):
            unit = _common(self.unit, other.unit)
            mine, theirs = int(self.unit / unit), int(other.unit / unit)
            return Column(self._scaled(mine) + other._scaled(theirs), unit, self.bound * mine + other.bound * theirs)
        constant = _constant(other)
        if constant == 0:
            return self
        unit = _common(self.unit, constant)
        mine, theirs = int(self.unit / unit), int(constant / unit)
        return Column(self._scaled(mine) + theirs, unit, self.bound * mine + abs(theirs))

    __radd__ = __add__

    def __neg__(self) -> "Column":
        return Column(-self.values, self.unit, self.bound)

    def __sub__(self, other: Any) -> "Column":
        if isinstance(other, Column):
            unit = _common(self.unit, other.unit)
            mine, theirs = int(self.unit / unit), int(other.unit / unit)
            return Column(self._scaled(mine) - other._scaled(theirs), unit, self.bound * mine + other.bound * theirs)
        return self + (-_constant(other))

    def __rsub__(self, other: Any) -> "Column":
        constant = _constant(other)
        unit = _common(self.unit, constant) if constant else self.unit
        mine, theirs = int(self.unit / unit), int(constant / unit)
        return Column(theirs - self._scaled(mine), unit, self.bound * mine + abs(theirs))

    def __mul__(self, other: Any) -> "Column":
        if isinstance(other, Column):
            bound = self.bound * other.bound
            if bound >= _ROOM:
                raise OverflowError("the numbers of this column would not fit in 64 bits")
            return Column(self.values * other.values, self.unit * other.unit, bound)
        constant = _constant(other)
        if constant == 0:
            return Column(np.zeros_like(self.values), Fraction(1), 0)
        if constant < 0:
            return -(self * -constant)
        return Column(self.values, self.unit * constant, self.bound)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, Column):
            return Quotient(self, other)
        return self * (1 / _constant(other))

    def __rtruediv__(self, other: Any) -> "Quotient":
        constant = _constant(other)
        return Quotient(
            Column(
                np.full_like(self.values, constant.numerator),
                Fraction(1, constant.denominator),
                abs(constant.numerator),
            ),
            self,
        )

    def _compare(self, other: Any, operator: Any, whole: Any) -> np.ndarray:
        if isinstance(other, Quotient):
            return operator(self * other.divisor, other.dividend)
        if isinstance(other, Column):
            unit = _common(self.unit, other.unit)
            return operator(self._scaled(int(self.unit / unit)), other._scaled(int(other.unit / unit)))
        return operator(self.values, whole(_constant(other) / self.unit))

    # values < c is the same for whole numbers as values < ceil(c), values <= c as values <= floor(c)
    def __lt__(self, other: Any) -> np.ndarray:
        return self._compare(other, _less, _ceiling)

    def __le__(self, other: Any) -> np.ndarray:
        return self._compare(other, _at_most, _floor)

    def __gt__(self, other: Any) -> np.ndarray:
        return self._compare(other, _more, _floor)

    def __ge__(self, other: Any) -> np.ndarray:
        return self._compare(other, _at_least, _ceiling)

    def rounded(self, places: int, *, half_up: bool) -> "Column":
        """Cut down to `places` decimals, or rounded half up to them."""
        target = Fraction(1, 10**places)
        ratio = self.unit / target
        numerator, denominator = ratio.numerator, ratio.denominator
        scaled = self._scaled(numerator)
        if denominator == 1:
            return Column(scaled, target, self.bound * numerator)
        if half_up:
            scaled = (2 * scaled + denominator) // (2 * denominator)
        else:
            scaled = scaled // denominator
        return Column(scaled, target, self.bound * numerator // denominator + 1)

    def exact(self, index: int) -> Fraction:
        """The number of one household."""
        return int(self.values[index]) * self.unit

    def floats(self) -> np.ndarray:
        """The numbers as floats, for charts and sums that need no cents."""
        return self.values * float(self.unit)


class Quotient:
    """A division of two columns that is only compared or rounded, so that it stays exact."""

    __slots__ = ("dividend", "divisor")
    __array_ufunc__ = None

    def __init__(self, dividend: Column, divisor: Column) -> None:
        self.dividend = dividend
        self.divisor = divisor

    def __lt__(self, other: Any) -> np.ndarray:
        return self.dividend < self.divisor * other

    def __le__(self, other: Any) -> np.ndarray:
        return self.dividend <= self.divisor * other

    def __gt__(self, other: Any) -> np.ndarray:
        return self.dividend > self.divisor * other

    def __ge__(self, other: Any) -> np.ndarray:
        return self.dividend >= self.divisor * other

    def __mul__(self, constant: Any) -> "Quotient":
        return Quotient(self.dividend * constant, self.divisor)

    __rmul__ = __mul__

    def rounded(self, places: int, *, half_up: bool) -> Column:
        """Cut down to `places` decimals, or rounded half up to them."""
        target = Fraction(1, 10**places)
        ratio = self.dividend.unit / self.divisor.unit / target
        over = self.dividend._scaled(ratio.numerator)
        under = self.divisor._scaled(ratio.denominator)
        whole = (2 * over + under) // (2 * under) if half_up else over // under
        return Column(whole, target, self.dividend.bound * ratio.numerator + 1)


class Labels:
    """One label a household: small whole numbers that point into `names`."""

    __slots__ = ("codes", "names")

    def __init__(self, codes: np.ndarray, names: tuple) -> None:
        self.codes = codes
        self.names = names

    @classmethod
    def of(cls, labels: Any) -> "Labels":
        """Labels from a list of plain ones."""
        names = tuple(dict.fromkeys(labels))
        place = {name: code for code, name in enumerate(names)}
        return cls(np.array([place[label] for label in labels], dtype=np.int8), names)

    def exact(self, index: int) -> Any:
        """The label of one household."""
        return self.names[self.codes[index]]


class AgeColumns:
    """Ages of the people of each household: a row a household, −1 where there is nobody."""

    __slots__ = ("table",)

    def __init__(self, table: np.ndarray) -> None:
        self.table = table

    def total(self) -> Column:
        """How many people each household has here."""
        return self.count(0, 1000)

    def count(self, youngest: int, below: int) -> Column:
        """How many are at least `youngest` and younger than `below`."""
        inside = (self.table >= youngest) & (self.table < below)
        return Column(inside.sum(axis=1, dtype=np.int64), Fraction(1), self.table.shape[1])

    def tally(self, *bands: tuple[int, int, Any]) -> Column:
        """The sum of each person's figure: of the one band (at least, below, figure) that the age falls in, else 0."""
        outcome: Any = 0
        for youngest, below, figure in bands:
            outcome = self.count(youngest, below) * figure + outcome
        return outcome

    def exact(self, index: int) -> tuple[int, ...]:
        """The ages in one household."""
        return tuple(int(age) for age in self.table[index] if age >= 0)


def where(condition: np.ndarray, one: Any, other: Any) -> Any:
    """`one` where the condition holds and `other` elsewhere, for numbers, labels and truths."""
    if isinstance(one, Unpublished) or isinstance(other, Unpublished):
        return _where_published(condition, one, other)
    if _is_number(one) and _is_number(other):
        if not isinstance(one, Column) and not isinstance(other, Column):
            return _switched(condition, Fraction(one), Fraction(other))
        unit = _common(_unit(one), _unit(other))
        (mine, bound), (theirs, limit) = _whole(one, unit), _whole(other, unit)
        return Column(np.where(condition, mine, theirs), unit, max(bound, limit))
    if isinstance(one, (bool, np.ndarray)) and isinstance(other, (bool, np.ndarray)):
        return np.where(condition, one, other)
    one, other = _labels(one), _labels(other)
    names = tuple(dict.fromkeys(one.names + other.names))
    return Labels(np.where(condition, _recoded(one, names), _recoded(other, names)), names)


def _switched(condition: np.ndarray, one: Fraction, other: Fraction) -> Column:
    """One of two constants: the truths themselves as noughts and ones, in a unit that makes them the figures."""
    if one == other:
        return Column(np.full(condition.shape, 1, dtype=np.int64), one, 1)
    ones = Column(condition.astype(np.int64), Fraction(1), 1)
    return ones * (one - other) + other


def concatenated(parts: list[Any], sizes: list[int]) -> Column:
    """Columns (or numbers, the same for all of a part) of these sizes, one after the other."""
    unit = reduce(_common, map(_unit, parts))
    found = [_whole(part, unit) for part in parts]
    arrays = [
        np.broadcast_to(np.asarray(whole, dtype=np.int64), (size,))
        for (whole, _), size in zip(found, sizes, strict=True)
    ]
    return Column(np.concatenate(arrays), unit, max(bound for _, bound in found))


def first_failed(outcomes: list[tuple[str, Any]]) -> Labels:
    """For each household the name of the first condition that fails, None where none does."""
    codes: Any = np.int8(0)
    for code in range(len(outcomes), 0, -1):
        codes = np.where(outcomes[code - 1][1], codes, np.int8(code))
    return Labels(np.atleast_1d(codes), (None, *(name for name, _ in outcomes)))


def smaller(one: Any, other: Any) -> Column:
    """The lesser number of each household; at least one of the two is a column."""
    return _pairwise(np.minimum, one, other)


def greater(one: Any, other: Any) -> Column:
    """The greater number of each household; at least one of the two is a column."""
    return _pairwise(np.maximum, one, other)


def taken(table: dict, key: Column | Labels) -> Any:
    """The figure that a table gives for each household."""
    if isinstance(key, Labels):
        figures = [table[name] for name in key.names]
        places = key.codes
    else:
        if key.unit != 1:
            raise TypeError("only whole numbers look up in a table")
        least, most = int(key.values.min(initial=0)), int(key.values.max(initial=0))
        figures = [table.get(number, Unpublished(str(number))) for number in range(least, most + 1)]
        places = key.values - least
    needed = [
        not isinstance(figure, Unpublished) or not bool((places == place).any()) for place, figure in enumerate(figures)
    ]
    if not all(needed):
        raise NoFigure("the table has no published figure for somebody in the column")
    figures = [Fraction(0) if isinstance(figure, Unpublished) else figure for figure in figures]
    unit = Fraction(1)
    for figure in figures:
        unit = _common(unit, figure) if figure else unit
    whole = np.array([int(figure / unit) for figure in figures], dtype=np.int64)
    return Column(whole[places], unit, int(np.abs(whole).max(initial=0)))


def _where_published(condition: np.ndarray, one: Any, other: Any) -> Any:
    for figure, needed in ((one, condition), (other, ~condition)):
        if isinstance(figure, Unpublished) and bool(needed.any()):
            raise NoFigure(f"{figure.name} has no published figure at this date")
    return other if isinstance(one, Unpublished) else one


def _pairwise(function: Any, one: Any, other: Any) -> Column:
    unit = _common(_unit(one), _unit(other))
    (mine, bound), (theirs, limit) = _whole(one, unit), _whole(other, unit)
    return Column(function(mine, theirs), unit, max(bound, limit))


def _is_number(value: Any) -> bool:
    return isinstance(value, Column) or (isinstance(value, (int, Fraction)) and not isinstance(value, bool))


def _unit(value: Any) -> Fraction:
    if isinstance(value, Column):
        return value.unit
    return abs(_constant(value))


def _whole(value: Any, unit: Fraction) -> tuple[Any, int]:
    if isinstance(value, Column):
        factor = int(value.unit / unit)
        return value._scaled(factor), value.bound * factor
    number = int(_constant(value) / unit)
    return number, abs(number)


def _labels(value: Any) -> Labels:
    if isinstance(value, Labels):
        return value
    if isinstance(value, np.ndarray):
        return Labels(value.astype(np.int8), (False, True))
    return Labels(np.zeros(1, dtype=np.int8), (value,))


def _recoded(labels: Labels, names: tuple) -> np.ndarray:
    codes = [names.index(name) for name in labels.names]
    if codes == list(range(len(codes))):
        return labels.codes
    return np.array(codes, dtype=np.int8)[labels.codes]


def _constant(value: Any) -> Fraction:
    if isinstance(value, Unpublished):
        raise NoFigure(f"{value.name} has no published figure at this date")
    if isinstance(value, Span):
        raise NoFigure("somebody needs a figure that follows from one without publication at this date")
    if not isinstance(value, (int, Fraction)):
        raise TypeError(f"{value!r} cannot meet a column")
    return Fraction(value)


def _common(one: Fraction, other: Fraction) -> Fraction:
    one, other = abs(Fraction(one)), abs(Fraction(other))
    if not one or not other:
        return one or other or Fraction(1)
    return Fraction(
        gcd(one.numerator * other.denominator, other.numerator * one.denominator),
        one.denominator * other.denominator,
    )


def _floor(number: Fraction) -> int:
    return number.numerator // number.denominator


def _ceiling(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


_less, _at_most, _more, _at_least = np.less, np.less_equal, np.greater, np.greater_equal
