"""Conversations as plain values: one whole, a person's own. The inbox is in `channels.conversations.inbox`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.errors import NotFound
from channels.conversations.choices import Choice, choices
from channels.conversations.explain import error_words, note_words, state_words
from channels.conversations.inbox import LABEL, InboxItem, InboxPage, inbox
from channels.inbound.alerts import kinds_words

__all__ = [
    "AttachmentView", "ConversationView", "InboxItem", "InboxPage", "MessageView", "attachment_content", "for_person",
    "inbox", "open_conversation",
]  # fmt: skip

PLAYABLE = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav"})


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: UUID
    name: str | None
    media_type: str
    size: int | None
    state: str  # stored | pending | failed
    verdict: str = "unchecked"  # ok | mismatch | dangerous, see `scanning`
    found_type: str | None = None  # what the bytes are
    transcript: str | None = None
    document_id: UUID | None = None  # where staff filed it
    filed_at: datetime | None = None
    filed_by: str | None = None

    @property
    def offered(self) -> bool:
        """Whether it may be saved: what can run is kept, and given to nobody."""
        return self.state == "stored" and self.verdict != "dangerous"

    @property
    def playable(self) -> bool:
        """Whether it is a voice note that a browser may play: by its bytes, not by its label."""
        return self.offered and (
            self.found_type in PLAYABLE or (self.found_type == "video/mp4" and self.media_type in PLAYABLE)
        )


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
    language: str | None = None  # as far as could be told
    danger: tuple[str, ...] = ()
    danger_words: tuple[Any, ...] = ()
    flood: bool = False
    checks: Mapping[str, str] = field(default_factory=dict)  # of a mail's sender
    answers: str | None = None  # the beginning of the message that this one answers
    instead_words: Any = None  # why it went this way: what became of the one before
    proposed_at: datetime | None = None  # of a video call
    represented_by: str | None = None  # who wrote it in the person's name
    may_go_again: bool = False  # a professional's, that failed, and went no other way


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
    danger: tuple[str, ...] = ()
    danger_words: tuple[Any, ...] = ()
    minor: str | None = None  # suspected | known | no
    kept_from_representatives: bool = False
    kept_decided_at: datetime | None = None
    flood_since: datetime | None = None
    alerts: int = 0  # of the duty desk, that nobody has looked at
    represented_by: str | None = None  # who writes here in the person's name, and reads the answers

    @property
    def newest_id(self) -> UUID | None:
        """The last that arrived, wherever in the conversation it stands."""
        return max(self.messages, key=lambda one: one.position).id if self.messages else None


_CONVERSATION = text(f"""
    SELECT c.id, c.contact_id, c.person_id, {LABEL}, k.verified, k.language, c.subject, c.state, c.unit_id,
           c.professional_id, p.given_name || ' ' || p.surnames, c.priority, c.opened_at, c.closed_at,
           c.last_message_at, c.due_at, c.danger, c.minor, c.kept_from_representatives, c.kept_decided_at,
           c.flood_since, (SELECT count(*) FROM duty_alert d WHERE d.conversation_id = c.id AND d.seen_at IS NULL),
           c.represented_by
    FROM conversation c JOIN contact k ON k.id = c.contact_id LEFT JOIN professional p ON p.id = c.professional_id
    WHERE c.id = :id
""")
_MESSAGES = """
    SELECT m.id, m.position, m.conversation_id, m.direction, m.channel, m.kind, m.subject, m.body, m.body_full,
           m.person_id, m.professional_id, p.given_name || ' ' || p.surnames, m.state, m.error_code, a.value,
           m.authenticated, m.authentication, m.automatic, m.notes, m.provider_at, m.created_at, m.language, m.danger,
           m.flood, m.checks, left(answered.body, 120), m.instead_reason, m.proposed_at, m.represented_by,
           m.direction = 'out' AND m.state = 'failed' AND m.professional_id IS NOT NULL AND m.address_id IS NOT NULL
               AND NOT EXISTS (SELECT 1 FROM message n WHERE n.instead_of = m.id)
    FROM message m LEFT JOIN message answered ON answered.id = m.reply_to_id
    LEFT JOIN professional p ON p.id = m.professional_id LEFT JOIN address a ON a.id = m.address_id
    WHERE {where} ORDER BY {order}
