"""Consents and oppositions."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from case_api.http.schemas.base import In, Key, Out

SwitchWord = Literal["T1", "T2", "T3", "T4", "O"]


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
