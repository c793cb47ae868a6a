"""The unit of work: one transaction a request or job, for one actor, committed once at the end.

The actor is written into the transaction (`SET LOCAL`), so that row-level security knows it and nothing survives into
the next user of the connection. Entries of the access log are committed first, on a connection of their own: if they
cannot be kept, the work is not done; if the work is rolled back, they stay.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db.asking import ask, begin
from case_api.db.engine import session_factory
from case_api.db.violations import translate

_current: ContextVar["Unit | LazyUnit | None"] = ContextVar("alma_unit", default=None)


class Unit:
    """One transaction. `session` for queries, `entries` for the access log, `after_commit` for what comes after."""

    def __init__(self, actor: Actor, session: Session | None = None):
        self.actor = actor
        self.session = session or session_factory()()
        self.entries: list[Any] = []
        self._after: list[Callable[[], None]] = []
        try:
            begin(self.session.connection(), settings_of(actor))
        except DBAPIError as error:
            if session is not None or not error.connection_invalidated:
                raise
            # A pooled connection whose server went away meanwhile: nothing was done on it yet.
            self.session.close()
            begin(self.session.connection(), settings_of(actor))

    def ask(self, statement: str, values: Mapping[str, Any]) -> list[Any]:
        """The rows (named tuples) of a statement that many requests ask. See `case_api.db.asking`."""
        return ask(self.session.connection(), statement, values)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Guard an INSERT or UPDATE: a violated named constraint becomes its DomainError, and only this is undone."""
        try:
            with self.session.begin_nested():
                yield
                self.session.flush()
        except IntegrityError as error:
            raise translate(error) from error

    def notify(self, channel: str) -> None:
        """Wake whoever listens, when (and only when) this unit commits."""
        self.session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": channel})

    def after_commit(self, work: Callable[[], None]) -> None:
        self._after.append(work)

    def _keep_entries(self) -> None:
        if self.entries:
            from case_api.access import log

            entries, self.entries = self.entries, []
            log.write(entries)

    def finish(self) -> None:
        """Keep the log, then commit the work, then run what waits for it."""
        try:
            self.session.flush()
            self._keep_entries()
            self.session.commit()
        except IntegrityError as error:
            self.session.rollback()
            raise translate(error) from error
        except BaseException:
            self.session.rollback()
            raise
        finally:
            self.session.close()
        for work in self._after:
            work()

    def abandon(self) -> None:
        """Undo the work; denials and looks at unknown ids stay in the log."""
        try:
            self.session.rollback()
        finally:
            self.session.close()
        self._keep_entries()


def settings_of(actor: Actor) -> dict[str, str]:
    """The actor as row-level security reads it; `alma.now` is the instant that all of the transaction goes by."""
    return {
        "alma.actor_kind": actor.kind,
        "alma.actor_id": actor.id,
        "alma.person_id": str(actor.person_id or ""),
        "alma.unit_id": str(actor.unit_id or ""),
        "alma.assurance": actor.assurance or "",
        "alma.professional_id": str(actor.professional_id or ""),
        "alma.role": actor.role or "",
        "alma.now": clock.now().isoformat(),
        "alma.handling": "",
    }


class LazyUnit:
    """A unit that opens at first use: a page that needs no database takes no connection."""

    def __init__(self, actor: Callable[[], Actor]):
        self._actor = actor
        self._unit: Unit | None = None

    def get(self) -> Unit:
        if self._unit is None:
            self._unit = Unit(self._actor())
        return self._unit

    def finish(self) -> None:
        if self._unit is not None:
            unit, self._unit = self._unit, None
            unit.finish()

    def abandon(self) -> None:
        if self._unit is not None:
            unit, self._unit = self._unit, None
            unit.abandon()


def current_unit() -> Unit:
    """The unit of the running request or job. Raises RuntimeError outside of one."""
    found = _current.get()
    if found is None:
        raise RuntimeError("there is no unit of work here: use unit_of_work(actor)")
    return found.get() if isinstance(found, LazyUnit) else found


@contextmanager
def running(unit: "Unit | LazyUnit") -> Iterator[None]:
    """Make a unit the current one."""
    token = _current.set(unit)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def unit_of_work(actor: Actor, *, session: Session | None = None) -> Iterator[Unit]:
    """One transaction for one actor: committed at the end, undone when the block raises.

    Raises DomainError for a violated named constraint, and whatever the block raises.
    """
    unit = Unit(actor, session)
    with running(unit):
        try:
            yield unit
        except BaseException:
            unit.abandon()
            raise
        unit.finish()
