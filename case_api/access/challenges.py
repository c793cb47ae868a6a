"""Challenging a look: "esto no me parece bien" opens a task for the data protection office, and gets an answer.

Who looked is named only after that review, and only when the office finds that it must be said (C-579/21; Ley 39/2015
art. 53.1.b). The answer is due within a month (RGPD art. 12.3).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.decision import Decision
from case_api.access.entries import AccessLogDoor
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.events import publish

FINDINGS: dict[str, Any] = {
    "justified": _l("La consulta estaba justificada"),
    "not_justified": _l("La consulta no estaba justificada"),
}
LONGEST = 2_000
_KIND = "access_log"
_COLUMNS = (
    "c.id, c.person_id, c.entry_id, c.words, c.asked_at, c.due_on, c.answered_at, c.finding, c.answer, c.name_told"
)
violation("uq_log_challenge_entry", lambda: Conflict(_l("Ya nos preguntó por esta consulta.")))


@dataclass(frozen=True, slots=True)
class Challenge:
    """A question about a look. `due_on`: the last day for the answer, in Madrid. `name_told`: who looked, once told."""

    id: UUID
    person_id: UUID
    entry_id: UUID
    words: str
    asked_at: datetime
    due_on: date
    answered_at: datetime | None
    finding: str | None
    answer: str | None
    name_told: str | None

    @property
    def finding_words(self) -> Any:
        return FINDINGS.get(self.finding or "")


@dataclass(frozen=True, slots=True)
class LookUnderReview:
    """What the office is shown of a look: everything that the log holds of it."""

    at: datetime
    actor_id: str
    professional_name: str | None
    unit_name: str | None
    role: str | None
    purpose: str
    action: str
    rule: str
    basis: str | None
    level: str
    object_kind: str


_UNDER_REVIEW = text("""
    SELECT e.at, e.actor_id, nullif(concat_ws(' ', p.given_name, p.surnames), '') AS professional_name,
        u.name AS unit_name, e.role, e.purpose, e.action, e.rule, e.basis, e.level, e.object_kind
    FROM access_entry e LEFT JOIN unit u ON u.id = e.unit_id
    LEFT JOIN professional p ON e.actor_kind = 'staff' AND e.actor_id IN (p.login, CAST(p.id AS text))
    WHERE e.id = ANY(:entries) ORDER BY e.at, e.id
""")


class ChallengesDoor(AccessLogDoor):
    def challenge(self, entry_id: UUID, *, words: str) -> Challenge:
        """Say that a look at one's own record is not all right. Only the person does.

        It is about the look as the page shows it, whole (`looks`). Raises NotFound for one that they cannot read,
        StepUpRequired, Refused; Invalid (field words); Conflict when it was asked before.
        """
        person_id = self.actor.person_id
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=entry_id, action="challenge")
        if self.actor.kind != "citizen" or person_id is None:
            raise Refused(_l("Solo la propia persona puede hacerlo."))
        look = self.look(person_id, entry_id)
        words = words.strip()
        if not words or len(words) > LONGEST:
            message = _l("Cuéntenos qué no le parece bien, en 2.000 letras como mucho.")
            raise Invalid(message, fields={"words": message})
        now, today = clock.now(), clock.today()
        made = new_id()
        with self.unit.savepoint():
            self.unit.session.execute(
                text(
                    "INSERT INTO log_challenge (id, person_id, entry_id, entries, words, asked_at, due_on) "
                    "VALUES (:id, :person, :entry, :entries, :words, :now, :due)"
                ),
                {
                    "id": made, "person": person_id, "entry": look.id, "entries": list(look.entries), "words": words,
                    "now": now, "due": today + relativedelta(months=1),
                },
            )  # fmt: skip
        publish(self.unit, "log.challenged", challenge_id=made)
        return self._challenge(made)

    def challenges(self, person_id: UUID) -> list[Challenge]:
        """What the person has asked about looks, newest first, with the answers (N2).

        Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind=_KIND, object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM log_challenge c WHERE person_id = :person ORDER BY asked_at DESC, id DESC"),
            {"person": person_id},
        )
        return [Challenge(*row) for row in rows]

    @property
    def oversees(self) -> bool:
        """Whether this professional is of the data protection office."""
        return self.actor.kind == "staff" and self.actor.role == "data_protection"

    def challenges_open(self, *, answered: bool = False, limit: int = 100) -> list[Challenge]:
        """For the office: what waits for an answer, the first due first; or the last answered. Raises NotFound."""
        self._oversee(None, "open", "list")
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM log_challenge c WHERE (answered_at IS NOT NULL) = :answered "
                "ORDER BY CASE WHEN :answered THEN NULL ELSE due_on END, answered_at DESC, id LIMIT :limit"
            ),
            {"answered": answered, "limit": limit},
        )
        return [Challenge(*row) for row in rows]

    def challenge_for_review(self, challenge_id: UUID) -> tuple[Challenge, list[LookUnderReview]]:
        """For the office: one of them, and what the log holds of the look. Raises NotFound."""
        row = self.unit.session.execute(
            text(f"SELECT {_COLUMNS}, c.entries FROM log_challenge c WHERE c.id = :id"), {"id": challenge_id}
        ).first()
        self._oversee(row.person_id if row else None, str(challenge_id), "review")
        if row is None:
            raise NotFound()
        looks = self.unit.session.execute(_UNDER_REVIEW, {"entries": list(row.entries)})
        return Challenge(*row[:-1]), [LookUnderReview(*look) for look in looks]

    def answer_challenge(self, challenge_id: UUID, *, finding: str, answer: str, tell_name: bool = False) -> None:
        """For the office: answer, and say who looked when that is indispensable; the person reads it in the folder.

        Raises NotFound; Invalid (fields finding, answer); Conflict when it is answered already.
        """
        asked, looks = self.challenge_for_review(challenge_id)
        fields: dict[str, Any] = {}
        answer = answer.strip()
        if finding not in FINDINGS:
            fields["finding"] = _l("Elija si estaba justificada.")
        if not 10 <= len(answer) <= LONGEST:
            fields["answer"] = _l("Escriba la respuesta: la persona la lee tal cual.")
        if fields:
            raise Invalid(fields=fields)
        names = sorted({look.professional_name for look in looks if look.professional_name})
        done = self.unit.session.execute(
            text(
                "UPDATE log_challenge SET answered_at = :now, answered_by = :me, finding = :finding, answer = :answer, "
                "name_told = :name WHERE id = :id AND answered_at IS NULL"
            ),
            {
                "now": clock.now(), "me": self.actor.professional_id, "finding": finding, "answer": answer,
                "name": ", ".join(names) or None if tell_name else None, "id": challenge_id,
            },
        )  # fmt: skip
        if not done.rowcount:
            raise Conflict(_l("Alguien la ha contestado mientras tanto."))
        publish(self.unit, "folder.news", person_id=asked.person_id)

    def _challenge(self, challenge_id: UUID) -> Challenge:
        row = self.unit.session.execute(
            text(f"SELECT {_COLUMNS} FROM log_challenge c WHERE c.id = :id"), {"id": challenge_id}
        ).one()
        return Challenge(*row)

    def _oversee(self, person_id: UUID | None, object_id: str, action: str) -> None:
        # Its duty is not care: no relation opens this, and this opens nothing else (RGPD art. 39.1.b).
        may = self.oversees
        decision = Decision(may, "mandate" if may else "deny", "L" if may else None, Level.N2)
        self._log(decision, person_id if may else None, _KIND, object_id, action)
        if not may:
            raise NotFound()
