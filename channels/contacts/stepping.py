"""Step-up: a link that opens only a login and comes back to one conversation.

Whoever holds it still has to prove who they are, and it ties no address to anybody: that needs a code, shown after the
login and sent back from the address. It works once, for a day; looking at it spends nothing, so that a mail scanner
cannot use it up.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import new_id
from case_api.errors import Conflict
from case_api.keys import keyed_hash
from case_api.settings import settings
from channels.contacts.book import Address
from channels.outbound.sending import send_words

LIFE = timedelta(hours=24)
MOST_OPENED = 50  # looks at one link; after that it is dead
MOST_LIVE = 3  # links of one conversation that wait at once; the oldest makes room
MOST_A_DAY = 20  # links of one conversation in a day: nobody is flooded with them
PATH = "/e/"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a link is at this moment. `link_id` leads back after the login, and opens nothing by itself."""

    state: Literal["good", "used", "expired", "unknown"]
    link_id: UUID | None = None


def make(session: Session, *, conversation_id: UUID) -> str:
    """A fresh link into the login for a conversation: its whole address. 160 random bits, kept as a hash.

    Raises Conflict when the conversation had too many today.
    """
    now = clock.now()
    made = session.execute(
        text("SELECT count(*) FROM step_up_link WHERE conversation_id = :c AND created_at > :since"),
        {"c": conversation_id, "since": now - timedelta(days=1)},
    ).scalar_one()
    if made >= MOST_A_DAY:
        raise Conflict
    session.execute(
        text(
            "UPDATE step_up_link SET expires_at = :now WHERE id IN (SELECT id FROM step_up_link "
            "WHERE conversation_id = :c AND used_at IS NULL AND expires_at > :now ORDER BY created_at DESC "
            "OFFSET :most)"
        ),
        {"c": conversation_id, "now": now, "most": MOST_LIVE - 1},
    )
    token = secrets.token_urlsafe(20)
    session.execute(
        text(
            "INSERT INTO step_up_link (id, token_hash, conversation_id, created_at, expires_at) "
            "VALUES (:id, :hash, :conversation, :now, :until)"
        ),
        {"id": new_id(), "hash": _hash(token), "conversation": conversation_id, "now": now, "until": now + LIFE},
    )
    return f"{settings().PUBLIC_URL}{PATH}{token}"


def _hash(token: str) -> bytes:
    return keyed_hash("step-up link", token[:64])


def look(session: Session, *, token: str) -> Seen:
    """What a link is, told without spending it. Looks are counted."""
    row = session.execute(
        text(
            "UPDATE step_up_link SET opened = opened + 1 WHERE token_hash = :hash "
            "RETURNING id, expires_at, used_at, opened"
        ),
        {"hash": _hash(token)},
    ).first()
    if row is None:
        return Seen("unknown")
    if row.used_at is not None:
        return Seen("used")
    if row.expires_at <= clock.now() or row.opened > MOST_OPENED:
        return Seen("expired")
    return Seen("good", row.id)


def spend(session: Session, *, token: str) -> Seen:
    """Use a link: the one who presses its button goes on to the login. Of two who do at once, one does."""
    link_id = session.execute(
        text(
            "UPDATE step_up_link SET used_at = :now WHERE token_hash = :hash AND used_at IS NULL "
            "AND expires_at > :now AND opened <= :most RETURNING id"
        ),
        {"hash": _hash(token), "now": clock.now(), "most": MOST_OPENED},
    ).scalar()
    return Seen("good", link_id) if link_id else look(session, token=token)


def conversation_after(session: Session, *, link_id: UUID, person_id: UUID) -> UUID | None:
    """The conversation that a spent link leads back to, when it is this person's own; None for anybody else, which
    looks like a link that never was. Nothing is tied to anybody here."""
    return session.execute(
        text(
            "SELECT c.id FROM step_up_link s JOIN conversation c ON c.id = s.conversation_id "
            "WHERE s.id = :id AND c.person_id = :person AND s.used_at > :since"
        ),
        {"id": link_id, "person": person_id, "since": clock.now() - LIFE},
    ).scalar()


def invite(
    session: Session,
    *,
    conversation_id: UUID,
    address: Address,
    person_id: UUID | None,
    template: str,
    author: UUID | None = None,
) -> UUID:
    """Send a link to an address, in words that say nothing of the matter. Returns the message's id."""
    try:
        link: Any = make(session, conversation_id=conversation_id)
    except Conflict:
        link = settings().PUBLIC_URL  # the ordinary way in; nobody needs a twenty-first link today
    return send_words(
        session,
        conversation_id=conversation_id,
        address=address,
        template=template,
        kind="notice",
        person_id=person_id if address.speaks_for == person_id else None,
        purpose="answer",
        prompt=author is not None,
        once={"link": str(link)},
    )
