"""One writer a process commits together what many requests bring at the same time.

A commit costs a flush to disk and a round trip, whether it carries one row or thirty. Each request waits until its own
row is committed; nobody waits for others to come: whatever is there when the writer is free goes at once.
"""

import os
import threading
import time
from queue import Empty, SimpleQueue

import psycopg

from case_api import log
from case_api.settings import settings
from channels.inbound.rows import WAKE, Outcome, Row, insert

WAIT_SECONDS = 10.0  # a carrier gives up after 15
_MOST = 200
_WAKE_EVERY = 0.02


class NotStored(Exception):
    """The event is not on disk, or not known to be: the sender has to send it again."""


class _Waiting:
    __slots__ = ("done", "error", "outcome", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.done = threading.Lock()
        self.done.acquire()
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None


class Writer:
    """The thread and its connection. `url` is a plain PostgreSQL address."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._queue: SimpleQueue[_Waiting] = SimpleQueue()
        self._connection: psycopg.Connection | None = None
        self._waker_due = 0.0
        threading.Thread(target=self._run, name="intake-writer", daemon=True).start()

    def store(self, row: Row) -> Outcome:
        """Returns after the commit. Raises NotStored."""
        waiting = _Waiting(row)
        self._queue.put(waiting)
        if not waiting.done.acquire(timeout=WAIT_SECONDS) or waiting.outcome is None:
            raise NotStored from waiting.error
        return waiting.outcome

    def _run(self) -> None:
        while True:
            batch = self._next()
            if batch:
                self._write(batch)
            self._wake()

    def _next(self) -> list[_Waiting]:
        # The worker is woken at most every 20 ms, so a wake-up that is due limits the wait.
        timeout = max(0.0, self._waker_due - time.monotonic()) if self._waker_due else None
        try:
            batch = [self._queue.get(timeout=timeout)]
        except Empty:
            return []
        while len(batch) < _MOST:
            try:
                batch.append(self._queue.get_nowait())
            except Empty:
                break
        return batch

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            self._commit(batch)
        except psycopg.OperationalError as error:
            # The connection is gone, perhaps for minutes, perhaps only an idle one: one fresh try, then say so.
            self._drop()
            try:
                self._commit(batch)
            except psycopg.Error as again:
                self._refuse(batch, again)
                log.logger().warning("raw events not stored", count=len(batch), error=type(error).__name__)
        except psycopg.Error as error:
            self._one_by_one(batch, error)
        except BaseException as error:  # noqa: BLE001 (a request waits: it must hear of anything)
            self._drop()
            self._refuse(batch, error)

    def _commit(self, batch: list[_Waiting]) -> None:
        # Autocommit: the statement is its own transaction, in a single round trip.
        fresh = insert(self._connected(), [waiting.row for waiting in batch])
        for waiting in batch:
            if waiting.row[2] in fresh:
                fresh.discard(waiting.row[2])  # of two twins in one batch, one is the first
                waiting.outcome = "stored"
                self._waker_due = self._waker_due or time.monotonic() + _WAKE_EVERY
            else:
                waiting.outcome = "duplicate"
            waiting.done.release()

    def _one_by_one(self, batch: list[_Waiting], error: psycopg.Error) -> None:
        if len(batch) == 1:
            log.logger().warning("raw event not stored", count=1, error=type(error).__name__)
            self._refuse(batch, error)
            return
        for waiting in batch:
            self._write([waiting])

    def _refuse(self, batch: list[_Waiting], error: BaseException) -> None:
        for waiting in batch:
            if waiting.outcome is None:
                waiting.error = error
                waiting.done.release()

    def _wake(self) -> None:
        if not self._waker_due or time.monotonic() < self._waker_due:
            return
        self._waker_due = 0.0
        try:
            # After the commit and apart from it: NOTIFY takes a lock that would let commits pass one by one.
            self._connected().execute("SELECT pg_notify(%s, '')", (WAKE,))
        except psycopg.Error:
            self._drop()  # the worker looks by itself every second

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._url,
                autocommit=True,
                connect_timeout=4,
                application_name="alma-intake",
                options="-c statement_timeout=8000",
            )
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


_shared: dict[tuple[int, str], Writer] = {}
_guard = threading.Lock()


def plain_url() -> str:
    """The application's database address as libpq reads it."""
    return settings().DATABASE_URL.replace("postgresql+psycopg://", "postgresql://", 1)


def shared_writer() -> Writer:
    """This process's writer, started at the first use (and again after a fork)."""
    key = (os.getpid(), settings().DATABASE_URL)
    found = _shared.get(key)
    if found is None:
        with _guard:
            found = _shared.get(key) or _shared.setdefault(key, Writer(plain_url()))
    return found
