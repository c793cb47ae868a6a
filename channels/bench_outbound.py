"""`alma bench outbound`: how many messages a second leave, gate, outbox and all, against a bare loop.

Both post to the same carrier, a process of its own that takes a message and answers as fast as it can. Rounds take
turns, each over fresh rows in one scratch database; both senders are processes of their own.
"""

import json
import multiprocessing
import socket
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median
from typing import Any
from uuid import uuid4

import psycopg
import requests
from psycopg_pool import ConnectionPool
from sqlalchemy.engine import make_url

from case_api.settings import settings
from channels.bench import _renamed, _scratch_database

ROUNDS = 5
MESSAGES = 1500  # a round and sender
SENDERS = 2  # threads that claim, as a worker has
FLOOR_THREADS = 8
WORDS = "Su cita: jueves 3 de diciembre, 10:30, en el Centro Ejemplo. Para cambiarla llame al 010."
FLOOR_IS = "threads that claim one row with SKIP LOCKED, post it on an open connection and mark it sent"


def bench_outbound(*, rounds: int = ROUNDS, messages: int = MESSAGES) -> dict[str, Any]:
    """Messages a second that leave, ours and the floor's: medians of interleaved rounds.

    Raises RuntimeError when a sender does not end, or a message is not with the carrier just once.
    """
    with _scratch_database() as url, _carrier() as (port, taken):
        _prepare(url)
        rates: dict[str, list[float]] = {"ours": [], "floor": []}
        for name in rates:
            _round(name, url, port, messages // 5)  # warm: nothing is counted
        taken()
        for number in range(rounds):
            for name in ("ours", "floor") if number % 2 else ("floor", "ours"):
                rates[name].append(_round(name, url, port, messages))
        if (count := taken()) != 2 * rounds * messages:
            raise RuntimeError(f"the carrier has {count} of {2 * rounds * messages} messages")
    ours, floor = median(rates["ours"]), median(rates["floor"])
    return {
        "name": "outbound",
        "unit": "messages/s",
        "ours": round(ours),
        "floor": round(floor),
        "floor_is": FLOOR_IS,
        "ratio": round(ours / floor, 2),
    }


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _prepare(url: str) -> None:
    owner = _renamed(settings().DATABASE_OWNER_URL, make_url(url).database or "")
    with psycopg.connect(_plain(owner), autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS bench_out (id bigserial PRIMARY KEY, recipient text, body text, "
            "state text NOT NULL DEFAULT 'queued', sid text)"
        )


def _fill(name: str, url: str, many: int) -> None:
    """Fresh rows, each to a number of its own."""
    numbers = [f"+346{number:08d}" for number in range(many)]
    with psycopg.connect(_plain(url)) as connection:
        connection.execute("SELECT set_config('alma.actor_kind', 'system', true)")
        if name == "floor":
            connection.execute("DELETE FROM bench_out")
            connection.execute(
                "INSERT INTO bench_out (recipient, body) SELECT n, %s FROM unnest(%s::text[]) n", (WORDS, numbers)
            )
            return
        connection.execute("DELETE FROM outbox")
        ids = [[uuid4() for _ in range(many)] for _ in range(4)]
        connection.execute("INSERT INTO contact (id) SELECT unnest(%s::uuid[])", (ids[0],))
        connection.execute(
            "INSERT INTO address (id, contact_id, kind, value) "
            "SELECT a, c, 'sms', n || '-' || a FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS t (a, c, n)",
            (ids[1], ids[0], numbers),
        )
        connection.execute(
            "INSERT INTO conversation (id, contact_id, opened_at, last_message_at) "
            "SELECT v, c, now(), now() FROM unnest(%s::uuid[], %s::uuid[]) AS t (v, c)",
            (ids[2], ids[0]),
        )
        connection.execute(
            "INSERT INTO message (id, conversation_id, direction, channel, address_id, our_address, body, state, "
            "state_at, created_at) SELECT m, v, 'out', 'sms', a, %s, %s, 'queued', now(), now() "
            "FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[]) AS t (m, v, a)",
            (settings().SMS_SENDER, WORDS, ids[3], ids[2], ids[1]),
        )
        connection.execute(
            "INSERT INTO outbox (message_id, address_id, channel, sender) "
            "SELECT m, a, 'sms', %s FROM unnest(%s::uuid[], %s::uuid[]) AS t (m, a)",
            (settings().SMS_SENDER, ids[3], ids[1]),
        )


def _round(name: str, url: str, port: int, many: int) -> float:
    """Messages a second of one round, from the first claim to the last one written down."""
    _fill(name, url, many)
    context = multiprocessing.get_context("spawn")
    ready, go, done = context.Event(), context.Event(), context.Queue()
    sender = context.Process(target=_send, args=(name, url, port, ready, go, done), daemon=True)
    sender.start()
    try:
        if not ready.wait(120):
            raise RuntimeError("a sender of the bench did not come up")
        started = time.monotonic()
        go.set()
        sent = done.get(timeout=300)
        seconds = time.monotonic() - started
    finally:
        sender.join(20)
        if sender.is_alive():
            sender.kill()
    if sent != many:
        raise RuntimeError(f"{name} sent {sent} of {many} messages")
    return many / seconds


def _send(name: str, url: str, port: int, ready: Any, go: Any, done: Any) -> None:
    import os

    os.environ |= {"ALMA_DATABASE_URL": url, "ALMA_CARRIER_URL": f"http://127.0.0.1:{port}/carrier",
                   "ALMA_RATE_SMS": "100000", "ALMA_QUIET_HOURS": ""}  # fmt: skip
    settings.cache_clear()
    step, threads = (_ours(), SENDERS) if name == "ours" else (_floor(url, port), FLOOR_THREADS)
    counts = [0] * threads

    def run(number: int) -> None:
        go.wait()
        while sent := step():
            counts[number] += sent

    running = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in running:
        thread.start()
    ready.set()
    for thread in running:
        thread.join()
    done.put(sum(counts))


def _ours() -> Any:
    from case_api.access.actor import Actor
    from case_api.db import unit_of_work
    from channels.adapters.registry import adapter
    from channels.outbound import dispatch

    adapter("sms")
    with unit_of_work(Actor.system("bench")):
        pass
    return dispatch.send_some


def _floor(url: str, port: int) -> Any:
    pool = ConnectionPool(_plain(url), min_size=FLOOR_THREADS, max_size=FLOOR_THREADS, kwargs={"autocommit": True},
                          open=True)  # fmt: skip
    local = threading.local()
    address = f"http://127.0.0.1:{port}/carrier/2010-04-01/Accounts/{settings().CARRIER_ACCOUNT_SID}/Messages.json"

    def step() -> int:
        if not hasattr(local, "http"):
            local.http = requests.Session()
            local.http.auth = (settings().CARRIER_ACCOUNT_SID, settings().CARRIER_AUTH_TOKEN)
        with pool.connection() as connection:
            row = connection.execute(
                "UPDATE bench_out SET state = 'sending' WHERE id = (SELECT id FROM bench_out WHERE state = 'queued' "
                "ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, recipient, body"
            ).fetchone()
        if row is None:
            return 0
        form = {"To": row[1], "From": settings().SMS_SENDER, "Body": row[2]}
        answer = local.http.post(address, data=form, timeout=10)
        with pool.connection() as connection:
            connection.execute(
                "UPDATE bench_out SET state = 'sent', sid = %s WHERE id = %s", (answer.json()["sid"], row[0])
            )
        return 1

    return step


@contextmanager
def _carrier():
    """The carrier's port, and a function that tells how many messages it took since it was last asked."""
    context = multiprocessing.get_context("spawn")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    taken = context.Value("i", 0)
    process = context.Process(target=_serve, args=(port, taken), daemon=True)
    process.start()
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.1)

    def since() -> int:
        with taken.get_lock():
            count, taken.value = taken.value, 0
        return count

    try:
        yield port, since
    finally:
        process.kill()
        process.join()


def _serve(port: int, taken: Any) -> None:
    sids = iter(range(10**12))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None: ...

        def do_POST(self) -> None:  # noqa: N802
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps({"sid": f"SM{next(sids):032d}", "status": "queued"}).encode()
            with taken.get_lock():
                taken.value += 1
            self.wfile.write(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(body), body)
            )

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    Server(("127.0.0.1", port), Handler).serve_forever()
