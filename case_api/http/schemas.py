"""What goes in and what comes out. Nothing undeclared leaves; nothing undeclared is accepted."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

ModeWord = Literal["in_person", "phone", "video", "home"]


def _text_only(value: Any) -> Any:
    # A bare number would be taken for seconds since 1970, which nobody means.
    return value if isinstance(value, str | date) else ""


Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]
Day = Annotated[date, BeforeValidator(_text_only), Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Out(BaseModel):
    model_config = ConfigDict(from_attributes=True, extra="ignore")


class PageQuery(In):
    """`cursor` is the `next` of the page before."""

    cursor: str | None = Field(None, max_length=300)
    limit: int = Field(50, ge=1, le=200)


class SlotQuery(PageQuery):
    unit_id: UUID
    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    from_day: Day | None = None
    to_day: Day | None = None
    professional_id: UUID | None = None
    mode: ModeWord | None = None


class BookingIn(In):
    """`person_id` may be left out by the person; without `professional_id`, whoever is free. `override_reason`,
    `source` and `priority` are for staff."""

    person_id: UUID | None = None
    unit_id: UUID
    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    mode: ModeWord
    starts_at: Moment
    professional_id: UUID | None = None
    override_reason: Words | None = None
    hold_id: UUID | None = None
    chosen: bool = False
    source: Literal["desk", "phone", "line010", "third_party"] | None = None
    priority: Literal["emergency", "priority", "ordinary"] | None = None


class HoldIn(In):
    """A slot to be kept for some minutes. `moves` is the appointment that it is to move."""

    person_id: UUID | None = None
    unit_id: UUID
    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    mode: ModeWord
    starts_at: Moment
    professional_id: UUID | None = None
    moves: UUID | None = None


class FirstQuery(In):
    """The whole city unless a centre or a district is named."""

    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    mode: ModeWord | None = None
    unit_id: UUID | None = None
    district: Annotated[str, Field(max_length=80)] | None = None
    professional_id: UUID | None = None


class CancelIn(In):
    why: Words | None = None


class MoveIn(In):
    """`unit_id` names another centre; the rest stays as it is unless told."""

    starts_at: Moment
    professional_id: UUID | None = None
    mode: ModeWord | None = None
    unit_id: UUID | None = None


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


class HandInQuery(In):
    """`name` is the file's own; `step_id` says which step asks for it, when more than one does."""

    name: str = Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
    step_id: UUID | None = None


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


class SlotOut(Out):
    starts_at: datetime
    minutes: int
    unit_id: UUID
    professional_id: UUID
    professional: str
    modes: list[ModeWord]


class AppointmentOut(Out):
    id: UUID
    person_id: UUID
    unit_id: UUID
    centre: str
    address: str | None
    professional_id: UUID
    professional: str
    room: str | None
    reason: str
    starts_at: datetime
    minutes: int
    mode: ModeWord
    state: Literal["booked", "cancelled", "attended", "no_show"]
    sequence: int
    due_at: datetime | None


class HoldOut(Out):
    """A slot kept until `expires_at`. `state` is live, booked, released or expired."""

    id: UUID
    person_id: UUID
    unit_id: UUID
    reason: str
    mode: ModeWord
    professional_id: UUID
    starts_at: datetime
    expires_at: datetime
    state: str


class FirstSlots(Out):
    items: list[SlotOut]


class AccessEntryOut(Out):
    """When, which unit and role, what for, on what basis. Never who by name."""

    at: datetime
    actor_kind: str
    unit_name: str | None
    role: str | None
    purpose: str
    rule: str
    basis: str | None
    object_kind: str


WebhookKind = Literal[
    "appointment.booked", "appointment.moved", "appointment.cancelled", "consent.given", "consent.withdrawn"
]
SwitchWord = Literal["T1", "T2", "T3", "T4", "O"]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z_]{0,39}$")]


class ConsentIn(In):
    """`words_sha256` is that of the offer, as the person has read it; without `file_id` it is about everything."""

    switch: SwitchWord
    recipient_kind: Key
    recipient_name: Key
    file_id: UUID | None = None
    words_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class OfferQuery(In):
    """With `file_id`, the offers speak of that file alone, and only those that can."""

    file_id: UUID | None = None


class ConsentOut(Out):
    """`state` is standing, withdrawn or expired; `words` is what was shown, to the letter."""

    id: UUID
    person_id: UUID
    switch: SwitchWord
    recipient_kind: str
    recipient_name: str
    file_id: UUID | None
    state: Literal["standing", "withdrawn", "expired"]
    given_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    channel: str
    language: str
    words: str
    words_sha256: str
    receipt_id: UUID


class OfferedOut(Out):
    """A switch and what must be read before it moves."""

    switch: SwitchWord
    recipient_kind: str
    recipient_name: str
    one_file: bool
    file_id: UUID | None
    words: str
    words_sha256: str
    expires_at: datetime | None
    on: bool


class Consents(Out):
    items: list[ConsentOut]
    offered: list[OfferedOut]


class CentreOut(Out):
    id: UUID
    name: str
    district: str
    address: str | None
    phone: str | None
    opening_hours: str | None


class ReasonOut(Out):
    key: str
    name: Annotated[str, BeforeValidator(str)]
    minutes: int
    modes: list[ModeWord]
    notice_minutes: int
    horizon_days: int


class FilesPage(Out):
    items: list[FileOut]
    next: str | None


class DocumentsPage(Out):
    items: list[DocumentOut]
    next: str | None


class AppointmentsPage(Out):
    items: list[AppointmentOut]
    next: str | None


class SlotsPage(Out):
    items: list[SlotOut]
    next: str | None


class AccessLogPage(Out):
    items: list[AccessEntryOut]
    next: str | None


class Centres(Out):
    items: list[CentreOut]


class Reasons(Out):
    items: list[ReasonOut]


class WebhookIn(In):
    """`url` is https and public; `kinds` are of the list below."""

    url: str = Field(min_length=8, max_length=2000, pattern=r"^https?://[^\x00-\x20\\\x7f]+$")
    kinds: list[WebhookKind] = Field(min_length=1, max_length=20)


class WebhookOut(Out):
    id: UUID
    url: str
    kinds: list[str]
    created_at: datetime


class WebhookMade(WebhookOut):
    """`secret` checks the signatures; it is told this once."""

    secret: str


class WebhooksPage(Out):
    items: list[WebhookOut]
    next: str | None


class RecallOut(Out):
    """`outcome` is deleted or kept_by_law once it was answered."""

    id: UUID
    consent_id: UUID
    person_id: UUID
    created_at: datetime
    acknowledged_at: datetime | None
    outcome: str | None


class RecallsPage(Out):
    items: list[RecallOut]
    next: str | None


class AcknowledgeIn(In):
    outcome: Literal["deleted", "kept_by_law"]


PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "in": {"type": "string"},
                },
            },
        },
        "alternatives": {"type": "array", "items": {"$ref": "#/components/schemas/SlotsPage.SlotOut"}},
        "acr_values": {"type": "string"},
        "scope": {"type": "string"},
    },
}
