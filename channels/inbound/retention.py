"""Raw events expire once they were processed; the keyed hash that recognises a repeat stays."""

from datetime import timedelta

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work

ACTOR = Actor.system("retention")
KEPT = timedelta(days=30)


def expire_some() -> bool:
    """Empty some processed events older than KEPT. Whether there may be more."""
    with unit_of_work(ACTOR) as unit:
        emptied = unit.session.execute(
            text(
                "UPDATE raw_event SET sealed = NULL WHERE id IN (SELECT id FROM raw_event WHERE state = 'done' "
                "AND sealed IS NOT NULL AND processed_at < :before ORDER BY id LIMIT 1000) RETURNING id"
            ),
            {"before": clock.now() - KEPT},
        ).all()
    return len(emptied) == 1000
