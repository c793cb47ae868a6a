"""What the API tells of conversations: the person's own words and ours, no notes, no addresses of staff."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Out


class AttachmentOut(Out):
    """`state` is stored, pending or failed."""

    id: UUID
    name: str | None
    media_type: str
    size: int | None
    state: str


class MessageOut(Out):
    """`direction` is in (from the person) or out (to them); `state` how far it has come."""

    id: UUID
    direction: str
    channel: str
    body: str
    state: str
    created_at: datetime
    attachments: list[AttachmentOut]


class ConversationOut(Out):
    id: UUID
    person_id: UUID
    subject: str | None
    state: str
    opened_at: datetime
    closed_at: datetime | None
    last_message_at: datetime
    messages: list[MessageOut]


class ConversationsPage(Out):
    items: list[ConversationOut]
    next: str | None


class MessageIn(In):
    """Without NUL and at most 5,000 characters: what a person types."""

    body: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
