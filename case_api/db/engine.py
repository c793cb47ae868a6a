"""One pool of connections a process, as the role that owns nothing."""

import time
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from case_api.settings import settings

# A connection that lay in the pool for less long than this is taken for alive.
FRESH_SECONDS = 1.0


@lru_cache(maxsize=4)
def engine(url: str = "") -> Engine:
    """The engine for a URL; by default the application's. The pool is smaller than the threads that share it."""
    made = create_engine(
        url or settings().DATABASE_URL,
        pool_size=settings().DATABASE_POOL,
        max_overflow=0,
        pool_timeout=10,
        connect_args={"connect_timeout": 5, "application_name": "alma"},
    )
    ping_when_rested(made)
    return made


def ping_when_rested(made: Engine) -> None:
    """Try a connection before its use, as `pool_pre_ping` does, but only when it lay idle for a while.

    One that died a moment ago is found by its first statement, which a unit of work repeats on a new one.
    """

    def rest(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    def wake(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.get("rests_since")
        if since is None or time.monotonic() - since < FRESH_SECONDS:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError() from error

    event.listen(made, "checkin", rest)
    event.listen(made, "checkout", wake)


@lru_cache(maxsize=4)
def session_factory(url: str = "") -> sessionmaker[Session]:
    return sessionmaker(engine(url), expire_on_commit=False)


def forget_engines() -> None:
    """Close every connection and forget the URLs: for tests, and after a fork."""
    for made in (engine, session_factory):
        made.cache_clear()


class UnsafeRole(RuntimeError):
    """The application's role could step over row-level security; Alma does not start as it."""


def refuse_powerful_role() -> None:
    """Raise UnsafeRole when we are connected as an owner, a superuser or with BYPASSRLS."""
    with engine().connect() as connection:
        strong = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).scalar()
        owns = connection.execute(
            text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user")
        ).scalar()
    if strong or owns:
        raise UnsafeRole("ALMA_DATABASE_URL must use a role that owns no table and cannot bypass row-level security")
