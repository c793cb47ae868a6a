"""Conversations: the services that pages call. Reading is in `channels.conversations.reading`, and offered here too."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.representing import Acting
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book as contacts
from channels.conversations import messages
from channels.conversations.answering import checked as _checked
from channels.conversations.answering import locked as _locked
from channels.conversations.answering import newer_inbound as _newer_inbound
from channels.conversations.answering import reply
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

__all__ = [
    "Choice", "ConversationView", "InboxItem", "InboxPage", "MessageView", "assign", "attachment_content", "choices",
    "close", "for_person", "inbox", "note", "open_conversation", "reopen", "reply", "set_priority", "write_from_portal",
]  # fmt: skip


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
    acting: Acting | None = None,
) -> UUID:
    """A person who is logged in writes: into the conversation named, else their open one, else a new one. `acting`: who
    writes in the person's name, into the conversation of their own (`joining.conversation_by`).

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
    if acting is not None:
        conversation_id = joining.conversation_by(session, contact_id=contact_id, acting=acting, at=now)
    elif conversation_id is None:
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
        representation_id=acting.representation_id if acting else None,
        represented_by=acting.name if acting else None,
    )
    child = noticing.mark(
        session, conversation_id=conversation_id, message_id=message_id, noticed=noticed, represented=bool(acting)
    )
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
