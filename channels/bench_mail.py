"""`alma bench mail`: how many mails a second are taken over SMTP, stored and committed, against a bare handler.

Two listeners, each a process of its own on a free port, over one scratch database that is dropped at the end; rounds
take turns. The floor is stock aiosmtpd with a handler that inserts one row and commits, on a pool of connections.
"""

import asyncio
import secrets
import signal
import socket
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email.message import EmailMessage
from functools import partial
from typing import Any

from aiosmtpd.controller import Controller
from psycopg_pool import ConnectionPool

from case_api.settings import settings
from case_api.yardstick import SIDES, Spent, by_turns, figures
from channels.adapters.email import server
from channels.bench_load import check_all_there, floor_database, free_port, hammer, processor, started
from channels.inbound.intake import store_committed

ROUNDS = 15
MAILS = 160  # a round and listener
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
    port = free_port()
    controller = Controller(_Floor(), hostname="127.0.0.1", port=port, data_size_limit=server.LARGEST_MESSAGE)
    controller.start()
    print(port, flush=True)
    signal.sigwait({signal.SIGTERM})
    controller.stop()


def bench_mail(*, rounds: int = ROUNDS, mails: int = MAILS) -> dict[str, Any]:
    """Mails a second from the first byte to the last 250, ours and the floor's, by turns in short rounds.

    Raises RuntimeError when a listener does not come up or refuses a mail, or when one that it took is not there.
    """
    with ExitStack() as stack:
        url = stack.enter_context(floor_database())
        listeners = {side: stack.enter_context(started(_listener(side), url, says_port=True)) for side in SIDES}
        cpu = {side: stack.enter_context(processor(url, process)) for side, (process, _said) in listeners.items()}

        def round_of(side: str) -> Spent:
            each = mails // (CLIENTS * CONNECTIONS)
            loads = [[[_mail() for _ in range(each)] for _ in range(CONNECTIONS)] for _ in range(CLIENTS)]
            return hammer(int(listeners[side][1]), partial(_talk, settings().MAIL_ADDRESS), loads, cpu[side])

        by_turns(1, round_of)  # warm: connections, prepared statements
        spent = by_turns(rounds, round_of)
        check_all_there(url, dict.fromkeys(SIDES, (rounds + 1) * mails))
    return figures("mail", "mails/s", FLOOR_IS, mails, spent)


def _listener(side: str) -> list[str]:
    return ["-c", f"from channels.bench_mail import {side}; {side}()"]


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


def _talk(address: str, sock: socket.socket, batch: Sequence[bytes], go: Any, failed: list[int]) -> None:
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
            return
