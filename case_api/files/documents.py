"""The door to documents and reports: reading them, and handing one in."""

import hashlib
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
from case_api.errors import Conflict, NotFound
from case_api.files.cleaning import clean
from case_api.files.content import check_content, clean_name

KINDS: dict[str, Any] = {"document": _l("Documento"), "report": _l("Informe"), "resolution": _l("Resolución")}


@dataclass(frozen=True, slots=True)
class Document:
    """What is known of a document, without its content. `size` in bytes, `sha256` in hexadecimal.

    `released_at` is None while only staff may read it.
    """

    id: UUID
    person_id: UUID
    file_id: UUID | None
    step_id: UUID | None
    kind: str
    title: str
    file_name: str
    level: Level
    media_type: str
    size: int
    sha256: str
    from_citizen: bool
    created_at: datetime
    signed_at: datetime | None
    released_at: datetime | None

    @property
    def kind_words(self) -> Any:
        return KINDS[self.kind]


_COLUMNS = (
    "id, person_id, file_id, step_id, kind, title, file_name, level, media_type, size, encode(sha256, 'hex'), "
    "from_citizen, created_at, signed_at, released_at"
)


def _document(row: Any) -> Document:
    values = list(row)
    values[7] = Level(values[7])
    return Document(*values)


class DocumentsDoor(DoorBase):
    def documents(self, person_id: UUID, file_id: UUID | None = None) -> list[Document]:
        """A person's documents and released reports, newest first, of one file or of all.

        N2, and what more the actor may see; the rest does not show. Raises NotFound, StepUpRequired.
        """
        levels = self.highest(person_id=person_id, object_kind="document", listing=True)
        self.require(
            person_id=person_id,
            # An application, or somebody chosen, may have been let in to the reports alone.
            level=max(Level.N2, levels[0]) if levels and self._held.any([person_id]) else Level.N2,
            object_kind="document",
            object_id=file_id or person_id,
            action="list",
            listing=True,
        )
        rows = self.unit.session.execute(
            text(
                f"SELECT {_COLUMNS} FROM document WHERE person_id = :person AND level = ANY(:levels) "
                "AND (released_at <= :now OR level = ANY(:drafts)) AND (audience = 'represented' OR NOT :represents) "
                "AND (file_id = :file OR CAST(:file AS uuid) IS NULL) "
                "ORDER BY created_at DESC, id"
            ),
            {
                "person": person_id,
                "levels": [str(level) for level in levels],
                "now": clock.now(),
                "drafts": [str(level) for level in levels if self._reads_unreleased(person_id, level, file_id)],
                "represents": self._represents(person_id),
                "file": file_id,
            },
        )
        found = [_document(row) for row in rows]
        return self.open_to(found, object_kind="document", level=lambda row: row.level, file=lambda row: row.file_id)

    def more_after_login(self, person_id: UUID) -> bool:
        """Whether the person's own folder holds documents that a stronger or a new login would open.

        Only for the person: the folder names what it withholds. False for everybody else.
        """
        if person_id != self.actor.person_id or self.actor.kind != "citizen":
            return False
        self.require(person_id=person_id, level=Level.N2, object_kind="document", object_id=person_id, action="list")
        opened = self.highest(person_id=person_id, object_kind="document")
        return self.unit.session.execute(
            text(
                "SELECT EXISTS (SELECT 1 FROM document WHERE person_id = :person AND level <> ALL(:levels) "
                "AND level < 'N5' AND released_at <= :now)"
            ),
            {"person": person_id, "levels": [str(level) for level in opened], "now": clock.now()},
        ).scalar_one()

    def document(self, document_id: UUID) -> Document:
        """One document, without its content. Raises NotFound, StepUpRequired."""
        return _document(self._read(document_id, _COLUMNS, "read"))

    def document_content(self, document_id: UUID) -> tuple[Document, bytes]:
        """One document and its bytes, decided anew at this moment. Raises NotFound, StepUpRequired."""
        row = self._read(document_id, f"{_COLUMNS}, content", "download")
        return _document(row[:-1]), bytes(row[-1])

    def add_document(
        self,
        file_id: UUID,
        name: str,
        media_type: str,
        content: bytes,
        *,
        step_id: UUID | None = None,
        from_citizen: bool | None = None,
    ) -> Document:
        """Hand in what a step of a file asks for: the step named, or the first that waits for a document.

        `from_citizen`: whether the person sent it, when somebody else hands it in; None tells by who acts.
        A professional looks at it later; nothing is decided here. Raises NotFound, StepUpRequired; Invalid (field
        `document`) with what to mend; Conflict when the file asks for no document.
        """
        file = self.unit.session.execute(
            text("SELECT person_id FROM case_file WHERE id = :id FOR UPDATE"), {"id": file_id}
        ).first()
        self.require(
            person_id=file.person_id if file else None,
            level=Level.N2,
            object_kind="document",
            object_id=file_id,
            action="hand_in",
            file_id=file_id,
        )
        if file is None:
            raise NotFound()
        media_type = check_content(name, media_type, content)
        content, cleaned = clean(media_type, content)
        step = self.unit.session.execute(
            text(
                "SELECT id, title FROM file_step WHERE file_id = :file AND asks_document AND handed_in_at IS NULL "
                "AND state <> 'done' AND (id = :step OR CAST(:step AS uuid) IS NULL) ORDER BY ordinal LIMIT 1"
            ),
            {"file": file_id, "step": step_id},
        ).first()
        if step is None:
            raise Conflict(_l("Ahora no hace falta ningún documento para este expediente."))
        now = clock.now()
        values = {
            "id": new_id(),
            "person": file.person_id,
            "file": file_id,
            "step": step.id,
            "title": step.title,
            "name": clean_name(name),
            "level": str(Level.N2),
            "media": media_type,
            "size": len(content),
            "sha256": hashlib.sha256(content).digest(),
            "content": content,
            "citizen": self.actor.kind in ("citizen", "client") if from_citizen is None else from_citizen,
            "author": self.actor.professional_id,
            "now": now,
            "cleaned": cleaned,
        }
        self.unit.session.execute(
            text(
                "INSERT INTO document (id, person_id, file_id, step_id, kind, title, file_name, level, media_type, "
                "size, sha256, content, from_citizen, author_id, created_at, released_at, cleaned) VALUES (:id, "
                ":person, :file, :step, 'document', :title, :name, :level, :media, :size, :sha256, :content, :citizen, "
                ":author, :now, :now, :cleaned)"
            ),
            values,
        )
        self.unit.session.execute(
            text("UPDATE file_step SET handed_in_at = :now WHERE id = :step"), {"now": now, "step": step.id}
        )
        self.unit.session.execute(
            text("""
                UPDATE case_file SET state = 'in_progress' WHERE id = :file AND state = 'waiting_for_citizen'
                AND NOT EXISTS (SELECT 1 FROM file_step WHERE file_id = :file AND asks_document
                    AND handed_in_at IS NULL AND state = 'current')
            """),
            {"file": file_id},
        )
        return _document(
            self.unit.session.execute(
                text(f"SELECT {_COLUMNS} FROM document WHERE id = :id"), {"id": values["id"]}
            ).one()
        )

    def _reads_unreleased(self, person_id: UUID, level: Level, file_id: UUID | None) -> bool:
        """Whether this actor works with drafts: staff, but for what they see because the person let them."""
        if self.actor.kind != "staff":
            return False
        return not self.by_consent(person_id=person_id, level=level, object_kind="document", file_id=file_id)

    def _represents(self, person_id: UUID) -> bool:
        """Whether a citizen reads for somebody else: what is for the person alone is not theirs."""
        return self.actor.kind == "citizen" and person_id != self.actor.person_id

    def _read(self, document_id: UUID, columns: str, action: str) -> Any:
        """The row, decided by its own level; one not released yet is absent for everybody but staff."""
        found = self.unit.session.execute(
            text("SELECT person_id, level, released_at, file_id, audience FROM document WHERE id = :id"),
            {"id": document_id},
        ).first()
        if found is not None and found.audience != "represented" and self._represents(found.person_id):
            found = None
        if found is not None and not self._reads_unreleased(found.person_id, Level(found.level), found.file_id):
            found = found if found.released_at is not None and found.released_at <= clock.now() else None
        self.require(
            person_id=found.person_id if found else None,
            level=Level(found.level) if found else Level.N2,
            object_kind="document",
            object_id=document_id,
            action=action,
            file_id=found.file_id if found else None,
        )
        return self.unit.session.execute(
            text(f"SELECT {columns} FROM document WHERE id = :id"), {"id": document_id}
        ).one()
