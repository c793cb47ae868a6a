"""Which conversation a message joins. Callers hold the contact's lock (`contacts.lock_contact`)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access.representing import Acting
from case_api.db import new_id
from case_api.settings import settings
from channels.contacts.book import Address
from channels.conversations.deadlines import first_answer_due, holidays_ahead

_OPEN = text(
    "SELECT id FROM conversation WHERE contact_id = :contact AND state = 'open' AND represented_by IS NULL "
    "ORDER BY last_message_at DESC LIMIT 1"
)
_CLOSED = text(
    "SELECT id FROM conversation WHERE contact_id = :contact AND state = 'closed' AND closed_at > :since "
    "AND represented_by IS NULL ORDER BY last_message_at DESC LIMIT 1"
)
_BY_REPRESENTATIVE = text(
    "SELECT id FROM conversation WHERE contact_id = :contact AND representation_id = :tie "
    "AND NOT kept_from_representatives AND (state = 'open' OR closed_at > :since) "
    "ORDER BY state DESC, last_message_at DESC LIMIT 1"
)


def conversation_for(session: Session, *, contact_id: UUID, at: datetime, subject: str | None = None) -> UUID:
    """The contact's open conversation; else the one closed within REOPEN_DAYS, open again; else a new one."""
    found = session.execute(_OPEN, {"contact": contact_id}).scalar()
    if found:
        return found
    since = at - timedelta(days=settings().REOPEN_DAYS)
    found = session.execute(_CLOSED, {"contact": contact_id, "since": since}).scalar()
    if found:
        reopen(session, conversation_id=found)
        return found
    return new_conversation(session, contact_id=contact_id, at=at, subject=subject)


def new_conversation(
    session: Session,
    *,
    contact_id: UUID,
    at: datetime,
    subject: str | None = None,
    nobodys: bool = False,
    acting: Acting | None = None,
) -> UUID:
    """A conversation of its own, of the contact's person when it has one, unless it is to be `nobodys`. `acting`: who
    writes in it in the person's name, an adult."""
    made = new_id()
    session.execute(
        text(
            "INSERT INTO conversation (id, contact_id, person_id, subject, opened_at, last_message_at, "
            "representation_id, represented_by, minor) "
            "SELECT :id, id, CASE WHEN :nobodys THEN NULL ELSE person_id END, :subject, :at, :at, :tie, :by, :minor "
            "FROM contact WHERE id = :contact"
        ),
        {
            "nobodys": nobodys,
            "id": made,
            "contact": contact_id,
            "subject": (subject or "").strip()[:200] or None,
            "at": at,
            "tie": acting.representation_id if acting else None,
            "by": acting.name if acting else None,
            "minor": "no" if acting else None,
        },
    )
    return made


def conversation_by(session: Session, *, contact_id: UUID, acting: Acting, at: datetime) -> UUID:
    """The conversation in which this representative writes in the contact's name, never one of the person's own: what
    is answered there is read by both. As `conversation_for` otherwise."""
    since = at - timedelta(days=settings().REOPEN_DAYS)
    values = {"contact": contact_id, "tie": acting.representation_id, "since": since}
    found = session.execute(_BY_REPRESENTATIVE, values).scalar()
    if found:
        reopen(session, conversation_id=found)
        return found
    return new_conversation(session, contact_id=contact_id, at=at, acting=acting)


def reopen(session: Session, *, conversation_id: UUID) -> None:
    """Open a closed conversation; an open one stays as it is."""
    session.execute(
        text("UPDATE conversation SET state = 'open', closed_at = NULL WHERE id = :id AND state = 'closed'"),
        {"id": conversation_id},
    )


def keyed_conversation(session: Session, *, token: str, address: Address, authenticated: bool) -> UUID | None:
    """The conversation a reply's sealed token names, if a participant sends it: one whose address we wrote to or heard
    from in it, or one proved for the same person. Anybody else's copy of the token opens nothing.
    """
    if not authenticated:
        return None
    try:
        conversation_id = UUID(token)
    except ValueError:
        return None
    return session.execute(
        text(
            "SELECT c.id FROM conversation c JOIN contact k ON k.id = c.contact_id WHERE c.id = :id AND k.verified "
            "AND (c.contact_id = :contact OR EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id"
            " AND m.address_id = :address AND m.direction IN ('in', 'out')))"
        ),
        {"id": conversation_id, "contact": address.contact_id, "address": address.id},
    ).scalar()


def heard(session: Session, *, conversation_id: UUID, at: datetime, waits: bool, urgent: bool = False) -> None:
    """A message came in at `at`. When somebody waits for an answer, a deadline runs from the first unanswered one;
    an urgent one shortens it."""
    due = first_answer_due(at, holidays=holidays_ahead(session, at), urgent=urgent) if waits else None
    session.execute(
        text(
            "UPDATE conversation SET last_message_at = greatest(last_message_at, :at), last_inbound_at = :at, "
            "due_at = CASE WHEN CAST(:due AS timestamptz) IS NULL THEN due_at WHEN :urgent THEN "
            "least(due_at, CAST(:due AS timestamptz)) ELSE coalesce(due_at, CAST(:due AS timestamptz)) END "
            "WHERE id = :id"
        ),
        {"id": conversation_id, "at": at, "due": due, "urgent": urgent},
    )


def spoke(session: Session, *, conversation_id: UUID, at: datetime, answers: bool) -> None:
    """A message of ours went in; an answer by a professional ends the wait."""
    session.execute(
        text(
            "UPDATE conversation SET last_message_at = greatest(last_message_at, :at), "
            "due_at = CASE WHEN :answers THEN NULL ELSE due_at END WHERE id = :id"
        ),
        {"id": conversation_id, "at": at, "answers": answers},
    )
