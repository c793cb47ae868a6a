"""Bulk loading: rows into a table by COPY, as the owner (COPY is refused for the application's role)."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import Connection, sql


def copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Load rows of plain values (None, str, int, bool, UUID, date, aware datetime, bytes); returns how many."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)
            count += 1
    return count
