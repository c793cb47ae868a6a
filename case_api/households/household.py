"""The door to households: each member sees their own part; professionals, the members they may know."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound

RELATIONSHIPS: dict[str, Any] = {
    "holder": _l("Titular"),
    "partner": _l("Pareja"),
    "child": _l("Hijo o hija"),
    "parent": _l("Padre o madre"),
    "sibling": _l("Hermano o hermana"),
    "relative": _l("Otro familiar"),
    "other": _l("Otra persona"),
}
violation("uq_household_member_now", lambda: Conflict(_l("Ahora no se puede añadir a esa persona.")))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a household, as this actor may know them. `name` is None in one's own part."""

    person_id: UUID
    relationship: str
    joined_on: date
    name: str | None = None

    @property
    def relationship_words(self) -> Any:
        return RELATIONSHIPS[self.relationship]


@dataclass(frozen=True, slots=True)
class Household:
    """A household at this moment. `others` holds only whom the actor may know, and nobody for a citizen."""

    id: UUID
    own: Member
    others: tuple[Member, ...] = ()


_OWN = text("""
    SELECT household_id, person_id, relationship, joined_on FROM household_member
    WHERE person_id = :person AND left_on IS NULL
""")
_OTHERS = text("""
    SELECT m.person_id, m.relationship, m.joined_on, concat_ws(' ', p.given_name, p.surname1, p.surname2) AS name
    FROM household_member m JOIN person p ON p.id = m.person_id
    WHERE m.household_id = :household AND m.person_id <> :person AND m.left_on IS NULL ORDER BY p.birth_date, m.id
""")
_JOIN = text("""
    INSERT INTO household_member (id, household_id, person_id, relationship, joined_on, recorded_by)
    VALUES (:id, :household, :person, :relationship, :day, :who)
""")


class HouseholdDoor(DoorBase):
    def household(self, person_id: UUID) -> Household | None:
        """Whom a person lives with (N2), or None. A citizen gets their own part alone (Ley 12/2022 art. 43.1-43.2).

        Raises NotFound, StepUpRequired.
        """
        if not self.shows(
            person_id=person_id, level=Level.N2, object_kind="household", object_id=person_id, action="read"
        ):
            return None
        row = self.unit.session.execute(_OWN, {"person": person_id}).first()
        if row is None:
            return None
        own = Member(row.person_id, row.relationship, row.joined_on)
        if self.actor.kind != "staff":
            return Household(row.household_id, own)
        others = self.unit.session.execute(_OTHERS, {"household": row.household_id, "person": person_id}).all()
        known = self.require_each(
            [one.person_id for one in others], level=Level.N0, object_kind="person", action="list"
        )
        return Household(row.household_id, own, tuple(Member(*one) for one in others if one.person_id in known))

    def add_to_household(self, person_id: UUID, other_id: UUID, *, relationship: str) -> Household:
        """Write down that two people live together, from today; both are this professional's business (N3).

        Raises NotFound; Invalid (field relationship); Conflict for somebody who is in a household already.
        """
        for each in (person_id, other_id):
            self._household_desk(each, "write")
        if relationship not in RELATIONSHIPS or relationship == "holder" or person_id == other_id:
            message = _l("Elija qué es de la persona.")
            raise Invalid(message, fields={"relationship": message})
        values = {"day": clock.today(), "who": self.actor.professional_id}
        session = self.unit.session
        row = session.execute(_OWN, {"person": person_id}).first()
        with self.unit.savepoint():
            household = row.household_id if row else new_id()
            if row is None:
                session.execute(
                    text("INSERT INTO household (id, formed_on) VALUES (:id, :day)"), values | {"id": household}
                )
                holder = {"id": new_id(), "household": household, "person": person_id, "relationship": "holder"}
                session.execute(_JOIN, values | holder)
            member = {"id": new_id(), "household": household, "person": other_id, "relationship": relationship}
            session.execute(_JOIN, values | member)
        found = self.household(person_id)
        if found is None:
            raise NotFound()
        return found

    def leave_household(self, person_id: UUID) -> None:
        """Write down that a person lives there no more, from today. Raises NotFound."""
        self._household_desk(person_id, "end")
        self.unit.session.execute(
            text("UPDATE household_member SET left_on = greatest(joined_on, :day) "
                 "WHERE person_id = :person AND left_on IS NULL"),
            {"person": person_id, "day": clock.today()},
        )  # fmt: skip

    def _household_desk(self, person_id: UUID, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=Level.N3, object_kind="household",
            object_id=person_id, action=action,
        )  # fmt: skip
