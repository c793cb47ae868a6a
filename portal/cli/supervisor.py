"""The process tree of `alma run`: starts the parts, restarts one that dies, ends all of them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from case_api.log import logger

TETHER = str(Path(__file__).with_name("tether.py"))
GRACE_SECONDS = 20
SETTLED_SECONDS = 10


@dataclass
class Part:
    """One process: its name and command line. `deaths` counts its ends since it last ran for SETTLED_SECONDS."""

    name: str
    command: list[str]
    process: subprocess.Popen | None = None
    deaths: int = 0
    started: float = 0.0
    again_at: float = 0.0
    cleared: bool = False
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches only the supervisor, which ends the parts in order.
        self.process = subprocess.Popen(
            [sys.executable, TETHER, *self.command],
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        self.started, self.cleared = time.monotonic(), False

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def clear(self) -> None:
        """Kill what an ended process left behind: it would keep the port from the next one, and outlive us all."""
        if self.process is None or self.cleared:
            return
        self.cleared = True  # once only: the number may be another's by and by
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)


class Supervisor:
    """Keeps the parts running until told to stop by SIGINT or SIGTERM."""

    def __init__(self, parts: list[Part]):
        self.parts = parts
        self._stopping = False

    def run(
        self,
        ready: Callable[[], bool],
        when_ready: Callable[[], None],
        *,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        """Start everything, call `when_ready` once `ready` says so, and watch until a signal comes.

        `watch` is called at every look, some times a second: it keeps what is not a part.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        announced = False
        try:
            for part in self.parts:
                part.start()
            while not self._stopping:
                watch()
                self._watch()
                if not announced and ready():
                    announced = True
                    when_ready()
                time.sleep(0.2)
        finally:
            self.end()

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _watch(self) -> None:
        now = time.monotonic()
        for part in self.parts:
            if part.alive:
                continue
            if not part.again_at:
                part.clear()
                part.deaths = part.deaths + 1 if now - part.started < SETTLED_SECONDS else 1
                # At once the first time; a part that keeps dying waits longer, half a minute at most.
                part.again_at = now + min(30, 2 ** (part.deaths - 1) - 1)
                logger().warning("a part ended", name=part.name, code=part.process.returncode, count=part.deaths)
            if now >= part.again_at:
                part.again_at = 0.0
                part.start()

    def end(self) -> None:
        """End every part, last started first; one that does not end in time is killed."""
        living = [part for part in reversed(self.parts) if part.alive]
        for part in living:
            part.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for part in living:
            try:
                part.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                part.process.kill()
                part.process.wait()
        for part in self.parts:
            part.clear()
