"""What could not be read: kept, shown to staff with its reason, and read again when something was mended."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.errors import NotFound
from channels.inbound import intake

_REASONS = {
    "not-text": _l("No se puede leer como texto."),
    "no-id": _l("Falta el número del mensaje."),
    "no-sender": _l("No dice quién lo envía."),
    "no-recipient": _l("No dice para quién es."),
    "unknown-kind": _l("Es de un tipo que no conocemos."),
    "unknown-channel": _l("Llega por un canal que no conocemos."),
    "unknown-status": _l("Es un estado de entrega que no conocemos."),
    "bounce-unmatched": _l("Es un correo devuelto que no corresponde a ninguno nuestro."),
    "empty": _l("El correo está vacío."),
    "no-header": _l("El correo no tiene cabecera."),
    "too-large": _l("El correo es demasiado grande."),
    "too-deep": _l("El correo tiene demasiadas partes, una dentro de otra."),
    "too-many-parts": _l("El correo tiene demasiadas partes."),
    "time-out": _l("Se ha tardado demasiado en leerlo."),
    "memory": _l("Leerlo ocupa demasiada memoria."),
    "parser-error": _l("El correo está roto y no se puede leer."),
    "parser-died": _l("El correo está roto y no se puede leer."),
}


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One event set aside. `reason` is a code, `reason_words` says it to people."""

    id: int
    channel: str
    kind: str
    reason: str
    reason_words: Any
    attempts: int
    received_at: datetime


def listing(session: Session, *, before: int | None = None, limit: int = 50) -> list[Quarantined]:
    """Events in quarantine, the newest first; `before` is the last id of the page before."""
    rows = session.execute(
        text(
            "SELECT id, channel, kind, coalesce(reason, ''), attempts, received_at FROM raw_event "
            "WHERE state = 'quarantined' AND (CAST(:before AS bigint) IS NULL OR id < :before) "
            "ORDER BY id DESC LIMIT :limit"
        ),
        {"before": before, "limit": max(1, min(limit, 200))},
    )
    return [Quarantined(row[0], row[1], row[2], row[3], reason_words(row[3]), row[4], row[5]) for row in rows]


def reason_words(reason: str) -> Any:
    """A reason as people read it."""
    return _REASONS.get(reason, _l("Ha fallado nuestro programa al leerlo."))


def content(session: Session, *, event_id: int) -> bytes:
    """The bytes as they came. Raises NotFound."""
    sealed = session.execute(
        text("SELECT sealed FROM raw_event WHERE id = :id AND state = 'quarantined'"), {"id": event_id}
    ).scalar()
    if sealed is None:
        raise NotFound
    return intake.open_sealed(sealed)[0]


def reprocess(session: Session, *, event_id: int) -> None:
    """Put an event back in line; the worker reads it again. Raises NotFound when it is not in quarantine."""
    found = session.execute(
        text(
            "UPDATE raw_event SET state = 'pending', attempts = 0, available_at = '-infinity', reason = NULL "
            "WHERE id = :id AND state = 'quarantined' RETURNING id"
        ),
        {"id": event_id},
    ).scalar()
    if found is None:
        raise NotFound
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": intake.WAKE})
