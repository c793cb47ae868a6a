"""A document that somebody sent on any channel goes into their file: one act of staff, and nobody asks again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Conflict, DomainError, Invalid, NotFound

if TYPE_CHECKING:
    from case_api.access.door import Door
    from case_api.files.documents import Document

_FOUND = text(
    "SELECT t.id, t.name, t.media_type, t.found_type, t.verdict, t.document_id, b.content, c.person_id "
    "FROM attachment t JOIN blob b USING (sha256) JOIN message m ON m.id = t.message_id "
    "JOIN conversation c ON c.id = m.conversation_id "
    "WHERE t.id = :id AND c.id = :conversation AND m.direction = 'in' AND t.state = 'stored' FOR UPDATE OF t"
)
_FILED = text("UPDATE attachment SET document_id = :document, filed_by = :professional, filed_at = :now WHERE id = :id")
_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
FILEABLE = frozenset(_ENDINGS)


@dataclass(frozen=True, slots=True)
class Place:
    """A step of a file that waits for a document."""

    file_id: UUID
    step_id: UUID
    file_title: str
    step_title: str

    @property
    def key(self) -> str:
        return f"{self.file_id}:{self.step_id}"


def places(door: "Door", *, person_id: UUID) -> list[Place]:
    """Where a document of this person is missing, as far as the door's actor may see; nothing when they may not."""
    try:
        files = door.files(person_id)
    except DomainError:
        return []
    return [
        Place(file.id, step.id, file.title, step.title)
        for file in files
        for step in file.steps
        if step.waits_for_document
    ]


def file_attachment(
    session: Session,
    *,
    door: "Door",
    conversation_id: UUID,
    attachment_id: UUID,
    file_id: UUID,
    step_id: UUID,
    professional_id: UUID,
) -> "Document":
    """Hand what came with a message in for a step of its sender's file; the step asks no more.

    Through the door, which decides and logs. Raises NotFound; Conflict when it was filed already or the step asks no
    more; Invalid when it is nothing that can be handed in, or nobody knows yet whose it is.
    """
    row = session.execute(_FOUND, {"id": attachment_id, "conversation": conversation_id}).first()
    if row is None:
        raise NotFound
    if row.document_id is not None:
        raise Conflict(_l("Este archivo ya está en su expediente."))
    if row.person_id is None:
        raise Invalid(fields={"place": _l("Todavía no sabemos de quién es. Únalo antes a su persona.")})
    if row.verdict == "dangerous":
        raise Invalid(fields={"place": _l("Este archivo puede ser peligroso: pida otro, en PDF o en foto.")})
    if door.file(file_id).person_id != row.person_id:
        raise NotFound
    found = row.found_type or row.media_type
    document = door.add_document(
        file_id,
        row.name or f"documento{_ENDINGS.get(found, '')}",
        found,
        bytes(row.content),
        step_id=step_id,
        from_citizen=True,
    )
    session.execute(
        _FILED, {"id": attachment_id, "document": document.id, "professional": professional_id, "now": clock.now()}
    )
    return document