"""
# Found late in a carrier's list, a message stands where it was sent: its webhook never came. A mail's date is its
# sender's word, and moves nothing.
TIMELINE = (
    "CASE WHEN m.direction = 'in' AND m.channel <> 'email' AND m.provider_at < m.created_at THEN m.provider_at "
    "ELSE m.created_at END, m.position"
)


def open_conversation(session: Session, *, conversation_id: UUID) -> ConversationView:
    """A conversation for staff: messages of all channels and notes, and where it can be answered. Raises NotFound."""
    row = session.execute(_CONVERSATION, {"id": conversation_id}).first()
    if row is None:
        raise NotFound
    found = _messages(session, "m.conversation_id = :id", id=conversation_id)
    return _conversation(row, tuple(found), tuple(choices(session, conversation_id=conversation_id)))


_LATER = 7  # columns of _CONVERSATION after the messages' place


def _conversation(row, messages: tuple[MessageView, ...], choices: tuple[Choice, ...] = ()) -> ConversationView:
    danger, minor, kept, decided_at, flood_since, alerts, represented_by = row[-_LATER:]
    return ConversationView(
        *row[:-_LATER],
        messages,
        choices,
        danger=tuple(danger),
        danger_words=kinds_words(danger),
        minor=minor,
        kept_from_representatives=kept,
        kept_decided_at=decided_at,
        flood_since=flood_since,
        alerts=alerts,
        represented_by=represented_by,
    )


def for_person(
    session: Session, *, person_id: UUID, levels: Collection[str] | None = None, representative: bool = False
) -> list[ConversationView]:
    """A person's own conversations, the latest first: only what is attributed to that person, and no notes.

    `levels` are the content levels that the reader may see now (the door's `highest`); None leaves nothing out.
    `representative`: the reader acts for the person, and sees what was written by the tie they act by (row-level
    security knows it), without what a professional has not decided to show.
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
        if row is not None and row.person_id == person_id and not (representative and row.kept_from_representatives):
            made.append(_conversation(row, tuple(messages)))
    return sorted(made, key=lambda conversation: max(one.position for one in conversation.messages), reverse=True)


def _messages(session: Session, where: str, **values: object) -> list[MessageView]:
    rows = session.execute(text(_MESSAGES.format(where=where, order=TIMELINE)), values).all()
    attached = _attachments(session, [row.id for row in rows])
    return [_message(row, attached.get(row.id, ())) for row in rows]


def _attachments(session: Session, ids: Iterable[UUID]) -> dict[UUID, tuple[AttachmentView, ...]]:
    rows = session.execute(
        text(
            "SELECT t.message_id, t.id, t.name, t.media_type, t.size, t.state, t.verdict, t.found_type, t.transcript, "
            "t.document_id, t.filed_at, p.given_name || ' ' || p.surnames FROM attachment t "
            "LEFT JOIN professional p ON p.id = t.filed_by WHERE t.message_id = ANY(:ids) ORDER BY t.id"
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
        language,
        danger,
        flood,
        checks,
        answers,
        instead_reason,
        proposed_at,
        represented_by,
        may_go_again,
    ) = row
    return MessageView(
        *head,
        professional_name,
        state,
        state_words(state, head[4], error_code),  # on its channel
        error_code,
        error_words(error_code),
        address,
        authenticated,
        authentication,
        automatic,
        tuple(notes),
        (*(note_words(note) for note in notes), *_by_words(represented_by)),
        at,
        made,
        attachments,
        language=language,
        danger=tuple(danger),
        danger_words=kinds_words(danger),
        flood=flood,
        checks=checks,
        answers=answers,
        instead_words=error_words(instead_reason),
        proposed_at=proposed_at,
        represented_by=represented_by,
        may_go_again=may_go_again,
    )


def _by_words(name: str | None) -> tuple[Any, ...]:
    return (_l("Lo escribe %(name)s en su representación.", name=name),) if name else ()


def attachment_content(session: Session, *, attachment_id: UUID) -> tuple[AttachmentView, bytes]:
    """A stored attachment with its bytes; row-level security decides who may. Raises NotFound, also for what can run:
    it is kept, and given to nobody."""
    row = session.execute(
        text(
            "SELECT a.id, a.name, a.media_type, a.size, a.state, a.verdict, a.found_type, b.content "
            "FROM attachment a JOIN blob b USING (sha256) WHERE a.id = :id AND a.state = 'stored'"
        ),
        {"id": attachment_id},
    ).first()
    if row is None or row.verdict == "dangerous":
        raise NotFound
    return AttachmentView(*row[:7]), bytes(row.content)
