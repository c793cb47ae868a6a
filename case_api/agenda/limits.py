"""Limits on what one person books alone: appointments were resold for 30 to 200 euros. The desk has none."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.agenda import choices
from case_api.db import Unit
from case_api.errors import Conflict

ALONE = frozenset({"citizen", "client", "guest"})
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Done:
    """What somebody has: appointments to come, places in waiting lists, and what they did in the last 24 hours."""

    booked: int
    changes: int
    holds: int
    waits: int = 0


def reached(done: Done, *, most: dict[str, str], what: str, guest: bool = False) -> str | None:
    """Which limit stands in the way of `what` (`book`, `move`, `hold`, `wait`), or None. Cancelling is never refused. A
    guest has narrower ones: an address is cheaper than a login.
    """
    of = "guest_" if guest else ""
    if what == "book" and done.booked >= int(most[f"{of}booked_most"]):
        return "booked_most"
    if what in ("book", "move") and done.changes >= int(most[f"{of}changes_a_day_most"]):
        return "changes_a_day_most"
    if what == "hold" and done.holds >= int(most[f"{of}holds_a_day_most"]):
        return "holds_a_day_most"
    if what == "wait" and guest and done.waits >= int(most["guest_waits_most"]):
        return "waits_most"
    return None


_WORDS = {
    "booked_most": _l("Ya tiene muchas citas pedidas. Anule alguna o llámenos, y vemos cómo ayudarle."),
    "changes_a_day_most": _l("Hoy ha hecho muchos cambios de cita. Vuelva mañana o llámenos y lo hacemos."),
    "holds_a_day_most": _l("Hoy ha reservado muchas horas sin confirmarlas. Vuelva mañana o llámenos."),
    "waits_most": _l("Ya está en varias listas de espera. Salga de alguna o llámenos, y vemos cómo ayudarle."),
}

_DONE = text("""
    SELECT (SELECT count(*) FROM appointment
            WHERE (person_id = :person OR contact_id = :contact) AND state = 'booked' AND upper(during) > :now)
           AS booked,
           (SELECT count(*) FROM appointment_change c JOIN appointment a ON a.id = c.appointment_id
            WHERE (a.person_id = :person OR a.contact_id = :contact) AND c.changed_by = :by
                  AND c.changed_at > :since) AS changes,
           (SELECT count(*) FROM appointment_hold
            WHERE (person_id = :person OR contact_id = :contact) AND waiting_id IS NULL
                  AND created_by = :by AND created_at > :since) AS holds,
           (SELECT count(*) FROM waiting_entry
            WHERE contact_id = :contact AND state IN ('waiting', 'offered')) AS waits
""")


def check(unit: Unit, *, person_id: UUID | None, what: str, contact_id: UUID | None = None) -> None:
    """Raise Conflict (details `limit`) when somebody who books alone has reached a limit of the city's."""
    if unit.actor.kind not in ALONE:
        return
    row = unit.session.execute(
        _DONE,
        {
            "person": person_id,
            "contact": contact_id,
            "now": clock.now(),
            "since": clock.now() - DAY,
            "by": f"{unit.actor.kind}:{unit.actor.id}",
        },
    ).one()
    found = reached(Done(*row), most=choices.of(unit.session), what=what, guest=contact_id is not None)
    if found:
        raise Conflict(_WORDS[found], limit=found)
