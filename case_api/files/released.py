"""The door to reports as everybody but their author meets them: signed, released, and whole in themselves."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.levels import Level
from case_api.errors import NotFound
from case_api.files.documents import Document
from case_api.files.streaming import StreamDoor

_REPORT = text(
    "SELECT EXISTS (SELECT 1 FROM document WHERE id = :id AND kind = 'report' AND signed_at <= :now "
    "AND released_at <= :now)"
)


class ReleasedReportsDoor(StreamDoor):
    def released_reports(self, person_id: UUID) -> list[Document]:
        """A person's reports that are signed and released, newest first, as `documents` decides them.

        What is told in person first is not here before its day; a household member finds their own part, as a report
        of theirs. Raises NotFound, StepUpRequired.
        """
        now = clock.now()
        return [
            one
            for one in self.documents(person_id)
            if one.kind == "report" and one.signed_at and one.released_at and max(one.signed_at, one.released_at) <= now
        ]

    def released_report(self, report_id: UUID) -> Document:
        """One of them, without its content (its own level). Raises NotFound, StepUpRequired."""
        self._only_released(report_id, "read")
        return self.document(report_id)

    def released_report_stream(self, report_id: UUID) -> tuple[Document, Iterator[bytes]]:
        """One of them and its bytes, as `document_stream`. Raises NotFound, StepUpRequired."""
        self._only_released(report_id, "download")
        return self.document_stream(report_id)

    def _only_released(self, report_id: UUID, action: str) -> None:
        if not self.unit.session.execute(_REPORT, {"id": report_id, "now": clock.now()}).scalar_one():
            self.require(person_id=None, level=Level.N3, object_kind="document", object_id=report_id, action=action)
            raise NotFound()
