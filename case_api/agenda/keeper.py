"""What happens to agendas by the clock alone: offers run out, the list moves on, reminders fall due."""

from datetime import timedelta

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda import waiting
from case_api.agenda.following import reminders, replies
from case_api.agenda.planning import closing, recounting
from case_api.db import Unit, unit_of_work

ACTOR = Actor.system("agenda")


def step() -> bool:
    """One round, a transaction for each part: whatever dies is done by the next. True when something happened."""
    done = 0
    parts = (
        replies.handle, recounting.recount, waiting.run_out, waiting.offer_next, reminders.remind, closing.sweep,
        _forget,
    )  # fmt: skip
    for part in parts:
        with unit_of_work(ACTOR) as unit:
            done += part(unit)
    return done > 0


def _forget(unit: Unit) -> int:
    """Throw away what nobody needs any more: touches of an hour ago, slots that have rested, holds of a week ago."""
    now = clock.now()
    unit.session.execute(text("DELETE FROM agenda_touch WHERE at < :then"), {"then": now - timedelta(hours=13)})
    unit.session.execute(text("DELETE FROM slot_rest WHERE until < :now"), {"now": now})
    unit.session.execute(
        text("UPDATE appointment_hold SET typed = '{}' WHERE typed <> '{}' AND state <> 'live' AND created_at < :then"),
        {"then": now - timedelta(days=7)},
    )
    return 0
