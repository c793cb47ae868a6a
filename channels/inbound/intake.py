"""What arrives is stored durably before anybody says thank you.

Nothing is read here: see `channels.inbound.processing`.
"""

import json
from typing import Any

import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from case_api.keys import keyed_hash, seal, unseal
from channels.failpoints import reached
from channels.inbound.rows import WAKE, Outcome, Row, insert
from channels.inbound.writer import shared_writer

PURPOSE = "raw event"


def row_of(*, channel: str, kind: str, dedupe: str, payload: bytes, headers: dict[str, Any], contact_key: str) -> Row:
    """The row of one raw event: payload and headers sealed together, the keys as hashes only this install can make."""
    return (channel, kind, dedupe_hash(channel, dedupe), key_of(contact_key), close(payload, headers))


def dedupe_hash(channel: str, dedupe: str) -> bytes:
    """What remains of a provider's id: enough to know a repeat, and no more."""
    return keyed_hash("raw event dedupe", channel, dedupe)


def key_of(contact_key: str) -> int:
    """A 64-bit key of whoever wrote, to keep their events in order. Two that collide only wait for each other."""
    return int.from_bytes(keyed_hash("raw event contact", contact_key)[:8], "big", signed=True)


def close(payload: bytes, headers: dict[str, Any]) -> bytes:
    """Payload and what the wire said about it, as one sealed piece."""
    head = json.dumps(headers, separators=(",", ":")).encode()
    return seal(PURPOSE, len(head).to_bytes(4, "big") + head + payload)


def open_sealed(sealed: bytes) -> tuple[bytes, dict[str, Any]]:
    """What `close` closed: payload and headers. Raises InvalidTag when it was changed."""
    plain = unseal(PURPOSE, bytes(sealed))
    length = int.from_bytes(plain[:4], "big")
    return plain[4 + length :], json.loads(plain[4 : 4 + length])


def _raw(connection: Session | Connection | psycopg.Connection) -> psycopg.Connection:
    if isinstance(connection, psycopg.Connection):
        return connection
    if isinstance(connection, Session):
        connection = connection.connection()
    return connection.connection.driver_connection


def done(session: Session, *, channel: str, dedupe: str) -> None:
    """Mark an event as processed, in the transaction that processed it."""
    session.execute(
        text("UPDATE raw_event SET state = 'done', processed_at = now() WHERE channel = :channel AND dedupe = :dedupe"),
        {"channel": channel, "dedupe": dedupe_hash(channel, dedupe)},
    )


def store(
    connection: Session | Connection | psycopg.Connection,
    *,
    channel: str,
    kind: str,
    dedupe: str,
    payload: bytes,
    headers: dict[str, Any],
    contact_key: str,
) -> Outcome:
    """Store one raw event in the transaction of `connection` and wake a worker when it commits.

    `dedupe` is the provider's id of this event (unique in its channel), `contact_key` whoever seems to have sent it:
    it orders, it proves nothing. The caller commits, and acknowledges only after that.
    """
    raw = _raw(connection)
    row = row_of(channel=channel, kind=kind, dedupe=dedupe, payload=payload, headers=headers, contact_key=contact_key)
    if not insert(raw, [row]):
        return "duplicate"
    raw.execute("SELECT pg_notify(%s, '')", (WAKE,))
    return "stored"


def store_committed(**event: Any) -> Outcome:
    """`store` through this process's writer: returns once the event is on disk.

    Raises NotStored when it could not be; whoever sent it must be told to try again.
    """
    outcome = shared_writer().store(row_of(**event))
    reached("raw.stored")
    return outcome
