"""The helpers that rules are written with, on the three sorts of values."""

from fractions import Fraction

import numpy as np
import pytest

from portal.simulators.engine.columns import Column, Labels, NoFigure, Quotient
from portal.simulators.engine.logic import (
    all_of,
    any_of,
    cut,
    either,
    first_of,
    greatest,
    half_up,
    least,
    lookup,
    negation,
    one_of,
)
from portal.simulators.engine.unknowns import UNDECIDED, Choice, Span, Unpublished, choice, span

CENT = Fraction(1, 100)


def test_an_unknown_never_decides_an_if():
    unknown = Span(Fraction(0), Fraction(10)) < 5
    assert unknown is UNDECIDED
    for attempt in (lambda: bool(unknown), lambda: not unknown, lambda: 1 if unknown else 2):
        with pytest.raises(TypeError):
            attempt()


@pytest.mark.parametrize(
    ("conditions", "every", "some"),
    [
        ((True, UNDECIDED), UNDECIDED, True),
        ((False, UNDECIDED), False, UNDECIDED),
        ((UNDECIDED, UNDECIDED), UNDECIDED, UNDECIDED),
        ((True, True), True, True),
        ((False, True), False, True),
        ((), True, False),
    ],
)
def test_three_valued_logic(conditions, every, some):
    assert all_of(*conditions) is every
    assert any_of(*conditions) is some


def test_conditions_must_be_conditions():
    for broken in (1, "yes", None, Span(Fraction(0), Fraction(1))):
        with pytest.raises(TypeError):
            all_of(broken)
        with pytest.raises(TypeError):
            either(broken, 1, 2)


def test_either_spans_both():
    assert either(UNDECIDED, Fraction(3), Span(Fraction(5), Fraction(9))) == Span(Fraction(3), Fraction(9))
    assert either(UNDECIDED, "a", "b") == Choice(frozenset("ab"))
    assert either(UNDECIDED, "a", "a") == "a"
    assert either(UNDECIDED, True, False) is UNDECIDED
    assert choice(frozenset({True, False})) is UNDECIDED


def test_rounding_is_exact_where_decimals_are_not():
    """7.905,80 / 12 × 1,2 is 790,58 exactly; a base rounded first would lose a cent."""
    amount = Fraction("7905.80") / 12 * Fraction("1.2")
    assert cut(amount) == Fraction("790.58")
    assert cut(Fraction("658.81") * Fraction("1.2")) == Fraction("790.57")
    assert half_up(Fraction("2.345")) == Fraction("2.35")
    assert cut(Fraction("-0.001")) == Fraction("-0.01")


def test_columns_are_exact():
    members = Column.of([1, 2, 5, 9])
    scale = least(1 + Fraction("0.3") * (members - 1), Fraction("2.2"))
    amounts = (Fraction("7905.80") / 12 * scale).rounded(2, half_up=False)
    assert [float(amounts.exact(place)) for place in range(4)] == [658.81, 856.46, 1449.39, 1449.39]
    assert list(amounts < Fraction("856.46")) == [True, False, False, False]
    assert list(amounts <= Fraction("856.46")) == [True, True, False, False]
    assert list(Fraction(1000) < amounts) == [False, False, True, True]
    assert [int((10 - members).exact(place)) for place in range(4)] == [9, 8, 5, 1]
    assert [int(greatest(members, 3).exact(place)) for place in range(4)] == [3, 3, 5, 9]


def test_quotients_are_exact():
    per_head = Column.of([33600_00, 33600_01], CENT) / Column.of([4, 4])
    assert isinstance(per_head, Quotient)
    assert list(per_head <= 8400) == [True, False]
    assert list(per_head < 8400) == [False, False]
    assert list(per_head >= 8400) == [True, True]
    assert list(per_head > 8400) == [False, True]
    thirds = (Column.of([100], CENT) / Column.of([3])).rounded(2, half_up=False)
    assert thirds.exact(0) == Fraction(33, 100)


def test_what_might_overflow_is_refused():
    big = Column.of([10**12])
    with pytest.raises(OverflowError):
        _ = big * big
    with pytest.raises(OverflowError):
        (big * Fraction(1, 3)).rounded(9, half_up=False)


def test_labels_and_tables():
    kinds = Labels.of(["a", "b", "a"])
    assert list(one_of(kinds, "a")) == [True, False, True]
    assert [int(lookup({"a": Fraction(1), "b": Fraction(7)}, kinds).exact(place)) for place in range(3)] == [1, 7, 1]
    assert one_of(Choice(frozenset("ab")), "a") is UNDECIDED
    assert one_of(Choice(frozenset("ab")), "a", "b") is True
    assert lookup({1: Fraction(5), 2: Fraction(3)}, span(1, 2)) == Span(Fraction(3), Fraction(5))
    chosen = first_of((np.array([True, False, False]), "x"), (np.array([True, True, False]), None), otherwise="z")
    assert [chosen.exact(place) for place in range(3)] == ["x", None, "z"]


def test_an_unpublished_figure_stops_a_city_only_where_it_is_needed():
    figure = Unpublished("beca_comedor.full")
    nobody, somebody = np.array([False, False]), np.array([False, True])
    column = Column.of([1, 2])
    assert either(nobody, figure, column) is column
    for attempt in (
        lambda: either(somebody, figure, column),
        lambda: column + figure,
        lambda: lookup({1: Fraction(1), 2: figure}, column),
    ):
        with pytest.raises(NoFigure):
            attempt()


def test_divisors_are_positive():
    with pytest.raises(ZeroDivisionError):
        _ = Fraction(1) / Span(Fraction(0), Fraction(2))
    assert Fraction(6) / Span(Fraction(2), Fraction(3)) == Span(Fraction(2), Fraction(3))
    assert negation(UNDECIDED) is UNDECIDED
