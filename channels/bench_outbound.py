"""`alma bench outbound`: how many messages a second leave, gate, outbox and all, against a bare loop.

Both post to the same carrier, a process of its own that takes a message and answers as fast as it can. Rounds take
turns, each over fresh rows in one scratch database; both senders are processes of their own that live through all
rounds, as a worker does: connections are open and statements prepared before anything is counted.
"""

import json
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

import psycopg
import requests
from psycopg_pool import ConnectionPool

from case_api.settings import settings
from case_api.yardstick import SIDES, Spent, by_turns, clocked, cpu_of_database, figures, plain, scratch_database
from channels.bench_load import free_port, wait_for

ROUNDS = 9
MESSAGES = 600  # a round and sender
SENDERS = 2  # threads that claim, as a worker has
FLOOR_THREADS = 8
WORDS = "Su cita: jueves 3 de diciembre, 10:30, en el Centro Ejemplo. Para cambiarla llame al 010."
FLOOR_IS = "threads that claim one row with SKIP LOCKED, post it on an open connection and mark it sent"


def bench_outbound(*, rounds: int = ROUNDS, messages: int = MESSAGES) -> dict[str, Any]:
    """Messages a second that leave, ours and the floor's, by turns in short rounds.

    Raises RuntimeError when a sender does not end, or a message is not with the carrier just once.
    """
    with ExitStack() as stack:
        url, _owner = stack.enter_context(scratch_database(*_TABLE))
        port, taken = stack.enter_context(_carrier())
        senders = {side: stack.enter_context(_sender(side, url, port)) for side in SIDES}

        def round_of(side: str) -> Spent:
            _fill(side, url, messages)
            sent, spent = senders[side]()
            if sent != messages:
                raise RuntimeError(f"{side} sent {sent} of {messages} messages")
            return spent

        by_turns(1, round_of)  # warm: nothing is counted
        taken()
        spent = by_turns(rounds, round_of)
        if (count := taken()) != 2 * rounds * messages:
            raise RuntimeError(f"the carrier has {count} of {2 * rounds * messages} messages")
    return figures("outbound", "messages/s", FLOOR_IS, messages, spent)


_TABLE = (
    "CREATE TABLE bench_out (id bigserial PRIMARY KEY, recipient text, body text, "
    "state text NOT NULL DEFAULT 'queued', sid text)",
    "CREATE INDEX bench_out_waiting ON bench_out (id) WHERE state = 'queued'",
)


def _fill(name: str, url: str, many: int) -> None:
    """Fresh rows, each to a number of its own."""
    numbers = [f"+346{number:08d}" for number in range(many)]
    with psycopg.connect(plain(url)) as connection:
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


@contextmanager
def _sender(name: str, url: str, port: int) -> Iterator[Callable[[], tuple[int, Spent]]]:
    """A sender that is up; what it gives back, when called, sends all there is: how many, and what that took."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    process = context.Process(target=_send, args=(name, url, port, theirs), daemon=True)
    process.start()

    def heard(seconds: float) -> Any:
        if not mine.poll(seconds):
            raise RuntimeError(f"the sender {name} of the bench does not answer")
        return mine.recv()

    def send_all() -> tuple[int, Spent]:
        mine.send("go")
        return heard(300)

    try:
        heard(120)
        yield send_all
    finally:
        process.kill()
        process.join()


def _send(name: str, url: str, port: int, pipe: Any) -> None:
    import os

    os.environ |= {"ALMA_DATABASE_URL": url, "ALMA_CARRIER_URL": f"http://127.0.0.1:{port}/carrier",
                   "ALMA_RATE_SMS": "100000", "ALMA_QUIET_HOURS": ""}  # fmt: skip
    settings.cache_clear()
    steps = _ours() if name == "ours" else _floor(url, port)
    with psycopg.connect(plain(url), autocommit=True) as watch:
        pipe.send("up")
        while pipe.recv():
            pipe.send(_all(steps, watch))


def _all(steps: list[Callable[[], int]], watch: "psycopg.Connection[Any]") -> tuple[int, Spent]:
    """From the first claim to the last one written down, a thread for each of `steps`."""
    counts = [0] * len(steps)
    spent: list[Spent] = []
    go = threading.Event()

    def run(number: int) -> None:
        go.wait()
        while sent := steps[number]():
            counts[number] += sent

    running = [threading.Thread(target=run, args=(number,)) for number in range(len(steps))]
    for thread in running:
        thread.start()
    with clocked(lambda: time.process_time() + cpu_of_database(watch), spent):
        go.set()
        for thread in running:
            thread.join()
    return sum(counts), spent[0]


def _ours() -> list[Callable[[], int]]:
    from case_api.access.actor import Actor
    from case_api.db import unit_of_work
    from channels.adapters.registry import adapter
    from channels.outbound import dispatch

    adapter("sms")
    with unit_of_work(Actor.system("bench")) as unit:
        assert unit.session  # connected
    return [dispatch.send_some] * SENDERS


def _floor(url: str, port: int) -> list[Callable[[], int]]:
    pool = ConnectionPool(plain(url), min_size=FLOOR_THREADS, max_size=FLOOR_THREADS, kwargs={"autocommit": True},
                          open=True)  # fmt: skip
    pool.wait()
    address = f"http://127.0.0.1:{port}/carrier/2010-04-01/Accounts/{settings().CARRIER_ACCOUNT_SID}/Messages.json"

    def sender() -> Callable[[], int]:
        http = requests.Session()
        http.auth = (settings().CARRIER_ACCOUNT_SID, settings().CARRIER_AUTH_TOKEN)

        def step() -> int:
            with pool.connection() as connection:
                row = connection.execute(
                    "UPDATE bench_out SET state = 'sending' WHERE id = (SELECT id FROM bench_out "
                    "WHERE state = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, recipient, body"
                ).fetchone()
            if row is None:
                return 0
            form = {"To": row[1], "From": settings().SMS_SENDER, "Body": row[2]}
            answer = http.post(address, data=form, timeout=10)
            with pool.connection() as connection:
                connection.execute(
                    "UPDATE bench_out SET state = 'sent', sid = %s WHERE id = %s", (answer.json()["sid"], row[0])
                )
            return 1

        return step

    return [sender() for _ in range(FLOOR_THREADS)]


@contextmanager
def _carrier():
    """The carrier's port, and a function that tells how many messages it took since it was last asked."""
    context = multiprocessing.get_context("spawn")
    port = free_port()
    taken = context.Value("i", 0)
    process = context.Process(target=_serve, args=(port, taken), daemon=True)
    process.start()
    wait_for(port)

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
