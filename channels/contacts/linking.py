"""Tying an address to a person and untying it again, each step written down."""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import book as contacts
from channels.contacts.addresses import PHONE_KINDS, is_address
from channels.contacts.book import Address


def link(session: Session, *, address: Address, person_id: UUID, how: str, actor: Actor) -> bool:
    """The address becomes the person's and moves to their contact; what was said before stays where it was.

    Whoever proved it before keeps it: the address is then marked as shared, nothing more is attributed to anybody, and
    the answer is False.
    """
    holder = _other_holder(session, address, person_id)
    if holder is not None:
        session.execute(text("UPDATE address SET shared = true WHERE id = :id"), {"id": holder.id})
        contacts.write_history(
            session, address_id=holder.id, act="conflict", actor=actor, person=(holder.person_id, person_id)
        )
        return False
    contact_id = contacts.contact_of_person(session, person_id=person_id)
    session.execute(
        text(
            "UPDATE address SET contact_id = :contact, person_id = :person, proved_at = :now, proved_how = :how, "
            "unsafe_at = NULL, unsafe_reason = NULL WHERE id = :id"
        ),
        {"id": address.id, "contact": contact_id, "person": person_id, "now": clock.now(), "how": how},
    )
    contacts.write_history(
        session,
        address_id=address.id,
        act="confirmed" if address.unsafe else "proved" if how in ("code", "voice") else "linked",
        actor=actor,
        contact=(address.contact_id, contact_id),
        person=(address.person_id, person_id),
    )
    if address.kind == "whatsapp":
        _bring_sms(session, address=address, contact_id=contact_id, actor=actor)
    return True


def _other_holder(session: Session, address: Address, person_id: UUID) -> Address | None:
    """The address, or the same number on its other channel, when it is proved for somebody else."""
    kinds = PHONE_KINDS if address.kind in PHONE_KINDS else {address.kind}
    for kind in sorted(kinds):
        found = contacts.find(session, kind=kind, value=address.value)
        if found is not None and found.person_id not in (None, person_id):
            return found
    return None


def _bring_sms(session: Session, *, address: Address, contact_id: UUID, actor: Actor) -> None:
    """Whoever holds a number's WhatsApp can be sent an SMS there; it stays unproved, so nothing said by it counts."""
    sibling = contacts.find_or_make(session, kind="sms", value=address.value, actor=actor)
    if sibling.person_id is None and sibling.contact_id == address.contact_id != contact_id:
        session.execute(
            text("UPDATE address SET contact_id = :contact WHERE id = :id"), {"id": sibling.id, "contact": contact_id}
        )
        contacts.write_history(
            session, address_id=sibling.id, act="linked", actor=actor, contact=(sibling.contact_id, contact_id)
        )


def link_by_staff(session: Session, *, person_id: UUID, kind: str, value: str, actor: Actor) -> Address:
    """A professional who saw the person and the phone links an address.

    Raises Conflict when it is proved for somebody else, Invalid when it is no address.
    """
    if not is_address(kind, value):
        raise Invalid(fields={"value": _l("Eso no es un número de teléfono ni un correo. Revíselo.")})
    found = contacts.find_or_make(session, kind=kind, value=value, actor=actor)
    if _other_holder(session, found, person_id) is not None:
        raise Conflict(_l("No se puede añadir: ya está comprobado para otra persona."))
    link(session, address=found, person_id=person_id, how="staff", actor=actor)
    return contacts.address(session, address_id=found.id)


def unlink(session: Session, *, address_id: UUID, actor: Actor) -> None:
    """Untie an address from its person: it goes to a contact of its own; what was said stays where it was.

    A citizen may untie their own only. Raises NotFound.
    """
    found = contacts.address(session, address_id=address_id)
    if found is None or found.person_id is None:
        raise NotFound
    if actor.kind == "citizen" and actor.person_id != found.person_id:
        raise NotFound
    session.execute(
        text("SELECT alma_unlink_address(:address, :contact)"), {"address": address_id, "contact": new_id()}
    )


def set_safety(
    session: Session,
    *,
    address_id: UUID,
    actor: Actor,
    never: bool | None = None,
    may_be_read_by_others: bool | None = None,
    discreet: bool | None = None,
    hours: tuple | None = None,
) -> None:
    """Say how an address may be used; None leaves a rule as it is. `hours`: (from, until) as wall times in Madrid.

    Raises NotFound.
    """
    changed = session.execute(
        text(
            "UPDATE address SET never = coalesce(:never, never), discreet = coalesce(:discreet, discreet), "
            "may_be_read_by_others = coalesce(:others, may_be_read_by_others), "
            "hours_from = coalesce(:hours_from, hours_from), hours_until = coalesce(:hours_until, hours_until) "
            "WHERE id = :id RETURNING id"
        ),
        {
            "id": address_id,
            "never": never,
            "others": may_be_read_by_others,
            "discreet": discreet,
            "hours_from": hours[0] if hours else None,
            "hours_until": hours[1] if hours else None,
        },
    ).scalar()
    if changed is None:
        raise NotFound
    contacts.write_history(
        session,
        address_id=address_id,
        act="safety",
        actor=actor,
        never=never,
        may_be_read_by_others=may_be_read_by_others,
        discreet=discreet,
        hours=hours,
    )
