"""`alma bench mail`: how many mails a second are taken over SMTP, stored and committed, against a bare handler.

Two listeners, each a process of its own on a free port, over one scratch database that is dropped at the end; rounds
take turns. The floor is stock aiosmtpd with a handler that inserts one row and commits, on a pool of connections.
"""

import asyncio
import multiprocessing
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from email.message import EmailMessage
from statistics import median
from typing import Any

import psycopg
from aiosmtpd.controller import Controller
from psycopg_pool import ConnectionPool

from case_api.settings import settings
from channels.adapters.email import server
from channels.bench import _scratch_database
from channels.inbound.intake import store_committed

ROUNDS = 5
MAILS = 400  # a round and listener
CLIENTS, CONNECTIONS = 2, 4
FLOOR_IS = "a bare aiosmtpd handler that inserts one row with a unique key and commits"


def ours() -> None:
    """The product's listener as `alma smtp` runs it, on a free port."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    settings().SMTP_PORT = 0
    server.serve(settings(), stop, store=store_committed, ready=lambda _host, port: print(port, flush=True))


class _Floor:
    def __init__(self) -> None:
        url = settings().DATABASE_URL.replace("+psycopg", "")
        size = server.STORE_THREADS
        self._threads = ThreadPoolExecutor(size)
        self._pool = ConnectionPool(url, min_size=size, max_size=size, kwargs={"autocommit": True}, open=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        await asyncio.get_running_loop().run_in_executor(self._threads, self._insert, envelope.original_content)
        return "250 OK"

    def _insert(self, content: bytes) -> None:
        with self._pool.connection() as connection:
            connection.execute(
                "INSERT INTO bench_floor (sid, body) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (content[12:52].decode("latin-1"), content),
                prepare=True,
            )


def floor() -> None:
    """The bare listener, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(_Floor(), hostname="127.0.0.1", port=port, data_size_limit=server.LARGEST_MESSAGE)
    controller.start()
    print(port, flush=True)
    signal.sigwait({signal.SIGTERM})
    controller.stop()


def bench_mail(*, rounds: int = ROUNDS, mails: int = MAILS) -> dict[str, Any]:
    """Mails a second from the first byte to the last 250, ours and the floor's: medians of interleaved rounds.

    Raises RuntimeError when a listener does not come up or refuses a mail, or when one that it took is not there.
    """
    with _scratch_database() as url, _listener("ours", url) as our_port, _listener("floor", url) as floor_port:
        ports = {"ours": our_port, "floor": floor_port}
        sent = {name: _round(port, mails // 4)[0] for name, port in ports.items()}  # warm
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for number in range(rounds):
            for name in ("ours", "floor") if number % 2 else ("floor", "ours"):
                count, rate = _round(ports[name], mails)
                sent[name] += count
                rates[name].append(rate)
        _check_all_there(url, sent)
    ours_rate, floor_rate = median(rates["ours"]), median(rates["floor"])
    return {
        "name": "mail",
        "unit": "mails/s",
        "ours": round(ours_rate),
        "floor": round(floor_rate),
        "floor_is": FLOOR_IS,
        "ratio": round(ours_rate / floor_rate, 2),
    }


@contextmanager
def _listener(which: str, url: str) -> Iterator[int]:
    environment = os.environ | {
        "ALMA_DATABASE_URL": url,
        "ALMA_PUBLIC_URL": settings().PUBLIC_URL,
        "ALMA_DATA_KEY": settings().DATA_KEY,
    }
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", f"from channels.bench_mail import {which}; {which}()"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        said = ""
        while not said.strip().isdigit():  # a log line may come first
            said = process.stdout.readline()
            if not said:
                raise RuntimeError("a listener of the bench did not come up")
        threading.Thread(target=process.stdout.read, daemon=True).start()
        yield int(said)
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


_FILLER = "Buenos días: les escribo por la ayuda a domicilio de mi madre, que vive sola. Gracias.\n" * 60


def _mail() -> bytes:
    """18 kB, two parts, as a person's program writes them; its first header is its own."""
    made = EmailMessage()
    made["Message-ID"] = f"<{secrets.token_hex(20)}@correo.example>"
    made["From"], made["To"] = f"persona{secrets.randbelow(500)}@correo.example", settings().MAIL_ADDRESS
    made["Subject"] = "Una duda sobre la ayuda a domicilio"
    made.set_content(_FILLER)
    made.add_alternative(f"<html><body><p>{_FILLER * 2}</p></body></html>", subtype="html")
    text = made.as_bytes().replace(b"\n", b"\r\n")
    return text.replace(b"\r\n.", b"\r\n..")


def _round(port: int, count: int) -> tuple[int, float]:
    """How many mails were taken, and how many a second."""
    each = count // (CLIENTS * CONNECTIONS)
    context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
    ready, go, done = context.Barrier(CLIENTS + 1), context.Event(), context.Queue()
    address = settings().MAIL_ADDRESS
    loads = [[[_mail() for _ in range(each)] for _ in range(CONNECTIONS)] for _ in range(CLIENTS)]
    clients = [context.Process(target=_client, args=(port, address, load, ready, go, done)) for load in loads]
    for client in clients:
        client.start()
    ready.wait(60)
    started = time.monotonic()
    go.set()
    failures = [done.get(timeout=180) for _ in clients]
    seconds = time.monotonic() - started
    for client in clients:
        client.join()
    if any(failures):
        raise RuntimeError(f"{sum(failures)} connections of the bench were not served")
    total = each * CLIENTS * CONNECTIONS
    return total, total / seconds


def _client(port: int, address: str, batches: list[list[bytes]], ready: Any, go: Any, done: Any) -> None:
    failed: list[int] = []
    sockets = [socket.create_connection(("127.0.0.1", port), 30) for _ in batches]
    threads = [
        threading.Thread(target=_talk, args=(sock, address, batch, go, failed))
        for sock, batch in zip(sockets, batches, strict=True)
    ]
    for thread in threads:
        thread.start()
    ready.wait(60)
    for thread in threads:
        thread.join()
    done.put(len(failed))


def _talk(sock: socket.socket, address: str, batch: list[bytes], go: Any, failed: list[int]) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    stream = sock.makefile("rwb")

    def say(line: bytes, wanted: bytes) -> bool:
        stream.write(line)
        stream.flush()
        answer = stream.readline()
        while answer[3:4] == b"-":
            answer = stream.readline()
        return answer[:3] == wanted

    go.wait()
    stream.readline()
    fine = say(b"EHLO bench.example\r\n", b"250")
    for text in batch:
        fine = fine and say(b"MAIL FROM:<persona@correo.example>\r\n", b"250")
        fine = fine and say(b"RCPT TO:<%s>\r\n" % address.encode(), b"250")
        fine = fine and say(b"DATA\r\n", b"354") and say(text + b"\r\n.\r\n", b"250")
        if not fine:
            failed.append(1)
            break
    sock.close()


def _check_all_there(url: str, sent: dict[str, int]) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for name, query in (("ours", "SELECT count(*) FROM raw_event"), ("floor", "SELECT count(*) FROM bench_floor")):
            found = connection.execute(query).fetchone()[0]
            if found != sent[name]:
                raise RuntimeError(f"{name} holds {found} of {sent[name]} acknowledged mails")
