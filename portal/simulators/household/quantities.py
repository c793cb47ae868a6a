"""What follows from the answers about a home: members, yearly income, who counts as alone.

Written with the helpers of the rules, so that it holds for numbers, for unknowns and for the columns of a city.
"""

from collections.abc import Callable
from typing import Any

from portal.simulators.engine.logic import all_of, any_of, either, first_of, negation, one_of


class BandedAges:
    """Children by band of age: under 3, 3 to 5, 6 to 17."""

    __slots__ = ("counts",)
    BANDS = ((0, 3), (3, 6), (6, 18))

    def __init__(self, *counts: Any) -> None:
        self.counts = counts

    def total(self) -> Any:
        """How many children these are."""
        return self.counts[0] + self.counts[1] + self.counts[2]

    def tally(self, *bands: tuple[int, int, Any]) -> Any:
        """The sum of each child's figure, of the band (at least, below, figure) that its own band lies in."""
        outcome: Any = 0
        for (youngest, below), count in zip(self.BANDS, self.counts, strict=True):
            for low, high, figure in bands:
                if low <= youngest and below <= high:
                    outcome = count * figure + outcome
        return outcome


QUANTITIES: dict[str, Callable[[Any], Any]] = {
    "minors": lambda home: home.babies + home.small_children + home.older_children,
    "minor_ages": lambda home: BandedAges(home.babies, home.small_children, home.older_children),
    "members": lambda home: home.adults + home.minors,
    "children": lambda home: home.minors + home.grown_children,
    "parents": lambda home: either(home.partner, 2, 1),
    "household_year": lambda home: home.household_income * 12,
    "own_year": lambda home: home.own_income * 12,
    "income_per_head": lambda home: home.household_income / home.members,
    "alone": lambda home: home.members < 2,
    "pupils": lambda home: all_of(home.minors >= 1, home.public_school),
    "dependents": lambda home: any_of(home.minors >= 1, home.disabled_children >= 1),
    "anybody_disabled65": lambda home: any_of(home.disability >= 65, home.disability65_home),
    "residence_1": lambda home: one_of(home.residence, "from_1", "from_5", "from_10"),
    "residence_5": lambda home: one_of(home.residence, "from_5", "from_10"),
    "residence_pension": lambda home: either(
        home.age >= 65, one_of(home.residence, "from_10"), one_of(home.residence, "from_5", "from_10")
    ),
    "protected": lambda home: any_of(home.gender_violence, home.trafficking, home.protection),
    "graded": lambda home: one_of(home.dependency_grade, "I", "II", "III"),
    # The least points of each grade: rules ask the grade alone.
    "points": lambda home: first_of(
        (one_of(home.dependency_grade, "III"), 75),
        (one_of(home.dependency_grade, "II"), 50),
        (one_of(home.dependency_grade, "I"), 25),
        otherwise=0,
    ),
    "special": lambda home: any_of(
        home.disability >= 33,
        home.disability65_home,
        home.disabled_children >= 1,
        home.gender_violence,
        home.terrorism,
        one_of(home.dependency_grade, "II", "III"),
        all_of(home.sole_parent, home.minors >= 1),
    ),
    "one": lambda home: 1,
    "never": lambda home: False,
}

# When a question is asked at all: not if its test is false.
TESTS: dict[str, Callable[[Any], Any]] = {
    "teenager": lambda home: all_of(home.age >= 16, home.age < 18),
    "young": lambda home: home.age < 23,
    "with_adults": lambda home: home.adults >= 2,
    "with_minors": lambda home: home.minors >= 1,
    "with_children": lambda home: home.children >= 1,
    "with_four_children": lambda home: home.children >= 4,
    "with_others": lambda home: home.members >= 2,
    "alone": lambda home: home.alone,
    "without_partner": lambda home: negation(home.partner),
    "with_grade": lambda home: home.graded,
    "with_grade_III": lambda home: one_of(home.dependency_grade, "III"),
}
