"""Shields: people in danger (gender violence, a protected address, child protection).

A shield raises what could locate a person to N5, for them and for the minors in their custody: only the team named for
it sees that. It beats representation and household, and nothing tells that it is there (LO 1/2004 art. 63; LO 1/1996
art. 22 quáter.3). What it hides it hides in the database too: `alma_cared`, `alma_silenced`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.events import publish

KINDS: dict[str, Any] = {
    "gender_violence": _l("Violencia contra las mujeres"),
    "protected_address": _l("Domicilio protegido"),
    "child_protection": _l("Protección de la infancia"),
}
LONGEST = 2_000
LONGEST_WITHOUT_REVIEW = timedelta(days=366)
violation("uq_shield_standing", lambda: Conflict(_l("Esta protección ya estaba puesta.")))


@dataclass(frozen=True, slots=True)
class Shield:
    """A shield that stands. `covers` counts the people under it; `team` are the names of whom it lets through."""

    id: UUID
    person_id: UUID
    because_of: UUID | None
    kind: str
    reason: str
    set_at: datetime
    set_by_name: str
    review_on: date
    covers: int
    team: tuple[str, ...]

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]


def shielded_among(session: Session, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of `people` over whom a shield stands now. For whatever is about to leave; whoever asks it decides nothing
    else by it."""
    rows = session.execute(
        text("SELECT one FROM unnest(CAST(:people AS uuid[])) AS one WHERE alma_shielded_since(one) IS NOT NULL"),
        {"people": list(people)},
    )
    return frozenset(rows.scalars())


class ShieldsDoor(DoorBase):
    @property
    def may_shield(self) -> bool:
        """Whether this professional is one of those named to set shields."""
        return self.actor.kind == "staff" and bool(self.unit.session.execute(text("SELECT alma_may_shield()")).scalar())

    def shield(self, person_id: UUID) -> Shield | None:
        """The shield over a person, for the team named for it (N5); None for others, as when there is none (N3).

        Raises NotFound.
        """
        named = self.allows(person_id=person_id, level=Level.N5, object_kind="shield")
        named = named and self._standing.shielded(person_id)
        self._desk(person_id, "read", Level.N5 if named else Level.N3)
        if not named:
            return None
        row = self.unit.session.execute(
            text(
                "SELECT s.id, s.person_id, s.because_of, s.kind, s.reason, s.set_at, "
                "concat_ws(' ', p.given_name, p.surnames) AS set_by_name, s.review_on, "
                "(SELECT count(*) FROM shield o WHERE o.lifted_at IS NULL AND coalesce(o.because_of, o.id) = "
                "coalesce(s.because_of, s.id)) AS covers, ARRAY(SELECT concat_ws(' ', m.given_name, m.surnames) "
                "FROM shield_member t JOIN professional m ON m.id = t.professional_id WHERE t.shield_id = s.id "
                "AND t.until IS NULL ORDER BY 1) AS team "
                "FROM shield s JOIN professional p ON p.id = s.set_by WHERE s.person_id = :id AND s.lifted_at IS NULL"
            ),
            {"id": person_id},
        ).first()
        return Shield(*row[:-1], tuple(row.team)) if row else None

    def set_shield(
        self, person_id: UUID, *, kind: str, reason: str, review_on: date, team: Collection[UUID] = ()
    ) -> list[UUID]:
        """Set a shield over a person and the minors in their custody, from this moment; whom it covers.

        In this transaction household edges are cut, every address becomes unsafe, and whoever is not of the `team`
        (this professional always is) loses sight of them. `review_on`: within a year. Raises NotFound; Refused for a
        professional who is not named for it; Invalid (fields kind, reason, review_on, team); Conflict when one stands.
        """
        self._desk(person_id, "set")
        if not self.may_shield:
            raise Refused(_l("Solo puede hacerlo quien está designado para proteger a personas en peligro."))
        values = self._checked(kind, reason, review_on, team)
        with self.unit.savepoint():
            covered = self.unit.session.execute(
                text("SELECT alma_shield(:id, :person, :kind, :reason, :review, CAST(:team AS uuid[]), :today)"),
                values | {"id": new_id(), "person": person_id, "today": clock.today()},
            ).scalar_one()
        for one in covered:
            publish(self.unit, "shield.set", person_id=one)
        self._standing.forget()
        return list(covered)

    def lift_shield(self, person_id: UUID, *, why: str) -> None:
        """Lift the shield over a person and over those whom it covers because of them, from this moment.

        Edges that were cut stay cut. Raises NotFound, Refused, Invalid (field why).
        """
        self._desk(person_id, "lift", Level.N5)
        if not self.may_shield:
            raise Refused(_l("Solo puede hacerlo quien está designado para proteger a personas en peligro."))
        why = why.strip()
        if not 10 <= len(why) <= LONGEST:
            message = _l("Escriba por qué ya no hace falta la protección.")
            raise Invalid(message, fields={"why": message})
        lifted = self.unit.session.execute(
            text(
                "UPDATE shield SET lifted_at = :now, lifted_by = :me, lifted_why = :why WHERE lifted_at IS NULL "
                "AND (person_id = :person OR because_of = (SELECT id FROM shield "
                "WHERE person_id = :person AND lifted_at IS NULL))"
            ),
            {"now": clock.now(), "me": self.actor.professional_id, "why": why, "person": person_id},
        )
        if not lifted.rowcount:
            raise NotFound()
        publish(self.unit, "shield.lifted", person_id=person_id)
        self._standing.forget()

    def _desk(self, person_id: UUID, action: str, level: Level = Level.N4) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=level, object_kind="shield",
            object_id=person_id, action=action,
        )  # fmt: skip

    def _checked(self, kind: str, reason: str, review_on: date, team: Collection[UUID]) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if kind not in KINDS:
            fields["kind"] = _l("Elija de qué protección se trata.")
        reason = reason.strip()
        if not 10 <= len(reason) <= LONGEST:
            fields["reason"] = _l("Escriba el motivo con sus palabras: entre 10 y 2.000 letras.")
        if not clock.today() < review_on <= clock.today() + LONGEST_WITHOUT_REVIEW:
            fields["review_on"] = _l("Elija un día de revisión, dentro de un año como mucho.")
        named = {*team, self.actor.professional_id}
        working = self.unit.session.execute(
            text("SELECT id FROM professional WHERE id = ANY(:team) AND active"), {"team": list(named)}
        ).scalars()
        if named - set(working):
            fields["team"] = _l("Elija solo a profesionales en activo.")
        if fields:
            raise Invalid(fields=fields)
        return {"kind": kind, "reason": reason, "review": review_on, "team": list(named)}
