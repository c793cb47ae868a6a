"""The nearest single change with which somebody who does not qualify would: found by asking the rule itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from portal.simulators.parameters.schema import Input

# What nobody is told to wish for, or what is the outcome of the thing itself.
UNSPOKEN = frozenset(
    {
        "gender_violence",
        "trafficking",
        "former_care",
        "former_prisoner",
        "orphan",
        "orphans",
        "terrorism",
        "exclusion",
        "widowed",
        "illness",
        "isolation",
        "ukraine",
        "protection",
        "residence_exception",
        "third_person",
        "incapacity",
        "disability",
        "disability65",
        "disability65_home",
        "disabled_children",
        "both_parents_disabled",
        "multiple_birth",
        "parents_disabled",
        "parent_disabled65",
        "extreme",
        "bvd",
        "dependency_grade",
        "nutritional_deficit",
        "emergency",
        "special_dependency",
        "difficulty_cooking",
        "regulated_case",
        "vulnerability",
        "special",
        "foster",
        "forces",
        "emancipated",
        "dependent_spouse",
        "minimum_pension",
        "incapacity_pension",
        "severe",
        "left_job",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """One answer and the value, nearest to what was said, with which the outcome would open something."""

    name: str
    value: Any


def nearest(fields: Iterable[Input], answers: dict[str, Any], opens: Callable[[dict[str, Any]], Any]) -> list[Change]:
    """Every single change that would qualify; `opens` runs the rule on changed answers.

    Numbers are searched to the cent between what was said and the nearest value that opens something.
    """
    changes = []
    for field in fields:
        if field.name in UNSPOKEN:
            continue
        value = _value(field, answers.get(field.name), lambda value, name=field.name: opens({**answers, name: value}))
        if value is not None:
            changes.append(Change(field.name, value))
    return changes


def _value(field: Input, said: Any, opens: Callable[[Any], Any]) -> Any:
    if field.kind == "flag":
        others = [True, False] if said is None else [not said]
        return next((other for other in others if opens(other) is True), None)
    if field.kind == "choice":
        return next((other for other in field.options if other != said and opens(other) is True), None)
    if field.kind == "ages" or said is None:
        return None
    if field.kind == "count":
        return _count(field, said, opens)
    return _amount(field, said, opens)


def _count(field: Input, said: Fraction, opens: Callable[[Any], Any]) -> Any:
    """Ages alone, and upwards: nobody grows younger, and a larger home is no advice."""
    if "age" not in field.name:
        return None
    birthdays = range(int(said) + 1, min(int(field.most or 0), int(said) + 60) + 1)
    return next((Fraction(age) for age in birthdays if opens(Fraction(age)) is True), None)


def _amount(field: Input, said: Fraction, opens: Callable[[Any], Any]) -> Any:
    """The greatest amount below the one said that opens something: rules open downwards for money."""
    low = max(field.least or Fraction(0), Fraction(0))
    if said <= low or opens(low) is not True:
        return None
    good, bad = int(low * 100), int(said * 100)
    while bad - good > 1:
        middle = (good + bad) // 2
        if opens(Fraction(middle, 100)) is True:
            good = middle
        else:
            bad = middle
    return Fraction(good, 100)
