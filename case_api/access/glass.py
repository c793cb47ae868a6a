"""Breaking the glass: an urgent look at somebody outside one's reach.

It starts from a complete identifier typed with a reason, and goes on the same way, in the same time, whether or not
anybody bears it. One person, an hour at most, nothing taken out; then a second person of another unit reviews it, never
one whom this professional has reviewed, nor of a unit that has reviewed theirs, and until then there is no other. The
citizen is told, unless the reviewer holds that back for safety, until a day.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.decision import Decision
from case_api.access.levels import Level
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.events import publish
from case_api.keys import keyed_hash
from case_api.people.names import document_number

FINDINGS: dict[str, Any] = {"justified": _l("Estaba justificada"), "not_justified": _l("No estaba justificada")}
SHORTEST_REASON, LONGEST = 20, 2_000
LONGEST_HOLD = timedelta(days=366)
REVIEW_WITHIN = timedelta(days=5)
"""Whoever was looked up is told after this, when nobody has reviewed it: silence hides nothing."""

_COMPLETE = re.compile(r"[A-Z0-9]{6,20}")
_WAITING = _l("Antes de otra consulta urgente, alguien de otra unidad tiene que revisar la anterior.")
violation("uq_broken_glass_waiting", lambda: Conflict(_WAITING))


@dataclass(frozen=True, slots=True)
class Glass:
    """A glass of this professional's. `running`: it opens a record at this moment, if it ever opened one."""

    id: UUID
    person_id: UUID | None
    reason: str
    opened_at: datetime
    ends_at: datetime
    reviewed_at: datetime | None

    @property
    def running(self) -> bool:
        return self.opened_at <= clock.now() < self.ends_at


@dataclass(frozen=True, slots=True)
class ForReview:
    """A broken glass as its reviewer sees it: who, why, when, what kinds of things were looked at; never at whom."""

    id: UUID
    professional_name: str
    unit_name: str
    urgency: bool
    reason: str
    opened_at: datetime
    ends_at: datetime
    looks: tuple[tuple[str, int], ...]


_REVIEWABLE = """
    SELECT g.id, concat_ws(' ', p.given_name, p.surnames) AS name, u.name AS unit, g.urgency, g.reason, g.opened_at,
        g.ends_at, g.person_id, g.actor_id
    FROM broken_glass g JOIN professional p ON p.id = g.professional_id JOIN unit u ON u.id = g.unit_id
    WHERE g.reviewed_at IS NULL AND g.professional_id <> :me AND g.unit_id <> :unit
        AND NOT alma_reviewed_by(g.professional_id) AND NOT alma_unit_reviewed_by(g.unit_id)
"""
_AGAIN = text("""
    SELECT id, person_id, reason, opened_at, ends_at, reviewed_at FROM broken_glass
    WHERE professional_id = :me AND identifier_hash = :hash AND opened_at <= :now AND ends_at > :now
        AND reviewed_at IS NULL
""")
_LOOKS = text("""
    SELECT object_kind, count(*) FROM access_entry WHERE rule = 'break-glass' AND person_id = :person
        AND actor_id = :actor AND at BETWEEN :opened AND :ends GROUP BY object_kind ORDER BY object_kind
""")


