"""A synthetic city: invented homes whose answers stand in columns. It resembles no census and holds no person.

The shares below are round figures of our own, chosen so that every rule meets homes on both sides of its limits.
"""

from fractions import Fraction
from typing import Any

import numpy as np

from portal.simulators.engine.columns import Column, Labels
from portal.simulators.household.home import questions

PEOPLE = 431_769
CENT = Fraction(1, 100)


def city(people: int = PEOPLE, seed: int = 1) -> dict[str, Any]:
    """Answers of as many homes as hold exactly `people` people, one column a question.

    What is not drawn is said plainly for all: no circumstance is claimed, every requirement is met.
    """
    dice = np.random.default_rng(seed)
    adults, young = _sizes(dice, people)
    homes = len(adults)
    age = _ages(dice, adults, young)
    working = (age < 65) & (dice.random(homes) < 0.62)
    each = np.where(working, dice.lognormal(6.95, 0.55, homes), dice.lognormal(5.9, 0.9, homes))
    income = np.round(each * (1 + 0.55 * (adults - 1)) * 100).astype(np.int64)
    income[dice.random(homes) < 0.07] = 0
    income = np.minimum(income, 9_000_000)
    own = np.round(income / adults).astype(np.int64)
    disability = np.where(dice.random(homes) < 0.14, dice.integers(33, 96, homes), 0)
    years = np.select([dice.random(homes) < share for share in (0.03, 0.12, 0.15)], [0, 1, 2], 3)
    grade = np.where((age >= 75) & (dice.random(homes) < 0.3), dice.integers(1, 4, homes), 0)
    assets = np.where(dice.random(homes) < 0.75, dice.lognormal(7.5, 1.4, homes), dice.lognormal(10.5, 1, homes))
    assets = np.round(np.minimum(assets, 5e6) * 100).astype(np.int64)
    answers = {name: _plain(question.field) for name, question in questions().questions.items()}
    minors = young.sum(axis=1)
    return answers | {
        "age": Column.of(age),
        "adults": Column.of(adults),
        "babies": Column.of(young[:, 0]),
        "small_children": Column.of(young[:, 1]),
        "older_children": Column.of(young[:, 2]),
        "partner": (adults >= 2) & (dice.random(homes) < 0.8),
        "sole_parent": (adults == 1) & (minors > 0),
        "household_income": Column.of(income, CENT),
        "own_income": Column.of(own, CENT),
        "pensions": Column.of(np.where(age >= 65, own, 0), CENT),
        "disability": Column.of(disability),
        "disability65_home": disability >= 65,
        "dependency_grade": Labels(grade.astype(np.int8), ("none", "I", "II", "III")),
        "residence": Labels(years.astype(np.int8), ("under_1", "from_1", "from_5", "from_10")),
        "net_assets": Column.of(assets, CENT),
        "gross_assets": Column.of(assets, CENT),
        "company_director": dice.random(homes) < 0.02,
        "large_family": minors >= 3,
        "registered": dice.random(homes) < 0.96,
    }


def members(answers: dict[str, Any]) -> np.ndarray:
    """How many people live in each home."""
    return sum(answers[name].values for name in ("adults", "babies", "small_children", "older_children"))


def _sizes(dice: np.random.Generator, people: int) -> tuple[np.ndarray, np.ndarray]:
    """Adults, and children in three bands of age, of homes that hold exactly so many people."""
    adults = dice.choice([1, 2, 3, 4], size=people, p=[0.42, 0.41, 0.12, 0.05])
    young = dice.multinomial(1, [0.2, 0.2, 0.6], size=(people, 4))
    some = dice.choice([0, 1, 2, 3, 4], size=people, p=[0.64, 0.17, 0.13, 0.045, 0.015])
    young = (young * (np.arange(4)[None, :] < some[:, None])[:, :, None]).sum(axis=1)
    reached = np.cumsum(adults + young.sum(axis=1))
    homes = int(np.searchsorted(reached, people)) + 1
    adults, young = adults[:homes], young[:homes]
    young[-1] = 0
    before = int(reached[homes - 2]) if homes > 1 else 0
    adults[-1] = people - before
    return adults, young


def _ages(dice: np.random.Generator, adults: np.ndarray, young: np.ndarray) -> np.ndarray:
    """The age of the person who asks: younger where there are children."""
    homes = len(adults)
    return np.where(young.sum(axis=1) > 0, dice.integers(20, 56, homes), dice.integers(19, 96, homes))


def _plain(field: Any) -> Any:
    if field.kind == "flag":
        return field.unsaid is None and field.name not in ("company_director", "left_job", "same_aid")
    return field.options[0] if field.kind == "choice" else Fraction(0)
