"""Words on paper, and words that wait for somebody at a desk, a shelter or with the street team.

Nothing may require an address, a telephone or a screen: who has none of them is told by a person.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.settings import settings
from channels.adapters import Outgoing
from channels.adapters.registry import adapter
from channels.conversations import messages
from channels.conversations.explain import error_words
from channels.inbound import joining
from channels.outbound import delivery, gate, shields

WAYS = {
    "slip": _l("Hoja impresa, en mano ahora"),
    "post": _l("Carta por correo postal"),
    "desk": _l("Esperando en el mostrador del centro"),
    "shelter": _l("Por el albergue o el centro donde duerme"),
    "street_team": _l("Por el equipo de calle"),
}
OF_CHANNEL = {"paper": ("slip", "post"), "in_person": ("desk", "shelter", "street_team")}
STATES = {
    "waiting": _l("Por imprimir o entregar"),
    "printed": _l("Impresa, por entregar"),
    "handed": _l("Entregada"),
    "returned": _l("Devuelta"),
}
# Where each step may lead; what has been handed over is not taken back.
_STEPS = {"printed": ("waiting", "printed"), "handed": ("waiting", "printed"), "returned": ("waiting", "printed")}
_MESSAGE_STATE = {"printed": "sent", "handed": "delivered", "returned": "failed"}


@dataclass(frozen=True, slots=True)
class ByHand:
    """How words reach somebody without a screen. `way`: slip, post, desk, shelter, street_team; `place` in words."""

    way: str
    place: str = ""
    unit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One of them with its words. `who` is what is known without the record; instants are UTC."""

    id: UUID
    message_id: UUID
    conversation_id: UUID
    person_id: UUID | None
    way: str
    place: str
    state: str
    made_at: datetime
    body: str
    language: str | None

    @property
    def way_words(self) -> Any:
        return WAYS[self.way]

    @property
    def state_words(self) -> Any:
        return STATES[self.state]


_SELECT = (
    "SELECT l.id, l.message_id, m.conversation_id, l.person_id, l.way, l.place, l.state, l.made_at, m.body, "
    "coalesce(m.language, k.language) FROM letter l JOIN message m ON m.id = l.message_id "
    "JOIN conversation c ON c.id = m.conversation_id JOIN contact k ON k.id = c.contact_id "
)


def write(
    session: Session,
    *,
    conversation_id: UUID,
    channel: str,
    body: str,
    by_hand: ByHand | None,
    person_id: UUID | None,
    **columns: Any,
) -> UUID:
    """Words for paper ('paper') or to be handed over ('in_person'). A slip is given at once; the rest waits in the list
    of its centre until somebody prints it and hands it over. Returns the message's id. Raises Invalid.
    """
    if by_hand is None or by_hand.way not in OF_CHANNEL[channel]:
        raise Invalid(fields={"way": _l("Elija cómo le llega.")})
    place = " ".join(by_hand.place.split())
    if by_hand.way != "slip" and not place:
        raise Invalid(fields={"place": _l("Escriba dónde: la dirección, el mostrador o el equipo.")})
    if len(place) > 400:
        raise Invalid(fields={"place": _l("El lugar es muy largo: 400 letras como mucho.")})
    answers, now, slip = columns.pop("answers", False), clock.now(), by_hand.way == "slip"
    message_id = messages.write(
        session, conversation_id=conversation_id, direction="out", channel=channel, body=body, person_id=person_id,
        state="delivered" if slip else "queued", **columns,
    )  # fmt: skip
    session.execute(
        text(
            "INSERT INTO letter (id, message_id, person_id, way, place, unit_id, state, made_at, state_at, "
            "professional_id) SELECT :id, :message, :person, :way, :place, coalesce(:unit, c.unit_id, p.unit_id), "
            ":state, :now, :now, :author FROM conversation c LEFT JOIN professional p ON p.id = :author "
            "WHERE c.id = :conversation"
        ),
        {
            "id": new_id(), "message": message_id, "person": person_id, "way": by_hand.way, "place": place,
            "unit": by_hand.unit_id, "state": "handed" if slip else "waiting", "now": now,
            "author": columns.get("professional_id"), "conversation": conversation_id,
        },
    )  # fmt: skip
    joining.spoke(session, conversation_id=conversation_id, at=now, answers=answers)
    return message_id


