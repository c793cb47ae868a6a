"""Webhooks, and what is asked back."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Out

WebhookKind = Literal[
    "appointment.booked", "appointment.moved", "appointment.cancelled", "consent.given", "consent.withdrawn"
]


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
