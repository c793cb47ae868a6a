"""Reminders that follow a move: each version of an appointment is reminded of once, and none that no longer stands.

Due a week before (when it was booked earlier than that) and a day before; afterwards, a word about what comes next.
"""

from datetime import datetime, timedelta

from sqlalchemy import text

from case_api import clock
from case_api.agenda import booking, choices
from case_api.db import Unit

_DUE = text("""
    WITH due AS (
        SELECT a.id, a.person_id, a.contact_id, k.kind, lower(a.during) AS starts_at FROM appointment a
        JOIN (VALUES ('week', CAST(:week AS interval), CAST(:day AS interval)),
                     ('day', CAST(:day AS interval), interval '1 hour')) k (kind, ahead, least) ON true
        WHERE a.state = 'booked' AND lower(a.during) > :now
          AND lower(a.during) - k.ahead <= :now AND lower(a.during) - k.least > :now
          -- Somebody who has just booked or moved it has been told already.
          AND NOT EXISTS (SELECT FROM appointment_change c WHERE c.appointment_id = a.id
                          AND c.what IN ('booked', 'moved') AND c.changed_at > lower(a.during) - k.ahead)
        UNION ALL
        SELECT a.id, a.person_id, a.contact_id, CASE a.state WHEN 'attended' THEN 'follow_up' ELSE 'missed' END,
               lower(a.during)
        FROM appointment a WHERE a.state IN ('attended', 'no_show')
          AND upper(a.during) BETWEEN CAST(:now AS timestamptz) - interval '2 days'
                              AND CAST(:now AS timestamptz) - interval '30 minutes'
    ), told AS (
        INSERT INTO appointment_reminder (appointment_id, kind, starts_at, told_at)
        SELECT id, kind, starts_at, :now FROM due ORDER BY starts_at LIMIT :most
        ON CONFLICT ON CONSTRAINT pk_appointment_reminder DO NOTHING
        RETURNING appointment_id, kind
    )
    SELECT told.appointment_id, told.kind, due.person_id, due.contact_id FROM told
    JOIN due ON due.id = told.appointment_id AND due.kind = told.kind
""")


def due(*, starts_at: datetime, changed_at: datetime, now: datetime, ahead: timedelta, least: timedelta) -> bool:
    """Whether it is time for a reminder so long ahead: not within `least`, and not for who has just changed it."""
    return starts_at - ahead <= now < starts_at - least and changed_at <= starts_at - ahead


def remind(unit: Unit, *, most: int = 200) -> int:
    """Say of what a person is to be reminded now, each once, whichever process asks first; how many.

    An event apiece (`appointment.reminder`, `.follow_up`, `.missed`): whoever writes the words reads the appointment
    again, so that what has moved since is told as it is.
    """
    chosen = choices.of(unit.session)
    rows = unit.session.execute(
        _DUE,
        {
            "now": clock.now(),
            "week": timedelta(days=int(chosen["remind_days"])),
            "day": timedelta(hours=int(chosen["remind_hours"])),
            "most": most,
        },
    ).all()
    for row in rows:
        kind = row.kind if row.kind in ("follow_up", "missed") else "reminder"
        booking.tell(unit, kind, row.appointment_id, row.person_id, row.contact_id)
    return len(rows)
