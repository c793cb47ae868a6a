"""A professional answers: on a channel that may carry it, in the folder with a notice, by a call, on paper, by hand."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access.levels import Level
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book as contacts
from channels.contacts import stepping
from channels.conversations import callbacks, letters, videos
from channels.conversations.choices import Choice, choices
from channels.conversations.letters import ByHand
from channels.inbound import joining
from channels.outbound import sending
from channels.outbound.ceilings import STAFF_FREE_TEXT

LONGEST = 10_000  # characters of what a person types
LONGEST_BY_CHANNEL = {"sms": 1_600, "whatsapp": 1_600}  # Twilio's 21617
ASKS_TO_COME_IN = "come_in"  # the words that lead into the folder, with a link of its own


def reply(
    session: Session,
    *,
    conversation_id: UUID,
    channel: str,
    body: str,
    author: UUID,
    seen_message_id: UUID | None = None,
    address_id: UUID | None = None,
    level: Level | str = STAFF_FREE_TEXT,
    message_id: UUID | None = None,
    by_hand: ByHand | None = None,
    proposed_at: datetime | None = None,
) -> UUID:
    """A professional (`author`) answers on a channel. Returns the message's id; it leaves by the worker.

    `message_id` is made with the page: the same form sent twice is one message. `level` is how delicate the words are,
    as their writer says: what the channel may not carry is put into the folder, and only a notice of it goes out there.
    `by_hand` goes with the channels 'paper' and 'in_person', `proposed_at` with 'video'.
    `seen_message_id` is the newest message the author saw. Raises Conflict when the person wrote again since, Invalid
    with words for an empty or too long text or a channel that cannot be used, NotFound.
    """
    conversation = locked(session, conversation_id)
    if message_id is not None and _is_there(session, conversation_id, message_id):
        return message_id
    body = checked(body, channel)
    if seen_message_id is not None and newer_inbound(session, conversation_id, seen_message_id):
        raise Conflict(_l("Ha llegado otro mensaje mientras escribía. Léalo antes de enviar su respuesta."))
    chosen = _chosen(session, conversation_id, channel, address_id, level)
    joining.reopen(session, conversation_id=conversation_id)
    columns: dict[str, Any] = {"professional_id": author, "level": str(level), "answers": True, "id": message_id}
    match channel:
        case "phone":
            return callbacks.log_call(
                session, conversation_id=conversation_id, body=body, author=author, level=level, message_id=message_id
            )
        case "paper" | "in_person":
            return letters.write(
                session, conversation_id=conversation_id, channel=channel, body=body, by_hand=by_hand,
                person_id=conversation.person_id, **columns,
            )  # fmt: skip
        case "video":
            return videos.propose(
                session, conversation_id=conversation_id, body=body, person_id=conversation.person_id,
                proposed_at=proposed_at, **columns,
            )  # fmt: skip
        case "portal":
            return sending.put_in_portal(
                session, conversation_id=conversation_id, body=body, person_id=conversation.person_id, **columns
            )
    if chosen.carried_by_portal:
        return _in_the_folder(session, conversation_id, conversation.person_id, chosen, body, columns)
    address = contacts.address(session, address_id=chosen.address_id)
    # It is the person's to read in their folder only when the address is theirs alone.
    person_id = conversation.person_id if address.speaks_for == conversation.person_id else None
    return sending.send(
        session,
        conversation_id=conversation_id,
        address=address,
        channel=channel,
        body=body,
        person_id=person_id,
        **columns,
    )


def send_again(session: Session, *, conversation_id: UUID, message_id: UUID, author: UUID) -> UUID:
    """A professional's words that failed, or of which nobody knows whether they arrived, once more to the same address.
    Pressed twice it is one message. Returns its id. Raises NotFound when there is nothing to repeat, Invalid when the
    address cannot be written to any more."""
    locked(session, conversation_id)
    row = session.execute(_TO_REPEAT, {"id": message_id, "conversation": conversation_id}).first()
    if row is None:
        raise NotFound
    made = reply(
        session, conversation_id=conversation_id, channel=row.channel, body=row.body, author=author,
        address_id=row.address_id, level=row.level, message_id=uuid5(message_id, "again"),
    )  # fmt: skip
    session.execute(
        text("UPDATE message SET instead_of = :old, instead_reason = :why WHERE id = :id AND instead_of IS NULL"),
        {"old": message_id, "why": row.error_code or row.state, "id": made},
    )
    return made


# What went another way by itself needs no repeat; a repeat that was written is found by its id.
_TO_REPEAT = text("""
    SELECT m.channel, m.body, m.address_id, m.level, m.error_code, m.state FROM message m
    WHERE m.id = :id AND m.conversation_id = :conversation AND m.direction = 'out' AND m.state = 'failed'
      AND m.professional_id IS NOT NULL AND m.address_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM message n WHERE n.instead_of = m.id AND n.channel <> m.channel)