class GlassDoor(DoorBase):
    def break_glass(self, identifier: str, *, reason: str) -> Glass:
        """Break the glass for whoever bears a complete identifier (document, regional or history number).

        The same answer when nobody does, or when it is the professional's own family. The same identifier within the
        hour is the same glass. Raises Refused for a role that may not; Invalid (fields identifier, reason); Conflict
        while an earlier one waits for its review.
        """
        rule = self._table.break_glass
        if self.actor.kind != "staff" or self.actor.role not in rule.roles:
            raise Refused(_l("Su puesto no puede abrir una ficha por urgencia."))
        number, reason = document_number(identifier), reason.strip()
        fields: dict[str, Any] = {}
        if not _COMPLETE.fullmatch(number):
            fields["identifier"] = _l("Escriba el número entero, con todas sus letras y cifras.")
        if not SHORTEST_REASON <= len(reason) <= LONGEST:
            fields["reason"] = _l("Explique qué pasa y por qué no puede esperar: entre 20 y 2.000 letras.")
        if fields:
            raise Invalid(fields=fields)
        session, now, hashed = self.unit.session, clock.now(), keyed_hash("broken-glass.identifier", number.encode())
        again = session.execute(_AGAIN, self._me() | {"hash": hashed, "now": now}).first()
        if again is not None:
            return Glass(*again)
        person_id = session.execute(text("SELECT alma_bearer(:number)"), {"number": number}).scalar()
        facts = self._standing.of(person_id, Level.N0, self._table)
        if not facts["known"] or facts["kin"]:
            person_id = None
        made = Glass(new_id(), person_id, reason, now, now + timedelta(minutes=rule.minutes), None)
        with self.unit.savepoint():
            session.execute(
                text(
                    "INSERT INTO broken_glass (id, professional_id, actor_id, unit_id, urgency, person_id, "
                    "identifier_hash, reason, opened_at, ends_at) "
                    "SELECT :id, :me, :actor, id, urgency, :person, :hash, :reason, :now, :ends "
                    "FROM unit WHERE id = :unit"
                ),
                {
                    "id": made.id, "me": self.actor.professional_id, "actor": self.actor.id, "person": person_id,
                    "hash": hashed, "reason": reason, "now": now, "ends": made.ends_at, "unit": self.actor.unit_id,
                },
            )  # fmt: skip
        found = person_id is not None
        decision = Decision(found, "break-glass" if found else "deny", "U" if found else None, Level.N0)
        self._log(decision, person_id, "glass", str(made.id), "break")
        publish(self.unit, "glass.broken", glass_id=made.id, unit_id=self.actor.unit_id)
        self._standing.forget()
        return made

    def glass(self, glass_id: UUID) -> Glass:
        """A glass of one's own, over or not. Raises NotFound."""
        row = self.unit.session.execute(
            text(
                "SELECT id, person_id, reason, opened_at, ends_at, reviewed_at FROM broken_glass "
                "WHERE id = :id AND professional_id = :me"
            ),
            {"id": glass_id, "me": self.actor.professional_id},
        ).first()
        if row is None:
            raise NotFound()
        return Glass(*row)

    @property
    def reviews_glass(self) -> bool:
        """Whether this professional is of those who review."""
        return self.actor.kind == "staff" and self.actor.role in ("coordinator", "data_protection")

    def glass_to_review(self) -> list[ForReview]:
        """What waits for this reviewer, the oldest first: of other units, and of nobody who has reviewed them."""
        if not self.reviews_glass:
            return []
        rows = self.unit.session.execute(text(_REVIEWABLE + "ORDER BY g.opened_at, g.id"), self._me()).all()
        return [self._for_review(row) for row in rows]

    def glass_for_review(self, glass_id: UUID) -> ForReview:
        """One of them. Raises NotFound."""
        row = None
        if self.reviews_glass:
            row = self.unit.session.execute(text(_REVIEWABLE + "AND g.id = :id"), self._me() | {"id": glass_id}).first()
        if row is None:
            raise NotFound()
        return self._for_review(row)

    def review_glass(
        self, glass_id: UUID, *, finding: str, review: str, held_until: date | None = None, held_why: str = ""
    ) -> None:
        """Say whether it was justified, and when the citizen is told: now, or on a day, with the reason in writing.

        Raises NotFound; Invalid (fields finding, review, held_until, held_why); Conflict when it was reviewed already.
        """
        self.glass_for_review(glass_id)
        review, held_why = review.strip(), held_why.strip()
        fields: dict[str, Any] = {}
        if finding not in FINDINGS:
            fields["finding"] = _l("Elija si estaba justificada.")
        if not 10 <= len(review) <= LONGEST:
            fields["review"] = _l("Escriba qué ha comprobado.")
        if held_until is not None and not clock.today() < held_until <= clock.today() + LONGEST_HOLD:
            fields["held_until"] = _l("Elija un día a partir de mañana, dentro de un año como mucho.")
        if (held_until is not None) != bool(held_why):
            fields["held_why"] = _l("Para retrasar el aviso hacen falta un día y un motivo.")
        if fields:
            raise Invalid(fields=fields)
        now = clock.now()
        done = self.unit.session.execute(
            text(
                "UPDATE broken_glass SET reviewed_at = :now, reviewed_by = :me, review_unit_id = :unit, "
                "finding = :finding, review = :review, held_until = :until, held_why = :why, "
                "noticed_at = CASE WHEN CAST(:until AS date) IS NULL THEN :now END "
                "WHERE id = :id AND reviewed_at IS NULL RETURNING person_id"
            ),
            self._me() | {
                "now": now, "finding": finding, "review": review, "until": held_until, "why": held_why or None,
                "id": glass_id,
            },
        ).first()  # fmt: skip
        if done is None:
            raise Conflict(_l("Alguien la ha revisado mientras tanto."))
        self._log(Decision(True, "mandate", "L", Level.N0), None, "glass", str(glass_id), "review")
        if held_until is None and done.person_id is not None:
            publish(self.unit, "folder.news", person_id=done.person_id)

    def _me(self) -> dict[str, Any]:
        return {"me": self.actor.professional_id, "unit": self.actor.unit_id}

    def _for_review(self, row: Any) -> ForReview:
        looks = self.unit.session.execute(
            _LOOKS, {"person": row.person_id, "actor": row.actor_id, "opened": row.opened_at, "ends": row.ends_at}
        )
        return ForReview(*row[:-2], tuple((kind, count) for kind, count in looks))


def tell_what_is_due(unit: Unit) -> int:
    """Tell the citizens whose notice is no longer held back; how many. For a process of ours, now and then."""
    session: Session = unit.session
    rows = session.execute(
        text(
            "UPDATE broken_glass SET noticed_at = :now WHERE noticed_at IS NULL AND ("
            "(reviewed_at IS NULL AND opened_at < :late) OR (reviewed_at IS NOT NULL AND held_until <= :today)) "
            "RETURNING person_id"
        ),
        {"now": clock.now(), "late": clock.now() - REVIEW_WITHIN, "today": clock.today()},
    ).all()
    for row in rows:
        if row.person_id is not None:
            publish(unit, "folder.news", person_id=row.person_id)
    return len(rows)
