"""Twilio's error codes as data: what each means for us, and the words for staff.

Source: https://www.twilio.com/docs/api/errors. A code that is not here is judged by its HTTP status.
"""

from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

Kind = Literal["retry", "permanent", "blocked", "window_closed"]


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    words: Any


CODES: dict[str, Meaning] = {
    # ours to mend: the message waits
    "20001": Meaning("permanent", _l("El operador no entiende la petición.")),
    "20003": Meaning("retry", _l("El operador no acepta nuestras claves.")),
    "20004": Meaning("retry", _l("El operador no acepta nuestras claves.")),
    "20404": Meaning("retry", _l("El operador no encuentra nuestra cuenta.")),
    "20429": Meaning("retry", _l("El operador pide ir más despacio.")),
    "20500": Meaning("retry", _l("El operador tiene una avería.")),
    "20503": Meaning("retry", _l("El operador tiene una avería.")),
    "14107": Meaning("retry", _l("El operador pide ir más despacio.")),
    "21611": Meaning("retry", _l("La cola del operador está llena.")),
    "63018": Meaning("retry", _l("WhatsApp pide ir más despacio.")),
    "63038": Meaning("retry", _l("Se ha llegado al máximo de mensajes del día.")),
    # the address
    "21211": Meaning("permanent", _l("El número no existe.")),
    "21214": Meaning("permanent", _l("El número no existe.")),
    "21217": Meaning("permanent", _l("El número no existe.")),
    "21612": Meaning("permanent", _l("No se puede llegar a este número desde el nuestro.")),
    "21614": Meaning("permanent", _l("Es un teléfono fijo: no recibe SMS.")),
    "21408": Meaning("permanent", _l("No se puede enviar a este país.")),
    "30003": Meaning("permanent", _l("El teléfono está apagado o sin cobertura.")),
    "30004": Meaning("permanent", _l("La compañía ha bloqueado el mensaje.")),
    "30005": Meaning("permanent", _l("El número no existe o ya no funciona.")),
    "30006": Meaning("permanent", _l("Es un teléfono fijo o no se puede llegar a él.")),
    "30007": Meaning("permanent", _l("La compañía ha tomado el mensaje por publicidad.")),
    "30008": Meaning("permanent", _l("No ha llegado, y la compañía no dice por qué.")),
    "63003": Meaning("permanent", _l("Este número no tiene WhatsApp.")),
    "63024": Meaning("permanent", _l("Este número no tiene WhatsApp.")),
    # the text
    "21602": Meaning("permanent", _l("El mensaje está vacío.")),
    "21617": Meaning("permanent", _l("El mensaje es demasiado largo.")),
    "63013": Meaning("permanent", _l("WhatsApp no admite este mensaje.")),
    # a call
    "call-busy": Meaning("permanent", _l("El teléfono comunicaba.")),
    "call-no-answer": Meaning("permanent", _l("Nadie ha cogido el teléfono.")),
    "call-canceled": Meaning("permanent", _l("La llamada se ha cortado antes de que alguien la cogiera.")),
    "call-failed": Meaning("permanent", _l("No se ha podido llamar a ese número.")),
    "call-machine": Meaning("permanent", _l("Ha contestado un buzón de voz.")),
    # our sender
    "21603": Meaning("permanent", _l("Falta nuestro número de envío.")),
    "21606": Meaning("permanent", _l("Nuestro número no puede enviar a este destino.")),
    "63007": Meaning("permanent", _l("Nuestro número no está dado de alta en WhatsApp.")),
    # the person said stop
    "21610": Meaning("blocked", _l("La persona ha pedido no recibir mensajes por aquí.")),
    "63032": Meaning("blocked", _l("La persona no recibe mensajes de nuestro WhatsApp.")),
    # 24 hours
    "63016": Meaning("window_closed", _l("Han pasado más de 24 horas desde su último WhatsApp.")),
    "63112": Meaning("window_closed", _l("WhatsApp no permite escribir ahora a esta persona.")),
}

# The carrier's words for what became of a message, in ours.
STATES: dict[str, Literal["queued", "sent", "failed", "delivered", "read"]] = {
    "accepted": "queued",
    "scheduled": "queued",
    "queued": "queued",
    "sending": "queued",
    "sent": "sent",
    "partially_delivered": "sent",
    "delivered": "delivered",
    "read": "read",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}

# What became of a call that a machine made: our state, and our code for why nobody heard it.
CALLS: dict[str, tuple[Literal["queued", "sent", "failed", "delivered"], str | None]] = {
    "queued": ("queued", None),
    "initiated": ("queued", None),
    "ringing": ("sent", None),
    "in-progress": ("sent", None),
    "completed": ("delivered", None),
    "busy": ("failed", "call-busy"),
    "no-answer": ("failed", "call-no-answer"),
    "canceled": ("failed", "call-canceled"),
    "failed": ("failed", "call-failed"),
}


def meaning(code: str, status: int = 400) -> Kind | Literal["unknown"]:
    """What to do about an error: by its code, else by the HTTP status (5xx: it may have been sent)."""
    if status == 429:
        return "retry"
    if status >= 500:
        return "unknown"
    if code in CODES:
        return CODES[code].kind
    return "retry" if status in (401, 403, 404, 408) else "permanent"
