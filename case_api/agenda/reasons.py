"""Why somebody comes: the reasons that the city keeps, and what each of them allows. Everything else asks here."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api.agenda.values import REASONS, Reason
from case_api.db import Unit
from case_api.errors import Invalid

_COLUMNS = (
    "key, name, minutes, step_minutes, buffer_minutes, notice_minutes, horizon_days, modes, discreet, online, places, "
    "pair, peer, priority, active"
)


def _reason(row) -> Reason:
    words = REASONS.get(row.key, row.name)
    return Reason(
        row.key,
        words,
        row.minutes,
        row.step_minutes,
        row.buffer_minutes,
        row.notice_minutes,
        row.horizon_days,
        tuple(row.modes),
        row.discreet,
        row.online,
        row.places,
        row.pair,
        row.peer,
        row.priority,
        row.active,
    )


def every(unit: Unit, *, online: bool | None = None, ended: bool = False) -> list[Reason]:
    """Every reason for an appointment, by its key; with `online=True` those a person may book alone. `ended`: those
    that nobody books any more as well.
    """
    rows = unit.session.execute(
        text(f"SELECT {_COLUMNS} FROM appointment_reason WHERE active OR :ended ORDER BY key"), {"ended": ended}
    )
    return [reason for reason in map(_reason, rows) if online is None or reason.online == online]


def one(unit: Unit, key: str) -> Reason:
    """One reason, ended or not: what was booked for one that has ended can still be moved. Raises Invalid (field
    `reason`) when there is none with this key.
    """
    row = unit.session.execute(
        text(f"SELECT {_COLUMNS} FROM appointment_reason WHERE key = :key"),
        {"key": key},
    ).first()
    if row is None:
        raise Invalid(_l("Elija un motivo de la lista."), fields={"reason": _l("No conocemos este motivo.")})
    return _reason(row)


def check_active(reason: Reason) -> None:
    """Raise Invalid (field `reason`) when nothing new is booked for it."""
    if not reason.active:
        raise Invalid(_l("Elija un motivo de la lista."), fields={"reason": _l("Este motivo ya no se usa.")})


def check_mode(reason: Reason, mode: str | None) -> None:
    """Raise Invalid (field `mode`) when the reason is not held in this way."""
    if mode is not None and mode not in reason.modes:
        message = _l("Esta cita no se puede tener de esa manera.")
        raise Invalid(message, fields={"mode": message})
