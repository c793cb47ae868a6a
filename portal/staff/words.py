"""Sentences of the desk: whole ones, so that every language can say them its own way."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from case_api import clock
from channels.conversations.service import Choice, MessageView
from portal.look.dates import phone_words
from portal.office.choice import uuid_or_none

SOON = timedelta(hours=24)
BY_HAND = frozenset({"in_person", "paper", "video"})  # a form of their own
LINKED = frozenset({"sms", "whatsapp", "email"})  # what carries a link


def channel_key(choice: Choice) -> str:
    """A channel and its address as one value of a form."""
    return f"{choice.channel}:{choice.address_id or ''}"


def channel_of_key(key: str) -> tuple[str, UUID | None]:
    """What `channel_key` wrote."""
    channel, _colon, address = key.partition(":")
    return channel, uuid_or_none(address)


def channel_choice(choice: Choice) -> tuple[str, str, dict[str, Any]]:
    """A channel as a radio: its name, where it goes, and what to mind."""
    # The mark keeps the + of a phone in front of it from right to left.
    shown = phone_words(choice.value) if choice.value and choice.value.startswith("+") else choice.value
    value = f"\u2066{shown}\u2069" if shown else None
    hints = [str(part) for part in (value, choice.warning_words) if part]
    if choice.channel == "portal":
        hints.append(_("Lo lee al entrar en su carpeta. Admite todo lo que se puede decir."))
    if choice.channel == "phone":
        hints.append(_("Llame ahora y escriba aquí lo que se ha hablado. No se envía nada."))
    return channel_key(choice), str(choice.name), {"hint": " · ".join(hints)} if hints else {}


def time_left(due_at: datetime | None) -> dict[str, str] | None:
    """How long until an answer is owed, in words, with the kind of pill it deserves."""
    if due_at is None:
        return None
    left = due_at - clock.now()
    if left < timedelta(0):
        return {"text": _("fuera de plazo"), "kind": "error"}
    if left < timedelta(hours=1):
        return {"text": _("queda menos de 1 h"), "kind": "due"}
    if left < SOON:
        hours = int(left / timedelta(hours=1))
        return {"text": ngettext("queda %(num)s h", "quedan %(num)s h", hours), "kind": "due"}
    return {"text": ngettext("%(num)s día", "%(num)s días", left.days), "kind": ""}


def channel_names() -> dict[str, str]:
    """How the list names each channel."""
    return {
        "whatsapp": "WhatsApp",
        "sms": "SMS",
        "email": _("Correo"),
        "portal": _("Portal"),
        "phone": _("Llamada"),
        "voice": _("Llamada automática"),
        "paper": _("Papel"),
        "in_person": _("En persona"),
        "video": _("Videollamada"),
        "note": _("Nota"),
    }


def roles() -> dict[str, str]:
    """How the desk names each role."""
    return {
        "social_worker": _("trabajo social"),
        "information": _("información y orientación"),
        "administrative": _("administración"),
        "coordinator": _("coordinación"),
        "data_protection": _("protección de datos"),
        "benefits": _("gestión de prestaciones"),
    }


LANGUAGES = {
    "es": _l("español"),
    "en": _l("inglés"),
    "ar": _l("árabe"),
    "fr": _l("francés"),
    "ro": _l("rumano"),
    "zh": _l("chino"),
    "pt": _l("portugués"),
    "it": _l("italiano"),
    "de": _l("alemán"),
    "uk": _l("ucraniano"),
    "ru": _l("ruso"),
    "bg": _l("búlgaro"),
    "pl": _l("polaco"),
    "ca": _l("catalán"),
    "gl": _l("gallego"),
    "bn": _l("bengalí"),
    "ur": _l("urdu"),
}
_CHECKED = {
    "pass": _l("correcto"),
    "fail": _l("no cuadra"),
    "softfail": _l("no cuadra del todo"),
    "neutral": _l("no dice nada"),
    "none": _l("no publicado"),
    "temperror": _l("sin respuesta ahora"),
    "permerror": _l("mal publicado"),
}


# Ours that the provider can be asked to approve, one a file of templates/messages.
MESSAGES = {
    "appointment_ask": _l("Cita: elegir entre esperar u otra persona"),
    "appointment_missed": _l("Cita: no vino"),
    "appointment_cancelled": _l("Cita anulada"),
    "appointment_moved": _l("Cita cambiada"),
    "appointment_booked": _l("Cita confirmada"),
    "appointment_discreet": _l("Cita de un motivo delicado"),
    "appointment_after": _l("Cita: gracias por venir"),
    "appointment_reminder": _l("Cita: recordatorio"),
    "appointment_answered": _l("Cita: respuesta que no se entiende"),
    "guest_answered": _l("Cita sin carpeta: respuesta que no se entiende"),
    "appointment_code": _l("Código para una cita"),
    "guest_code": _l("Código para una cita sin carpeta"),
    "voice_code": _l("Código dicho por teléfono"),
    "deadline_moved": _l("Cita: el plazo cambia por un festivo"),
    "waiting_offered": _l("Lista de espera: ha quedado una hora"),
    "waiting_left": _l("Lista de espera: ya no está"),
    "message_in_folder": _l("Mensaje en su carpeta"),
    "notice_in_folder": _l("Aviso en su carpeta"),
    "come_in": _l("Enlace para entrar"),
    "address_linked": _l("Dirección unida a su carpeta"),
    "address_in_use": _l("Dirección que no se pudo unir"),
    "opted_out": _l("Baja de los mensajes"),
    "opted_in": _l("Alta en los mensajes"),
    "opting_help": _l("Ayuda sobre los mensajes"),
    "out_of_hours": _l("Respuesta fuera de horario"),
    "minor_help": _l("Respuesta a un menor"),
    "duty_alert": _l("Aviso a la guardia"),
}


def sender(label: str) -> str:
    """Who writes, as far as it is known without the record: a phone as people read it, words when there is nothing."""
    return (phone_words(label) if label.startswith("+") else label) or _("Número sin identificar")


def language_name(code: str | None) -> Any:
    """A language as people call it; its code when it is none of ours."""
    return LANGUAGES.get(code or "", code)


def sender_checks(checks: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What was found about a mail's sender: the method and what it said, in words."""
    return [
        (method.upper(), _CHECKED.get(checks[method], checks[method]))
        for method in ("spf", "dkim", "dmarc")
        if method in checks
    ]


def folded(messages: Sequence[MessageView]) -> list[tuple[bool, list[MessageView]]]:
    """Messages in order, those of a flood that follow one another together: (whether to fold them, the messages)."""
    made: list[tuple[bool, list[MessageView]]] = []
    for message in messages:
        if message.flood and made and made[-1][0]:
            made[-1][1].append(message)
        else:
            made.append((message.flood, [message]))
    return made
