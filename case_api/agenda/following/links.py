"""A way to one's own appointment without a login: a link, and a code sent apart when the link is opened.

Opening a link changes nothing, whoever opens it. It shows when and how (N1) to whoever also has the code, lets them
say that they come, cancel or move this one appointment, and opens nothing else. Tokens and codes are kept hashed.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock, events
from case_api.access.actor import Actor
from case_api.agenda import reading
from case_api.db import Unit, new_id
from case_api.errors import NotFound
from case_api.keys import keyed_hash

CODE_MINUTES = 10
MOST_TRIES = 5
KEY_MINUTES = 20


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is good now. `actor` is the person, known well enough for this appointment and no more; or the
    contact without a record whose appointment it is.
    """

    id: UUID
    person_id: UUID | None
    contact_id: UUID | None
    appointment_id: UUID
    tries: int
    expires_at: datetime

    @property
    def actor(self) -> Actor:
        if self.contact_id is not None:
            return Actor("guest", str(self.contact_id))
        return Actor(
            "citizen", f"link:{self.id}", person_id=self.person_id, assurance="low", authenticated_at=clock.now()
        )


def _hash(what: str, *parts: str) -> bytes:
    return keyed_hash(f"appointment-link:{what}", *parts)


def make(unit: Unit, *, appointment_id: UUID) -> str:
    """A new link to an appointment; its token, which is kept nowhere. Good until the appointment begins."""
    found = reading.one(unit.session, appointment_id)
    if found is None:
        raise NotFound()
    token = secrets.token_urlsafe(15)
    unit.session.execute(
        text(
            "INSERT INTO appointment_link (id, token_hash, person_id, contact_id, appointment_id, expires_at, "
            "created_at) VALUES (:id, :hash, :person, :contact, :appointment, :expires, :now)"
        ),
        {
            "id": new_id(),
            "hash": _hash("token", token),
            "person": found.person_id,
            "contact": found.guest.contact_id if found.guest else None,
            "appointment": appointment_id,
            "expires": max(found.starts_at, clock.now() + timedelta(minutes=1)),
            "now": clock.now(),
        },
    )
    return token


def find(session: Session, token: str) -> Link:
    """The link of a token, used by anybody. Raises NotFound alike for one that never was, has ended or is over."""
    row = session.execute(
        text(
            "SELECT id, person_id, contact_id, appointment_id, tries, expires_at, ended_at "
            "FROM appointment_link_of(:hash) WHERE appointment_id IS NOT NULL"
        ),
        {"hash": _hash("token", token[:80])},
    ).first()
    if row is None or row.ended_at is not None or row.expires_at <= clock.now():
        raise NotFound()
    return Link(row.id, row.person_id, row.contact_id, row.appointment_id, row.tries, row.expires_at)


def ask_code(unit: Unit, link: Link) -> None:
    """Have a code sent to the person's own proved address: the words, and the code, are made when they leave."""
    if link.contact_id is not None:
        events.publish(unit, "guest.code", link_id=link.id, contact_id=link.contact_id)
    else:
        events.publish(unit, "appointment.code", link_id=link.id, person_id=link.person_id)


def fresh_code(unit: Unit, *, link_id: UUID) -> str:
    """A new code for a link, for whoever writes the message; the one before it is worth nothing. Ten minutes.

    Raises NotFound for a link that has ended: after five wrong codes nobody sends another.
    """
    code = f"{secrets.randbelow(1_000_000):06d}"
    known = unit.session.execute(
        text(
            "UPDATE appointment_link SET code_hash = :hash, code_at = :now "
            "WHERE id = :id AND ended_at IS NULL AND tries < :most RETURNING id"
        ),
        {"id": link_id, "hash": _hash("code", str(link_id), code), "now": clock.now(), "most": MOST_TRIES},
    ).first()
    if known is None:
        raise NotFound()
    return code


def redeem(unit: Unit, link: Link, code: str) -> str | None:
    """A key for the browser that typed the right code, good for some minutes and once made worth the code; else None.

    Each wrong code counts, and the fifth ends the link. To be called as the link's own actor.
    """
    row = unit.session.execute(
        text("SELECT code_hash, code_at, tries FROM appointment_link WHERE id = :id FOR UPDATE"), {"id": link.id}
    ).one()
    digits = "".join(sign for sign in code if sign.isdecimal())[:12]
    fresh = row.code_at is not None and clock.now() - row.code_at < timedelta(minutes=CODE_MINUTES)
    right = row.code_hash is not None and secrets.compare_digest(
        bytes(row.code_hash), _hash("code", str(link.id), digits)
    )
    if not (right and fresh and row.tries < MOST_TRIES):
        unit.session.execute(
            text(
                "UPDATE appointment_link SET tries = tries + 1, "
                "ended_at = CASE WHEN tries + 1 >= :most THEN :now END WHERE id = :id"
            ),
            {"id": link.id, "most": MOST_TRIES, "now": clock.now()},
        )
        return None
    key = secrets.token_urlsafe(24)
    unit.session.execute(
        text(
            "UPDATE appointment_link SET code_hash = NULL, tries = 0, key_hash = :key, key_until = :until "
            "WHERE id = :id"
        ),
        {"id": link.id, "key": _hash("key", key), "until": clock.now() + timedelta(minutes=KEY_MINUTES)},
    )
    return key


def open_here(unit: Unit, *, appointment_id: UUID) -> tuple[str, UUID, str]:
    """A link for whoever has just shown who they are in this browser: its token, its id, and the key that a code gives.

    To be called as the actor whose appointment it is.
    """
    token, key = make(unit, appointment_id=appointment_id), secrets.token_urlsafe(24)
    made = unit.session.execute(
        text("UPDATE appointment_link SET key_hash = :key, key_until = :until WHERE token_hash = :hash RETURNING id"),
        {
            "key": _hash("key", key),
            "until": clock.now() + timedelta(minutes=KEY_MINUTES),
            "hash": _hash("token", token),
        },
    ).scalar_one()
    return token, made, key


def holds_key(session: Session, link: Link, key: str | None) -> bool:
    """Whether a browser has typed the code lately. To be called as the link's own actor."""
    row = session.execute(
        text("SELECT key_hash, key_until FROM appointment_link WHERE id = :id"), {"id": link.id}
    ).first()
    return bool(
        key
        and row
        and row.key_hash is not None
        and row.key_until > clock.now()
        and secrets.compare_digest(bytes(row.key_hash), _hash("key", key))
    )
