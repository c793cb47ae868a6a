"""Meta's error codes as data: what each means for us, and the words for staff.

Source: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. A code that is not here is judged
by its HTTP status.
"""

from dataclasses import dataclass
from typing import Any, Literal

from flask_babel import lazy_gettext as _l

Kind = Literal["retry", "permanent", "blocked", "window_closed"]


@dataclass(frozen=True, slots=True)
class Meaning:
    kind: Kind
    words: Any


_AWAY = _l("WhatsApp tiene una avería.")
_SLOWER = _l("WhatsApp pide ir más despacio.")
_KEYS = _l("WhatsApp no acepta nuestras claves.")
_TEMPLATE = _l("WhatsApp no admite esta plantilla.")

CODES: dict[str, Meaning] = {
    # ours to mend: the message waits
    "0": Meaning("retry", _KEYS),
    "3": Meaning("retry", _KEYS),
    "10": Meaning("retry", _KEYS),
    "190": Meaning("retry", _KEYS),
    "200": Meaning("retry", _KEYS),
    "131005": Meaning("retry", _KEYS),
    "131031": Meaning("retry", _l("WhatsApp ha bloqueado nuestra cuenta.")),
    "131042": Meaning("retry", _l("Hay un problema con el pago de WhatsApp.")),
    "133010": Meaning("retry", _l("Nuestro número no está dado de alta en WhatsApp.")),
    "368": Meaning("retry", _l("WhatsApp ha bloqueado nuestra cuenta.")),
    "1": Meaning("retry", _AWAY),
    "2": Meaning("retry", _AWAY),
    "131016": Meaning("retry", _AWAY),
    "131057": Meaning("retry", _AWAY),
    "4": Meaning("retry", _SLOWER),
    "80007": Meaning("retry", _SLOWER),
    "130429": Meaning("retry", _SLOWER),
    "131048": Meaning("retry", _SLOWER),
    "131056": Meaning("retry", _SLOWER),
    # the address
    "131021": Meaning("permanent", _l("Es nuestro propio número.")),
    "131026": Meaning("permanent", _l("Este número no tiene WhatsApp, o no puede recibir el mensaje.")),
    "131030": Meaning("permanent", _l("Este número no está en la lista de pruebas.")),
    "130472": Meaning("permanent", _l("WhatsApp no entrega este mensaje a esta persona.")),
    "131049": Meaning("permanent", _l("WhatsApp no entrega este mensaje a esta persona.")),
    # the text
    "100": Meaning("permanent", _l("WhatsApp no entiende la petición.")),
    "131008": Meaning("permanent", _l("WhatsApp no entiende la petición.")),
    "131009": Meaning("permanent", _l("WhatsApp no entiende la petición.")),
    "131051": Meaning("permanent", _l("WhatsApp no admite este mensaje.")),
    "131052": Meaning("permanent", _l("El archivo ya no está.")),
    "131053": Meaning("permanent", _l("WhatsApp no admite este archivo.")),
    "132000": Meaning("permanent", _TEMPLATE),
    "132001": Meaning("permanent", _TEMPLATE),
    "132005": Meaning("permanent", _TEMPLATE),
    "132007": Meaning("permanent", _TEMPLATE),
    "132012": Meaning("permanent", _TEMPLATE),
    "132015": Meaning("permanent", _l("La plantilla está en pausa.")),
    "132016": Meaning("permanent", _TEMPLATE),
    # the person said stop
    "131050": Meaning("blocked", _l("La persona no recibe mensajes de nuestro WhatsApp.")),
    # 24 hours
    "131047": Meaning("window_closed", _l("Han pasado más de 24 horas desde su último WhatsApp.")),
}

STATES: dict[str, Literal["sent", "failed", "delivered", "read"]] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "read",
    "failed": "failed",
}


def meaning(code: str, status: int = 400) -> Kind | Literal["unknown"]:
    """What to do about an error: by its code, else by the HTTP status (5xx: it may have been sent)."""
    if code in CODES:
        return CODES[code].kind
    if status == 429:
        return "retry"
    if status >= 500:
        return "unknown"
    return "retry" if status in (401, 403, 404, 408) else "permanent"
