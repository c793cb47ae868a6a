"""One inbound message into its conversation: whose it is, where it belongs, what it sets off."""

import json
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda.following.understanding import understand
from case_api.db import current_unit
from case_api.events import publish
from channels.adapters import DeliveryStatus, Inbound, Quarantine
from channels.contacts import book as contacts
from channels.contacts import guests, hands, opting, proof
from channels.conversations import attachments, messages
from channels.inbound import automatic, flood, joining, noticing
from channels.outbound.delivery import take

ACTOR = Actor.system("process_inbound")


def receive(session: Session, *, inbound: Inbound, bulk: bool = False) -> UUID | None:
    """Write one message down, in the caller's transaction. Returns its id; None when it was there already.

    `bulk`: it is old mail that is taken in; it is kept like any other and sets off nothing. Raises Quarantine for what
    belongs nowhere ('bounce-unmatched').
    """
    if inbound.automatic == "bounce":
        return _bounce(session, inbound)
    address = _address(session, inbound)
    contacts.lock_contact(session, contact_id=address.contact_id)
    by_hand = inbound.automatic is None
    if "changed-number" in inbound.notes:
        hands.hint(session, kind=address.kind, value=address.value, actor=ACTOR)
        address = contacts.address(session, address_id=address.id)
    proved = None
    if inbound.authenticated and by_hand:
        proved = proof.redeem(session, address=address, body=inbound.body, actor=ACTOR)
        if proved is not None:
            address = contacts.address(session, address_id=address.id)
            contacts.lock_contact(session, contact_id=address.contact_id)
    now = clock.now()
    flooding = not bulk and flood.floods(session, address_id=address.id, now=now)
    noticed = noticing.read(inbound.body, subject=inbound.subject, placeholder=inbound.placeholder or inbound.reaction)
    if by_hand and not flooding:
        noticing.learn_language(session, contact_id=address.contact_id, language=noticed.language)
    conversation_id, notes = _conversation(
        session, inbound, address, flooding=flooding, child=by_hand and noticed.minor
    )
    try:
        message_id = _write(session, inbound, address, conversation_id, notes, noticed=noticed, flooding=flooding)
    except messages.AlreadyThere:
        return None
    attachments.attach(session, message_id=message_id, parts=inbound.parts, media=inbound.media)
    _tell_calendars(inbound, address, message_id)
    if by_hand and not bulk and not flooding:
        _tell_appointments(inbound, address, message_id, _attributed(session, inbound, address, conversation_id))
    if flooding:
        flood.mark(session, conversation_id=conversation_id, now=now)
    if by_hand:
        _came_from(session, inbound, address)
        wish = None
        if not inbound.reaction and not inbound.placeholder:
            wish = opting.mind(
                session,
                address=address,
                body=inbound.body,
                conversation_id=None if bulk else conversation_id,
                message_id=message_id,
            )
        wished = wish is not None and wish.act in ("out", "in")  # answered by the yes to it
        waits = not inbound.reaction and not wished and (proved is None or not proved.nothing_else)
        child = None
        if not bulk:
            child = noticing.mark(session, conversation_id=conversation_id, message_id=message_id, noticed=noticed)
        urgent = not bulk and bool(noticed.danger or child)
        joining.heard(session, conversation_id=conversation_id, at=now, waits=waits, urgent=urgent)
        if waits and not bulk and not flooding:
            automatic.answer(
                session,
                address=address,
                conversation_id=conversation_id,
                person_id=_attributed(session, inbound, address, conversation_id),
                now=now,
                child=child is not None,
            )
    if proved is not None:
        proof.answer(session, outcome=proved, address=address, conversation_id=conversation_id)
    return message_id


