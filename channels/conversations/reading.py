"""Conversations as plain values: the inbox page by page, one conversation whole, a person's own."""

import base64
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.errors import Invalid, NotFound
from channels.conversations.choices import Choice, choices
from channels.conversations.explain import error_words, note_words, state_words

View = Literal["mine", "unit", "all", "unassigned", "closed"]
VIEWS: tuple[View, ...] = ("mine", "unit", "unassigned", "all", "closed")


@dataclass(frozen=True, slots=True)
class InboxItem:
    """One row of the inbox. `waiting`: the person wrote last. `verified` is False for a mail nobody vouches for.

    `label` is what is known without the record: the name a profile claims, else the address. Instants are UTC.
    """

    id: UUID
    person_id: UUID | None
    label: str
    verified: bool
    subject: str | None
    preview: str
    channel: str
    state: str
    unit_id: UUID | None
    professional_id: UUID | None
    professional_name: str | None
    priority: int
    opened_at: datetime
    last_message_at: datetime
    last_inbound_at: datetime | None
    due_at: datetime | None
    waiting: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next_cursor` is None at the end. There are no totals."""

    items: list[InboxItem]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: UUID
    name: str | None
    media_type: str
    size: int | None
    state: str  # stored | pending | failed


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message, of any channel.

    `direction`: in | out | note. `state`: see `channels.outbound.states`, with its words.
    """

    id: UUID
    position: int
    conversation_id: UUID
    direction: str
    channel: str
    kind: str
    subject: str | None
    body: str
    body_full: str | None
    person_id: UUID | None
    professional_id: UUID | None
    professional_name: str | None
    state: str
    state_words: Any
    error_code: str | None
    error_words: Any
    address: str | None
    authenticated: bool
    authentication: str
    automatic: str | None
    notes: tuple[str, ...]
    notes_words: tuple[Any, ...]
    provider_at: datetime | None
    created_at: datetime
    attachments: tuple[AttachmentView, ...]


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation with its messages, oldest first. `newest_id` goes back with a reply as `seen_message_id`."""

    id: UUID
    contact_id: UUID
    person_id: UUID | None
    label: str
    verified: bool
    language: str
    subject: str | None
    state: str
    unit_id: UUID | None
    professional_id: UUID | None
    professional_name: str | None
    priority: int
    opened_at: datetime
    closed_at: datetime | None
    last_message_at: datetime
    due_at: datetime | None
    messages: tuple[MessageView, ...]
    choices: tuple[Choice, ...] = ()

    @property
    def newest_id(self) -> UUID | None:
        return self.messages[-1].id if self.messages else None


_FILTERS = {
    "mine": "c.state = 'open' AND c.professional_id = :professional",
    "unit": "c.state = 'open' AND c.unit_id = :unit",
    "unassigned": "c.state = 'open' AND c.professional_id IS NULL AND (c.unit_id IS NULL OR c.unit_id = :unit)",
    "all": "c.state = 'open'",
    "closed": "c.state = 'closed' AND (c.unit_id IS NULL OR c.unit_id = :unit OR c.professional_id = :professional)",
}
_LABEL = (
    "coalesce(k.claimed_name, (SELECT a.value FROM address a WHERE a.contact_id = k.id "
    "ORDER BY a.last_inbound_at DESC NULLS LAST LIMIT 1), '')"
)
_INBOX = """
    SELECT c.id, c.person_id, {label}, k.verified, c.subject, left(coalesce(m.body, ''), 160), coalesce(m.channel, ''),
           c.state, c.unit_id, c.professional_id, p.given_name || ' ' || p.surnames, c.priority, c.opened_at,
           c.last_message_at, c.last_inbound_at, c.due_at, c.due_at IS NOT NULL,
           coalesce(m.direction = 'out' AND m.state IN ('failed', 'held'), false)
    FROM conversation c
    JOIN contact k ON k.id = c.contact_id
    LEFT JOIN professional p ON p.id = c.professional_id
    LEFT JOIN LATERAL (SELECT body, channel, direction, state FROM message WHERE conversation_id = c.id
                       AND direction <> 'note'
                       AND (direction = 'in' OR automatic IS NULL OR state IN ('failed', 'held'))
                       ORDER BY position DESC LIMIT 1) m ON true
    WHERE {where} {after}
    ORDER BY c.last_message_at DESC, c.id DESC LIMIT :limit
"""


def inbox(
    session: Session,
    *,
    view: View,
    professional_id: UUID | None = None,
    unit_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> InboxPage:
    """A page of conversations, the latest first. `cursor` is the `next_cursor` of the page before.

    Raises Invalid for a view that does not exist or a cursor we did not make.
    """
    if view not in _FILTERS:
        raise Invalid(fields={"view": "unknown"})
    limit = max(1, min(limit, 200))
    values: dict[str, Any] = {"professional": professional_id, "unit": unit_id, "limit": limit + 1}
    after = ""
    if cursor:
        after = "AND (c.last_message_at, c.id) < (:after_at, :after_id)"
        values["after_at"], values["after_id"] = _read_cursor(cursor)
    query = _INBOX.format(label=_LABEL, where=_FILTERS[view], after=after)
    items = [InboxItem(*row) for row in session.execute(text(query), values)]
    more = len(items) > limit
    items = items[:limit]
    return InboxPage(items, _write_cursor(items[-1]) if more else None)


def _write_cursor(item: InboxItem) -> str:
    plain = json.dumps([item.last_message_at.isoformat(), str(item.id)])
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, found = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None:
            raise ValueError("naive")
        return instant, UUID(found)
    except (ValueError, TypeError, AttributeError):
        raise Invalid(fields={"cursor": "unknown"}) from None


_CONVERSATION = text(f"""
    SELECT c.id, c.contact_id, c.person_id, {_LABEL}, k.verified, k.language, c.subject, c.state, c.unit_id,
           c.professional_id, p.given_name || ' ' || p.surnames, c.priority, c.opened_at, c.closed_at,
           c.last_message_at, c.due_at
    FROM conversation c JOIN contact k ON k.id = c.contact_id LEFT JOIN professional p ON p.id = c.professional_id
    WHERE c.id = :id
""")
_MESSAGES = """
    SELECT m.id, m.position, m.conversation_id, m.direction, m.channel, m.kind, m.subject, m.body, m.body_full,
           m.person_id, m.professional_id, p.given_name || ' ' || p.surnames, m.state, m.error_code, a.value,
           m.authenticated, m.authentication, m.automatic, m.notes, m.provider_at, m.created_at
    FROM message m LEFT JOIN professional p ON p.id = m.professional_id LEFT JOIN address a ON a.id = m.address_id
    WHERE {where} ORDER BY m.position
"""


def open_conversation(session: Session, *, conversation_id: UUID) -> ConversationView:
    """A conversation for staff: messages of all channels and notes, and where it can be answered. Raises NotFound."""
    row = session.execute(_CONVERSATION, {"id": conversation_id}).first()
    if row is None:
        raise NotFound
    found = _messages(session, "m.conversation_id = :id", id=conversation_id)
    return ConversationView(*row, tuple(found), tuple(choices(session, conversation_id=conversation_id)))


def for_person(session: Session, *, person_id: UUID, levels: Collection[str] | None = None) -> list[ConversationView]:
    """A person's own conversations, the latest first: only what is attributed to that person, and no notes.

    `levels` are the content levels that the reader may see now (the door's `highest`); None leaves nothing out.
    """
    found: dict[UUID, list[MessageView]] = {}
    where = (
        "m.person_id = :person AND m.direction <> 'note' "
        "AND (CAST(:levels AS text[]) IS NULL OR m.level = ANY(:levels))"
    )
    shown = None if levels is None else [str(level) for level in levels]
    for message in _messages(session, where, person=person_id, levels=shown):
        found.setdefault(message.conversation_id, []).append(message)
    made = []
    for conversation_id, messages in found.items():
        row = session.execute(_CONVERSATION, {"id": conversation_id}).first()
        if row is not None and row.person_id == person_id:
            made.append(ConversationView(*row, tuple(messages)))
    return sorted(made, key=lambda conversation: conversation.messages[-1].position, reverse=True)


def _messages(session: Session, where: str, **values: object) -> list[MessageView]:
    rows = session.execute(text(_MESSAGES.format(where=where)), values).all()
    attached = _attachments(session, [row.id for row in rows])
    return [_message(row, attached.get(row.id, ())) for row in rows]


def _attachments(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[AttachmentView, ...]]:
    rows = session.execute(
        text(
            "SELECT message_id, id, name, media_type, size, state FROM attachment WHERE message_id = ANY(:ids) "
            "ORDER BY id"
        ),
        {"ids": list(ids)},
    )
    found: dict[UUID, tuple[AttachmentView, ...]] = {}
    for message_id, *values in rows:
        found[message_id] = (*found.get(message_id, ()), AttachmentView(*values))
    return found


def _message(row, attachments: tuple[AttachmentView, ...]) -> MessageView:
    (
        *head,
        professional_name,
        state,
        error_code,
        address,
        authenticated,
        authentication,
        automatic,
        notes,
        at,
        made,
    ) = row
    return MessageView(
        *head,
        professional_name,
        state,
        state_words(state),
        error_code,
        error_words(error_code),
        address,
        authenticated,
        authentication,
        automatic,
        tuple(notes),
        tuple(note_words(note) for note in notes),
        at,
        made,
        attachments,
    )


def attachment_content(session: Session, *, attachment_id: UUID) -> tuple[AttachmentView, bytes]:
    """A stored attachment with its bytes; row-level security decides who may. Raises NotFound."""
    row = session.execute(
        text(
            "SELECT a.id, a.name, a.media_type, a.size, a.state, b.content FROM attachment a JOIN blob b "
            "USING (sha256) WHERE a.id = :id AND a.state = 'stored'"
        ),
        {"id": attachment_id},
    ).first()
    if row is None:
        raise NotFound
    return AttachmentView(*row[:5]), bytes(row.content)
