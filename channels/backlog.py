"""How much waits: for probes and gauges, never for a person's page."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

_BACKLOG = text("""
    SELECT (SELECT max(beat_at) FROM heartbeat WHERE process = 'worker'),
           (SELECT min(received_at) FROM raw_event WHERE state = 'pending'),
           (SELECT min(available_at) FROM outbox WHERE state IN ('queued', 'unknown')),
           (SELECT count(*) FROM raw_event WHERE state = 'quarantined')
""")


@dataclass(frozen=True, slots=True)
class Backlog:
    """When the worker last gave a sign; since when the oldest inbound and outbound wait; how many are set aside.

    Instants are UTC; None when there is none.
    """

    worker_beat_at: datetime | None
    oldest_inbound_at: datetime | None
    oldest_outbound_at: datetime | None
    quarantined: int


def backlog(connection: Connection) -> Backlog:
    """The state of the queues now."""
    connection.execute(text("SELECT set_config('alma.actor_kind', 'system', true)"))
    return Backlog(*connection.execute(_BACKLOG).one())
