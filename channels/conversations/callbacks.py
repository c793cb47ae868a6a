"""Who is to be called: people who asked for it, and what we had to say that no channel took."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

import phonenumbers
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Invalid, NotFound
from channels.contacts import book as contacts
from channels.contacts.addresses import PHONE_KINDS, TYPED, is_address, normalised
from channels.conversations import messages
from channels.inbound import joining
from channels.outbound.shields import among

MOST_TRIES = 5
LONGEST_WORDS = 300
SOURCES = {
    "person": _l("Ha pedido que le llamemos"),
    "held": _l("No le ha llegado un mensaje"),
    "staff": _l("Apuntado por el equipo"),
}


@dataclass(frozen=True, slots=True)
class Callback:
    """Somebody to call. Times of day are wall time in Madrid, instants UTC. `words` are the person's own."""

    id: UUID
    conversation_id: UUID
    person_id: UUID | None
    number: str
    source: str
    asked_at: datetime
    wanted_from: time | None
    wanted_until: time | None
    words: str | None
    tries: int
    tried_at: datetime | None

    @property
    def source_words(self) -> Any:
        return SOURCES[self.source]


_COLUMNS = (
    "b.id, b.conversation_id, b.person_id, b.number, b.source, b.asked_at, b.wanted_from, b.wanted_until, b.words, "
    "b.tries, b.tried_at"
)


def ask(
    session: Session,
    *,
    number: str,
    actor: Actor,
    person_id: UUID | None = None,
    name: str | None = None,
    words: str | None = None,
    wanted: tuple[time, time] | None = None,
    language: str = "es",
) -> UUID:
    """Somebody asks to be called. Returns the request's id; asked twice for one number it is one request.

    Nobody is known by a number they typed: without a login the request stays with a contact of its own. Raises Invalid.
    """
    if not is_address("sms", number):
        raise Invalid(fields={"number": _l("Eso no es un número de teléfono entero. Revíselo.")})
    number = normalised("sms", number)
    if not phonenumbers.is_valid_number(phonenumbers.parse(number)):
        raise Invalid(fields={"number": _l("Ese número no existe. Revíselo.")})
    if wanted is not None and wanted[0] >= wanted[1]:
        raise Invalid(fields={"wanted": _l("La hora de fin tiene que ser posterior a la de inicio.")})
    now = clock.now()
    if person_id is not None:
        contact_id = contacts.contact_of_person(session, person_id=person_id, language=language)
    else:
        found = contacts.find_or_make(
            session, kind=TYPED, value=number, actor=actor, claimed_name=name, language=language
        )
        contact_id = found.contact_id
    contacts.lock_contact(session, contact_id=contact_id)
    conversation_id = joining.conversation_for(session, contact_id=contact_id, at=now)
    made = _write(
        session, conversation_id=conversation_id, person_id=person_id, number=number, source="person",
        words=(words or "").strip()[:LONGEST_WORDS] or None, wanted=wanted,
    )  # fmt: skip
    if made is None:
        return _waiting_id(session, conversation_id, number)
    said = (words or "").strip()[:LONGEST_WORDS]
    messages.write(
        session,
        conversation_id=conversation_id,
        direction="in",
        channel="phone",
        kind="text" if said else "placeholder",
        body=said or "(Pide que le llamen)",
        state="received",
        person_id=person_id,
        authenticated=person_id is not None,
        authentication="login" if person_id is not None else "none",
        language=language,
        received_at=now,
    )
    joining.heard(session, conversation_id=conversation_id, at=now, waits=True)
    return made


def needed(session: Session, *, message_id: UUID) -> UUID | None:
    """What we had to say found no channel: somebody has to call, if there is a number that may be called.

    None when there is none, when the person asked never to be reached there, or when a shield forbids it.
    """
    row = session.execute(
        text(
            "SELECT m.conversation_id, coalesce(m.person_id, c.person_id) AS person_id, c.contact_id "
            "FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = :id"
        ),
        {"id": message_id},
    ).one()
    if row.person_id is not None and among(session, [row.person_id]):
        return None
    number = next(
        (
            one.value
            for one in contacts.addresses_of_contact(session, contact_id=row.contact_id)
            if one.kind in (*PHONE_KINDS, TYPED) and one.value.startswith("+") and not one.never
        ),
        None,
    )
    if number is None:
        return None
    return _write(
        session, conversation_id=row.conversation_id, person_id=row.person_id, number=number, source="held", words=None,
        wanted=None,
    )  # fmt: skip


