"""Writing a message that is to leave: its row and its place in the outbox, in the transaction that caused it."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from channels.contacts.book import Address
from channels.conversations import messages
from channels.inbound import joining
from channels.outbound import outbox
from channels.outbound.words import render


def send(
    session: Session,
    *,
    conversation_id: UUID,
    address: Address,
    channel: str,
    body: str,
    priority: int = outbox.REPLY,
    answers: bool = False,
    **columns: Any,
) -> UUID:
    """Write a message to an address and queue it. `answers`: it ends the wait for an answer. Returns the message's id.

    The gate decides again when it is about to leave.
    """
    message_id = messages.write(
        session,
        conversation_id=conversation_id,
        direction="out",
        channel=channel,
        body=body,
        address_id=address.id,
        our_address=outbox.our_address(channel),
        state="queued",
        **columns,
    )
    outbox.enqueue(session, message_id=message_id, address_id=address.id, channel=channel, priority=priority)
    joining.spoke(session, conversation_id=conversation_id, at=clock.now(), answers=answers)
    return message_id


def put_in_portal(session: Session, *, conversation_id: UUID, body: str, answers: bool = False, **columns: Any) -> UUID:
    """Write a message that the person reads after login; it is there at once. Returns its id."""
    message_id = messages.write(
        session, conversation_id=conversation_id, direction="out", channel="portal", body=body, state="delivered",
        **columns,
    )  # fmt: skip
    joining.spoke(session, conversation_id=conversation_id, at=clock.now(), answers=answers)
    return message_id


def language_of(session: Session, *, conversation_id: UUID) -> str:
    """The language in which a conversation's contact reads us."""
    return session.execute(
        text("SELECT k.language FROM conversation c JOIN contact k ON k.id = c.contact_id WHERE c.id = :id"),
        {"id": conversation_id},
    ).scalar_one()


def channel_of(address: Address) -> str:
    """The channel that an address is reached on."""
    return "email" if address.kind == "email_unverified" else address.kind


def send_words(
    session: Session,
    *,
    conversation_id: UUID,
    address: Address,
    template: str,
    kind: str,
    person_id: UUID | None,
    level: str = "N0",
    priority: int = outbox.REPLY,
    **values: Any,
) -> UUID:
    """Write and queue the words of a template in the contact's language. Returns the message's id."""
    language = language_of(session, conversation_id=conversation_id)
    words = render(template, language=language, **values)
    return send(
        session,
        conversation_id=conversation_id,
        address=address,
        channel=channel_of(address),
        body=words.body,
        subject=words.subject,
        kind=kind,
        level=level,
        language=language,
        person_id=person_id,
        priority=priority,
        automatic="auto",
    )
