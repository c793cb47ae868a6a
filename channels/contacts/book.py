"""Contacts and their addresses: found or made, never stolen from one another, every link written down."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id
from case_api.settings import settings
from channels.contacts.addresses import PHONE_KINDS, TYPED, normalised


@dataclass(frozen=True, slots=True)
class Address:
    """A way to reach a contact. `person_id` is set when it is proved for exactly that person."""

    id: UUID
    contact_id: UUID
    kind: str
    value: str
    person_id: UUID | None
    shared: bool
    never: bool
    may_be_read_by_others: bool
    discreet: bool
    unsafe: str | None = None
    proved_at: datetime | None = None
    last_inbound_at: datetime | None = None

    @property
    def speaks_for(self) -> UUID | None:
        """The person whose words these are; None while it is not proved, is not safe any more (`unsafe` says why), or
        others use the address too."""
        return None if self.shared or self.unsafe else self.person_id

    def silent(self, now: datetime) -> bool:
        """Whether a proved address gave no sign for so long that its number may be somebody else's by now."""
        if self.person_id is None or self.proved_at is None:
            return False
        heard = max(self.proved_at, self.last_inbound_at or self.proved_at)
        return heard < now - relativedelta(months=settings().REPROOF_MONTHS)


# What a person said about a number binds it on every channel: whoever reads its WhatsApp reads its SMS. The same for a
# mail, however it came to us.
SAME_NUMBER = (
    "s.value = address.value AND (s.kind = address.kind "
    "OR (s.kind IN ('sms', 'whatsapp', 'phone', 'phone_unverified') "
    "AND address.kind IN ('sms', 'whatsapp', 'phone', 'phone_unverified')) "
    "OR (s.kind IN ('email', 'email_unverified') AND address.kind IN ('email', 'email_unverified')))"
)
_SAFETY = ", ".join(
    f"(SELECT bool_or(s.{rule}) FROM address s WHERE {SAME_NUMBER}) AS {rule}"
    for rule in ("never", "may_be_read_by_others", "discreet")
)
ADDRESS_COLUMNS = (
    f"id, contact_id, kind, value, person_id, shared, {_SAFETY}, unsafe_reason, proved_at, last_inbound_at"
)
_BY_VALUE = text(f"SELECT {ADDRESS_COLUMNS} FROM address WHERE kind = :kind AND value = :value")
_BY_ID = text(f"SELECT {ADDRESS_COLUMNS} FROM address WHERE id = :id")


def address(session: Session, *, address_id: UUID) -> Address | None:
    """One address, or None."""
    row = session.execute(_BY_ID, {"id": address_id}).first()
    return Address(*row) if row else None


def find(session: Session, *, kind: str, value: str) -> Address | None:
    """The address of this spelling, or None. Raises ValueError for an empty value."""
    row = session.execute(_BY_VALUE, {"kind": kind, "value": normalised(kind, value)}).first()
    return Address(*row) if row else None


def find_or_make(
    session: Session, *, kind: str, value: str, actor: Actor, claimed_name: str | None = None, language: str = "es"
) -> Address:
    """The address, made with a contact of its own at its first message. Safe when many do it at once.

    A number met on SMS and on WhatsApp is one contact; what is proved on one is not proved on the other.
    Raises ValueError for an empty value.
    """
    value = normalised(kind, value)
    found = find(session, kind=kind, value=value)
    if found is not None:
        if found.unsafe is None and found.silent(clock.now()):
            mark_unsafe(session, found=found, reason="silence", actor=actor)
            return find(session, kind=kind, value=value)
        return found
    sibling = _contact_of_sibling(session, kind, value)
    contact_id = sibling or _new_contact(
        session, claimed_name=claimed_name, verified=kind not in ("email_unverified", TYPED), language=language
    )
    made = session.execute(
        text(
            "INSERT INTO address (id, contact_id, kind, value) VALUES (:id, :contact, :kind, :value) "
            "ON CONFLICT ON CONSTRAINT uq_address_kind_value DO NOTHING RETURNING id"
        ),
        {"id": new_id(), "contact": contact_id, "kind": kind, "value": value},
    ).scalar()
    if made:
        write_history(session, address_id=made, act="made", actor=actor, contact=(None, contact_id))
    elif not sibling:
        # Somebody was first: their row is committed by now, and their contact is the one.
        session.execute(text("DELETE FROM contact WHERE id = :id"), {"id": contact_id})
    return find(session, kind=kind, value=value)


