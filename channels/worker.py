"""The worker: turns what came in into conversations, sends what is to go out. Any number may run at once.

Every loop takes work from the database, a transaction apiece; LISTEN only shortens the wait. Whatever dies here is
taken up by another, from where the last commit was.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.agenda import keeper
from case_api.db import unit_of_work
from channels.inbound import alerts, intake, media, processing, retention, sweep
from channels.inbound.processing import process_stored
from channels.inbound.writer import plain_url
from channels.outbound import dispatch, notices, outbox, paging

__all__ = ["process_stored", "serve"]

ACTOR = Actor.system("worker")
BEAT_SECONDS = 5.0
EVENT = "event"


@dataclass
class Loop:
    """`step` does one piece of work and says whether there was one. `wake` is the NOTIFY channel, `every` the longest
    wait in seconds without one."""

    name: str
    step: Callable[[], bool]
    wake: str | None
    every: float
    event: threading.Event = field(default_factory=threading.Event)


def serve(stop: threading.Event, *, readers: int = 2, senders: int = 2) -> None:
    """Run until `stop` is set. `readers` and `senders`: threads that process raw events and send messages.

    Survives restarts of the database; the row 'worker' in `heartbeat` says that it lives.
    """
    loops = [
        *(Loop(f"raw-{n}", processing.process_next, intake.WAKE, 1.0) for n in range(readers)),
        *(Loop(f"outbox-{n}", dispatch.send_many, outbox.WAKE, 0.5) for n in range(senders)),
        Loop("doubtful", dispatch.look_next, None, 1.0),
        Loop("events", notices.handle_next, EVENT, 1.0),
        Loop("media", media.fetch_next, intake.WAKE, 1.0),
        Loop("sweep", sweep.sweep_due, None, 5.0),
        Loop("duty", paging.call_due, alerts.WAKE, 15.0),
        Loop("retention", retention.expire_some, None, 600.0),
        Loop("agenda", keeper.step, None, 15.0),
        Loop("heartbeat", _beat, None, BEAT_SECONDS),
    ]
    threads = [threading.Thread(target=_run, args=(loop, stop), name=loop.name, daemon=True) for loop in loops]
    threads.append(threading.Thread(target=_listen, args=(loops, stop), name="listen", daemon=True))
    for thread in threads:
        thread.start()
    log.logger().info("worker started", count=len(threads))
    stop.wait()
    for loop in loops:
        loop.event.set()
    for thread in threads:
        thread.join(timeout=20)
    log.logger().info("worker stopped")


def _run(loop: Loop, stop: threading.Event) -> None:
    pause = 0.0
    while not stop.is_set():
        loop.event.clear()
        try:
            while not stop.is_set() and loop.step():
                pause = 0.0
        except DBAPIError as error:
            # The database is away or took a side in a deadlock: nothing was committed, everything can be done again.
            pause = min(max(pause * 2, 0.1), 5.0)
            log.logger().warning("database not there", job=loop.name, error=type(error.orig).__name__)
            stop.wait(pause)
            continue
        except Exception as error:  # noqa: BLE001 (a loop never ends for one piece of work)
            pause = min(max(pause * 2, 0.5), 30.0)
            log.logger().error("worker loop failed", job=loop.name, exc_info=error)
            stop.wait(pause)
            continue
        loop.event.wait(loop.every)


def _beat() -> bool:
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(
            text(
                "INSERT INTO heartbeat (process, beat_at) VALUES ('worker', :now) "
                "ON CONFLICT ON CONSTRAINT pk_heartbeat DO UPDATE SET beat_at = excluded.beat_at"
            ),
            {"now": clock.now()},
        )
    return False


def _listen(loops: list[Loop], stop: threading.Event) -> None:
    channels = sorted({loop.wake for loop in loops if loop.wake})
    while not stop.is_set():
        try:
            with psycopg.connect(
                plain_url(), autocommit=True, connect_timeout=5, application_name="alma-listen"
            ) as connection:
                for channel in channels:
                    connection.execute(f"LISTEN {channel}")
                for loop in loops:
                    loop.event.set()  # what was told while nobody listened
                while not stop.is_set():
                    for notice in connection.notifies(timeout=1.0):
                        for loop in loops:
                            if loop.wake == notice.channel:
                                loop.event.set()
        except psycopg.Error as error:
            log.logger().warning("not listening", error=type(error).__name__)
            stop.wait(1.0)
