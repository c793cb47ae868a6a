"""What the parts of a city share: identifiers that repeat with the seed, and who lives in it."""

from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

_BEGIN = 0x01941F297C00
"""2025-01-01 in milliseconds: the city's identifiers begin there, in the order they are made."""


@dataclass(frozen=True, slots=True)
class CityPerson:
    """Somebody of the city. `key` names the sample people; `unit_id` and `professional_id` are those of reference."""

    id: UUID
    number: int
    key: str | None
    given_name: str
    surname1: str
    surname2: str
    birth_date: date
    language: str
    unit_id: UUID
    professional_id: UUID

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname1} {self.surname2}"


@dataclass(frozen=True, slots=True)
class CityUnit:
    """A centre, or a service without a door to the street. `staff` are its professionals' identifiers and roles."""

    id: UUID
    name: str
    kind: str
    staff: list[tuple[UUID, str]]

    @property
    def social_workers(self) -> list[UUID]:
        return [professional for professional, role in self.staff if role == "social_worker"]


class Ids:
    """Identifiers of version 7 that the seed repeats, in rising order."""

    def __init__(self, rng: Random, *, begin: int = 1):
        self._rng = rng
        self._count = begin * 1000

    def __call__(self) -> UUID:
        self._count += 1
        random = self._rng.getrandbits(74)
        high = ((_BEGIN + self._count) << 80) | (0x7 << 76) | ((random >> 62) << 64)
        return UUID(int=high | (0x2 << 62) | (random & ((1 << 62) - 1)))
