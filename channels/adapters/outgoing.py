"""What is to leave: the words for an adapter, and the seal that the gate puts on them."""

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID


@dataclass(frozen=True, slots=True)
class InboundPart:
    """An attachment, already here."""

    name: str | None
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Template:
    """Words that the provider approved beforehand: its own id for them, and what fills their holes, in their order."""

    external_id: str
    language: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to send. `id` stays the same when the same message is tried again.

    It is not for an adapter yet: that takes a `Sayable`, which the gate alone makes of it.
    """

    id: UUID
    conversation_id: UUID
    channel: str
    recipient: str
    body: str
    subject: str | None = None
    sender_name: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    automatic: bool = False
    parts: tuple[InboundPart, ...] = ()
    template: Template | None = None
    language: str = "es"


class Sayable:
    """Words that the gate has let through, to the address it was asked about, at the moment of sending.

    There is no constructor: `channels.outbound.gate.let_through` makes the only ones.
    """

    __slots__ = ("outgoing",)
    outgoing: Outgoing

    def __new__(cls, *_: object, **__: object) -> NoReturn:
        raise TypeError("only the gate makes a Sayable")

    def __init_subclass__(cls, **_: object) -> NoReturn:
        raise TypeError("a Sayable has no other kinds")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Sayable does not change")

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Sayable is neither copied nor kept")


def opened(sayable: Sayable) -> Outgoing:
    """The message inside, for an adapter. Raises TypeError for anything that the gate did not make."""
    if type(sayable) is not Sayable:
        raise TypeError("an adapter sends only what the gate let through")
    return sayable.outgoing
