"""Two contacts that turn out to be one, and one that turns out to be two. What moves is written down; nothing said
changes its conversation, its place in it, or whose folder shows it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id
from case_api.errors import Conflict, NotFound
from channels.contacts import book as contacts


@dataclass(frozen=True, slots=True)
class Merge:
    """`folded` became part of `kept`. Instants are UTC."""

    id: UUID
    kept_id: UUID
    folded_id: UUID
    merged_at: datetime


def merge(session: Session, *, kept_id: UUID, folded_id: UUID, actor: Actor) -> UUID:
    """Make two contacts one: the addresses and conversations of `folded_id` become `kept_id`'s. Returns the merge's id.

    Nothing is attributed by it: addresses stay as proved as they were, and what was said earlier opens to nobody.
    Raises Conflict when each is a person's, when they are one, or when either is an unverified sender; NotFound.
    """
    for contact_id in sorted((kept_id, folded_id), key=str):
        contacts.lock_contact(session, contact_id=contact_id)
    rows = {
        row.id: row
        for row in session.execute(
            text("SELECT id, person_id, verified FROM contact WHERE id IN (:a, :b)"), {"a": kept_id, "b": folded_id}
        )
    }
    if kept_id == folded_id:
        raise Conflict(_l("Es el mismo contacto."))
    if len(rows) < 2:
        raise NotFound
    if rows[folded_id].person_id is not None:
        raise Conflict(_l("Ese contacto ya es de una persona: una su otro contacto al de ella, y no al revés."))
    if not all(row.verified for row in rows.values()):
        raise Conflict(_l("No está comprobado quién escribe: no se puede unir a nadie."))
    addresses = _moved(session, "address", folded_id, kept_id)
    conversations = _moved(session, "conversation", folded_id, kept_id)
    made = new_id()
    session.execute(
        text(
            "INSERT INTO contact_merge (id, kept_id, folded_id, addresses, conversations, merged_at, actor_kind, "
            "actor_id) VALUES (:id, :kept, :folded, :addresses, :conversations, :now, :kind, :actor)"
        ),
        {
            "id": made, "kept": kept_id, "folded": folded_id, "addresses": addresses, "conversations": conversations,
            "now": clock.now(), "kind": actor.kind, "actor": actor.id,
        },
    )  # fmt: skip
    for address_id in addresses:
        contacts.write_history(session, address_id=address_id, act="merged", actor=actor, contact=(folded_id, kept_id))
    return made


def _moved(session: Session, table: str, before: UUID, after: UUID) -> list[UUID]:
    moved = session.execute(
        text(f"UPDATE {table} SET contact_id = :after WHERE contact_id = :before RETURNING id"),  # noqa: S608
        {"before": before, "after": after},
    )
    return sorted(moved.scalars(), key=str)


def part(session: Session, *, merge_id: UUID, actor: Actor) -> None:
    """Take a merge back: what moved by it and is still there returns, and what went on elsewhere since stays there.

    An address that was linked to a person meanwhile is theirs now. What was written meanwhile stays in the conversation
    it was written in. Raises NotFound; Conflict when a later merge has to be taken back first.
    """
    row = session.execute(
        text(
            "SELECT kept_id, folded_id, addresses, conversations FROM contact_merge "
            "WHERE id = :id AND parted_at IS NULL FOR UPDATE"
        ),
        {"id": merge_id},
    ).first()
    if row is None:
        raise NotFound
    for contact_id in sorted((row.kept_id, row.folded_id), key=str):
        contacts.lock_contact(session, contact_id=contact_id)
    if session.execute(
        text("SELECT 1 FROM contact_merge WHERE folded_id = :kept AND parted_at IS NULL"), {"kept": row.kept_id}
    ).scalar():
        raise Conflict(_l("Este contacto se unió después a otro. Sepárelos primero."))
    values = {"kept": row.kept_id, "folded": row.folded_id}
    returned = session.execute(
        text(
            "UPDATE address a SET contact_id = :folded WHERE id = ANY(:ids) AND contact_id = :kept "
            "AND (person_id IS NULL OR person_id IS DISTINCT FROM (SELECT person_id FROM contact WHERE id = :kept)) "
            "RETURNING id"
        ),
        {**values, "ids": row.addresses},
    ).scalars()
    for address_id in returned.all():
        contacts.write_history(
            session, address_id=address_id, act="parted", actor=actor, contact=(row.kept_id, row.folded_id)
        )
    session.execute(
        text("UPDATE conversation SET contact_id = :folded WHERE id = ANY(:ids) AND contact_id = :kept"),
        {**values, "ids": row.conversations},
    )
    session.execute(
        text("UPDATE contact_merge SET parted_at = :now, parted_by = :actor WHERE id = :id"),
        {"id": merge_id, "now": clock.now(), "actor": f"{actor.kind}:{actor.id}"},
    )


def merges_of(session: Session, *, contact_id: UUID) -> list[Merge]:
    """What was made part of a contact and can be parted again, the latest first."""
    rows = session.execute(
        text(
            "SELECT id, kept_id, folded_id, merged_at FROM contact_merge WHERE kept_id = :id AND parted_at IS NULL "
            "ORDER BY merged_at DESC, id DESC"
        ),
        {"id": contact_id},
    )
    return [Merge(*row) for row in rows]
