"""Centres, reasons, free slots, appointments."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from case_api.http.schemas.base import Day, In, Moment, Out, PageQuery, Words

ModeWord = Literal["in_person", "phone", "video", "home"]


class SlotQuery(PageQuery):
    unit_id: UUID
    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    from_day: Day | None = None
    to_day: Day | None = None
    professional_id: UUID | None = None
    mode: ModeWord | None = None


class FirstQuery(In):
    """The whole city unless a centre or a district is named."""

    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    mode: ModeWord | None = None
    unit_id: UUID | None = None
    district: Annotated[str, Field(max_length=80)] | None = None
    professional_id: UUID | None = None


class BookingIn(In):
    """`person_id` may be left out by the person; without `professional_id`, whoever is free. `override_reason`,
    `source` and `priority` are for staff; what another system books for an employee is `peer` unless told."""

    person_id: UUID | None = None
    unit_id: UUID
    reason: str = Field(pattern=r"^[a-z][a-z_]{0,59}$")
    mode: ModeWord
    starts_at: Moment
    professional_id: UUID | None = None
    override_reason: Words | None = None
    hold_id: UUID | None = None
    chosen: bool = False
    source: Literal["desk", "phone", "line010", "third_party", "peer"] | None = None
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


class CancelIn(In):
    why: Words | None = None


class MoveIn(In):
    """`unit_id` names another centre; the rest stays as it is unless told. `hold_id`: the hold of the new hour."""

    starts_at: Moment
    professional_id: UUID | None = None
    mode: ModeWord | None = None
    unit_id: UUID | None = None
    hold_id: UUID | None = None


class SlotOut(Out):
    starts_at: datetime
    minutes: int
    unit_id: UUID
    professional_id: UUID
    professional: str
    modes: list[ModeWord]


class SlotsPage(Out):
    items: list[SlotOut]
    next: str | None


class FirstSlots(Out):
    items: list[SlotOut]


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


class AppointmentsPage(Out):
    items: list[AppointmentOut]
    next: str | None


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


class CentreOut(Out):
    id: UUID
    name: str
    district: str
    address: str | None
    phone: str | None
    opening_hours: str | None


class Centres(Out):
    items: list[CentreOut]


class ReasonOut(Out):
    key: str
    name: Annotated[str, BeforeValidator(str)]
    minutes: int
    modes: list[ModeWord]
    notice_minutes: int
    horizon_days: int


class Reasons(Out):
    items: list[ReasonOut]
