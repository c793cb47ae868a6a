"""A consent or an opposition as it stands, a switch that may be moved, and what went out by one."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from case_api import clock
from case_api.access.consents import words


class _Named:
    """What has a switch and a recipient says both in words."""

    __slots__ = ()

    @property
    def switch_words(self) -> Any:
        return words.SWITCHES[self.switch]

    @property
    def recipient_words(self) -> str:
        return words.recipient_words(self.recipient_kind, self.recipient_name, self.recipient_label)


@dataclass(frozen=True, slots=True)
class Consent(_Named):
    """One consent, or one opposition (`switch` O). `words` is what was shown, in `language`; one line a sentence.

    `recipient_label` is the name of a centre or of a chosen person, where `recipient_name` is only a key.
    """

    id: UUID
    person_id: UUID
    switch: str
    recipient_kind: str
    recipient_name: str
    file_id: UUID | None
    file_title: str | None
    given_at: datetime
    expires_at: datetime | None
    withdrawn_at: datetime | None
    channel: str
    language: str
    words: str
    words_sha256: str
    receipt_id: UUID
    data: tuple[str, ...]
    purpose: str | None
    evidence: str | None = None
    acknowledged_at: datetime | None = None
    recipient_label: str | None = None

    @property
    def state(self) -> str:
        """standing, withdrawn or expired, at this moment: it has expired in the very instant of `expires_at`."""
        if self.expires_at is not None and self.expires_at <= min(self.withdrawn_at or clock.now(), clock.now()):
            return "expired"
        return "standing" if self.withdrawn_at is None else "withdrawn"


@dataclass(frozen=True, slots=True)
class Offered(_Named):
    """A switch that may be moved: what is read before, its hash, and what stands now (None: it is off)."""

    switch: str
    recipient_kind: str
    recipient_name: str
    one_file: bool
    file_id: UUID | None
    lines: tuple[str, ...]
    expires_at: datetime | None
    standing: Consent | None
    recipient_label: str | None = None

    @property
    def on(self) -> bool:
        return self.standing is not None

    @property
    def words(self) -> str:
        return "\n".join(self.lines)

    @property
    def words_sha256(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Release:
    """What went to whom because of a consent."""

    at: datetime
    object_kind: str
    object_id: str
    level: str
    action: str
