"""What every request asks, put to the database straight through its driver, without a compiler in between.

Same connection, same transaction and same errors as the session's own statements.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection


def begin(connection: Connection, settings: Mapping[str, str]) -> None:
    """`open_with` on a connection of SQLAlchemy's.

    Raises sqlalchemy.exc.DBAPIError; a lost connection leaves the pool.
    """
    driver: Any = connection.connection.driver_connection
    try:
        open_with(driver, settings)
    except psycopg.Error as error:
        _translated(connection, error, "BEGIN")


def open_with(driver: "psycopg.Connection[Any]", settings: Mapping[str, str]) -> None:
    """Give the transaction settings of its own (`SET LOCAL`); open it in the same exchange when none is open yet.

    Raises psycopg.Error.
    """
    escape = Escaping(driver.pgconn).escape_literal
    said = [b"SET LOCAL %s = %s" % (name.encode(), bytes(escape(value.encode()))) for name, value in settings.items()]
    if driver.pgconn.transaction_status == TransactionStatus.IDLE:
        said.insert(0, b"BEGIN")
    result = driver.pgconn.exec_(b"; ".join(said))
    if result.status != ExecStatus.COMMAND_OK:
        raise error_from_result(result)


def ask(connection: Connection, statement: str, values: Mapping[str, Any]) -> list[Any]:
    """The rows (named tuples) of a statement with `%(name)s` for its values.

    Raises sqlalchemy.exc.DBAPIError, without the values; a lost connection leaves the pool.
    """
    driver: Any = connection.connection.driver_connection
    if connection._has_events or connection.engine._has_events:  # whoever watches an engine's statements
        connection.dispatch.before_cursor_execute(connection, None, statement, values, None, False)
    try:
        return driver.cursor(row_factory=namedtuple_row).execute(statement, values).fetchall()
    except psycopg.Error as error:
        _translated(connection, error, statement)
        raise


def _translated(connection: Connection, error: psycopg.Error, statement: str) -> None:
    """What SQLAlchemy does with its own: raise it translated, and let go of a connection that is lost."""
    connection._handle_dbapi_exception(error, statement, None, None, None)
