"""`alma bench inbound`: how many signed messages a second are validated, stored and committed, against a bare handler.

Two granian processes, alike in everything but the app, on free ports, over one scratch database that is dropped at the
end; rounds take turns, and the load comes from processes of its own with requests signed beforehand.
"""

import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Flask, request
from psycopg import sql
from psycopg_pool import ConnectionPool
from sqlalchemy.engine import make_url
from twilio.request_validator import RequestValidator
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from case_api.db import schema
from case_api.settings import settings
from channels.adapters.twilio.webhooks import MESSAGES

ROUNDS = 5
REQUESTS = 3000  # a round and app
CLIENTS, CONNECTIONS = 2, 12
FLOOR_IS = "a bare Flask handler that validates the signature, inserts one row with a unique key and commits"


def ours() -> Any:
    """The product's intake as it is mounted."""
    from channels.http import create_intake_app

    return DispatcherMiddleware(Flask("nothing"), {"/channels": create_intake_app()})


def floor() -> Flask:
    """The bare handler: one statement in autocommit on a pooled raw connection, the fastest plain way."""
    app = Flask("floor")
    validator = RequestValidator(settings().CARRIER_AUTH_TOKEN)
    address = settings().PUBLIC_URL + MESSAGES
    pool = ConnectionPool(
        settings().DATABASE_URL.replace("+psycopg", ""),
        min_size=settings().DATABASE_POOL,
        max_size=settings().DATABASE_POOL,
        kwargs={"autocommit": True},
        open=True,
    )

    @app.post(MESSAGES)
    def message() -> tuple[str, int]:
        body = request.get_data(cache=True)
        if not validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", "")):
            return "", 403
        with pool.connection() as connection:
            connection.execute(
                "INSERT INTO bench_floor (sid, body) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (request.form["MessageSid"], body),
                prepare=True,
            )
        return "<Response/>", 200

    return app


def bench_inbound(*, rounds: int = ROUNDS, requests: int = REQUESTS) -> dict[str, Any]:
    """Durable inbound messages a second, ours and the floor's: medians of interleaved rounds.

    Raises RuntimeError when a server does not come up or answers anything but 200.
    """
    with _scratch_database() as url, _server("ours", url) as our_port, _server("floor", url) as floor_port:
        ports = {"ours": our_port, "floor": floor_port}
        for port in ports.values():
            _round(port, requests // 4)  # warm: connections, prepared statements
        rates: dict[str, list[float]] = {name: [] for name in ports}
        for number in range(rounds):
            order = ("ours", "floor") if number % 2 else ("floor", "ours")
            for name in order:
                rates[name].append(_round(ports[name], requests))
        _check_all_there(url, rounds * requests + CLIENTS * CONNECTIONS * (requests // 4 // (CLIENTS * CONNECTIONS)))
    ours_rate, floor_rate = median(rates["ours"]), median(rates["floor"])
    return {
        "name": "inbound",
        "unit": "messages/s",
        "ours": round(ours_rate),
        "floor": round(floor_rate),
        "floor_is": FLOOR_IS,
        "ratio": round(ours_rate / floor_rate, 2),
    }


@contextmanager
def _scratch_database() -> Iterator[str]:
    """A migrated database beside ours, dropped at the end. Yields the application's URL of it."""
    name = f"alma_bench_{secrets.token_hex(4)}"
    with _administrator() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER alma_owner").format(sql.Identifier(name)))
    try:
        owner = _renamed(settings().DATABASE_OWNER_URL, name)
        schema.upgrade(owner)
        with psycopg.connect(owner.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE TABLE bench_floor (id bigserial PRIMARY KEY, sid text UNIQUE, body bytea)")
        yield _renamed(settings().DATABASE_URL, name)
    finally:
        with _administrator() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _administrator() -> psycopg.Connection:
    if settings().embedded:
        from case_api.db.cluster.server import embedded_cluster

        return embedded_cluster().connect()
    return psycopg.connect(settings().DATABASE_OWNER_URL.replace("+psycopg", ""), autocommit=True)


def _renamed(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@contextmanager
def _server(app: str, url: str) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", f"channels.bench:{app}",
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-log",
        "--blocking-threads", str(settings().WEB_THREADS),
    ]  # fmt: skip
    environment = os.environ | {
        "ALMA_DATABASE_URL": url,
        "ALMA_CARRIER_AUTH_TOKEN": settings().CARRIER_AUTH_TOKEN,
        "ALMA_PUBLIC_URL": settings().PUBLIC_URL,
        "ALMA_DATA_KEY": settings().DATA_KEY,
    }
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("a server of the bench did not come up")


def _requests(count: int) -> list[bytes]:
    validator = RequestValidator(settings().CARRIER_AUTH_TOKEN)
    address = settings().PUBLIC_URL + MESSAGES
    made = []
    for _ in range(count):
        sid = "SM" + secrets.token_hex(16)
        form = {
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "ProfileName": "Persona Inventada",
            "SmsSid": sid,
            "WaId": "34600000005",
            "SmsStatus": "received",
            "Body": "Buenos días, quería preguntar por la ayuda a domicilio de mi madre. Gracias.",
            "To": "whatsapp:+34910000002",
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": settings().CARRIER_ACCOUNT_SID,
            "From": f"whatsapp:+346{secrets.randbelow(10**8):08d}",
            "ApiVersion": "2010-04-01",
        }
        body = urlencode(form).encode()
        head = (
            f"POST {MESSAGES} HTTP/1.1\r\nHost: localhost\r\nX-Twilio-Signature: "
            f"{validator.compute_signature(address, form)}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


def _round(port: int, count: int) -> float:
    """Messages a second of one round, from the first byte to the last answer."""
    each = count // (CLIENTS * CONNECTIONS)
    context = multiprocessing.get_context("fork" if threading.active_count() == 1 else "spawn")
    ready, go, done = context.Barrier(CLIENTS + 1), context.Event(), context.Queue()
    clients = [
        context.Process(target=_client, args=(port, [_requests(each) for _ in range(CONNECTIONS)], ready, go, done))
        for _ in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    ready.wait(60)
    started = time.monotonic()
    go.set()
    failures = [done.get(timeout=120) for _ in clients]
    seconds = time.monotonic() - started
    for client in clients:
        client.join()
    if any(failures):
        raise RuntimeError(f"{sum(failures)} requests of the bench were not acknowledged")
    return each * CLIENTS * CONNECTIONS / seconds


def _client(port: int, batches: list[list[bytes]], ready: Any, go: Any, done: Any) -> None:
    failed = []
    sockets = [socket.create_connection(("127.0.0.1", port), 30) for _ in batches]
    threads = [
        threading.Thread(target=_talk, args=(sock, batch, go, failed))
        for sock, batch in zip(sockets, batches, strict=True)
    ]
    for thread in threads:
        thread.start()
    ready.wait(60)
    for thread in threads:
        thread.join()
    done.put(len(failed))


def _talk(sock: socket.socket, batch: list[bytes], go: Any, failed: list[int]) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    go.wait()
    for message in batch:
        sock.sendall(message)
        answer = b""
        while b"<Response/>" not in answer:
            piece = sock.recv(4096)
            if not piece or b"HTTP/1.1 200" not in (answer := answer + piece)[:20]:
                failed.append(1)
                return
    sock.close()


def _check_all_there(url: str, expected: int) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        for table in ("raw_event", "bench_floor"):
            found = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()[0]
            if found != expected:
                raise RuntimeError(f"{table} holds {found} of {expected} acknowledged messages")
