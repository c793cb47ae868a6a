"""Conversations: the services that pages call. Reading is in `channels.conversations.reading`, and offered here too."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book as contacts
from channels.conversations import messages
from channels.conversations.choices import Choice, choices
from channels.conversations.reading import (
    ConversationView,
    InboxItem,
    InboxPage,
    MessageView,
    attachment_content,
    for_person,
    inbox,
    open_conversation,
)
from channels.inbound import automatic, intake, joining, noticing
from channels.outbound import sending
from channels.outbound.ceilings import STAFF_FREE_TEXT, may_say

__all__ = [
    "Choice", "ConversationView", "InboxItem", "InboxPage", "MessageView", "assign", "attachment_content", "choices",
    "close", "for_person", "inbox", "note", "open_conversation", "reopen", "reply", "set_priority", "write_from_portal",
]  # fmt: skip

LONGEST = 10_000  # characters of what a person types
LONGEST_BY_CHANNEL = {"sms": 1_600, "whatsapp": 1_600}  # Twilio's 21617


def reply(
    session: Session,
    *,
    conversation_id: UUID,
    channel: str,
    body: str,
    author: UUID,
    seen_message_id: UUID | None = None,
    address_id: UUID | None = None,
    level: str = STAFF_FREE_TEXT,
    message_id: UUID | None = None,
) -> UUID:
    """A professional (`author`) answers on a channel. Returns the message's id; it leaves by the worker.

    `message_id` is made with the page: the same form sent twice is one message.
    `seen_message_id` is the newest message the author saw. Raises Conflict when the person wrote again since, Invalid
    with words for an empty or too long text or a channel that cannot be used, NotFound.
    """
    conversation = _locked(session, conversation_id)
    if message_id is not None and _is_there(session, conversation_id, message_id):
        return message_id
    body = _checked(body, channel)
    if seen_message_id is not None and _newer_inbound(session, conversation_id, seen_message_id):
        raise Conflict(_l("Ha llegado otro mensaje mientras escribía. Léalo antes de enviar su respuesta."))
    offered = [c for c in choices(session, conversation_id=conversation_id) if c.channel == channel]
    if address_id is not None:
        offered = [choice for choice in offered if choice.address_id == address_id]
    chosen = next((choice for choice in offered if choice.possible), offered[0] if offered else None)
    if chosen is None:
        raise Invalid(fields={"channel": _l("No se puede contestar por este canal.")})
    if not chosen.possible:
        raise Invalid(fields={"channel": chosen.reason_words})
    if not may_say(channel, level):
        raise Invalid(fields={"channel": _l("Por este canal no puede ir un contenido así. Use la carpeta.")})
    joining.reopen(session, conversation_id=conversation_id)
    columns = {"professional_id": author, "level": str(level), "answers": True, "id": message_id}
    if channel == "portal":
        return sending.put_in_portal(
            session, conversation_id=conversation_id, body=body, person_id=conversation.person_id, **columns
        )
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


def _locked(session: Session, conversation_id: UUID):
    row = session.execute(
        text("SELECT id, contact_id, person_id, state FROM conversation WHERE id = :id FOR NO KEY UPDATE"),
        {"id": conversation_id},
    ).first()
    if row is None:
        raise NotFound
    return row


def _checked(body: str, channel: str) -> str:
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


def _is_there(session: Session, conversation_id: UUID, message_id: UUID) -> bool:
    return bool(
        session.execute(
            text("SELECT 1 FROM message WHERE id = :id AND conversation_id = :conversation"),
            {"id": message_id, "conversation": conversation_id},
        ).scalar()
    )


def _newer_inbound(session: Session, conversation_id: UUID, seen_message_id: UUID) -> bool:
    return bool(
        session.execute(
            text(
                "SELECT 1 FROM message WHERE conversation_id = :id AND direction = 'in' AND position > coalesce("
                "(SELECT position FROM message WHERE id = :seen AND conversation_id = :id), 0) LIMIT 1"
            ),
            {"id": conversation_id, "seen": seen_message_id},
        ).scalar()
    )


def note(session: Session, *, conversation_id: UUID, body: str, author: UUID) -> UUID:
    """A note among professionals; the citizen never sees it. Returns its id. Raises Invalid, NotFound."""
    _locked(session, conversation_id)
    return messages.write(
        session,
        conversation_id=conversation_id,
        direction="note",
        channel="note",
        body=_checked(body, "note"),
        professional_id=author,
        level="P",
        state="kept",
    )


def assign(
    session: Session, *, conversation_id: UUID, professional_id: UUID | None, expected: UUID | None = None
) -> None:
    """Give a conversation to a professional (None: to nobody), if it is still `expected`'s (None: nobody's).

    Of several who claim it at once one gets it. Raises Conflict when somebody else has it, NotFound.
    """
    changed = session.execute(
        text(
            "UPDATE conversation SET professional_id = :professional, "
            "unit_id = coalesce((SELECT unit_id FROM professional WHERE id = :professional), unit_id) "
            "WHERE id = :id AND (professional_id IS NOT DISTINCT FROM :expected "
            "OR professional_id IS NOT DISTINCT FROM :professional) RETURNING id"
        ),
        {"id": conversation_id, "professional": professional_id, "expected": expected},
    ).scalar()
    if changed is not None:
        return
    _locked(session, conversation_id)
    raise Conflict(_l("Otra persona del equipo ya ha cogido esta conversación."))


def close(session: Session, *, conversation_id: UUID, seen_message_id: UUID | None = None) -> None:
    """Close a conversation; what the person writes next reopens it within REOPEN_DAYS.

    Raises Conflict when the person wrote after `seen_message_id`, NotFound. Closing a closed one changes nothing.
    """
    _locked(session, conversation_id)
    if seen_message_id is not None and _newer_inbound(session, conversation_id, seen_message_id):
        raise Conflict(_l("Ha llegado otro mensaje. Léalo antes de cerrar la conversación."))
    session.execute(
        text(
            "UPDATE conversation SET state = 'closed', closed_at = :now, due_at = NULL "
            "WHERE id = :id AND state = 'open'"
        ),
        {"id": conversation_id, "now": clock.now()},
    )


def reopen(session: Session, *, conversation_id: UUID) -> None:
    """Open a closed conversation again. Raises NotFound."""
    _locked(session, conversation_id)
    joining.reopen(session, conversation_id=conversation_id)


def set_priority(session: Session, *, conversation_id: UUID, priority: int) -> None:
    """0 ordinary, 1 first. Raises NotFound, Invalid."""
    if priority not in (0, 1):
        raise Invalid(fields={"priority": "unknown"})
    _locked(session, conversation_id)
    session.execute(
        text("UPDATE conversation SET priority = :priority WHERE id = :id"),
        {"id": conversation_id, "priority": priority},
    )


def write_from_portal(
    session: Session,
    *,
    person_id: UUID,
    body: str,
    conversation_id: UUID | None = None,
    language: str = "es",
    key: str | None = None,
) -> UUID:
    """A person who is logged in writes: into the conversation named, else their open one, else a new one.

    Like what comes by any other channel it is kept as it came and deduplicated by the database, by the `key` made with
    the form: the same form sent twice is one message. Stored, written and acknowledged are one transaction here.
    Returns the conversation's id. Raises Invalid for an empty or too long text, NotFound for a conversation that is not
    theirs.
    """
    body = _checked(body, "portal")
    external_id = f"{person_id}:{key}" if key else None
    if external_id and _kept_before(session, external_id, person_id, body, conversation_id):
        return _conversation_of(session, external_id)
    now = clock.now()
    contact_id = contacts.contact_of_person(session, person_id=person_id, language=language)
    contacts.lock_contact(session, contact_id=contact_id)
    if conversation_id is None:
        conversation_id = joining.conversation_for(session, contact_id=contact_id, at=now)
    else:
        if _locked(session, conversation_id).person_id != person_id:
            raise NotFound
        joining.reopen(session, conversation_id=conversation_id)
    noticed = noticing.read(body)
    message_id = messages.write(
        session,
        conversation_id=conversation_id,
        direction="in",
        channel="portal",
        body=body,
        person_id=person_id,
        state="received",
        authenticated=True,
        authentication="login",
        language=noticed.language or language,
        danger=list(noticed.danger),
        received_at=now,
        external_id=external_id,
    )
    child = noticing.mark(session, conversation_id=conversation_id, message_id=message_id, noticed=noticed)
    urgent = bool(noticed.danger or child)
    joining.heard(session, conversation_id=conversation_id, at=now, waits=True, urgent=urgent)
    automatic.answer_in_portal(
        session, conversation_id=conversation_id, person_id=person_id, now=now, child=child is not None
    )
    return conversation_id


def _kept_before(session: Session, external_id: str, person_id: UUID, body: str, conversation_id: UUID | None) -> bool:
    """Keep what was written as it came; True when the same form was kept before. A repeat at the same moment waits."""
    outcome = intake.store(
        session,
        channel="portal",
        kind="form",
        dedupe=external_id,
        payload=body.encode(),
        headers={"conversation": str(conversation_id or "")},
        contact_key=str(person_id),
    )
    if outcome == "duplicate":
        return True
    intake.done(session, channel="portal", dedupe=external_id)
    return False


def _conversation_of(session: Session, external_id: str) -> UUID:
    return session.execute(
        text("SELECT conversation_id FROM message WHERE channel = 'portal' AND external_id = :id"), {"id": external_id}
    ).scalar_one()
