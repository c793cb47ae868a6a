"""The pool of capped parser processes: kept warm, killed when one takes too long, started again when one is gone."""

import atexit
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from channels.adapters import Quarantine
from channels.adapters.email.child import read_frame, write_frame
from channels.adapters.email.limits import WALL_SECONDS

_ROOT = Path(__file__).resolve().parents[3]
_JOBS_BEFORE_A_FRESH_ONE = 500


class _Child:
    """One parser process and the pipe to it."""

    def __init__(self) -> None:
        # No environment of ours: what reads strangers' mail inherits no secret.
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-s", "-m", "channels.adapters.email.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"},
            cwd="/",
        )
        self.jobs = 0
        self.timed_out = False
        if self.ask(None) != ({"ready": True, "blobs": []}, []):
            self.close()
            raise RuntimeError("the mail parser did not start")

    def _stop(self) -> None:
        self.timed_out = True
        self.process.kill()

    def ask(self, job: tuple[dict, bytes] | None, *, seconds: float = WALL_SECONDS) -> tuple[dict, list[bytes]] | None:
        """The answer; None when the process died or was killed for taking longer than `seconds`."""
        timer = threading.Timer(seconds, self._stop)
        timer.daemon = True
        timer.start()
        try:
            if job is not None:
                self.jobs += 1
                write_frame(self.process.stdin, job[0], [job[1]])
            return read_frame(self.process.stdout)
        except (OSError, ValueError):
            return None
        finally:
            timer.cancel()

    def close(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                continue
        self.process.kill()
        self.process.wait()


class ParserPool:
    """`read` may be called from many threads; at most `size` mails are parsed at once."""

    def __init__(self, size: int = 2) -> None:
        self._slots: queue.LifoQueue[_Child | None] = queue.LifoQueue()
        for _ in range(size):
            self._slots.put(None)
        self._pid = os.getpid()
        atexit.register(self.close)

    def read(self, raw: bytes, *, seconds: float = WALL_SECONDS, **job: Any) -> tuple[dict[str, Any], list[bytes]]:
        """Values and attachments of a mail, see `parser.parse`.

        Raises Quarantine: the parser's reasons, and 'time-out' (`seconds` of clock, or the CPU limit), 'memory',
        'parser-died' (twice in a row), 'parser-error'.
        """
        child = self._slots.get()
        try:
            for attempt in (1, 2):
                child = child or _Child()
                answer = child.ask((job, raw), seconds=seconds)
                if answer is not None:
                    break
                timed_out = child.timed_out
                child.close()
                code, child = child.process.returncode, None
                if timed_out or code == -24:  # SIGXCPU: its own limit of CPU seconds
                    raise Quarantine("time-out")
                if attempt == 2:
                    raise Quarantine("parser-died")
            head, blobs = answer
            if head.get("last") or child.jobs >= _JOBS_BEFORE_A_FRESH_ONE:
                child.close()
                child = None
            if "unreadable" in head:
                raise Quarantine(head["unreadable"])
            return head["values"], blobs
        finally:
            self._slots.put(child)

    def close(self) -> None:
        """End the processes. A later `read` starts new ones."""
        if os.getpid() != self._pid:
            return  # a forked copy: the processes belong to our parent
        for _ in range(self._slots.qsize()):
            try:
                child = self._slots.get_nowait()
            except queue.Empty:
                return
            if child is not None:
                child.close()
            self._slots.put(None)


_pool: ParserPool | None = None
_lock = threading.Lock()


def shared_pool() -> ParserPool:
    """The pool of this process; a forked process gets its own."""
    global _pool
    with _lock:
        if _pool is None or _pool._pid != os.getpid():
            _pool = ParserPool()
        return _pool
