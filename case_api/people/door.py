"""The door to people: who somebody is, and finding them within what one needs to know."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.errors import NotFound
from case_api.people.names import document_number, search_words

FOUND_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is. What a level does not open is None: from `unit_id` on N1, `dependency_grade` (1 to 3) N2."""

    id: UUID
    given_name: str
    surname1: str
    surname2: str | None
    birth_date: date | None
    document_type: str | None
    document_number: str | None
    nihsucm: str | None
    language: str
    deceased_on: date | None
    unit_id: UUID | None
    unit_name: str | None
    reference_professional_id: UUID | None
    reference_professional_name: str | None
    history_number: str | None
    dependency_grade: int | None

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.given_name, self.surname1, self.surname2) if part)

    @property
    def surnames(self) -> str:
        return " ".join(part for part in (self.surname1, self.surname2) if part)

    @property
    def age(self) -> int | None:
        """Whole years today in Madrid, or at death."""
        day = self.deceased_on or clock.today()
        born = self.birth_date
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day)) if born else None


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A line of a staff search: enough to choose the right person, and no way to locate them."""

    id: UUID
    name: str
    birth_date: date | None
    document_number: str | None


_PERSON = """
    SELECT p.id, p.given_name, p.surname1, p.surname2, p.birth_date, p.document_type, p.document_number, p.nihsucm,
        p.language, p.deceased_on, p.unit_id, u.name AS unit_name, p.reference_professional_id,
        nullif(concat_ws(' ', r.given_name, r.surnames), '') AS reference_professional_name,
        h.number AS history_number, p.dependency_grade
    FROM person p
    LEFT JOIN unit u ON u.id = p.unit_id
    LEFT JOIN professional r ON r.id = p.reference_professional_id
    LEFT JOIN social_history h ON h.person_id = p.id
    WHERE """


class PeopleDoor(DoorBase):
    def me(self) -> Person:
        """The person who is logged in. Raises NotFound when the login belongs to nobody on record."""
        return self.person(self.actor.person_id)

    def person(self, person_id: UUID | None) -> Person:
        """One person (N0; more as the level allows). Raises NotFound."""
        self.require(person_id=person_id, level=Level.N0, object_kind="person", object_id=person_id or "")
        row = self.unit.session.execute(text(_PERSON + "p.id = :id"), {"id": person_id}).one()
        return self._within_level(Person(*row))

    def person_by_document(self, document: str) -> Person | None:
        """The person with this identity document, or None. Only for processes of ours (a login, an import).

        Raises NotFound for any other actor, whether or not such a person exists.
        """
        row = self.unit.session.execute(
            text(_PERSON + "p.document_number = :number"), {"number": document_number(document)}
        ).first()
        if self.actor.kind != "system":
            self.require(person_id=None, level=Level.N0, object_kind="person", object_id="document", action="find")
            raise NotFound()
        if row is None:
            return None
        self.require(person_id=row.id, level=Level.N0, object_kind="person", object_id=row.id, action="find")
        return self._within_level(Person(*row))

    def find_people(self, typed: str) -> list[FoundPerson]:
        """People of the actor's own unit, or whose reference the actor is, by document or by the words of their name.

        For staff; at most FOUND_AT_MOST, in Spanish order, each logged. Nobody else's existence can be told from it:
        no totals, and the same answer for nobody as for somebody elsewhere.
        """
        words, number = search_words(typed), document_number(typed)
        if self.actor.kind != "staff" or not words:
            return []
        # All the words, or the whole document; `~` and letters only, so nothing in them is a wildcard.
        named = " AND ".join(f"sort_key LIKE :word{position}" for position in range(len(words)))
        found = self.unit.session.execute(
            text(
                "SELECT id, concat_ws(' ', given_name, surname1, surname2) AS name, birth_date, document_number "
                "FROM person WHERE (unit_id = :unit OR reference_professional_id = :professional) "
                f"AND (document_number = :number OR ({named})) ORDER BY sort_key, id LIMIT :limit"
            ),
            {
                "unit": self.actor.unit_id,
                "professional": self.actor.professional_id,
                "number": number,
                "limit": FOUND_AT_MOST,
                **{f"word{position}": f"%{word}%" for position, word in enumerate(words)},
            },
        ).all()
        allowed = set(self.require_each([row.id for row in found], level=Level.N0, object_kind="person", action="find"))
        return [FoundPerson(*row) for row in found if row.id in allowed]

    def names(self, person_ids: Collection[UUID]) -> dict[UUID, str]:
        """The full names of those people whom this actor may know (N0); the others are absent. One query a list."""
        allowed = self.require_each(person_ids, level=Level.N0, object_kind="person", action="list")
        rows: Any = self.unit.session.execute(
            text("SELECT id, concat_ws(' ', given_name, surname1, surname2) FROM person WHERE id = ANY(:people)"),
            {"people": allowed},
        )
        return dict(row._tuple() for row in rows)

    def _within_level(self, person: Person) -> Person:
        """Leave out what this actor's levels do not open."""
        opened = self.highest(person_id=person.id, object_kind="person", levels=(Level.N1, Level.N2))
        if Level.N1 not in opened:
            person = replace(person, history_number=None)
        if Level.N1 not in opened or not self.locates(person.id):
            person = replace(
                person,
                unit_id=None,
                unit_name=None,
                reference_professional_id=None,
                reference_professional_name=None,
            )
        return person if Level.N2 in opened else replace(person, dependency_grade=None)
