"""A document in pieces, each decided anew: a permission that ends in the middle ends the download there."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text

from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import NotFound
from case_api.files.documents import _COLUMNS, Document, DocumentsDoor, _document

PIECE = 1024 * 1024
"""Bytes: what one request holds in memory, and one look at the database brings."""

_PIECE = text("SELECT substring(content FROM :first FOR :size) FROM document WHERE id = :id")


class StreamDoor(DocumentsDoor):
    def document_stream(self, document_id: UUID) -> tuple[Document, Iterator[bytes]]:
        """One document and its bytes in pieces of PIECE; the first was read here, the others when they are asked for.

        Raises NotFound, StepUpRequired; the iterator raises NotFound when the document is no longer open meanwhile.
        """
        row = self._read(document_id, f"{_COLUMNS}, substring(content FROM 1 FOR {PIECE})", "download")
        return _document(row[:-1]), self._pieces(_document(row[:-1]), bytes(row[-1]))

    def _pieces(self, document: Document, first: bytes) -> Iterator[bytes]:
        yield first
        for begin in range(len(first), document.size, PIECE):
            # A transaction of its own: no connection waits for somebody's slow line.
            with unit_of_work(self.actor) as unit:
                again = open_door(self.actor, self.purpose, unit=unit, scopes=self._scopes)
                if not again.allows(
                    person_id=document.person_id,
                    level=document.level,
                    object_kind="document",
                    file_id=document.file_id,
                ):
                    raise NotFound()
                row = unit.session.execute(_PIECE, {"id": document.id, "first": begin + 1, "size": PIECE}).first()
            if row is None:
                raise NotFound()
            yield bytes(row[0])