def _contact_of_sibling(session: Session, kind: str, value: str) -> UUID | None:
    if kind not in PHONE_KINDS:
        return None
    return session.execute(
        text("SELECT contact_id FROM address WHERE kind = ANY(:kinds) AND value = :value LIMIT 1"),
        {"kinds": sorted(PHONE_KINDS), "value": value},
    ).scalar()


def _new_contact(session: Session, *, claimed_name: str | None, verified: bool, language: str) -> UUID:
    made = new_id()
    session.execute(
        text("INSERT INTO contact (id, claimed_name, verified, language) VALUES (:id, :name, :verified, :language)"),
        {"id": made, "name": (claimed_name or "")[:120] or None, "verified": verified, "language": language},
    )
    return made


def nameless_contact(session: Session, *, claimed_name: str | None, language: str = "es") -> UUID:
    """A contact without an address: somebody who wrote on a public form and left none."""
    return _new_contact(session, claimed_name=claimed_name, verified=False, language=language)


def contact_of_person(session: Session, *, person_id: UUID, language: str = "es") -> UUID:
    """The person's contact, made at the first need. One a person, whoever asks at the same time."""
    session.execute(
        text(
            "INSERT INTO contact (id, person_id, language) VALUES (:id, :person, :language) "
            "ON CONFLICT ON CONSTRAINT uq_contact_person DO NOTHING"
        ),
        {"id": new_id(), "person": person_id, "language": language},
    )
    return session.execute(text("SELECT id FROM contact WHERE person_id = :person"), {"person": person_id}).scalar_one()


def addresses_of_person(session: Session, *, person_id: UUID) -> list[Address]:
    """The addresses proved for a person, the one last written from first."""
    rows = session.execute(
        text(
            f"SELECT {ADDRESS_COLUMNS} FROM address WHERE person_id = :person "
            "ORDER BY last_inbound_at DESC NULLS LAST, id"
        ),
        {"person": person_id},
    )
    return [Address(*row) for row in rows]


def addresses_of_contact(session: Session, *, contact_id: UUID) -> list[Address]:
    """Every address of a contact, the one last written from first."""
    rows = session.execute(
        text(
            f"SELECT {ADDRESS_COLUMNS} FROM address WHERE contact_id = :contact "
            "ORDER BY last_inbound_at DESC NULLS LAST, id"
        ),
        {"contact": contact_id},
    )
    return [Address(*row) for row in rows]


def lock_contact(session: Session, *, contact_id: UUID) -> None:
    """Hold a contact until the transaction ends, so that its messages join one conversation, one after another."""
    session.execute(text("SELECT 1 FROM contact WHERE id = :id FOR NO KEY UPDATE"), {"id": contact_id})


def mark_unsafe(session: Session, *, found: Address, reason: str, actor: Actor) -> None:
    """From now on nothing said by an address is its person's, and nothing but a pointer goes there, until it is proved
    anew. `reason`: 'silence', 'provider' (a hint that the number changed hands), 'conflict', 'shield'."""
    changed = session.execute(
        text(
            "UPDATE address SET unsafe_at = :now, unsafe_reason = :reason WHERE id = :id AND unsafe_at IS NULL "
            "RETURNING id"
        ),
        {"id": found.id, "now": clock.now(), "reason": reason},
    ).scalar()
    if changed:
        write_history(
            session, address_id=found.id, act="unsafe", actor=actor, person=(found.person_id, found.person_id),
            reason=reason,
        )  # fmt: skip


def write_history(
    session: Session,
    *,
    address_id: UUID,
    act: str,
    actor: Actor,
    contact: tuple[UUID | None, UUID | None] = (None, None),
    person: tuple[UUID | None, UUID | None] = (None, None),
    **detail: object,
) -> None:
    """Write what was done to an address; the table takes no change and no removal."""
    session.execute(
        text(
            "INSERT INTO address_history (address_id, act, contact_before, contact_after, person_before, person_after, "
            "detail, actor_kind, actor_id) VALUES (:address, :act, :contact_before, :contact_after, :person_before, "
            ":person_after, CAST(:detail AS jsonb), :kind, :actor)"
        ),
        {
            "address": address_id,
            "act": act,
            "contact_before": contact[0],
            "contact_after": contact[1],
            "person_before": person[0],
            "person_after": person[1],
            "detail": json.dumps(detail, default=str),
            "kind": actor.kind,
            "actor": actor.id,
        },
    )
