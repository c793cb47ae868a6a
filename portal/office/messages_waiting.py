"""Which of our answers the person has not read yet, for the folder and the navigation."""

from collections.abc import Iterable
from uuid import UUID

from flask import g, request
from flask_login import current_user
from sqlalchemy import text

from case_api.db import current_unit
from channels.conversations import service as conversations
from channels.conversations.service import ConversationView
from portal.office.room import my_door


def _seen(person_id: UUID) -> dict[UUID, int]:
    rows = current_unit().session.execute(
        text("SELECT conversation_id, position FROM conversation_seen WHERE person_id = :person"),
        {"person": person_id},
    )
    return dict(row._tuple() for row in rows)


def unread(found: Iterable[ConversationView], seen: dict[UUID, int]) -> dict[UUID, int]:
    """How many of our messages came after what was read here or answered anywhere, by conversation; none, left out."""
    counts = {}
    for one in found:
        answered = max((m.position for m in one.messages if m.direction == "in" and not m.represented_by), default=0)
        read = max(answered, seen.get(one.id, 0))
        counts[one.id] = sum(m.direction == "out" and m.position > read for m in one.messages)
    return {conversation_id: count for conversation_id, count in counts.items() if count}


def own_conversations(person_id: UUID) -> list[ConversationView]:
    """The person's conversations as far as this login opens them, asked for once a request."""
    if "own_conversations" not in g:
        levels = my_door().highest(person_id=person_id, object_kind="conversation")
        g.own_conversations = conversations.for_person(current_unit().session, person_id=person_id, levels=levels)
    return g.own_conversations


def waiting_by_conversation(person_id: UUID) -> dict[UUID, int]:
    """What waits, by conversation, in this request."""
    if "waiting_messages" not in g:
        g.waiting_messages = unread(own_conversations(person_id), _seen(person_id))
    return g.waiting_messages


def waiting(person_id: UUID) -> int:
    """How many of our messages wait to be read."""
    return sum(waiting_by_conversation(person_id).values())


def counts() -> dict[str, int]:
    """For the navigation, on the office's own pages: public ones ask nothing of the database for it."""
    person_id = current_user.login.person_id
    if request.blueprint != "office" or person_id is None:
        return {}
    return {"/mensajes": waiting(person_id)}


def mark_read(person_id: UUID, conversation: ConversationView) -> None:
    """The person has this conversation before them, up to its last message."""
    if not conversation.messages:
        return
    current_unit().session.execute(
        text(
            "INSERT INTO conversation_seen AS kept (person_id, conversation_id, position) "
            "VALUES (:person, :conversation, :position) ON CONFLICT ON CONSTRAINT pk_conversation_seen "
            "DO UPDATE SET position = greatest(kept.position, excluded.position)"
        ),
        {
            "person": person_id,
            "conversation": conversation.id,
            "position": max(message.position for message in conversation.messages),
        },
    )
    waiting_by_conversation(person_id).pop(conversation.id, None)
