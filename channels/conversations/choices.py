"""On which channels a conversation can be answered, and why not on the others: said before anything is written."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from channels.contacts.book import addresses_of_contact
from channels.outbound import gate, outbox
from channels.outbound.ceilings import STAFF_FREE_TEXT
from channels.outbound.sending import channel_of

NAMES = {
    "whatsapp": _l("WhatsApp"),
    "sms": _l("SMS"),
    "email": _l("Correo electrónico"),
    "portal": _l("Carpeta"),
    "note": _l("Nota interna"),
}
REASONS = {
    "never": _l("La persona ha pedido que no le escribamos aquí, por seguridad."),
    "opted-out": _l("La persona ha pedido no recibir mensajes por aquí."),
    "window-closed": _l("Han pasado más de 24 horas desde su último WhatsApp."),
    "ceiling": _l("Por este canal no puede ir un contenido así."),
    "unlinked": _l("Esta dirección ya no es de la persona."),
    "no-address": _l("No tenemos ninguna dirección para este canal."),
    "no-person": _l("Todavía no sabemos quién es: no tiene carpeta."),
}
WARNINGS = {
    "may-be-read-by-others": _l("Otras personas pueden leer lo que llegue aquí."),
    "hours": _l("Saldrá cuando empiece su horario."),
    "unverified-sender": _l("No está comprobado que esta dirección sea de quien escribe."),
    "shared": _l("Varias personas usan esta dirección."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One channel. `value` is the address as people write it; `reason` and `warning` are codes, with words beside."""

    channel: str
    name: Any
    address_id: UUID | None
    value: str | None
    possible: bool
    reason: str | None = None
    reason_words: Any = None
    warning: str | None = None
    warning_words: Any = None
    suggested: bool = False


def choices(session: Session, *, conversation_id: UUID) -> list[Choice]:
    """Every channel, the usable ones first; the one last written on is suggested."""
    row = session.execute(
        text("SELECT contact_id, person_id FROM conversation WHERE id = :id"), {"id": conversation_id}
    ).one()
    made = [_of_address(session, address, row.person_id) for address in addresses_of_contact(
        session, contact_id=row.contact_id
    )]  # fmt: skip
    known = {choice.channel for choice in made}
    made += [_impossible(channel, "no-address") for channel in ("whatsapp", "sms", "email") if channel not in known]
    made.append(
        Choice("portal", NAMES["portal"], None, None, True) if row.person_id else _impossible("portal", "no-person")
    )
    return _with_suggestion(session, conversation_id, sorted(made, key=lambda choice: not choice.possible))


def _impossible(channel: str, reason: str) -> Choice:
    return Choice(channel, NAMES[channel], None, None, False, reason, REASONS[reason])


def _of_address(session: Session, address, person_id: UUID | None) -> Choice:
    channel = channel_of(address)
    decision = gate.decide(
        session,
        address_id=address.id,
        channel=channel,
        our_address=outbox.our_address(channel),
        level=STAFF_FREE_TEXT,
        person_id=person_id if address.person_id else None,
    )
    possible = decision.act != "hold"
    warning = None
    if possible:
        warning = (
            "unverified-sender" if address.kind == "email_unverified"
            else "may-be-read-by-others" if address.may_be_read_by_others
            else "shared" if address.shared
            else "hours" if decision.act == "wait"
            else None
        )  # fmt: skip
    return Choice(
        channel,
        NAMES[channel],
        address.id,
        address.value,
        possible,
        None if possible else decision.reason,
        None if possible else REASONS[decision.reason],
        warning,
        WARNINGS.get(warning),
    )


def _with_suggestion(session: Session, conversation_id: UUID, made: list[Choice]) -> list[Choice]:
    last = session.execute(
        text(
            "SELECT channel, address_id FROM message WHERE conversation_id = :id AND direction = 'in' "
            "AND automatic IS NULL ORDER BY position DESC LIMIT 1"
        ),
        {"id": conversation_id},
    ).first()
    usable = [choice for choice in made if choice.possible]
    wanted = next(
        (c for c in usable if last and (c.channel, c.address_id) == (last.channel, last.address_id)),
        usable[0] if usable else None,
    )
    if wanted is None:
        return made
    return [replace(wanted, suggested=True), *(choice for choice in made if choice is not wanted)]