def _tell_calendars(inbound: Inbound, address: contacts.Address, message_id: UUID) -> None:
    """Hand an answer to an invitation to the appointments; `proved` when it is its attendee's proved address."""
    for reply in inbound.calendar:
        publish(
            current_unit(),
            "appointment.reply",
            uid=reply.uid,
            partstat=reply.partstat,
            sequence=reply.sequence,
            attendee=reply.attendee,
            sender=inbound.sender,
            proved=inbound.authenticated and reply.attendee in (None, inbound.sender),
            person_id=address.speaks_for if inbound.authenticated else None,
            message_id=message_id,
        )


def _tell_appointments(inbound: Inbound, address: contacts.Address, message_id: UUID, person_id: UUID | None) -> None:
    """What reads like an answer to a reminder, from somebody who is known: a proposal, if there was a reminder."""
    guest_id = None
    if person_id is None and (inbound.channel != "email" or inbound.authenticated):
        guest_id = guests.guest_at(current_unit().session, channel=inbound.channel, value=inbound.sender)
    said = understand(inbound.body) if person_id is not None or guest_id is not None else None
    if said is not None and guest_id is not None:
        publish(current_unit(), "guest.words", contact_id=guest_id, said=said)
    elif said is not None:
        publish(
            current_unit(),
            "appointment.words",
            person_id=person_id,
            said=said,
            channel=inbound.channel,
            message_id=message_id,
        )


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


def _conversation(
    session: Session, inbound: Inbound, address: contacts.Address, *, flooding: bool, child: bool
) -> tuple[UUID, list[str]]:
    notes = list(inbound.notes)
    now = clock.now()
    if address.kind == "email_unverified":
        notes.append("unverified-sender")
        found = flood.conversation_of(session, contact_id=address.contact_id, now=now) if flooding else None
        if found is None:
            found = joining.new_conversation(session, contact_id=address.contact_id, at=now, subject=inbound.subject)
        return found, notes
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
    person_id = _person_of(session, found) if child else None
    if person_id is not None and not noticing.known_minor(person_id):
        # A child writes from somebody else's phone: their words are not for that person's folder.
        found = joining.new_conversation(session, contact_id=address.contact_id, at=now, nobodys=True)
    return found, notes


def _attributed(session: Session, inbound: Inbound, address: contacts.Address, conversation_id: UUID) -> UUID | None:
    # Only where the person is certain, and only into a conversation of that same person.
    person_id = address.speaks_for if inbound.authenticated and inbound.automatic is None else None
    return person_id if person_id is not None and person_id == _person_of(session, conversation_id) else None


def _write(
    session: Session,
    inbound: Inbound,
    address: contacts.Address,
    conversation_id: UUID,
    notes: list[str],
    *,
    noticed: noticing.Noticed,
    flooding: bool,
) -> UUID:
    return messages.write(
        session,
        conversation_id=conversation_id,
        direction="in",
        channel=inbound.channel,
        kind="reaction" if inbound.reaction else "placeholder" if inbound.placeholder else "text",
        body=inbound.body,
        body_full=inbound.body_full,
        subject=inbound.subject,
        address_id=address.id,
        our_address=inbound.recipient,
        person_id=_attributed(session, inbound, address, conversation_id),
        state="received",
        external_id=inbound.external_id,
        header_id=inbound.message_id,
        authenticated=inbound.authenticated,
        authentication=inbound.authentication[:60],
        automatic=inbound.automatic,
        notes=notes,
        provider_at=inbound.provider_at,
        received_at=clock.now(),
        language=noticed.language,
        danger=list(noticed.danger),
        flood=flooding,
        checks=json.dumps(dict(inbound.checks)),
        reply_to_id=_answered(session, inbound, conversation_id),
    )


def _answered(session: Session, inbound: Inbound, conversation_id: UUID) -> UUID | None:
    """The message of this contact that a reply points at."""
    if not inbound.reply_to:
        return None
    return session.execute(
        text(
            "SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.channel = :channel "
            "AND m.external_id = :external AND c.contact_id = (SELECT contact_id FROM conversation WHERE id = :id)"
        ),
        {"channel": inbound.channel, "external": inbound.reply_to, "id": conversation_id},
    ).scalar()


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
