"""Answers that the record already holds, offered to the person before anything is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.simulators.household.quantities import BandedAges

GRADES = {1: "I", 2: "II", 3: "III"}
# What somebody has been granted → the question that it answers with yes.
GRANTED = {"minimum_income": "rmi", "rmi": "rmi", "imv": "imv", "large_family": "large_family"}
HALF_A_YEAR = 183
OF_AGE = 18
# The bands of the questions about minors, as BandedAges counts them.
MINORS = ("babies", "small_children", "older_children")


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer from the record: the question it fills and the text that the form would carry."""

    name: str
    text: str


def offers(
    person: Any, *, household: Any = None, minors: Iterable[date] = (), benefits: Iterable[Any] = (), day: date
) -> list[Offer]:
    """What a person's record can answer; what their level does not open, or is not there, is not offered.

    `household` is the person's own part of it, `minors` the days of birth of those who live there and whose folder the
    person may look at, `benefits` what they have been granted. Only what the record says for certain: living with a
    partner is known, living without one is not; how many adults there are stands in their parts, which are theirs.
    """
    found = []
    if person.age is not None:
        found.append(Offer("age", str(person.age)))
    if household is not None:
        if household.own.relationship == "partner":
            found.append(Offer("partner", "si"))
        if (day - household.own.joined_on).days >= HALF_A_YEAR:
            found.append(Offer("unit_6_months", "si"))
    found += [Offer(name, str(count)) for name, count in zip(MINORS, _bands(minors, day), strict=True) if count]
    if person.dependency_grade in GRADES:
        found.append(Offer("dependency_grade", GRADES[person.dependency_grade]))
    active = {GRANTED[each.kind] for each in benefits if each.kind in GRANTED and each.state == "active"}
    found += [Offer(name, "si") for name in sorted(active)]
    return found


def _bands(minors: Iterable[date], day: date) -> list[int]:
    """How many minors there are in each band, by their age on the first of January, as the law counts."""
    young = [born for born in minors if years(born, day) < OF_AGE]
    ages = [max(0, years(born, date(day.year, 1, 1))) for born in young]
    return [sum(low <= age < below for age in ages) for low, below in BandedAges.BANDS]


def years(born: date, day: date) -> int:
    """Whole years on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
