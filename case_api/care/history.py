"""The door to the social history: interventions, what is written in them, and a professional's private notes."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Invalid, NotFound

KINDS: dict[str, Any] = {
    "interview": _l("Entrevista"),
    "information": _l("Información social"),
    "assessment": _l("Valoración"),
    "action": _l("Actuación"),
    "note": _l("Nota privada"),
}
_KIND = "history"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What a professional wrote. `released_at` is None while only staff read it."""

    id: UUID
    kind: str
    title: str
    body: str
    level: Level
    author_id: UUID
    written_at: datetime
    released_at: datetime | None

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class Intervention:
    """A piece of work with a person, with its entries in order, as far as this actor may read them."""

    id: UUID
    person_id: UUID
    title: str
    unit_name: str | None
    opened_on: date
    closed_on: date | None
    entries: tuple[HistoryEntry, ...]


class HistoryDoor(DoorBase):
    def history(self, person_id: UUID) -> list[Intervention]:
        """The interventions with a person, newest first (N3, and what more is open); private notes to their author.

        The person sees what was released to them. Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N3, object_kind=_KIND, object_id=person_id, action="list")
        levels = self.highest(person_id=person_id, object_kind=_KIND)
        entries: defaultdict[UUID, list[HistoryEntry]] = defaultdict(list)
        rows = self.unit.session.execute(
            text("SELECT intervention_id, id, kind, title, body, level, author_id, written_at, released_at "
                 "FROM history_entry WHERE person_id = :person AND (released_at <= :now OR :staff) "
                 "AND (level = ANY(:levels) OR (level = 'P' AND author_id = :me)) ORDER BY written_at, id"),
            {
                "person": person_id, "now": clock.now(), "staff": self.actor.kind == "staff",
                "levels": [str(level) for level in levels], "me": self.actor.professional_id,
            },
        )  # fmt: skip
        for intervention_id, *values in rows:
            values[4] = Level(values[4])
            if values[4] == Level.P:
                self.require(person_id=person_id, level=Level.P, object_kind=_KIND, object_id=values[0], is_author=True)
            entries[intervention_id].append(HistoryEntry(*values))
        found = self.unit.session.execute(
            text("SELECT i.id, i.person_id, i.title, u.name, i.opened_on, i.closed_on FROM intervention i "
                 "LEFT JOIN unit u ON u.id = i.unit_id WHERE i.person_id = :person ORDER BY i.opened_on DESC, i.id"),
            {"person": person_id},
        )  # fmt: skip
        made = [Intervention(*row, entries=tuple(entries[row.id])) for row in found]
        return made if self.locates(person_id) else [replace(one, unit_name=None) for one in made]

    def open_intervention(self, person_id: UUID, *, title: str) -> UUID:
        """Begin a piece of work, today, in the actor's unit (N3). Raises NotFound; Invalid (field title)."""
        self._history_desk(person_id, Level.N3, "write")
        if not title.strip():
            raise _invalid("title", _l("Escriba de qué se trata."))
        values = {
            "id": new_id(), "person": person_id, "title": title.strip(), "unit": self.actor.unit_id,
            "who": self.actor.professional_id, "day": clock.today(),
        }  # fmt: skip
        self.unit.session.execute(
            text("INSERT INTO intervention (id, person_id, title, unit_id, professional_id, opened_on) "
                 "VALUES (:id, :person, :title, :unit, :who, :day)"),
            values,
        )  # fmt: skip
        return values["id"]

    def write_entry(
        self, intervention_id: UUID, *, kind: str, title: str, body: str, level: Level = Level.N3, release: bool = False
    ) -> UUID:
        """Write into a history (N3, or the entry's level); a note is private (P) and never released.

        Raises NotFound; Invalid (fields kind, title, level).
        """
        person_id = self.unit.session.execute(
            text("SELECT person_id FROM intervention WHERE id = :id"), {"id": intervention_id}
        ).scalar()
        level = Level.P if kind == "note" else level
        self._history_desk(person_id, Level.N3 if level == Level.P else level, "write")
        if person_id is None:
            raise NotFound()
        if kind not in KINDS:
            raise _invalid("kind", _l("Elija qué es."))
        if level not in (Level.N3, Level.N4, Level.P):
            raise _invalid("level", _l("Elija un nivel."))
        if not title.strip():
            raise _invalid("title", _l("Escriba de qué se trata."))
        values = {
            "id": new_id(), "intervention": intervention_id, "person": person_id, "kind": kind, "title": title.strip(),
            "body": body.strip(), "level": str(level), "who": self.actor.professional_id, "now": clock.now(),
            "released": clock.now() if release and level != Level.P else None,
        }  # fmt: skip
        self.unit.session.execute(
            text("INSERT INTO history_entry (id, intervention_id, person_id, kind, title, body, level, author_id, "
                 "written_at, released_at) VALUES (:id, :intervention, :person, :kind, :title, :body, :level, :who, "
                 ":now, :released)"),
            values,
        )  # fmt: skip
        return values["id"]

    def _history_desk(self, person_id: UUID | None, level: Level, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=level, object_kind=_KIND,
            object_id=person_id or "", action=action,
        )  # fmt: skip


def _invalid(field: str, message: Any) -> Invalid:
    return Invalid(message, fields={field: message})
