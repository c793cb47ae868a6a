"""The door to files and benefits."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.errors import NotFound

STATES: dict[str, Any] = {
    "received": _l("Recibido"),
    "in_progress": _l("En estudio"),
    "waiting_for_citizen": _l("Le falta un documento"),
    "granted": _l("Concedida"),
    "denied": _l("No concedida"),
    "closed": _l("Terminado"),
}


@dataclass(frozen=True, slots=True)
class FileStep:
    """A step of a file. `state` is done, current or todo; days are of Madrid, `due_on` included in the time given."""

    id: UUID
    ordinal: int
    title: str
    state: str
    done_on: date | None
    due_on: date | None
    instructions: str | None
    asks_document: bool
    handed_in_at: datetime | None

    @property
    def waits_for_document(self) -> bool:
        """Whether the person still has to hand a document in here."""
        return self.asks_document and self.handed_in_at is None and self.state != "done"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A procedure of a person, its steps in order. `state` is a key of STATES; `decision_due_on` the legal limit."""

    id: UUID
    person_id: UUID
    kind: str
    title: str
    state: str
    summary: str
    opened_at: datetime
    decision_due_on: date | None
    decided_on: date | None
    unit_name: str | None
    professional_name: str | None
    steps: tuple[FileStep, ...]

    @property
    def state_words(self) -> Any:
        return STATES[self.state]

    @property
    def next_step(self) -> FileStep | None:
        """The step under way, or the first to come."""
        return next((step for step in self.steps if step.state != "done"), None)


@dataclass(frozen=True, slots=True)
class Benefit:
    """A service or benefit that a person has. `state` is active, suspended or ended."""

    id: UUID
    person_id: UUID
    file_id: UUID | None
    kind: str
    title: str
    state: str
    granted_on: date
    ends_on: date | None


_FILE = """
    SELECT f.id, f.person_id, f.kind, f.title, f.state, f.summary, f.opened_at, f.decision_due_on, f.decided_on,
        u.name AS unit_name, nullif(concat_ws(' ', p.given_name, p.surnames), '') AS professional_name
    FROM case_file f
    LEFT JOIN unit u ON u.id = f.unit_id
    LEFT JOIN professional p ON p.id = f.professional_id
    WHERE """
_ONE_FILE = _FILE + "f.id = %(id)s"
_FILES_OF = _FILE + "f.person_id = %(person)s ORDER BY f.opened_at DESC, f.id"
_STEPS = (
    "SELECT file_id, id, ordinal, title, state, done_on, due_on, instructions, asks_document, handed_in_at "
    "FROM file_step WHERE file_id = ANY(%(files)s) ORDER BY file_id, ordinal"
)


class FilesDoor(DoorBase):
    def files(self, person_id: UUID) -> list[CaseFile]:
        """A person's files, newest first, with their steps (N2). Raises NotFound, StepUpRequired."""
        self.require(
            person_id=person_id, level=Level.N2, object_kind="file", object_id=person_id, action="list", listing=True
        )
        rows = self.unit.ask(_FILES_OF, {"person": person_id})
        found = self.open_to(rows, object_kind="file", level=lambda _: Level.N2, file=lambda row: row.id)
        return self._with_steps(found)

    def file(self, file_id: UUID) -> CaseFile:
        """One file with its steps (N2). Raises NotFound, StepUpRequired."""
        row = next(iter(self.unit.ask(_ONE_FILE, {"id": file_id})), None)
        self.require(
            person_id=row.person_id if row else None,
            level=Level.N2,
            object_kind="file",
            object_id=file_id,
            file_id=file_id,
        )
        if row is None:
            raise NotFound()
        return self._with_steps([row])[0]

    def benefits(self, person_id: UUID) -> list[Benefit]:
        """What a person has been granted, newest first (N2). Raises NotFound, StepUpRequired."""
        self.require(
            person_id=person_id, level=Level.N2, object_kind="benefit", object_id=person_id, action="list", listing=True
        )
        rows = self.unit.session.execute(
            text(
                "SELECT id, person_id, file_id, kind, title, state, granted_on, ends_on FROM benefit "
                "WHERE person_id = :person ORDER BY granted_on DESC, id"
            ),
            {"person": person_id},
        )
        found = self.open_to(rows, object_kind="benefit", level=lambda _: Level.N2, file=lambda row: row.file_id)
        return [Benefit(*row) for row in found]

    def _with_steps(self, rows: Any) -> list[CaseFile]:
        steps: defaultdict[UUID, list[FileStep]] = defaultdict(list)
        for file_id, *values in self.unit.ask(_STEPS, {"files": [row.id for row in rows]}):
            steps[file_id].append(FileStep(*values))
        found = [CaseFile(*row, steps=tuple(steps[row.id])) for row in rows]
        return [
            one if self.locates(one.person_id) else replace(one, unit_name=None, professional_name=None)
            for one in found
        ]
