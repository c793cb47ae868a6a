"""Values that are not fully known: intervals, undecided truths, sets of choices.

Each operation is sound (the outcome holds every result of every completion) and inclusion-isotonic (a narrower
operand never gives a wider outcome). What turns out to be known collapses into a plain value, so that a rule with
all its answers runs on plain numbers.
"""

from fractions import Fraction
from typing import Any


class NoFigure(LookupError):
    """A figure that was never published, or is past its review, is needed for somebody in a column."""


class Undecided:
    """The third truth value. It refuses to pass for a bool, so that an unknown never decides an `if`."""

    def __bool__(self) -> bool:
        raise TypeError("an undecided truth is no bool: use either(), all_of(), any_of(), negation()")

    def __repr__(self) -> str:
        return "UNDECIDED"


UNDECIDED = Undecided()


class Span:
    """Every number from `least` to `most`, both included; the two differ (else it would be a plain number)."""

    __slots__ = ("least", "most")

    def __init__(self, least: Fraction, most: Fraction) -> None:
        if _less(most, least):
            raise ValueError(f"an interval from {least} to {most} is empty")
        self.least = least
        self.most = most

    def __repr__(self) -> str:
        return f"[{float(self.least):g} … {float(self.most):g}]"

    def __add__(self, other: Any) -> Any:
        least, most = ends(other)
        return span(self.least + least, self.most + most)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        least, most = ends(other)
        return span(self.least - most, self.most - least)

    def __rsub__(self, other: Any) -> Any:
        least, most = ends(other)
        return span(least - self.most, most - self.least)

    def __mul__(self, other: Any) -> Any:
        least, most = ends(other)
        if least.numerator >= 0 and self.least.numerator >= 0:  # nearly every number of a benefit
            return span(self.least * least, self.most * most)
        corners = (self.least * least, self.least * most, self.most * least, self.most * most)
        return span(min(corners), max(corners))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        least, most = _divisor(other)
        if self.least.numerator >= 0:
            return span(self.least / most, self.most / least)
        corners = (self.least / least, self.least / most, self.most / least, self.most / most)
        return span(min(corners), max(corners))

    def __rtruediv__(self, other: Any) -> Any:
        least, most = ends(other)
        low, high = _divisor(self)
        corners = (least / low, least / high, most / low, most / high)
        return span(min(corners), max(corners))

    def __lt__(self, other: Any) -> Any:
        least, most = ends(other)
        return True if _less(self.most, least) else UNDECIDED if _less(self.least, most) else False

    def __le__(self, other: Any) -> Any:
        least, most = ends(other)
        return False if _less(most, self.least) else UNDECIDED if _less(least, self.most) else True

    def __gt__(self, other: Any) -> Any:
        least, most = ends(other)
        return True if _less(most, self.least) else UNDECIDED if _less(least, self.most) else False

    def __ge__(self, other: Any) -> Any:
        least, most = ends(other)
        return False if _less(self.most, least) else UNDECIDED if _less(self.least, most) else True

    # Equality of two unknowns is a question, not a bool: rules compare by < <= > >= or by one_of().
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and (self.least, self.most) == (other.least, other.most)