""")


def _chosen(
    session: Session, conversation_id: UUID, channel: str, address_id: UUID | None, level: Level | str
) -> Choice:
    offered = [c for c in choices(session, conversation_id=conversation_id, level=level) if c.channel == channel]
    if address_id is not None:
        offered = [choice for choice in offered if choice.address_id == address_id]
    chosen = next((choice for choice in offered if choice.possible), offered[0] if offered else None)
    if chosen is None:
        raise Invalid(fields={"channel": _l("No se puede contestar por este canal.")})
    if not chosen.possible:
        raise Invalid(fields={"channel": chosen.reason_words})
    return chosen


def _in_the_folder(
    session: Session, conversation_id: UUID, person_id: UUID, chosen: Choice, body: str, columns: dict[str, Any]
) -> UUID:
    """The words behind the login, and on the channel chosen a link that leads there, which says nothing of them."""
    made = sending.put_in_portal(session, conversation_id=conversation_id, body=body, person_id=person_id, **columns)
    stepping.invite(
        session,
        conversation_id=conversation_id,
        address=contacts.address(session, address_id=chosen.address_id),
        person_id=person_id,
        template="message_in_folder",
    )
    return made


def ask_to_come_in(session: Session, *, conversation_id: UUID, address_id: UUID, author: UUID) -> UUID:
    """Ask whoever writes to prove who they are: a link into the login that comes back here. Returns the message's id.

    Raises Invalid when the address cannot be written to, NotFound.
    """
    locked(session, conversation_id)
    address = contacts.address(session, address_id=address_id)
    if address is None:
        raise NotFound
    chosen = _chosen(session, conversation_id, sending.channel_of(address), address_id, Level.N0)
    return stepping.invite(
        session,
        conversation_id=conversation_id,
        address=contacts.address(session, address_id=chosen.address_id),
        person_id=None,
        template=ASKS_TO_COME_IN,
        author=author,
    )


def locked(session: Session, conversation_id: UUID):
    """The conversation's row, held until the transaction ends. Raises NotFound."""
    row = session.execute(
        text("SELECT id, contact_id, person_id, state FROM conversation WHERE id = :id FOR NO KEY UPDATE"),
        {"id": conversation_id},
    ).first()
    if row is None:
        raise NotFound
    return row


def checked(body: str, channel: str) -> str:
    """What somebody typed, as it is kept. Raises Invalid for nothing and for too much."""
    body = body.replace("\r\n", "\n").replace("\0", "").strip()
    if not body:
        raise Invalid(fields={"body": _l("Escriba el mensaje.")})
    longest = LONGEST_BY_CHANNEL.get(channel, LONGEST)
    if len(body) > longest:
        words = _l(
            "El mensaje es demasiado largo: caben %(most)s caracteres y tiene %(count)s.", most=longest, count=len(body)
        )
        raise Invalid(fields={"body": words})
    return body


def newer_inbound(session: Session, conversation_id: UUID, seen_message_id: UUID) -> bool:
    """Whether the person wrote after a message that somebody has seen."""
    return bool(
        session.execute(
            text(
                "SELECT 1 FROM message WHERE conversation_id = :id AND direction = 'in' AND position > coalesce("
                "(SELECT position FROM message WHERE id = :seen AND conversation_id = :id), 0) LIMIT 1"
            ),
            {"id": conversation_id, "seen": seen_message_id},
        ).scalar()
    )


def _is_there(session: Session, conversation_id: UUID, message_id: UUID) -> bool:
    return bool(
        session.execute(
            text("SELECT 1 FROM message WHERE id = :id AND conversation_id = :conversation"),
            {"id": message_id, "conversation": conversation_id},
        ).scalar()
    )
