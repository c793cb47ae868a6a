"""Proving an address: a code shown after login and sent back from the address itself.

Nothing said on an address before that is opened by it. A code works once, for ten minutes; wrong ones are counted.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id
from case_api.errors import Conflict
from case_api.keys import keyed_hash
from channels.contacts import linking
from channels.contacts.book import Address
from channels.outbound.sending import send_words

LIFE = timedelta(minutes=10)  # NIST SP 800-63B-4, 3.1.3.2: at most ten minutes, once
MOST_TRIES = 5  # wrong codes from one address …
TRIES_WITHIN = timedelta(hours=1)  # … in this time; after that not even a right one counts
MOST_LIVE = 3  # codes of one person that wait at once

_WRITTEN = re.compile(r"(?<!\w)ALMA[\s\-.:]*(\d{4})[\s\-.]*(\d{4})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Code:
    """`text` is what the person sends, as shown ('ALMA 4839 2176'); `expires_at` in UTC."""

    text: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a message with a code did. `nothing_else`: it held the code alone, so nobody waits for an answer."""

    result: Literal["linked", "conflict"]
    person_id: UUID
    nothing_else: bool


def start(session: Session, *, person_id: UUID) -> Code:
    """A fresh code for a person who is logged in. Of several that wait, the oldest gives way."""
    now = clock.now()
    live = session.execute(
        text("SELECT count(*) FROM proof_code WHERE person_id = :p AND used_at IS NULL AND expires_at > :now"),
        {"p": person_id, "now": now},
    ).scalar_one()
    if live >= MOST_LIVE:
        # The newest is the one on the screen: the oldest makes room.
        session.execute(
            text(
                "UPDATE proof_code SET expires_at = :now WHERE id = (SELECT id FROM proof_code WHERE person_id = :p "
                "AND used_at IS NULL AND expires_at > :now ORDER BY created_at LIMIT 1)"
            ),
            {"p": person_id, "now": now},
        )
    digits = _fresh_digits(session, person_id, now)
    return Code(f"ALMA {digits[:4]} {digits[4:]}", now + LIFE)


def _fresh_digits(session: Session, person_id: UUID, now: datetime) -> str:
    for _ in range(5):
        digits = f"{secrets.randbelow(10**8):08d}"
        made = session.execute(
            text(
                "INSERT INTO proof_code (id, person_id, code_hash, created_at, expires_at) "
                "VALUES (:id, :person, :hash, :now, :until) ON CONFLICT ON CONSTRAINT uq_proof_code_hash DO NOTHING"
                " RETURNING 1"
            ),
            {"id": new_id(), "person": person_id, "hash": _hash(digits), "now": now, "until": now + LIFE},
        ).scalar()
        if made:
            return digits
    raise Conflict


def _hash(digits: str) -> bytes:
    return keyed_hash("proof code", digits)


def written(body: str) -> tuple[str, bool] | None:
    """The eight digits of a code in a message, in any script's digits, and whether there is nothing else in it."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in body[:2000])
    found = _WRITTEN.search(plain)
    if found is None:
        return None
    rest = plain[: found.start()] + plain[found.end() :]
    return found[1] + found[2], not re.search(r"\w", rest)


def redeem(session: Session, *, address: Address, body: str, actor: Actor) -> Outcome | None:
    """Link the address of an authenticated message to the person whose live code it holds. None when it holds none."""
    found = written(body)
    if found is None:
        return None
    digits, alone = found
    now = clock.now()
    tries = session.execute(
        text("SELECT count(*) FROM proof_try WHERE address_id = :a AND at > :since"),
        {"a": address.id, "since": now - TRIES_WITHIN},
    ).scalar_one()
    if tries >= MOST_TRIES:
        return None
    person_id = session.execute(
        text(
            "UPDATE proof_code SET used_at = :now, address_id = :address WHERE code_hash = :hash "
            "AND used_at IS NULL AND expires_at > :now RETURNING person_id"
        ),
        {"hash": _hash(digits), "now": now, "address": address.id},
    ).scalar()
    if person_id is None:
        session.execute(text("INSERT INTO proof_try (address_id, at) VALUES (:a, :now)"), {"a": address.id, "now": now})
        return None
    linked = linking.link(session, address=address, person_id=person_id, how="code", actor=actor)
    return Outcome("linked" if linked else "conflict", person_id, alone)


def answer(session: Session, *, outcome: Outcome, address: Address, conversation_id: UUID) -> None:
    """Tell whoever sent the code, on that channel, in discreet words."""
    template = "address_linked" if outcome.result == "linked" else "address_in_use"
    send_words(
        session,
        conversation_id=conversation_id,
        address=address,
        template=template,
        kind="confirmation",
        person_id=outcome.person_id if outcome.result == "linked" else None,
    )
