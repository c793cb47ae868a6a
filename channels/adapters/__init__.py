"""The seam between the conversation backend and its providers.

An adapter turns one raw event into what was said (`parse`), and what is to be said into a provider's call (`send`).
Nothing here or above knows a provider; nothing below knows a conversation's tables.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable
from uuid import UUID

from channels.adapters.outgoing import InboundPart, Outgoing, Sayable


@dataclass(frozen=True, slots=True)
class RawEvent:
    """What arrived, byte for byte, and what the wire said about it (`headers`: envelope, peer, signature …)."""

    channel: str
    kind: str
    payload: bytes
    headers: dict[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MediaRef:
    """An attachment still at the provider, fetched later."""

    url: str
    media_type: str


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a bounce says about a message of ours (RFC 3464). `status` is an enhanced code such as '5.1.1'."""

    original_message_id: str | None
    status: str | None
    action: str | None  # 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded'
    recipient: str | None


@dataclass(frozen=True, slots=True)
class CalendarReply:
    """An answer to an invitation (iTIP, RFC 5546 METHOD:REPLY). `partstat` in capitals; `attendee` is who is said to
    answer, which proves nothing."""

    uid: str
    partstat: str
    attendee: str | None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """What an adapter makes of one entry of a raw event."""

    channel: str  # 'sms' | 'whatsapp' | 'email' | 'portal' …
    external_id: str  # the provider's id; two different messages never share one
    sender: str  # normalised address value
    recipient: str
    body: str  # the new text; never empty: a placeholder for what has no text
    body_full: str | None = None  # everything, quotes too (quotes are folded, never deleted)
    subject: str | None = None
    provider_at: datetime | None = None
    parts: tuple[InboundPart, ...] = ()
    media: tuple[MediaRef, ...] = ()
    reply_token: str | None = None  # conversation id out of a token of ours whose seal held
    authenticated: bool = False  # the sender's address is proved by the channel
    authentication: str = "none"  # for staff: 'dmarc=pass', 'dmarc=fail', 'none' …
    automatic: str | None = None  # None | 'auto-reply' | 'bounce' | 'list'
    notes: tuple[str, ...] = ()  # codes of warnings for staff
    message_id: str | None = None  # mail: the sender's Message-ID, for In-Reply-To
    report: DeliveryReport | None = None  # mail: what a bounce reports
    sender_name: str | None = None  # what the sender's profile claims; proves nothing
    placeholder: bool = False  # `body` is our words for something that has none
    reaction: bool = False  # a sign put on a message, not words of their own: nobody waits for an answer to it
    reply_to: str | None = None  # the provider's id of the message that this one answers or reacts to
    checks: Mapping[str, str] = field(default_factory=dict)  # mail: what was found about the sender, for staff
    calendar: tuple[CalendarReply, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """What a carrier says became of a message of ours, in our words (`channels.outbound.states`)."""

    channel: str
    external_id: str
    state: Literal["queued", "sent", "failed", "delivered", "read"]
    error_code: str | None = None
    message_id: UUID | None = None  # our own id, where the carrier gives it back under its signature


@dataclass(frozen=True, slots=True)
class SendResult:
    state: Literal["sent", "delivered"]
    external_id: str


class Quarantine(Exception):
    """The event cannot be read. It stays, and staff see the reason (a code, see the adapter's list)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SendError(Exception):
    """A message was not sent, or (kind 'unknown') it is not known whether it was. Carries no personal data."""

    def __init__(
        self,
        kind: Literal["retry", "permanent", "blocked", "window_closed", "unknown"],
        code: str = "",
        words: str = "",
    ) -> None:
        super().__init__(f"{kind} {code} {words}".strip())
        self.kind = kind
        self.code = code
        self.words = words


Entry = Inbound | DeliveryStatus | Quarantine


class Source(Protocol):
    def parse(self, raw: RawEvent) -> Sequence[Entry]:
        """The entries of one raw event. Raises Quarantine for what cannot be read at all; an entry of a batch that
        cannot be read is a Quarantine among the others."""
        ...


@runtime_checkable
class Preparing(Protocol):
    """A source that has to ask the network about an event before it is read: no connection is held meanwhile."""

    def wants_preparing(self, raw: RawEvent) -> bool:
        """Whether this event still has to be asked about. Quick, and never raises."""
        ...

    def prepare(self, raw: RawEvent) -> dict[str, Any]:
        """What to add to the event's headers. Takes seconds at most; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A message as a carrier's list shows it. `dedupe` and `contact_key` as its webhook's; `resource` is the
    adapter's own."""

    dedupe: str
    contact_key: str
    at: datetime
    resource: Any = None


class Sweeper(Protocol):
    """Who can say what a carrier has for us, whether or not it told us."""

    source: str  # the channel that its raw events are stored under

    def listed(self, *, since: datetime, until: datetime) -> Iterable[Listed]:
        """What was sent to us in that time, of one sender the newest first. Raises SendError('retry')."""
        ...

    def event(self, listed: Listed) -> dict[str, Any]:
        """The arguments of `intake.store` for one of them. Raises SendError('retry')."""
        ...


class Adapter(Source, Protocol):
    channel: str

    def send(self, sayable: Sayable) -> SendResult:
        """Say what the gate let through. Raises SendError, and TypeError for anything else."""
        ...


@runtime_checkable
class Finder(Protocol):
    """An adapter whose provider can be asked whether a message got there."""

    def find(self, outgoing: Outgoing, *, since: datetime, known: Callable[[str], bool]) -> SendResult | None:
        """The message as the provider has it, handed over after `since` under an id that is not `known` to be another
        message's; None when there is none. Raises SendError('retry') when it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Media:
    name: str | None
    media_type: str
    content: bytes


@runtime_checkable
class MediaSource(Protocol):
    """An adapter that fetches what came as a MediaRef."""

    def fetch(self, url: str, *, largest: int) -> Media:
        """Raises SendError: 'retry', or 'permanent' with a code (`foreign-address`, `too-large`, `gone`)."""
        ...
