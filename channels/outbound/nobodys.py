"""Words to an address that is nobody's record: a code, an appointment of somebody without a folder."""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.levels import Level
from channels.contacts import book as contacts
from channels.contacts.addresses import TYPED
from channels.contacts.book import Address
from channels.inbound import joining
from channels.outbound import gate, outbox, sending
from channels.outbound.words import level_of


def contact_words(
    session: Session,
    *,
    address: Address,
    template: str,
    level: str = "N0",
    purpose: str = "appointment",
    once: dict[str, str] | None = None,
    **values: Any,
) -> UUID:
    """Write the words of a template to an address without a person. Returns the message's id.

    Where others may read, and where a shield lies on whoever has the same number, only that something waits is said.
    """
    channel = "sms" if address.kind == TYPED else sending.channel_of(address)
    contacts.lock_contact(session, contact_id=address.contact_id)
    level = max(Level(level), level_of(template))
    decision = gate.decide(
        session, address_id=address.id, channel=channel, our_address=outbox.our_address(channel), level=level,
        purpose=purpose, prompt=True,
    )  # fmt: skip
    if decision.act == "hold" and decision.reason in ("read-by-others", "shield"):
        template, level, values, once = "notice_in_folder", Level.N0, {}, None
    return sending.send_words(
        session,
        conversation_id=_conversation(session, address.contact_id),
        address=address,
        channel=channel,
        template=template,
        kind="confirmation" if purpose == "identity" else "notice",
        level=level,
        person_id=None,
        priority=outbox.NOTICE,
        purpose=purpose,
        prompt=True,
        once=once,
        **values,
    )


def _conversation(session: Session, contact_id: UUID) -> UUID:
    """Where what is said to a guest stands: a conversation of the contact's that is nobody's record; it opens none."""
    found = session.execute(
        text(
            "SELECT id FROM conversation WHERE contact_id = :c AND person_id IS NULL "
            "ORDER BY state DESC, last_message_at DESC LIMIT 1"
        ),
        {"c": contact_id},
    ).scalar()
    if found:
        return found
    now = clock.now()
    made = joining.new_conversation(session, contact_id=contact_id, at=now)
    session.execute(
        text("UPDATE conversation SET state = 'closed', closed_at = :now, person_id = NULL WHERE id = :id"),
        {"id": made, "now": now},
    )
    return made
