"""The rows of raw events, as they are put into the database."""

from typing import Literal

import psycopg

Outcome = Literal["stored", "duplicate"]

WAKE = "raw_event"

# One statement for one event and for a thousand. DO NOTHING also folds two of a kind inside one batch. RETURNING and
# not a row count, which psycopg gives as -1 for fresh and duplicate rows alike.
INSERT = """
    INSERT INTO raw_event (channel, kind, dedupe, contact_key, sealed)
    SELECT * FROM unnest(%b::text[], %b::text[], %b::bytea[], %b::bigint[], %b::bytea[])
    ON CONFLICT ON CONSTRAINT uq_raw_event_dedupe DO NOTHING
    RETURNING dedupe
"""

Row = tuple[str, str, bytes, int, bytes]


def insert(connection: psycopg.Connection, rows: list[Row]) -> set[bytes]:
    """Insert rows on a raw connection; returns the dedupe hashes of those that were new. Commits nothing."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return {bytes(found[0]) for found in connection.execute(INSERT, columns, prepare=True, binary=True)}
