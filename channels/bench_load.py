"""How the benches of the channels start what they measure and load it: processes of their own, on free ports."""

import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from case_api.settings import settings
from case_api.yardstick import Spent, clocked, cpu_of_database, cpu_of_process, plain, scratch_database

TABLE = "CREATE TABLE bench_floor (id bigserial PRIMARY KEY, sid text UNIQUE, body bytea)"
Talk = Callable[[socket.socket, Sequence[bytes], Any, list[int]], None]
"""Sends the messages of one connection once the event is set; appends to the list when one was not acknowledged."""


@contextmanager
def floor_database() -> Iterator[str]:
    """A scratch database with the floor's one table. Yields the application's URL of it."""
    with scratch_database(TABLE) as (url, _owner):
        yield url


@contextmanager
def started(command: Sequence[str], url: str, *, says_port: bool = False) -> Iterator[tuple[subprocess.Popen, str]]:
    """A process of the bench over this database, ended at the end; with the first line of digits that it says."""
    environment = os.environ | {
        "ALMA_DATABASE_URL": url,
        "ALMA_CARRIER_AUTH_TOKEN": settings().CARRIER_AUTH_TOKEN,
        "ALMA_PUBLIC_URL": settings().PUBLIC_URL,
        "ALMA_DATA_KEY": settings().DATA_KEY,
    }
    stdout = subprocess.PIPE if says_port else subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=stdout, text=True)  # noqa: S603
    try:
        said = ""
        while says_port and not said.strip().isdigit():  # a log line may come first
            said = process.stdout.readline()  # type: ignore[union-attr]
            if not said:
                raise RuntimeError("a process of the bench did not come up")
        if says_port:
            threading.Thread(target=process.stdout.read, daemon=True).start()  # type: ignore[union-attr]
        yield process, said.strip()
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def wait_for(port: int, process: Any = None) -> None:
    """Until somebody listens there. Raises RuntimeError after half a minute, or when the process ends before."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends and (process is None or process.poll() is None):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("a server of the bench did not come up")


def hammer(port: int, talk: Talk, loads: Sequence[Sequence[Sequence[bytes]]], cpu: Callable[[], float]) -> Spent:
    """One round: a process for each of `loads`, a connection for each of its lists; to the last answer.

    Raises RuntimeError when a message was not acknowledged.
    """
    context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
    ready, go, done = context.Barrier(len(loads) + 1), context.Event(), context.Queue()
    clients = [context.Process(target=_client, args=(port, talk, load, ready, go, done)) for load in loads]
    for client in clients:
        client.start()
    ready.wait(60)
    spent: list[Spent] = []
    with clocked(cpu, spent):
        go.set()
        failures = [done.get(timeout=180) for _ in clients]
    for client in clients:
        client.join()
    if any(failures):
        raise RuntimeError(f"{sum(failures)} connections of the bench were not served")
    return spent[0]


def _client(port: int, talk: Talk, load: Sequence[Sequence[bytes]], ready: Any, go: Any, done: Any) -> None:
    failed: list[int] = []
    sockets = [socket.create_connection(("127.0.0.1", port), 30) for _ in load]
    threads = [
        threading.Thread(target=_run, args=(talk, sock, batch, go, failed))
        for sock, batch in zip(sockets, load, strict=True)
    ]
    for thread in threads:
        thread.start()
    ready.wait(60)
    for thread in threads:
        thread.join()
    done.put(len(failed))


def _run(talk: Talk, sock: socket.socket, batch: Sequence[bytes], go: Any, failed: list[int]) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        talk(sock, batch, go, failed)
    except OSError:
        failed.append(1)
    finally:
        sock.close()


@contextmanager
def processor(url: str, process: subprocess.Popen) -> Iterator[Callable[[], float]]:
    """Tells the processor time of a server of the bench and of the sessions of its database."""
    with psycopg.connect(plain(url), autocommit=True) as watch:
        yield lambda: cpu_of_process(process.pid) + cpu_of_database(watch)


def check_all_there(url: str, expected: dict[str, int]) -> None:
    """Raise RuntimeError unless each side's table holds what was acknowledged."""
    tables = {"ours": "raw_event", "floor": "bench_floor"}
    with psycopg.connect(plain(url)) as connection:
        for side, count in expected.items():
            ((found,),) = connection.execute(f"SELECT count(*) FROM {tables[side]}").fetchall()
            if found != count:
                raise RuntimeError(f"{side} holds {found} of {count} acknowledged messages")
