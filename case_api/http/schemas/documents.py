"""Documents and reports, without their bytes."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Out


class DocumentOut(Out):
    id: UUID
    person_id: UUID
    file_id: UUID | None
    kind: str
    title: str
    file_name: str
    level: str
    media_type: str
    size: int
    sha256: str
    from_citizen: bool
    created_at: datetime
    released_at: datetime | None


class DocumentsPage(Out):
    items: list[DocumentOut]
    next: str | None


class ReportOut(Out):
    """A report that is signed and released. A household member's own part is a report of theirs, and names no other."""

    id: UUID
    person_id: UUID
    file_id: UUID | None
    title: str
    file_name: str
    level: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime
    signed_at: datetime
    released_at: datetime


class ReportsPage(Out):
    items: list[ReportOut]
    next: str | None


class HandInQuery(In):
    """`name` is the file's own; `step_id` says which step asks for it, when more than one does."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    step_id: UUID | None = None