class Unpublished(Span):
    """A parameter with no figure at the date (never printed, or past its review): any amount is possible."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        super().__init__(Fraction(0), Fraction(10**7))
        self.name = name

    def __getitem__(self, key: Any) -> "Unpublished":
        return self  # the cell of a table without figures

    def __iter__(self) -> Any:
        return iter(())  # the bands of a table without figures


class Choice:
    """One of several labels (or truths), not known which; always more than one."""

    __slots__ = ("options",)

    def __init__(self, options: frozenset) -> None:
        self.options = options

    def __repr__(self) -> str:
        return "{" + ", ".join(sorted(map(str, self.options))) + "}"

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Choice) and self.options == other.options


class Ages:
    """The ages of some people: those said, and between `missing[0]` and `missing[1]` more that were not said."""

    __slots__ = ("known", "missing")

    def __init__(self, known: tuple[int, ...] = (), missing: tuple[int, int] = (0, 0)) -> None:
        self.known = known
        self.missing = missing

    def total(self) -> Any:
        """How many people these are."""
        return span(len(self.known) + self.missing[0], len(self.known) + self.missing[1])

    def count(self, youngest: int, below: int) -> Any:
        """How many are at least `youngest` and younger than `below`."""
        return self.tally((youngest, below, Fraction(1)))

    def tally(self, *bands: tuple[int, int, Any]) -> Any:
        """The sum of each person's figure: of the one band (at least, below, figure) that the age falls in, else 0."""
        outcome: Any = Fraction(0)
        for age in self.known:
            outcome = outcome + sum((figure for youngest, below, figure in bands if youngest <= age < below), 0)
        many = self.missing[1]
        if many:
            figures = [end for _, _, figure in bands for end in ends(figure)]
            outcome = outcome + span(0, many) * span(min(0, *figures), max(0, *figures))
        return outcome


def span(least: Any, most: Any) -> Any:
    """The interval, or the plain number when both ends are equal."""
    if type(least) is not Fraction:
        least = Fraction(least)
    if least.numerator == most.numerator and least.denominator == most.denominator:
        return least
    return Span(least, most if type(most) is Fraction else Fraction(most))


def choice(options: frozenset) -> Any:
    """The set of labels, or the one label; both truths are UNDECIDED."""
    if len(options) == 1:
        return next(iter(options))
    if options == {True, False}:
        return UNDECIDED
    return Choice(options)


def ends(value: Any) -> tuple[Any, Any]:
    """The least and the most a number may be."""
    kind = type(value)
    if kind is Fraction or kind is int:
        return value, value
    if isinstance(value, Span):
        return value.least, value.most
    if isinstance(value, (int, Fraction)):
        return value, value
    if getattr(value, "many", False):
        raise NoFigure("somebody needs a figure that follows from one without publication at this date")
    raise TypeError(f"{value!r} is no number")


def options(value: Any) -> frozenset:
    """The labels (or truths) that a value may be."""
    if isinstance(value, Choice):
        return value.options
    if value is UNDECIDED:
        return frozenset((True, False))
    return frozenset((value,))


def hull(one: Any, other: Any) -> Any:
    """The narrowest value that holds both: for numbers an interval, for labels and truths a set."""
    if isinstance(one, (Span, int, Fraction)) and not isinstance(one, bool) and not isinstance(other, bool):
        (least, most), (low, high) = ends(one), ends(other)
        return span(min(least, low), max(most, high))
    return choice(options(one) | options(other))


def holds(value: Any, exact: Any) -> bool:
    """Whether an exact result is among those that `value` allows."""
    if isinstance(value, Span) or (isinstance(value, (int, Fraction)) and not isinstance(value, bool)):
        if exact is None or isinstance(exact, (str, bool)):
            return False
        least, most = ends(value)
        return least <= exact <= most
    return exact in options(value)


def within(narrow: Any, wide: Any) -> bool:
    """Whether every result that `narrow` allows is allowed by `wide` too."""
    if isinstance(narrow, (Span, int, Fraction)) and not isinstance(narrow, bool):
        return all(holds(wide, end) for end in ends(narrow))
    return options(narrow) <= options(wide)


def is_exact(value: Any) -> bool:
    """Whether nothing about the value is unknown."""
    return not isinstance(value, (Span, Choice, Undecided))


def _less(one: Any, other: Any) -> bool:
    """Whether one plain number is below another, without the detours that Fraction's own operator takes."""
    return one.numerator * other.denominator < other.numerator * one.denominator


def _divisor(value: Any) -> tuple[Any, Any]:
    least, most = ends(value)
    if least <= 0:
        raise ZeroDivisionError(f"a divisor must be positive, and {value!r} may not be")
    return least, most
