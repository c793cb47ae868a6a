"""A number that changed hands: recycled by its company, ported, given away. What was proved of it holds no more."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access.actor import Actor
from channels.contacts import book as contacts
from channels.contacts.addresses import PHONE_KINDS, normalised


def hint(session: Session, *, kind: str, value: str, actor: Actor) -> int:
    """A provider says that a number changed hands: it is not safe on any of its channels until it is proved anew.
    Returns how many addresses that concerns."""
    kinds = PHONE_KINDS if kind in PHONE_KINDS else {kind}
    value = normalised(kind, value)
    found = [contacts.find(session, kind=each, value=value) for each in sorted(kinds)]
    for one in found:
        if one is not None:
            contacts.mark_unsafe(session, found=one, reason="provider", actor=actor)
    return sum(one is not None for one in found)


def confirm(session: Session, *, address_id: UUID, actor: Actor) -> None:
    """A professional has confirmed with the person, face to face, that an address is still theirs and safe."""
    changed = session.execute(
        text(
            "UPDATE address SET unsafe_at = NULL, unsafe_reason = NULL, proved_at = CASE WHEN person_id IS NOT NULL "
            "THEN now() END WHERE id = :id AND unsafe_at IS NOT NULL RETURNING id"
        ),
        {"id": address_id},
    ).scalar()
    if changed:
        contacts.write_history(session, address_id=address_id, act="confirmed", actor=actor)
