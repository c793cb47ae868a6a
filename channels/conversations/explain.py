"""States, codes and warnings in words for people."""

from typing import Any

from flask_babel import lazy_gettext as _l

from channels.adapters.registry import error_words_of

STATES = {
    "received": _l("Recibido"),
    "kept": _l("Guardada"),
    "queued": _l("Por salir"),
    "held": _l("No ha salido: hay que llamar"),
    "sending": _l("Saliendo"),
    "unknown": _l("Comprobando si ha salido"),
    "sent": _l("Enviado"),
    "failed": _l("No ha llegado"),
    "delivered": _l("Entregado"),
    "read": _l("Leído"),
}
MAY_HAVE_ARRIVED = "may-have-arrived"  # a provider that cannot be asked never answered
# A call that a machine makes is not delivered: somebody lifts the receiver.
_CALL_STATES = {
    "sent": _l("Llamando"),
    "delivered": _l("La han cogido"),
    "failed": _l("No la han oído"),
}
_OWN_CODES = {
    "never": _l("La persona ha pedido que no le escribamos aquí, por seguridad."),
    "opted-out": _l("La persona ha pedido no recibir mensajes por aquí."),
    "window-closed": _l("Han pasado más de 24 horas desde su último WhatsApp."),
    "ceiling": _l("Por este canal no puede ir un contenido así."),
    "read-by-others": _l("Otras personas pueden leer lo que llegue aquí."),
    "shield": _l("Por seguridad, por aquí no puede ir."),
    "unsafe": _l("Puede que este número ya no sea suyo: tiene que comprobarlo otra vez."),
    "returned": _l("La carta ha vuelto sin entregar."),
    "no-tls": _l("El servidor de correo no ofrece una conexión segura."),
    "tls-certificate": _l("El certificado del servidor de correo no es válido."),
    "unlinked": _l("Esta dirección ya no es de la persona."),
    "gave-up": _l("Se ha intentado muchas veces y no ha salido."),
    "no-connection": _l("No hay conexión con el operador."),
    "no-answer": _l("El operador no ha contestado."),
    MAY_HAVE_ARRIVED: _l("No se sabe si ha llegado: WhatsApp no contestó y no se le puede preguntar."),
}
_NOTES = {
    "unverified-sender": _l("No está comprobado quién envía este correo: no lo dé por suyo."),
    "reply-key-of-another": _l("Trae la clave de otra conversación: no se ha unido a ella."),
    "from-our-own-address": _l("Dice venir de nuestra propia dirección."),
    "changed-number": _l("WhatsApp dice que este número ha cambiado de manos."),
    "nul-removed": _l("Se ha quitado un carácter que no se puede guardar."),
}


def state_words(state: str, channel: str = "", error_code: str | None = None) -> Any:
    """A message's state as staff and citizens read it."""
    if state == "failed" and error_code == MAY_HAVE_ARRIVED:
        return _l("Puede que haya llegado")
    if channel == "voice" and state in _CALL_STATES:
        return _CALL_STATES[state]
    return STATES.get(state, state)


def error_words(code: str | None) -> Any:
    """Why a message did not arrive, or None."""
    if not code:
        return None
    return _OWN_CODES.get(code) or error_words_of(code) or _l("No ha llegado (código %(code)s).", code=code)


def note_words(note: str) -> Any:
    """A warning about a message; one without words of its own is shown as its code."""
    return _NOTES.get(note, note)
