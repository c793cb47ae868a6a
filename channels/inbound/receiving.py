"""One inbound message into its conversation: whose it is, where it belongs, what it sets off."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from channels.adapters import DeliveryStatus, Inbound, Quarantine
from channels.contacts import book as contacts
from channels.contacts import opting, proof
from channels.conversations import attachments, messages
from channels.inbound import joining
from channels.outbound.delivery import take

ACTOR = Actor.system("process_inbound")


def receive(session: Session, *, inbound: Inbound) -> UUID | None:
    """Write one message down, in the caller's transaction. Returns its id; None when it was there already.

    Raises Quarantine for what belongs nowhere ('bounce-unmatched').
    """
    if inbound.automatic == "bounce":
        return _bounce(session, inbound)
    address = _address(session, inbound)
    contacts.lock_contact(session, contact_id=address.contact_id)
    proved = None
    if inbound.authenticated and inbound.automatic is None:
        proved = proof.redeem(session, address=address, body=inbound.body, actor=ACTOR)
        if proved is not None:
            address = contacts.address(session, address_id=address.id)
            contacts.lock_contact(session, contact_id=address.contact_id)
    conversation_id, notes = _conversation(session, inbound, address)
    try:
        message_id = _write(session, inbound, address, conversation_id, notes)
    except messages.AlreadyThere:
        return None
    attachments.attach(session, message_id=message_id, parts=inbound.parts, media=inbound.media)
    if inbound.automatic is None:
        _came_from(session, inbound, address)
        waits = proved is None or not proved.nothing_else
        joining.heard(session, conversation_id=conversation_id, at=clock.now(), waits=waits)
        opting.mind(session, address=address, body=inbound.body)
    if proved is not None:
        proof.answer(session, outcome=proved, address=address, conversation_id=conversation_id)
    return message_id


def _address(session: Session, inbound: Inbound) -> contacts.Address:
    # An unauthenticated mail is from whoever wrote it, not from the address it shows: that name is kept apart, under an
    # unverified contact, and nothing that is known of the real address is touched.
    unverified = inbound.channel == "email" and not inbound.authenticated
    return contacts.find_or_make(
        session,
        kind="email_unverified" if unverified else inbound.channel,
        value=inbound.sender,
        actor=ACTOR,
        claimed_name=inbound.sender_name,
    )


def _conversation(session: Session, inbound: Inbound, address: contacts.Address) -> tuple[UUID, list[str]]:
    notes = list(inbound.notes)
    now = clock.now()
    if address.kind == "email_unverified":
        made = joining.new_conversation(session, contact_id=address.contact_id, at=now, subject=inbound.subject)
        return made, [*notes, "unverified-sender"]
    if inbound.reply_token:
        keyed = joining.keyed_conversation(
            session, token=inbound.reply_token, address=address, authenticated=inbound.authenticated
        )
        if keyed:
            if inbound.automatic is None:
                joining.reopen(session, conversation_id=keyed)
            return keyed, notes
        notes.append("reply-key-of-another")
    found = joining.conversation_for(session, contact_id=address.contact_id, at=now, subject=inbound.subject)
    return found, notes


def _write(
    session: Session, inbound: Inbound, address: contacts.Address, conversation_id: UUID, notes: list[str]
) -> UUID:
    # Attributed only where the person is certain, and only into a conversation of that same person.
    person_id = address.speaks_for if inbound.authenticated and inbound.automatic is None else None
    if person_id is not None and person_id != _person_of(session, conversation_id):
        person_id = None
    return messages.write(
        session,
        conversation_id=conversation_id,
        direction="in",
        channel=inbound.channel,
        kind="placeholder" if inbound.placeholder else "text",
        body=inbound.body,
        body_full=inbound.body_full,
        subject=inbound.subject,
        address_id=address.id,
        our_address=inbound.recipient,
        person_id=person_id,
        state="received",
        external_id=inbound.external_id,
        header_id=inbound.message_id,
        authenticated=inbound.authenticated,
        authentication=inbound.authentication[:60],
        automatic=inbound.automatic,
        notes=notes,
        provider_at=inbound.provider_at,
        received_at=clock.now(),
    )


def _person_of(session: Session, conversation_id: UUID) -> UUID | None:
    return session.execute(text("SELECT person_id FROM conversation WHERE id = :id"), {"id": conversation_id}).scalar()


def _came_from(session: Session, inbound: Inbound, address: contacts.Address) -> None:
    now = clock.now()
    if inbound.channel != "email" and inbound.provider_at is not None:
        now = min(now, inbound.provider_at)  # found late in the carrier's list: its 24 hours run since it was sent
    session.execute(
        text("UPDATE address SET last_inbound_at = greatest(last_inbound_at, :now) WHERE id = :id"),
        {"id": address.id, "now": now},
    )
    session.execute(
        text(
            "INSERT INTO address_window (address_id, our_address, last_inbound_at) VALUES (:id, :ours, :now) "
            "ON CONFLICT ON CONSTRAINT pk_address_window DO UPDATE "
            "SET last_inbound_at = greatest(address_window.last_inbound_at, excluded.last_inbound_at)"
        ),
        {"id": address.id, "ours": inbound.recipient, "now": now},
    )


def _bounce(session: Session, inbound: Inbound) -> UUID | None:
    """A bounce speaks of a message of ours by its sealed Message-ID, or belongs to nobody."""
    report = inbound.report
    original = (report.original_message_id or "").strip("<> ") if report else ""
    row = session.execute(
        text(
            "SELECT id, conversation_id FROM message WHERE channel = :channel AND external_id = :external "
            "AND direction = 'out'"
        ),
        {"channel": inbound.channel, "external": original},
    ).first()
    if row is None:
        raise Quarantine("bounce-unmatched")
    if report.action == "failed" or (report.status or "").startswith("5"):
        take(session, status=DeliveryStatus(inbound.channel, original, "failed", error_code=report.status))
    try:
        return messages.write(
            session,
            conversation_id=row.conversation_id,
            direction="in",
            channel=inbound.channel,
            kind="report",
            body=inbound.body,
            body_full=inbound.body_full,
            subject=inbound.subject,
            state="received",
            external_id=inbound.external_id,
            authentication=inbound.authentication[:60],
            automatic="bounce",
            notes=list(inbound.notes),
            received_at=clock.now(),
        )
    except messages.AlreadyThere:
        return None
