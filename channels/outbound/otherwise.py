"""What did not arrive goes another way, with the reason beside it; what can go no other way waits for a call."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from channels.contacts import book as contacts
from channels.contacts.addresses import PHONE_KINDS
from channels.contacts.book import Address
from channels.conversations import callbacks
from channels.outbound import gate, outbox, routes, sending

_FAILED = text("""
    SELECT m.id, m.person_id, m.conversation_id, m.channel, m.kind, m.body, m.subject, m.level, m.purpose, m.address_id,
           m.professional_id, m.state, coalesce(m.error_code, m.state) AS reason, m.automatic, m.language,
           c.contact_id, c.person_id AS whose
    FROM message m JOIN conversation c ON c.id = m.conversation_id
    WHERE m.id = :id AND NOT EXISTS (SELECT 1 FROM message n WHERE n.instead_of = m.id)
""")
# Every channel on which this message, or one that it stands for, was tried.
_TRIED = text("""
    WITH RECURSIVE way AS (
        SELECT id, channel, instead_of FROM message WHERE id = :id
        UNION ALL SELECT m.id, m.channel, m.instead_of FROM message m JOIN way ON m.id = way.instead_of
    ) SELECT DISTINCT channel FROM way
""")


def by_another_way(session: Session, *, message_id: UUID) -> UUID | None:
    """Send what failed or was held on the next channel that may carry it. Returns the new message's id, or None when
    there is no other way: then somebody has to call.

    A professional's words go as they are to where the same person reads them; a notice becomes the pointer to the
    folder. Nothing goes back to a channel that was tried.
    """
    row = session.execute(_FAILED, {"id": message_id}).first()
    if row is None or row.state not in ("failed", "held") or row.channel not in routes.PREFERENCE:
        return None
    tried = frozenset(session.execute(_TRIED, {"id": message_id}).scalars())
    made = _reply(session, row, tried) if row.professional_id else _notice(session, row, tried)
    if made is None and (row.purpose == "appointment" or row.professional_id):
        callbacks.needed(session, message_id=message_id)
    return made


def _notice(session: Session, row: Any, tried: frozenset[str]) -> UUID | None:
    if row.person_id is None or row.kind != "notice":
        return None
    route = routes.best(
        session, person_id=row.person_id, contact_id=row.contact_id, level="N0", purpose=row.purpose, besides=tried
    )
    if route is None:
        return None
    return sending.send_words(
        session,
        conversation_id=row.conversation_id,
        address=route.address,
        template="notice_in_folder",
        kind="notice",
        person_id=row.person_id,
        priority=outbox.NOTICE,
        purpose=row.purpose,
        instead_of=(row.id, row.reason),
    )


def _reply(session: Session, row: Any, tried: frozenset[str]) -> UUID | None:
    failed = contacts.address(session, address_id=row.address_id)
    if failed is None:
        return None
    for address in _others(session, row, failed, tried):
        channel = sending.channel_of(address)
        decision = gate.decide(
            session, address_id=address.id, channel=channel, our_address=outbox.our_address(channel), level=row.level,
            person_id=row.whose if address.person_id else None, purpose=row.purpose,
        )  # fmt: skip
        if decision.act == "hold":
            continue
        return sending.send(
            session,
            conversation_id=row.conversation_id,
            address=address,
            channel=channel,
            body=row.body,
            subject=row.subject,
            level=row.level,
            language=row.language,
            person_id=row.person_id,
            professional_id=row.professional_id,
            answers=True,
            purpose=row.purpose,
            instead_of=row.id,
            instead_reason=row.reason,
        )
    return None


def _others(session: Session, row: Any, failed: Address, tried: frozenset[str]) -> list[Address]:
    """Where the same reader reads: the same number by its other channel, or what is proved for the same person."""
    known = contacts.addresses_of_contact(session, contact_id=row.contact_id)
    same = [
        one for one in known
        if {one.kind, failed.kind} <= PHONE_KINDS and one.value == failed.value and one.kind not in tried
    ]  # fmt: skip
    proved = [
        one for one in known
        if row.whose is not None and one.speaks_for == row.whose and one.kind not in tried and one not in same
    ]  # fmt: skip
    return [one for one in (*same, *proved) if one.kind in routes.PREFERENCE]
