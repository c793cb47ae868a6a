"""How a relation begins: somebody who came to a centre gets it as theirs, and a professional of reference.

Nobody makes it alone (Ley 12/2022 art. 36.2): the appointment that brought the person here was given by another hand,
and whoever assigns is not who will attend.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound, Refused

ASSIGN = frozenset({"coordinator", "information", "administrative"})
_KIND = "person"
_WAITING = text("""
    SELECT a.person_id, max(lower(a.during)) AS starts_at FROM appointment a
    WHERE a.unit_id = :unit AND a.person_id IS NOT NULL AND a.state IN ('booked', 'attended')
        AND a.created_by <> :me AND lower(a.during) > CAST(:now AS timestamptz) - interval '90 days'
    GROUP BY a.person_id ORDER BY 2 LIMIT 300
""")


@dataclass(frozen=True, slots=True)
class Unassigned:
    """Somebody without a centre, who has an appointment in this one."""

    person_id: UUID
    name: str
    starts_at: datetime


class AssigningDoor(DoorBase):
    @property
    def assigns(self) -> bool:
        """Whether this professional gives people their centre and their professional of reference."""
        return self.actor.kind == "staff" and self.actor.role in ASSIGN

    def to_assign(self) -> list[Unassigned]:
        """People of no centre who have an appointment in the actor's own that somebody else gave; each is logged (N0).

        For those who assign; empty for others.
        """
        if not self.assigns or self.actor.unit_id is None:
            return []
        values = {"unit": self.actor.unit_id, "me": f"staff:{self.actor.id}", "now": clock.now()}
        coming = {row.person_id: row.starts_at for row in self.unit.session.execute(_WAITING, values)}
        for person_id in coming:
            self._standing.handle(person_id)
        self._standing.look_up(list(coming))
        free = self.unit.session.execute(
            text("SELECT id FROM person WHERE id = ANY(:people) AND unit_id IS NULL "
                 "AND reference_professional_id IS NULL AND deceased_on IS NULL"),
            {"people": list(coming)},
        ).scalars()  # fmt: skip
        names = self.names(list(free))  # type: ignore[attr-defined]
        found = [Unassigned(person_id, name, coming[person_id]) for person_id, name in names.items()]
        return sorted(found, key=lambda one: (one.starts_at, one.person_id))

    def assign(self, person_id: UUID, professional_id: UUID) -> str:
        """Give a person of `to_assign` this centre and a professional of it as their reference; the history's number.

        From then on the centre sees what the table says (N2 and more by role). Raises NotFound, Refused; Invalid (field
        professional_id); Conflict when somebody was first.
        """
        if not self.assigns:
            raise Refused(_l("Lo hace información y acogida o coordinación."))
        one = next((one for one in self.to_assign() if one.person_id == person_id), None)
        self.require(
            person_id=person_id if one else None,
            level=Level.N0,
            object_kind=_KIND,
            object_id=person_id,
            action="assign",
        )
        if one is None:
            raise NotFound()
        self._check_reference(person_id, professional_id)
        values: dict[str, Any] = {
            "id": person_id, "unit": self.actor.unit_id, "who": professional_id, "now": clock.now(),
        }  # fmt: skip
        done = self.unit.session.execute(
            text("UPDATE person SET unit_id = :unit, reference_professional_id = :who WHERE id = :id "
                 "AND unit_id IS NULL AND reference_professional_id IS NULL"),
            values,
        )  # fmt: skip
        if not done.rowcount:
            raise Conflict(_l("Alguien le ha dado centro mientras tanto."))
        self._standing.forget()
        return self._open_history(values)

    def _check_reference(self, person_id: UUID, professional_id: UUID) -> None:
        known = self.unit.session.execute(
            text("SELECT 1 FROM professional p WHERE p.id = :who AND p.unit_id = :unit AND p.active "
                 "AND p.role = 'social_worker' AND NOT EXISTS (SELECT 1 FROM professional_person k "
                 "WHERE k.professional_id = p.id AND k.person_id = :person)"),
            {"who": professional_id, "unit": self.actor.unit_id, "person": person_id},
        ).scalar()  # fmt: skip
        if known is None or professional_id == self.actor.professional_id:
            message = _l("Elija a otra persona de trabajo social de su centro.")
            raise Invalid(message, fields={"professional_id": message})

    def _open_history(self, values: dict[str, Any]) -> str:
        """The social history, one a person: this decision opens it."""
        number = f"HS/{clock.today():%Y}/{new_id().hex[-8:].upper()}"
        self.unit.session.execute(
            text("INSERT INTO social_history (id, person_id, number, opened_by, opened_at) "
                 "VALUES (:history, :id, :number, :by, :now) ON CONFLICT ON CONSTRAINT uq_social_history_person "
                 "DO NOTHING"),
            values | {"history": new_id(), "number": number, "by": self.actor.professional_id},
        )  # fmt: skip
        known = text("SELECT number FROM social_history WHERE person_id = :id")
        return self.unit.session.execute(known, values).scalar_one()
