"""`alma bench inbound`: how many signed messages a second are validated, stored and committed, against a bare handler.

Two granian processes, alike in everything but the app, on free ports, over one scratch database that is dropped at the
end; rounds take turns, and the load comes from processes of its own with requests signed beforehand.
"""

import secrets
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from psycopg_pool import ConnectionPool
from twilio.request_validator import RequestValidator
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from case_api.settings import settings
from case_api.yardstick import SIDES, Spent, by_turns, figures
from channels.adapters.twilio.webhooks import MESSAGES
from channels.bench_load import check_all_there, floor_database, free_port, hammer, processor, started, wait_for

ROUNDS = 15
REQUESTS = 960  # a round and app
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
    """Durable inbound messages a second, ours and the floor's, by turns in short rounds.

    Raises RuntimeError when a server does not come up or answers anything but 200.
    """
    with ExitStack() as stack:
        url = stack.enter_context(floor_database())
        servers = {side: stack.enter_context(_server(side, url)) for side in SIDES}
        cpu = {side: stack.enter_context(processor(url, process)) for side, (process, _port) in servers.items()}

        def round_of(side: str) -> Spent:
            each = requests // (CLIENTS * CONNECTIONS)
            loads = [[_requests(each) for _ in range(CONNECTIONS)] for _ in range(CLIENTS)]
            return hammer(servers[side][1], _talk, loads, cpu[side])

        by_turns(1, round_of)  # warm: connections, prepared statements
        spent = by_turns(rounds, round_of)
        check_all_there(url, dict.fromkeys(SIDES, (rounds + 1) * requests))
    return figures("inbound", "messages/s", FLOOR_IS, requests, spent)


@contextmanager
def _server(app: str, url: str) -> Iterator[tuple[subprocess.Popen, int]]:
    port = free_port()
    command = [
        "-m", "granian", "--interface", "wsgi", "--factory", f"channels.bench:{app}",
        "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-log",
        "--blocking-threads", str(settings().WEB_THREADS),
    ]  # fmt: skip
    with started(command, url) as (process, _said):
        wait_for(port, process)
        yield process, port


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


def _talk(sock: socket.socket, batch: Sequence[bytes], go: Any, failed: list[int]) -> None:
    go.wait()
    for message in batch:
        sock.sendall(message)
        answer = b""
        while b"<Response/>" not in answer:
            piece = sock.recv(4096)
            if not piece or b"HTTP/1.1 200" not in (answer := answer + piece)[:20]:
                failed.append(1)
                return
