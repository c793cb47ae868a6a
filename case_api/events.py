"""How a lower floor speaks upward: a row written in the transaction that caused it."""

import json

from sqlalchemy import text

from case_api.db import Unit


def publish(unit: Unit, kind: str, **payload: object) -> None:
    """Write an event, and what other programs are to be told of it.

    `payload` holds identifiers and plain values only; whoever reads it goes through the door.
    """
    unit.session.execute(
        text("INSERT INTO event (kind, payload) VALUES (:kind, CAST(:payload AS jsonb))"),
        {"kind": kind, "payload": json.dumps(payload, default=str)},
    )
    unit.notify("event")
    # Not at the top: what is told outside stands on the door, and the door on this.
    from case_api.webhooks.outbox import enqueue

    enqueue(unit, kind, payload)
