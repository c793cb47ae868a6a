"""What has to happen a little later: delivery steps, webhooks, callbacks, mails.

Kept in the state file, run by threads.
"""

import json
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from portal.sandbox.state import Store

log = logging.getLogger("sandbox.jobs")

Handler = Callable[[dict[str, Any]], None]


class Jobs:
    """A queue in the state file with a few daemon threads.

    Jobs that share a key run one after the other. A job is deleted after its handler returned or raised: handlers
    that want another try add a new job. After a SIGKILL the unfinished ones run again.
    """

    def __init__(self, store: Store, *, threads: int = 16) -> None:
        self._store = store
        self._threads = threads
        self._handlers: dict[str, Handler] = {}
        self._running: dict[int, str | None] = {}  # guarded by the store's lock
        self._wake = threading.Condition()  # never held while the store's lock is wanted
        self._changes = 0
        self._stopped = False

    def handler(self, kind: str, function: Handler) -> None:
        """Register who runs jobs of this kind."""
        self._handlers[kind] = function

    def add(self, kind: str, payload: dict[str, Any], *, delay: float = 0.0, key: str | None = None) -> int:
        """Queue a job to run in `delay` seconds; returns its id. Safe inside a transaction of the store."""
        job = self._store.insert("job", kind=kind, key=key, payload=json.dumps(payload), due_at=time.time() + delay)
        self._changed()
        return job

    def hasten(self, job: int) -> None:
        """Run a waiting job now."""
        self._store.execute("UPDATE job SET due_at = ? WHERE id = ?", time.time(), job)
        self._changed()

    def pending(self) -> int:
        """How many jobs wait or run."""
        found = self._store.row("SELECT count(*) AS n FROM job")
        return found["n"] if found else 0

    def start(self) -> None:
        """Start the threads."""
        for number in range(self._threads):
            threading.Thread(target=self._work, name=f"sandbox-job-{number}", daemon=True).start()

    def stop(self) -> None:
        """Take no more jobs; those under way may be cut short and run again at the next start."""
        self._stopped = True
        with self._wake:
            self._changes += 1
            self._wake.notify_all()

    def _changed(self) -> None:
        with self._wake:
            self._changes += 1
            self._wake.notify()

    def _claim(self) -> tuple[dict[str, Any] | None, float]:
        """The next due job that nobody runs, or how many seconds to wait for one."""
        with self._store.transaction():
            busy = [key for key in self._running.values() if key is not None]
            # Only hole marks are put together here; at most one of each a thread.
            ids, keys = (", ".join("?" * len(values)) for values in (self._running, busy))
            job = self._store.row(
                f"SELECT * FROM job WHERE id NOT IN ({ids}) AND (key IS NULL OR key NOT IN ({keys})) "  # noqa: S608
                "ORDER BY due_at, id LIMIT 1",
                *self._running,
                *busy,
            )
            if job is None:
                return None, 5.0
            wait = job["due_at"] - time.time()
            if wait > 0:
                return None, min(wait, 5.0)
            self._running[job["id"]] = job["key"]
            return job, 0.0

    def _work(self) -> None:
        while not self._stopped:
            seen = self._changes
            job, wait = self._claim()
            if job is None:
                with self._wake:
                    if self._changes == seen:
                        self._wake.wait(wait)
                continue
            try:
                self._handlers[job["kind"]](json.loads(job["payload"]))
            except Exception as error:  # one bad job must not stop the thread
                if not self._stopped:
                    log.warning("a job of kind %s failed: %s", job["kind"], type(error).__name__)
            if self._stopped:
                return
            with self._store.transaction():
                self._store.execute("DELETE FROM job WHERE id = ?", job["id"])
                self._running.pop(job["id"], None)
            self._changed()