def _write(
    session: Session, *, conversation_id: UUID, person_id: UUID | None, number: str, source: str, words: str | None,
    wanted: tuple[time, time] | None,
) -> UUID | None:  # fmt: skip
    return session.execute(
        text(
            "INSERT INTO callback (id, conversation_id, person_id, number, source, asked_at, wanted_from, wanted_until,"
            " words) VALUES (:id, :conversation, :person, :number, :source, :now, :from, :until, :words) "
            "ON CONFLICT (conversation_id, number) WHERE state = 'waiting' DO NOTHING RETURNING id"
        ),
        {
            "id": new_id(), "conversation": conversation_id, "person": person_id, "number": number, "source": source,
            "now": clock.now(), "from": wanted[0] if wanted else None, "until": wanted[1] if wanted else None,
            "words": words,
        },
    ).scalar()  # fmt: skip


def _waiting_id(session: Session, conversation_id: UUID, number: str) -> UUID:
    return session.execute(
        text("SELECT id FROM callback WHERE conversation_id = :c AND number = :n AND state = 'waiting'"),
        {"c": conversation_id, "n": number},
    ).scalar_one()


def waiting(
    session: Session, *, unit_id: UUID | None = None, everywhere: bool = False, limit: int = 100
) -> list[Callback]:
    """Who waits for a call, the longest first: of one centre and of nobody yet, or of the whole city."""
    rows = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM callback b JOIN conversation c ON c.id = b.conversation_id "
            "WHERE b.state = 'waiting' AND (:everywhere OR c.unit_id IS NULL OR c.unit_id = :unit) "
            "ORDER BY b.asked_at LIMIT :limit"
        ),
        {"everywhere": everywhere, "unit": unit_id, "limit": limit},
    )
    return [Callback(*row) for row in rows]


def of_conversation(session: Session, *, conversation_id: UUID) -> list[Callback]:
    """Who waits for a call in one conversation."""
    rows = session.execute(
        text(f"SELECT {_COLUMNS} FROM callback b WHERE b.conversation_id = :id AND b.state = 'waiting' ORDER BY b.id"),
        {"id": conversation_id},
    )
    return [Callback(*row) for row in rows]


def nobody_answered(session: Session, *, callback_id: UUID, author: UUID) -> int:
    """Tried, and nobody lifted the receiver. After MOST_TRIES it is given up. Returns the tries. Raises NotFound."""
    now = clock.now()
    tries = session.execute(
        text(
            "UPDATE callback SET tries = tries + 1, tried_at = :now, professional_id = :author, "
            "state = CASE WHEN tries + 1 >= :most THEN 'given_up' ELSE state END, "
            "done_at = CASE WHEN tries + 1 >= :most THEN CAST(:now AS timestamptz) END "
            "WHERE id = :id AND state = 'waiting' RETURNING tries"
        ),
        {"id": callback_id, "now": now, "author": author, "most": MOST_TRIES},
    ).scalar()
    if tries is None:
        raise NotFound
    return tries


def call_came(
    session: Session, *, number: str, body: str, author: UUID, actor: Actor, waits: bool, name: str | None = None
) -> UUID:
    """Somebody called, and a professional writes down what was said. A number shown by a telephone proves nobody, so
    the call stays with a contact of its own until somebody joins the two.

    Returns the conversation's id. Raises Invalid.
    """
    if not is_address("sms", number):
        raise Invalid(fields={"number": _l("Eso no es un número de teléfono entero. Revíselo.")})
    if not body.strip():
        raise Invalid(fields={"body": _l("Escriba qué se habló.")})
    found = contacts.find_or_make(session, kind=TYPED, value=number, actor=actor, claimed_name=name)
    contacts.lock_contact(session, contact_id=found.contact_id)
    conversation_id = joining.conversation_for(session, contact_id=found.contact_id, at=clock.now())
    log_call(
        session, conversation_id=conversation_id, body=body.strip(), author=author, level=Level.N1, incoming=True,
        answers=not waits,
    )  # fmt: skip
    return conversation_id


def log_call(
    session: Session,
    *,
    conversation_id: UUID,
    body: str,
    author: UUID,
    level: Level | str,
    incoming: bool = False,
    answers: bool = True,
    message_id: UUID | None = None,
) -> UUID:
    """What was said in a call, written down by the professional who spoke: it answers who waited, and ends what waited
    for a call. `incoming`: the person called us. The words are the professional's, so they are no message of the
    person's and nobody else reads them in a folder. Returns the message's id.
    """
    now = clock.now()
    made = messages.write(
        session,
        id=message_id,
        conversation_id=conversation_id,
        direction="in" if incoming else "out",
        channel="phone",
        kind="text",
        body=body,
        level=str(level),
        professional_id=author,
        state="received" if incoming else "delivered",
        authentication="none",
        received_at=now if incoming else None,
    )
    if incoming:
        joining.heard(session, conversation_id=conversation_id, at=now, waits=not answers)
    joining.spoke(session, conversation_id=conversation_id, at=now, answers=answers)
    session.execute(
        text(
            "UPDATE callback SET state = 'done', done_at = :now, professional_id = :author "
            "WHERE conversation_id = :conversation AND state = 'waiting'"
        ),
        {"now": now, "author": author, "conversation": conversation_id},
    )
    return made
