"""On which channels a conversation can be answered, and why not on the others: said before anything is written."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.access.levels import Level
from channels.contacts.addresses import PHONE_KINDS, TYPED
from channels.contacts.book import Address, addresses_of_contact
from channels.outbound import gate, outbox, shields
from channels.outbound.ceilings import STAFF_FREE_TEXT, may_say
from channels.outbound.sending import channel_of

# An address that is not written to: a number only spoken to. Everything else has an adapter that writes.
SPOKEN_TO = frozenset({"phone", TYPED, "portal"})
_BY_HAND = frozenset({"phone", "in_person", "paper", "video"})  # never suggested: a professional chooses them
_TOO_MUCH = frozenset({"ceiling", "read-by-others"})  # it is the words that may not go, and not the address
NAMES = {
    "whatsapp": _l("WhatsApp"),
    "sms": _l("SMS"),
    "email": _l("Correo electrónico"),
    "portal": _l("Carpeta"),
    "phone": _l("Llamada"),
    "voice": _l("Llamada automática"),
    "in_person": _l("En persona"),
    "paper": _l("Papel"),
    "video": _l("Videollamada"),
    "note": _l("Nota interna"),
}
REASONS = {
    "never": _l("La persona ha pedido que no le escribamos aquí, por seguridad."),
    "opted-out": _l("La persona ha pedido no recibir mensajes por aquí."),
    "window-closed": _l("Han pasado más de 24 horas desde su último WhatsApp."),
    "ceiling": _l("Por este canal no puede ir un contenido así."),
    "read-by-others": _l("Otras personas pueden leer lo que llegue aquí: solo puede ir un aviso sin detalles."),
    "shield": _l("Por seguridad, por aquí solo puede ir un aviso sin detalles."),
    "unsafe": _l("Puede que este número ya no sea suyo: tiene que comprobarlo otra vez."),
    "unlinked": _l("Esta dirección ya no es de la persona."),
    "no-address": _l("No tenemos ninguna dirección para este canal."),
    "no-person": _l("Todavía no sabemos quién es: no tiene carpeta."),
}
WARNINGS = {
    "may-be-read-by-others": _l("Otras personas pueden leer lo que llegue aquí."),
    "hours": _l("Saldrá cuando empiece su horario."),
    "quiet-hours": _l("Es de noche: saldrá por la mañana."),
    "in-folder": _l("Su texto irá a la carpeta. Por aquí solo sale un aviso con un enlace."),
    "unsafe": _l("Puede que este número ya no sea suyo: no dé nada por dicho."),
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
    carried_by_portal: bool = False


def choices(session: Session, *, conversation_id: UUID, level: Level | str = STAFF_FREE_TEXT) -> list[Choice]:
    """Every channel, the usable ones first; the one last written on is suggested.

    `level` is how delicate the words are: where a channel may not carry them and the person has a folder, the folder
    carries them and the channel a notice (`carried_by_portal`).
    """
    row = session.execute(
        text("SELECT contact_id, person_id FROM conversation WHERE id = :id"), {"id": conversation_id}
    ).one()
    addresses = addresses_of_contact(session, contact_id=row.contact_id)
    made = [
        _of_address(session, address, row.person_id, level) for address in addresses if address.kind not in SPOKEN_TO
    ]
    known = {choice.channel for choice in made}
    made += [_impossible(channel, "no-address") for channel in ("whatsapp", "sms", "email") if channel not in known]
    made += _without_address(row.person_id, level, shielded=bool(shields.among(session, {row.person_id} - {None})))
    made += _by_voice(addresses)
    return _with_suggestion(session, conversation_id, sorted(made, key=lambda choice: not choice.possible))


def _without_address(person_id: UUID | None, level: Level | str, *, shielded: bool) -> list[Choice]:
    made = []
    for channel in ("portal", "video"):
        if person_id is None:
            made.append(_impossible(channel, "no-person"))
        elif not may_say(channel, level, shielded=shielded):
            made.append(_impossible(channel, "shield" if shielded else "ceiling"))
        else:
            made.append(Choice(channel, NAMES[channel], None, None, True))
    for channel in ("in_person", "paper"):
        possible = may_say(channel, level, shielded=shielded)
        made.append(
            Choice(channel, NAMES[channel], None, None, True) if possible
            else _impossible(channel, "shield" if shielded else "ceiling")
        )  # fmt: skip
    return made


def _by_voice(addresses: list[Address]) -> list[Choice]:
    """The numbers that may be called, each once; none asks to be written to before it can be called."""
    numbers: dict[str, Choice] = {}
    for address in addresses:
        if address.kind not in PHONE_KINDS | {TYPED} or not address.value.startswith("+"):
            continue
        warning = "may-be-read-by-others" if address.may_be_read_by_others else "shared" if address.shared else None
        numbers[address.value] = (
            _impossible("phone", "never", address) if address.never
            else Choice("phone", NAMES["phone"], address.id, address.value, True, warning=warning,
                        warning_words=WARNINGS.get(warning))
        )  # fmt: skip
    return list(numbers.values()) or [Choice("phone", NAMES["phone"], None, None, True)]


def _impossible(channel: str, reason: str, address: Address | None = None) -> Choice:
    return Choice(
        channel, NAMES[channel], address.id if address else None, address.value if address else None, False, reason,
        REASONS[reason],
    )  # fmt: skip


def _of_address(session: Session, address: Address, person_id: UUID | None, level: Level | str) -> Choice:
    channel = channel_of(address)
    decision = _asked(session, address, channel, person_id, level)
    in_folder = False
    if decision.act == "hold" and decision.reason in _TOO_MUCH and person_id is not None and level <= Level.N3:
        # The words go where only their person reads them; here goes a pointer, if that much may be said.
        pointer = _asked(session, address, channel, person_id, Level.N0)
        shielded = bool(shields.among(session, {person_id}))
        if pointer.act != "hold" and may_say("portal", level, shielded=shielded):
            decision, in_folder = pointer, True
    possible = decision.act != "hold"
    warning = _warning(address, decision, in_folder) if possible else None
    return Choice(
        channel,
        NAMES.get(channel, channel),
        address.id,
        address.value,
        possible,
        None if possible else decision.reason,
        None if possible else REASONS[decision.reason],
        warning,
        WARNINGS.get(warning),
        carried_by_portal=in_folder,
    )


def _asked(
    session: Session, address: Address, channel: str, person_id: UUID | None, level: Level | str
) -> gate.Decision:
    return gate.decide(
        session,
        address_id=address.id,
        channel=channel,
        our_address=outbox.our_address(channel),
        level=level,
        person_id=person_id if address.person_id else None,
    )


def _warning(address: Address, decision: gate.Decision, in_folder: bool) -> str | None:
    if in_folder:
        return "in-folder"
    if address.kind == "email_unverified":
        return "unverified-sender"
    if address.unsafe:
        return "unsafe"
    if address.may_be_read_by_others:
        return "may-be-read-by-others"
    if address.shared:
        return "shared"
    return decision.reason if decision.act == "wait" else None


def _with_suggestion(session: Session, conversation_id: UUID, made: list[Choice]) -> list[Choice]:
    last = session.execute(
        text(
            "SELECT channel, address_id FROM message WHERE conversation_id = :id AND direction = 'in' "
            "AND automatic IS NULL ORDER BY position DESC LIMIT 1"
        ),
        {"id": conversation_id},
    ).first()
    usable = [choice for choice in made if choice.possible and choice.channel not in _BY_HAND]
    wanted = next(
        (c for c in usable if last and (c.channel, c.address_id) == (last.channel, last.address_id)),
        usable[0] if usable else None,
    )
    if wanted is None:
        return made
    return [replace(wanted, suggested=True), *(choice for choice in made if choice is not wanted)]
