"""Somebody is here: arrived, called in, or not here after all. Each is kept in its history, with who said it.

An arrival that was noted by mistake is taken back as long as nobody has acted on it: not once they were called in, nor
when it has been said how the appointment went.
"""

from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.agenda import booking
from case_api.db import Unit
from case_api.errors import Conflict, NotFound

_GONE = _l("Esta cita ya no está en pie, así que no se puede apuntar nada en ella.")


def _row(unit: Unit, appointment_id: UUID):
    row = unit.session.execute(
        text("SELECT state, arrived_at, called_at FROM appointment WHERE id = :id FOR UPDATE"), {"id": appointment_id}
    ).first()
    if row is None:
        raise NotFound()
    return row


def _write(unit: Unit, appointment_id: UUID, changes: str, what: str) -> None:
    unit.session.execute(
        text(f"UPDATE appointment SET {changes} WHERE id = :id"),  # noqa: S608 (words of this module)
        {"id": appointment_id} | ({"now": clock.now()} if ":now" in changes else {}),
    )
    booking.record(unit, appointment_id, what)


def arrive(unit: Unit, *, appointment_id: UUID) -> None:
    """Note that whoever is expected is here; a second time changes nothing. Raises Conflict, NotFound."""
    row = _row(unit, appointment_id)
    if row.state not in ("booked", "attended"):
        raise Conflict(_GONE)
    if row.arrived_at is None:
        _write(unit, appointment_id, "arrived_at = :now", "arrived")


def call_in(unit: Unit, *, appointment_id: UUID) -> None:
    """Call in somebody who has arrived; a second time changes nothing. Raises Conflict when nobody is here."""
    row = _row(unit, appointment_id)
    if row.state not in ("booked", "attended"):
        raise Conflict(_GONE)
    if row.arrived_at is None:
        raise Conflict(_l("No consta que esta persona haya llegado. Mire la agenda otra vez."))
    if row.called_at is None:
        _write(unit, appointment_id, "called_at = :now", "called")


def undo_arrival(unit: Unit, *, appointment_id: UUID) -> None:
    """Take back an arrival noted by mistake; where there is none, nothing changes.

    Raises Conflict once they were called in or it was said how the appointment went, NotFound.
    """
    row = _row(unit, appointment_id)
    if row.state != "booked":
        raise Conflict(_GONE)
    if row.called_at is not None:
        raise Conflict(_l("Ya se le ha llamado para entrar, así que la llegada no se puede deshacer."))
    if row.arrived_at is not None:
        _write(unit, appointment_id, "arrived_at = NULL", "arrival_undone")