def waiting(session: Session, *, unit_id: UUID | None, everywhere: bool = False, limit: int = 100) -> list[Letter]:
    """What is to be printed or handed over, the oldest first: of one centre, or of the whole city."""
    rows = session.execute(
        text(
            _SELECT
            + "WHERE l.state IN ('waiting', 'printed') AND (:everywhere OR l.unit_id IS NOT DISTINCT FROM :unit "
            "OR l.unit_id IS NULL) ORDER BY l.made_at LIMIT :limit"
        ),
        {"unit": unit_id, "everywhere": everywhere, "limit": limit},
    )
    return [Letter(*row) for row in rows]


def one(session: Session, *, letter_id: UUID) -> Letter:
    """One of them. Raises NotFound."""
    row = session.execute(text(_SELECT + "WHERE l.id = :id"), {"id": letter_id}).first()
    if row is None:
        raise NotFound
    return Letter(*row)


def of_message(session: Session, *, message_id: UUID) -> Letter | None:
    """The letter of a message, or None."""
    row = session.execute(text(_SELECT + "WHERE l.message_id = :id"), {"id": message_id}).first()
    return Letter(*row) if row else None


def sheet(session: Session, *, letter_id: UUID) -> str:
    """The page to print, as HTML. The gate is asked again: a shield that came since stops it. Raises Refused with the
    reason in words, NotFound."""
    letter = one(session, letter_id=letter_id)
    row = session.execute(
        text(
            "SELECT m.channel, m.level, m.purpose, coalesce(m.person_id, c.person_id, k.person_id) AS whose "
            "FROM message m JOIN conversation c ON c.id = m.conversation_id JOIN contact k ON k.id = c.contact_id "
            "WHERE m.id = :id"
        ),
        {"id": letter.message_id},
    ).one()
    shielded = row.whose is not None and bool(shields.among(session, [row.whose]))
    said = gate.let_through(
        Outgoing(
            id=letter.message_id,
            conversation_id=letter.conversation_id,
            channel=row.channel,
            recipient=letter.place if letter.way == "post" else "",
            body=letter.body,
            language=letter.language or "es",
        ),
        rules=gate.Rules(shielded=shielded),
        level=row.level,
        purpose=row.purpose,
        person_id=None,
        now=clock.now(),
    )
    if not isinstance(said, gate.Sayable):
        raise Refused(error_words(said.reason))
    phone = settings().HELP_PHONE
    return adapter(row.channel).sheet(said, help_line=str(_l("Para preguntar, llame al %(phone)s.", phone=phone)))


def step(session: Session, *, letter_id: UUID, state: str, author: UUID) -> None:
    """It was printed, handed over, or came back. What comes back failed, and the person waits again.

    Raises Invalid for a step that does not exist, Conflict when it was handed over or came back already, NotFound.
    """
    if state not in _STEPS:
        raise Invalid(fields={"state": _l("Elija qué ha pasado.")})
    now = clock.now()
    message_id = session.execute(
        text(
            "UPDATE letter SET state = :state, state_at = :now, professional_id = :author "
            "WHERE id = :id AND state = ANY(:before) RETURNING message_id"
        ),
        {"id": letter_id, "state": state, "now": now, "author": author, "before": list(_STEPS[state])},
    ).scalar()
    if message_id is None:
        one(session, letter_id=letter_id)
        raise Conflict(_l("Esta carta ya se entregó o ya volvió."))
    session.execute(
        text("UPDATE message SET state = :state, error_code = :code, state_at = :now WHERE id = :id"),
        {"id": message_id, "state": _MESSAGE_STATE[state], "code": "returned" if state == "returned" else None,
         "now": now},
    )  # fmt: skip
    if state == "returned":
        delivery.did_not_arrive(session, message_id=message_id)
