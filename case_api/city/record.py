"""Rows of the record for one file of the city: the file, its steps, its documents, its benefit."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from case_api.city.load import copy
from case_api.city.pdf import make_pdf
from case_api.city.templates import FileTemplate
from case_api.city.values import CityPerson, Ids

_COLUMNS = {
    "person": (
        "id", "given_name", "surname1", "surname2", "sort_key", "birth_date", "document_type", "document_number",
        "nihsucm", "language", "unit_id", "reference_professional_id", "dependency_grade", "created_at",
    ),
    "social_history": ("id", "person_id", "number", "opened_by", "opened_at"),
    "case_file": (
        "id", "person_id", "unit_id", "professional_id", "kind", "title", "state", "summary", "opened_at",
        "decision_due_on", "decided_on",
    ),
    "file_step": (
        "id", "file_id", "person_id", "ordinal", "title", "state", "done_on", "due_on", "instructions", "asks_document",
        "handed_in_at",
    ),
    "document": (
        "id", "person_id", "file_id", "step_id", "kind", "title", "file_name", "level", "media_type", "size", "sha256",
        "content", "from_citizen", "author_id", "created_at", "signed_at", "released_at",
    ),
    "benefit": ("id", "person_id", "file_id", "kind", "title", "state", "granted_on", "ends_on"),
}  # fmt: skip


def at(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """An instant of a working day, in UTC."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@dataclass
class Rows:
    """Rows waiting to be loaded, in the order their tables depend on each other."""

    ids: Ids
    rng: Random
    today: date
    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})

    def add(self, table: str, *values: Any) -> None:
        self.tables[table].append(values)

    def flush(self, connection: Connection, counts: dict[str, int]) -> None:
        """Load what waits, and count it."""
        for name, columns in _COLUMNS.items():
            counts[name] = counts.get(name, 0) + copy(connection, name, columns, self.tables[name])
            self.tables[name].clear()

    def file(
        self,
        person: CityPerson,
        template: FileTemplate,
        *,
        opened_on: date,
        done: int,
        granted: bool = True,
        due_on: date | None = None,
        decision_due_on: date | None = None,
    ) -> UUID:
        """A file with its first `done` steps done; with all of them done it is decided. Returns its identifier."""
        file_id = self.ids()
        steps = template.steps
        ended = done >= len(steps)
        asked = not ended and steps[done].asks is not None
        state = "waiting_for_citizen" if asked else "received" if done <= 1 else "in_progress"
        last = min(opened_on + timedelta(days=steps[-1].days), self.today - timedelta(days=1))
        decided_on = max(last, opened_on) if ended else None
        if decided_on:
            state = "granted" if granted else "denied"
        limit = decision_due_on or opened_on + timedelta(days=max(92, steps[-1].days))
        self.add(
            "case_file", file_id, person.id, person.unit_id, person.professional_id, template.kind, template.title,
            state, template.summary, at(opened_on), limit, decided_on,
        )  # fmt: skip
        for ordinal, step in enumerate(steps, start=1):
            self._step(person, file_id, ordinal, step, opened_on, done, due_on, limit)
        if decided_on:
            self.document(
                person, "resolution", f"Resolución: {template.title}", decided_on, file_id=file_id,
                lines=(f"Sobre su solicitud: {template.title}.", "Concedida." if granted else "No concedida.",
                       "Si no está de acuerdo, pregunte en su centro cómo recurrir."),
            )  # fmt: skip
            if granted and template.benefit:
                granted_row = (person.id, file_id, template.kind, template.benefit, "active", decided_on, None)
                self.add("benefit", self.ids(), *granted_row)
        return file_id

    def _step(
        self, person: CityPerson, file_id: UUID, ordinal: int, step: Any, opened_on: date, done: int,
        due_on: date | None, limit: date,
    ) -> None:  # fmt: skip
        step_id = self.ids()
        is_done, is_current = ordinal <= done, ordinal == done + 1
        done_on = min(opened_on + timedelta(days=step.days), self.today - timedelta(days=1)) if is_done else None
        done_on = max(done_on, opened_on) if done_on else None
        due = None
        if is_current:
            due = due_on or (self.today + timedelta(days=10) if step.asks else None)
        if step.title == "Decisión" and not is_done:
            due = limit
        self.add(
            "file_step", step_id, file_id, person.id, ordinal, step.title,
            "done" if is_done else "current" if is_current else "todo", done_on, due, step.asks, step.asks is not None,
            at(done_on) if step.asks and done_on else None,
        )  # fmt: skip
        if step.asks and done_on:
            self.document(
                person, "document", step.title, done_on, file_id=file_id, step_id=step_id, from_citizen=True,
                lines=("Documento inventado para probar el programa.",),
            )  # fmt: skip

    def document(
        self, person: CityPerson, kind: str, title: str, day: date, *, lines: tuple[str, ...],
        file_id: UUID | None = None, step_id: UUID | None = None, level: str = "N2", from_citizen: bool = False,
        released: bool = True,
    ) -> UUID:  # fmt: skip
        """A PDF of one page; a report that is not released is not signed either. Returns its identifier."""
        content, digest = _pdf(title, lines)
        document_id = self.ids()
        signed = at(day, 10) if kind != "document" and released else None
        self.add(
            "document", document_id, person.id, file_id, step_id, kind, title, f"{_plain(title)}.pdf", level,
            "application/pdf", len(content), digest, content, from_citizen,
            None if from_citizen else person.professional_id, at(day), signed, at(day, 11) if released else None,
        )  # fmt: skip
        return document_id


@lru_cache(maxsize=512)
def _pdf(title: str, lines: tuple[str, ...]) -> tuple[bytes, bytes]:
    content = make_pdf(title, lines)
    return content, hashlib.sha256(content).digest()


@lru_cache(maxsize=512)
def _plain(title: str) -> str:
    from case_api.people.names import plain

    return plain(title).replace("~", "")
