"""Answers that the record already holds, offered to the person before anything is used."""

from dataclasses import dataclass
from typing import Any

GRADES = {1: "I", 2: "II", 3: "III"}


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer from the record: the question it fills and the text that the form would carry."""

    name: str
    text: str


def offers(person: Any) -> list[Offer]:
    """What a person's record can answer; what their level does not open, or is not there, is not offered."""
    found = []
    if person.age is not None:
        found.append(Offer("age", str(person.age)))
    if person.dependency_grade in GRADES:
        found.append(Offer("dependency_grade", GRADES[person.dependency_grade]))
    return found
