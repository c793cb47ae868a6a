"""Writing a message that is to leave: its row and its place in the outbox, in the transaction that caused it.

The gate is asked here for the first time: what may not go now is written as held, for staff to call or to send
another way, and has no place in the outbox. It is asked again when a worker is about to send.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.levels import Level
from case_api.keys import seal
from channels.contacts.book import Address
from channels.conversations import messages
from channels.inbound import joining
from channels.outbound import approved, delivery, gate, outbox
from channels.outbound.words import render, spoken

SECRET = "said once"  # the purpose under which what is said and kept nowhere is sealed
MARK = "[…]"


def send(
    session: Session,
    *,
    conversation_id: UUID,
    address: Address,
    channel: str,
    body: str,
    level: Level | str,
    priority: int = outbox.REPLY,
    answers: bool = False,
    purpose: str = "answer",
    prompt: bool = False,
    template: tuple[UUID, dict[str, str]] | None = None,
    **columns: Any,
) -> UUID:
    """Write a message to an address and queue it. `answers`: it ends the wait for an answer; `prompt`: the person has
    just done what it speaks of. `template`: approved words and what fills them. Returns the message's id.

    Its state is 'held' when the gate says no already.
    """
    ours = outbox.our_address(channel)
    decision = gate.decide(
        session,
        address_id=address.id,
        channel=channel,
        our_address=ours,
        level=level,
        person_id=columns.get("person_id"),
        purpose=purpose,
        templated=template is not None,
        prompt=prompt,
    )
    held = decision.act == "hold"
    message_id = messages.write(
        session,
        conversation_id=conversation_id,
        direction="out",
        channel=channel,
        body=body,
        address_id=address.id,
        our_address=ours,
        state="held" if held else "queued",
        error_code=decision.reason if held else None,
        level=str(level),
        purpose=purpose,
        prompt=prompt,
        template_id=template[0] if template else None,
        template_values=approved.as_json(template[1]) if template else None,
        **columns,
    )
    now = clock.now()
    joining.spoke(session, conversation_id=conversation_id, at=now, answers=answers and not held)
    if held:
        delivery.did_not_arrive(session, message_id=message_id)
        return message_id
    outbox.enqueue(
        session, message_id=message_id, address_id=address.id, channel=channel, priority=priority,
        available_at=decision.at if decision.act == "wait" else now,
    )  # fmt: skip
    return message_id


def put_in_portal(session: Session, *, conversation_id: UUID, body: str, answers: bool = False, **columns: Any) -> UUID:
    """Write a message that the person reads after login; it is there at once. Returns its id."""
    channel = columns.pop("channel", "portal")
    message_id = messages.write(
        session, conversation_id=conversation_id, direction="out", channel=channel, body=body, state="delivered",
        **columns,
    )  # fmt: skip
    joining.spoke(session, conversation_id=conversation_id, at=clock.now(), answers=answers)
    return message_id


def language_of(session: Session, *, conversation_id: UUID) -> str:
    """The language in which a conversation's contact reads us."""
    return session.execute(
        text("SELECT k.language FROM conversation c JOIN contact k ON k.id = c.contact_id WHERE c.id = :id"),
        {"id": conversation_id},
    ).scalar_one()


def channel_of(address: Address) -> str:
    """The channel that an address is reached on."""
    return "email" if address.kind == "email_unverified" else address.kind


def send_words(
    session: Session,
    *,
    conversation_id: UUID,
    address: Address,
    template: str,
    kind: str,
    person_id: UUID | None,
    level: str = "N0",
    priority: int = outbox.REPLY,
    purpose: str = "answer",
    prompt: bool = False,
    instead_of: tuple[UUID, str] | None = None,
    channel: str | None = None,
    once: dict[str, str] | None = None,
    **values: Any,
) -> UUID:
    """Write and queue the words of a template in the contact's language. Returns the message's id.

    `level` may raise what the template says of itself, never lower it. Where free words may not go any more, the ones
    that the provider approved stand for them. `instead_of`: the message that did not arrive, and why. `once`: values
    that are said and kept nowhere, a code or a link; what is kept shows a mark in their place.
    """
    language = spoken(language_of(session, conversation_id=conversation_id))
    words = render(template, language=language, **values, **dict.fromkeys(once or {}, MARK))
    secret = render(template, language=language, **values, **once).body.encode() if once else None
    channel = channel or channel_of(address)
    stands = _approved(session, channel=channel, address=address, name=template, language=language, values=values)
    return send(
        session,
        conversation_id=conversation_id,
        address=address,
        channel=channel,
        body=stands[0].filled(stands[1]) if stands else words.body,
        subject=words.subject,
        kind=kind,
        level=max(words.level, Level(level), Level(stands[0].level) if stands else Level.N0),
        language=stands[0].language if stands else language,
        person_id=person_id,
        priority=priority,
        automatic="auto",
        purpose=purpose,
        prompt=prompt,
        template=(stands[0].id, stands[1]) if stands else None,
        secret=seal(SECRET, secret) if secret else None,
        instead_of=instead_of[0] if instead_of else None,
        instead_reason=instead_of[1] if instead_of else None,
    )


def _approved(
    session: Session, *, channel: str, address: Address, name: str, language: str, values: dict[str, Any]
) -> tuple[approved.ApprovedWords, dict[str, str]] | None:
    if channel not in gate.WINDOWED:
        return None
    rules = gate.rules_of(session, [(address.id, outbox.our_address(channel))])
    found = rules.get((address.id, outbox.our_address(channel)))
    if found is None or gate.window_open(found.heard_at, clock.now()):
        return None
    words = approved.usable(session, channel=channel, name=name, language=language)
    return (words, approved.holes_of(values, language=words.language)) if words else None
