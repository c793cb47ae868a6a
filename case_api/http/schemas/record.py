"""People, files with their steps, benefits, who looked."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Out


class PersonOut(Out):
    """What the token's level does not open is null."""

    id: UUID
    given_name: str
    surname1: str
    surname2: str | None
    birth_date: date | None
    document_type: str | None
    document_number: str | None
    language: str
    unit_id: UUID | None
    unit_name: str | None
    reference_professional_name: str | None
    history_number: str | None


class PeopleQuery(In):
    """`q`: for professionals, the words of a name or a whole document number."""

    q: str | None = Field(None, min_length=1, max_length=100, pattern=r"^[^\x00]+$")


class FoundOut(Out):
    id: UUID
    name: str
    birth_date: date | None
    document_number: str | None


class People(Out):
    items: list[FoundOut]


class StepOut(Out):
    id: UUID
    ordinal: int
    title: str
    state: str
    done_on: date | None
    due_on: date | None
    instructions: str | None
    asks_document: bool
    handed_in_at: datetime | None


class Steps(Out):
    items: list[StepOut]


class FileOut(Out):
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
    steps: list[StepOut]


class FilesPage(Out):
    items: list[FileOut]
    next: str | None


class BenefitOut(Out):
    id: UUID
    person_id: UUID
    file_id: UUID | None
    kind: str
    title: str
    state: str
    granted_on: date
    ends_on: date | None


class BenefitsPage(Out):
    items: list[BenefitOut]
    next: str | None


class AccessEntryOut(Out):
    """When, which unit and role, what for, on what basis. Never who by name."""

    id: UUID
    at: datetime
    actor_kind: str
    unit_name: str | None
    role: str | None
    purpose: str
    rule: str
    basis: str | None
    object_kind: str
    client_id: str | None


class LookOut(AccessEntryOut):
    """Entries within minutes of each other: `at` is the last and `since` the first, `kinds` what was seen."""

    since: datetime
    kinds: list[str]
    entries: list[UUID]


class QueryOut(Out):
    """A question to another administration (RD 203/2021 art. 61.3), and why it went out or was held back. `employee` is
    told to professionals; a person asks the data protection office for it."""

    id: UUID
    person_id: UUID
    at: datetime
    administration: str
    data: list[str]
    purpose: str
    proceeding: Literal["service", "sanction", "inspection"]
    employee: str | None
    allowed: bool
    reason: Literal["allowed", "opposed", "shielded", "not_offered"]


class QueriesPage(Out):
    items: list[QueryOut]
    next: str | None


class AccessLogPage(Out):
    items: list[AccessEntryOut]
    next: str | None
