"""Answers that the record already holds, offered to the person before anything is used."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

GRADES = {1: "I", 2: "II", 3: "III"}
# What somebody has been granted → the question that it answers with yes.
GRANTED = {"minimum_income": "rmi", "rmi": "rmi", "imv": "imv", "large_family": "large_family"}
HALF_A_YEAR = 183


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer from the record: the question it fills and the text that the form would carry."""

    name: str
    text: str


def offers(person: Any, *, household: Any = None, benefits: Iterable[Any] = (), day: date) -> list[Offer]:
    """What a person's record can answer; what their level does not open, or is not there, is not offered.

    `household` is the person's own part of it, `benefits` what they have been granted. Only what the record says for
    certain: living with a partner is known, living without one is not.
    """
    found = []
    if person.age is not None:
        found.append(Offer("age", str(person.age)))
    if household is not None:
        if household.own.relationship == "partner":
            found.append(Offer("partner", "si"))
        if (day - household.own.joined_on).days >= HALF_A_YEAR:
            found.append(Offer("unit_6_months", "si"))
    if person.dependency_grade in GRADES:
        found.append(Offer("dependency_grade", GRADES[person.dependency_grade]))
    active = {GRANTED[each.kind] for each in benefits if each.kind in GRANTED and each.state == "active"}
    found += [Offer(name, "si") for name in sorted(active)]
    return found
