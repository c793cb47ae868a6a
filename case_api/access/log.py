"""The access log: who looked at what, what for, on what basis; and who was refused.

Entries are written on a connection of their own and committed before the work they speak of: a look that cannot be
kept does not happen, and a refusal stays when its request is undone. Each entry carries a keyed commitment to its
content, which the sealer chains later (`sealer.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

import psycopg
from sqlalchemy import Engine, create_engine

from case_api.db import new_id
from case_api.keys import keyed_hash
from case_api.settings import settings


@dataclass(frozen=True, slots=True)
class Entry:
    """One look. `at` is aware; `outcome` is allowed, denied or step_up; `object_id` is text, for not all are UUIDs."""

    at: datetime
    actor_kind: str
    actor_id: str
    unit_id: UUID | None
    role: str | None
    purpose: str
    action: str
    outcome: str
    rule: str
    basis: str | None
    level: str
    object_kind: str
    object_id: str
    person_id: UUID | None
    id: UUID = field(default_factory=new_id)


COLUMNS = tuple(column.name for column in fields(Entry))
_TYPES = {"at": "timestamptz", "unit_id": "uuid", "person_id": "uuid", "id": "uuid"}
_INSERT = (
    f"INSERT INTO access_entry ({', '.join(COLUMNS)}, commitment) SELECT * FROM unnest("
    + ", ".join(f"%s::{_TYPES.get(name, 'text')}[]" for name in COLUMNS)
    + ", %s::bytea[])"
)


def commitment(values: Iterable[object]) -> bytes:
    """32 bytes that bind the values of an entry, in the order of COLUMNS; only this install's key makes them.

    Absent and empty differ; an instant counts in UTC to the microsecond.
    """
    return keyed_hash("access-log.commitment", *map(_canonical, values))


def _canonical(value: object) -> bytes:
    if value is None:
        return b"-"
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(timespec="microseconds")
    return b"=" + str(value).encode()


@lru_cache(maxsize=2)
def _engine(url: str) -> Engine:
    """A pool apart: a request already holds one connection, and must never wait for others like it to get a second.

    Autocommit: the one INSERT is the whole transaction, in one exchange with the database.
    """
    return create_engine(
        url,
        pool_size=4,
        max_overflow=4,
        pool_timeout=10,
        pool_reset_on_return=None,
        isolation_level="AUTOCOMMIT",
        connect_args={"connect_timeout": 5, "application_name": "alma-access-log"},
    )


def write(entries: Iterable[Entry]) -> None:
    """Keep the entries, all or none, and commit. Raises whatever the database raises: the caller's work must fail."""
    rows = [[getattr(entry, name) for name in COLUMNS] for entry in entries]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)] + [[commitment(row) for row in rows]]
    made = _engine(settings().DATABASE_URL)
    try:
        _insert(made, columns)
    except psycopg.OperationalError:
        # The database was restarted since, perhaps: once more on a new connection. Entries that did get through the
        # first time have the same identifiers, and are refused.
        made.dispose()
        _insert(made, columns)


def _insert(made: Engine, columns: list[list[object]]) -> None:
    connection = made.raw_connection()
    try:
        connection.cursor().execute(_INSERT, columns)
    finally:
        connection.close()
