"""Somebody without a login shows that a telephone or a mail is theirs: a code goes there and comes back in the browser.

They become a contact and never a person; nobody is told whether an address is known. A code lives ten minutes, works
once, wrong ones are counted, and nobody is flooded with them.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
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
from channels.contacts.addresses import TYPED, is_address, normalised
from channels.contacts.book import Address
from channels.outbound.nobodys import contact_words

LIFE = timedelta(minutes=10)  # NIST SP 800-63B-4, 3.1.3.2: at most ten minutes, once
MOST_TRIES = 5  # wrong codes of one message
MOST_CODES = 3  # to one address …
WITHIN = timedelta(hours=1)  # … in this time
MOST_IN_CITY = 600  # in the same time, to all: somebody who pumps messages finds an end
UNVERIFIED_MAIL = "email_unverified"
_MOBILE = frozenset({phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE})
_SPAIN = 34


@dataclass(frozen=True, slots=True)
class Proved:
    """An address that somebody holds. `reach` is the address itself, `by_phone` whether it can be called."""

    contact_id: UUID
    reach: str
    by_phone: bool


def kind_of(typed: str) -> str:
    """The kind of address that somebody typed: a mobile telephone or a mail. Raises Invalid (field `address`)."""
    if "@" in typed:
        if is_address("email", typed):
            return UNVERIFIED_MAIL
        raise Invalid(fields={"address": _l("Ese correo no está entero. Por ejemplo: nombre@correo.es")})
    if not is_address("sms", typed):
        raise Invalid(fields={"address": _l("Escriba un móvil entero, por ejemplo 600 000 000, o un correo.")})
    number = phonenumbers.parse(normalised("sms", typed))
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in _MOBILE:
        raise Invalid(fields={"address": _l("A ese número no podemos mandar un SMS. Escriba un móvil o un correo.")})
    if number.country_code != _SPAIN:  # messages abroad are dear, and are pumped
        raise Invalid(fields={"address": _l("Solo podemos mandar SMS a móviles de España. Escriba un correo.")})
    return TYPED


def ask(session: Session, *, typed: str, actor: Actor, language: str = "es") -> UUID:
    """Send a code to an address that somebody typed. Returns the code's id, for their browser to keep.

    Where the person who holds the address wants no messages there is none, and nothing says so. Raises Invalid for no
    address, Conflict when there were too many codes.
    """
    kind = kind_of(typed)
    value = normalised(kind, typed)
    _not_too_often(session, kind, value)
    address = contacts.find_or_make(session, kind=kind, value=value, actor=actor, language=language)
    session.execute(
        text("UPDATE contact SET language = :language WHERE id = :id AND person_id IS NULL AND NOT verified"),
        {"id": address.contact_id, "language": language},
    )
    digits, made, now = f"{secrets.randbelow(1_000_000):06d}", new_id(), clock.now()
    session.execute(
        text(
            "INSERT INTO guest_code (id, contact_id, address_id, code_hash, created_at, expires_at) "
            "VALUES (:id, :contact, :address, :hash, :now, :until)"
        ),
        {"id": made, "contact": address.contact_id, "address": address.id, "hash": _hash(made, digits), "now": now,
         "until": now + LIFE},
    )  # fmt: skip
    contact_words(session, address=address, template="guest_code", purpose="identity", once={"code": digits})
    return made


def _hash(code_id: UUID, digits: str) -> bytes:
    return keyed_hash("guest code", code_id.bytes, digits)


def _not_too_often(session: Session, kind: str, value: str) -> None:
    # Serialised by the address, so that two browsers do not send one message too many.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:value))"), {"value": f"guest:{value}"})
    row = session.execute(
        text(
            "SELECT count(*) FILTER (WHERE a.kind = :kind AND a.value = :value) AS here, count(*) AS everywhere "
            "FROM guest_code g JOIN address a ON a.id = g.address_id WHERE g.created_at > :since"
        ),
        {"kind": kind, "value": value, "since": clock.now() - WITHIN},
    ).one()
    if row.here >= MOST_CODES:
        raise Conflict(_l("Ya le hemos mandado varios códigos. Espere una hora, o llámenos y le damos la cita."))
    if row.everywhere >= MOST_IN_CITY:
        raise Conflict(_l("Ahora no podemos mandar más códigos. Llámenos y le damos la cita."))


def redeem(session: Session, *, code_id: UUID, typed: str) -> Proved | None:
    """Who typed the right code of this browser's message; None for a wrong one, and for any after five or ten minutes.

    A code works once.
    """
    plain = "".join(str(unicodedata.digit(sign)) for sign in typed[:40] if sign.isdigit())
    row = session.execute(
        text(
            "UPDATE guest_code SET tries = tries + 1 WHERE id = :id AND used_at IS NULL AND expires_at > :now "
            "AND tries < :most RETURNING contact_id, address_id, code_hash"
        ),
        {"id": code_id, "now": clock.now(), "most": MOST_TRIES},
    ).first()
    if row is None or not secrets.compare_digest(bytes(row.code_hash), _hash(code_id, plain)):
        return None
    session.execute(text("UPDATE guest_code SET used_at = :now WHERE id = :id"), {"id": code_id, "now": clock.now()})
    address = contacts.address(session, address_id=row.address_id)
    return Proved(row.contact_id, address.value, address.kind == TYPED) if address else None


def address_of(session: Session, *, contact_id: UUID) -> Address | None:
    """The address that a guest last proved, or None: where their appointments are told."""
    found = session.execute(
        text(
            "SELECT address_id FROM guest_code WHERE contact_id = :contact AND used_at IS NOT NULL "
            "ORDER BY used_at DESC LIMIT 1"
        ),
        {"contact": contact_id},
    ).scalar()
    return contacts.address(session, address_id=found) if found else None


def guest_at(session: Session, *, channel: str, value: str) -> UUID | None:
    """The guest who holds the address that a message came from, or None. The sender of a mail must be authenticated."""
    kind = UNVERIFIED_MAIL if channel == "email" else TYPED
    found = contacts.find(session, kind=kind, value=value)
    if found is None or address_of(session, contact_id=found.contact_id) is None:
        return None
    return found.contact_id
