"""Proving a telephone that takes no messages: a machine calls it and says a code, which the person who is logged in
types. A code lives ten minutes, works once, and wrong ones are counted."""

import re
import secrets
import unicodedata
from datetime import timedelta
from typing import Literal
from uuid import UUID

import phonenumbers
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id
from case_api.errors import Conflict, Invalid
from case_api.keys import keyed_hash
from channels.contacts import book as contacts
from channels.contacts import linking
from channels.contacts.addresses import TYPED, is_address, normalised
from channels.outbound.notices import conversation_for_notices
from channels.outbound.sending import send_words

LIFE = timedelta(minutes=10)  # NIST SP 800-63B-4, 3.1.3.2: at most ten minutes, once
MOST_TRIES = 5  # wrong codes of one call
MOST_CALLS = 3  # of one person, and to one number …
CALLS_WITHIN = timedelta(hours=1)  # … in this time: nobody is rung up at will
_DIGITS = 6


_COSTLY = frozenset(
    {
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.PAGER,
    }
)


def call(session: Session, *, person_id: UUID, number: str, actor: Actor) -> UUID:
    """Let a machine call a number and say a code. Returns the code's id. Raises Invalid for a number that is none,
    Conflict when there were too many calls."""
    if not is_address("phone", number):
        raise Invalid(fields={"number": _l("Eso no es un número de teléfono entero. Revíselo.")})
    number = normalised("phone", number)
    parsed = phonenumbers.parse(number)
    if not phonenumbers.is_valid_number(parsed) or phonenumbers.number_type(parsed) in _COSTLY:
        raise Invalid(fields={"number": _l("A ese número no podemos llamar. Revíselo.")})
    now = clock.now()
    _not_too_often(session, person_id, number)
    session.execute(
        text("UPDATE voice_code SET expires_at = :now WHERE person_id = :p AND used_at IS NULL AND expires_at > :now"),
        {"p": person_id, "now": now},
    )
    digits = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    address = contacts.find_or_make(session, kind=TYPED, value=number, actor=actor)
    message_id = send_words(
        session,
        conversation_id=_conversation(session, person_id),
        address=address,
        channel="voice",
        template="voice_code",
        kind="confirmation",
        person_id=None,
        purpose="identity",
        prompt=True,
        once={"code": digits},
    )
    made = new_id()
    session.execute(
        text(
            "INSERT INTO voice_code (id, person_id, number, code_hash, message_id, created_at, expires_at) "
            "VALUES (:id, :person, :number, :hash, :message, :now, :until)"
        ),
        {"id": made, "person": person_id, "number": number, "hash": _hash(made, digits), "message": message_id,
         "now": now, "until": now + LIFE},
    )  # fmt: skip
    return made


def _hash(code_id: UUID, digits: str) -> bytes:
    return keyed_hash("voice code", code_id.bytes, digits)


def _not_too_often(session: Session, person_id: UUID, number: str) -> None:
    # Serialised by the number, so that two browsers do not make one call too many.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:number))"), {"number": f"voice:{number}"})
    calls = session.execute(
        text(
            "SELECT greatest(count(*) FILTER (WHERE person_id = :person), count(*) FILTER (WHERE number = :number)) "
            "FROM voice_code WHERE created_at > :since AND (person_id = :person OR number = :number)"
        ),
        {"person": person_id, "number": number, "since": clock.now() - CALLS_WITHIN},
    ).scalar_one()
    if calls >= MOST_CALLS:
        raise Conflict(_l("Ya hemos llamado varias veces. Espere una hora o venga a un centro."))


def _conversation(session: Session, person_id: UUID) -> UUID:
    return conversation_for_notices(session, contact_id=contacts.contact_of_person(session, person_id=person_id))


def last_call(session: Session, *, person_id: UUID) -> tuple[str, str | None] | None:
    """The latest call to a person about a code that still counts: the state of its message and the code of what went
    wrong; None when there is none."""
    row = session.execute(
        text(
            "SELECT m.state, m.error_code FROM voice_code v JOIN message m ON m.id = v.message_id "
            "WHERE v.person_id = :person AND v.used_at IS NULL AND v.expires_at > :now "
            "ORDER BY v.created_at DESC LIMIT 1"
        ),
        {"person": person_id, "now": clock.now()},
    ).first()
    return (row.state, row.error_code) if row else None


def redeem(
    session: Session, *, person_id: UUID, typed: str, actor: Actor
) -> Literal["linked", "conflict", "wrong", "over"]:
    """The person types what the machine said. 'over': no call of theirs waits, or there were too many wrong ones."""
    plain = "".join(str(unicodedata.digit(c)) for c in typed if c.isdigit())
    row = session.execute(
        text(
            "UPDATE voice_code SET tries = tries + 1 WHERE id = (SELECT id FROM voice_code WHERE person_id = :person "
            "AND used_at IS NULL AND expires_at > :now AND tries < :most ORDER BY created_at DESC LIMIT 1) "
            "RETURNING id, number, code_hash, tries"
        ),
        {"person": person_id, "now": clock.now(), "most": MOST_TRIES},
    ).first()
    if row is None:
        return "over"
    if not re.fullmatch(rf"\d{{{_DIGITS}}}", plain) or not secrets.compare_digest(
        bytes(row.code_hash), _hash(row.id, plain)
    ):
        return "wrong"
    session.execute(text("UPDATE voice_code SET used_at = :now WHERE id = :id"), {"id": row.id, "now": clock.now()})
    address = contacts.find_or_make(session, kind="phone", value=row.number, actor=actor)
    linked = linking.link(session, address=address, person_id=person_id, how="voice", actor=actor)
    return "linked" if linked else "conflict"


def waits(session: Session, *, person_id: UUID) -> bool:
    """Whether a code that was said may still be typed."""
    return bool(
        session.execute(
            text(
                "SELECT 1 FROM voice_code WHERE person_id = :p AND used_at IS NULL AND expires_at > :now "
                "AND tries < :most LIMIT 1"
            ),
            {"p": person_id, "now": clock.now(), "most": MOST_TRIES},
        ).scalar()
    )
