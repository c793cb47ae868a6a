"""What the city may choose about its agendas, each with the value it has when nobody chose."""

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import Unit
from case_api.errors import Invalid

DEFAULTS: dict[str, str] = {
    "deadline_days": "working",  # or natural (Ley 39/2015 art. 30.2)
    "hold_minutes": "10",
    "offer_minutes": "240",
    "offers_passed_most": "2",
    "rest_minutes_least": "5",
    "rest_minutes_most": "45",
    "booked_most": "6",  # appointments to come that somebody may book alone
    "changes_a_day_most": "12",  # bookings, moves and cancellations of a person alone in 24 hours
    "holds_a_day_most": "30",
    "guest_booked_most": "2",  # the same without a login, by one telephone or mail
    "guest_changes_a_day_most": "6",
    "guest_holds_a_day_most": "10",
    "guest_hold_minutes": "5",
    "guest_waits_most": "2",  # places in waiting lists
    "remind_days": "7",
    "remind_hours": "24",
}
_WORDS = {"deadline_days": ("working", "natural")}


def of(session: Session) -> dict[str, str]:
    """Every choice, chosen or not."""
    rows = session.execute(text("SELECT key, value FROM agenda_setting")).all()
    return DEFAULTS | {row.key: row.value for row in rows if row.key in DEFAULTS}


def number(session: Session, key: str) -> int:
    """One choice that is a number."""
    return int(of(session)[key])


def choose(unit: Unit, **values: Any) -> None:
    """Set choices; the history keeps who and when. Raises Invalid for a key or a value there is not."""
    for key, value in values.items():
        given = str(value)
        good = given in _WORDS[key] if key in _WORDS else given.isdecimal() and 1 <= int(given) <= 100_000
        if key not in DEFAULTS or not good:
            raise Invalid(fields={key: _l("Este valor no se admite.")})
        unit.session.execute(
            text(
                "INSERT INTO agenda_setting (key, value, changed_at, changed_by) VALUES (:key, :value, :now, :by) "
                "ON CONFLICT ON CONSTRAINT pk_agenda_setting DO UPDATE SET value = excluded.value, "
                "changed_at = excluded.changed_at, changed_by = excluded.changed_by"
            ),
            {"key": key, "value": given, "now": clock.now(), "by": f"{unit.actor.kind}:{unit.actor.id}"},
        )
