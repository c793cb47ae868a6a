"""What a centre, a case team or a chosen person is asked to use no more, and their answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.entries import OBJECTS
from case_api.access.facts import Decision
from case_api.access.levels import Level
from case_api.errors import Invalid, NotFound

OUTCOMES: dict[str, Any] = {
    "deleted": _l("Lo he borrado: ya no queda nada"),
    "kept_by_law": _l("Una ley me obliga a guardarlo, y no lo uso para nada más"),
}
ANSWERED: dict[str, Any] = {
    "deleted": _l("Ha contestado que lo ha borrado."),
    "kept_by_law": _l("Ha contestado que una ley le obliga a guardarlo, y que no lo usa para nada más."),
}
"""The same for the person who reads the answer."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One request to use no more. `who` is initials and the end of a document: who it was is not open any more."""

    id: UUID
    consent_id: UUID
    who: str
    created_at: datetime
    kinds: tuple[str, ...]
    acknowledged_at: datetime | None
    outcome: str | None

    @property
    def kinds_words(self) -> list[Any]:
        return [OBJECTS.get(kind, kind) for kind in self.kinds]

    @property
    def outcome_words(self) -> Any:
        return OUTCOMES.get(self.outcome or "")


class RecallsDoor(DoorBase):
    def recalled_from_me(self) -> list[Recalled]:
        """What this professional's centre or case team, or this citizen as somebody chosen, is asked to use no more.

        Newest first, answered ones too; nothing about people under a shield.
        """
        if self.actor.kind not in ("staff", "citizen"):
            return []
        rows = self.unit.session.execute(text("SELECT * FROM alma_recalls()"))
        return [Recalled(*row[:4], tuple(row.kinds), *row[5:]) for row in rows]

    def consented_here(self) -> list[tuple[UUID, str]]:
        """People who let this professional's centre see something, and who they are, each logged; for staff."""
        if self.actor.kind != "staff" or self.actor.unit_id is None:
            return []
        found = self.unit.session.execute(
            text(
                "SELECT DISTINCT person_id FROM consent WHERE recipient_kind = 'other_unit' "
                "AND recipient_name = CAST(:unit AS text) AND withdrawn_at IS NULL "
                "AND (expires_at IS NULL OR expires_at > :now)"
            ),
            {"unit": self.actor.unit_id, "now": clock.now()},
        ).scalars()
        names = self.names(list(found))  # type: ignore[attr-defined]
        return sorted(names.items(), key=lambda one: one[1])

    def answer_recall(self, recall_id: UUID, *, outcome: str) -> None:
        """Say what was done (a key of OUTCOMES); the first answer stands, and the person reads it.

        Raises NotFound for what this actor was not asked; Invalid (field outcome).
        """
        asked = any(one.id == recall_id for one in self.recalled_from_me())
        self._log(Decision(asked, "consent" if asked else "deny", "C" if asked else None, Level.N0), None, "consent",
                  str(recall_id), "acknowledge")  # fmt: skip
        if not asked:
            raise NotFound()
        if outcome not in OUTCOMES:
            message = _l("Elija qué ha hecho con lo que recibió.")
            raise Invalid(message, fields={"outcome": message})
        self.unit.session.execute(
            text("SELECT alma_recall_answered(:id, :outcome)"), {"id": recall_id, "outcome": outcome}
        )
