"""Answers that go without a person: when somebody will read, whom to call now, and where a child finds help.

One of a kind goes once a conversation and period, and once a contact and period however many conversations it has; none
goes to a machine, to a flood, or to an address that wants none. They say so of themselves, and end no wait.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from channels.contacts.book import Address
from channels.conversations.deadlines import holidays_ahead
from channels.inbound import hours
from channels.outbound.sending import language_of, put_in_portal, send_words
from channels.outbound.words import render

_CLAIM = text("""
    INSERT INTO automatic_answer (conversation_id, kind, period, at) SELECT :id, :kind, :period, :now
    WHERE NOT EXISTS (SELECT 1 FROM automatic_answer a JOIN conversation c ON c.id = a.conversation_id
        JOIN conversation mine ON mine.contact_id = c.contact_id
        WHERE mine.id = :id AND a.kind = :kind AND a.period = :period)
    ON CONFLICT ON CONSTRAINT pk_automatic_answer DO NOTHING RETURNING conversation_id
""")
_SENT = text(
    "UPDATE automatic_answer SET message_id = :message WHERE conversation_id = :id "
    "AND kind = :kind AND period = :period"
)
_MOST_A_DAY = 3  # of any kind to one contact, whatever else is true: two machines end each other's talk
_TODAY = text(
    "SELECT count(*) FROM automatic_answer a JOIN conversation c ON c.id = a.conversation_id "
    "JOIN conversation mine ON mine.contact_id = c.contact_id WHERE mine.id = :id AND a.at > :since"
)


def answer(
    session: Session, *, address: Address, conversation_id: UUID, person_id: UUID | None, now: datetime, child: bool
) -> None:
    """Say what fits this moment, if anything does, on the address that was written from. The caller holds the
    contact's lock. Nothing is said twice, and nothing to an address that wants nothing."""
    if address.never:
        return
    due = _due(session, conversation_id=conversation_id, now=now, child=child)
    if due is None:
        return
    message_id = send_words(
        session,
        conversation_id=conversation_id,
        address=address,
        template=due.template,
        kind="confirmation",
        person_id=person_id,
        **due.values,
    )
    _said(session, conversation_id, due, message_id)


def answer_in_portal(session: Session, *, conversation_id: UUID, person_id: UUID, now: datetime, child: bool) -> None:
    """The same, to somebody who wrote after logging in: it stands below their message at once."""
    due = _due(session, conversation_id=conversation_id, now=now, child=child)
    if due is None:
        return
    language = language_of(session, conversation_id=conversation_id)
    words = render(due.template, language=language, **due.values)
    message_id = put_in_portal(
        session,
        conversation_id=conversation_id,
        body=words.body,
        person_id=person_id,
        kind="confirmation",
        level="N0",
        language=language,
        automatic="auto",
    )
    _said(session, conversation_id, due, message_id)


@dataclass(frozen=True, slots=True)
class _Due:
    template: str
    period: str
    values: dict[str, Any]


def _due(session: Session, *, conversation_id: UUID, now: datetime, child: bool) -> _Due | None:
    """What is to be said now and was not said before: it is taken by asking."""
    today = session.execute(_TODAY, {"id": conversation_id, "since": now - timedelta(days=1)}).scalar_one()
    if today >= _MOST_A_DAY:
        return None
    if child:
        due = _Due("minor_help", "always", {})
    else:
        opens = hours.opens_next(now, holidays=holidays_ahead(session, now))
        if opens <= now:
            return None
        due = _Due("out_of_hours", opens.date().isoformat(), {"opens_at": opens})
    taken = session.execute(
        _CLAIM, {"id": conversation_id, "kind": due.template, "period": due.period, "now": now}
    ).scalar()
    return due if taken is not None else None


def _said(session: Session, conversation_id: UUID, due: _Due, message_id: UUID) -> None:
    session.execute(_SENT, {"id": conversation_id, "kind": due.template, "period": due.period, "message": message_id})
