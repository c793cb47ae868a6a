"""The SMTP listener: `alma smtp`. Store, commit, and only then 250; nothing is parsed here.

Whatever goes wrong on our side is 451, so that the sender keeps the mail and tries again; an exception's text never
leaves.
"""

import asyncio
import logging
import signal
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from case_api.log import logger
from case_api.settings import Settings
from channels.adapters.email.adapter import is_ours, trusted_peer
from channels.adapters.email.envelope import raw_event
from channels.adapters.email.limits import LARGEST_MESSAGE
from channels.inbound.intake import store_committed

CONNECTIONS = 200
CONNECTIONS_A_PEER = 50  # a trusted relay may open as many as there are
IDLE_SECONDS = 300.0  # between commands, and for one whole text
STORE_SECONDS = 30.0
STORE_THREADS = 8
RECIPIENTS = 50
_TRY_AGAIN = "451 4.3.0 Try again later"


class Store(Protocol):
    """`channels.inbound.intake.store_committed`: returns once the event is on disk, whether new or a duplicate."""

    def __call__(
        self, *, channel: str, kind: str, dedupe: str, payload: bytes, headers: dict, contact_key: str
    ) -> str: ...


class _Handler:
    """What the listener answers. Blocking work goes to threads."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._address = settings.MAIL_ADDRESS
        self._store = store
        self._threads = ThreadPoolExecutor(STORE_THREADS, thread_name_prefix="smtp-store")
        self.busy = 0
        self.stopping = False

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.stopping:
            return "421 4.3.2 Shutting down"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not is_ours(address, self._address):
            return "550 5.1.1 No such recipient here"
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.busy += 1
        try:
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._threads, self._keep, session, envelope)
            # A thread that is late may still commit: the sender comes again and the mail is a duplicate then.
            await asyncio.wait_for(asyncio.shield(work), STORE_SECONDS)
        except Exception as error:  # noqa: BLE001 (whatever it was, the sender must keep the mail)
            logger().warning("mail not stored", error=type(error).__name__, channel="email")
            return _TRY_AGAIN
        finally:
            self.busy -= 1
        return "250 2.0.0 Kept"

    def _keep(self, session: Session, envelope: Envelope) -> str:
        sender = envelope.mail_from or ""
        return self._store(
            **raw_event(
                bytes(envelope.original_content or b""),
                mail_from="" if sender == "<>" else sender,
                rcpt_to=list(envelope.rcpt_tos),
                peer=session.peer[0] if session.peer else None,
                helo=session.host_name,
                tls=session.ssl is not None,
            )
        )

    async def handle_exception(self, error: Exception) -> str:
        logger().warning("mail session failed", error=type(error).__name__, channel="email")
        return _TRY_AGAIN

    def close(self) -> None:
        self._threads.shutdown(wait=True)


class _Connections:
    """How many are open, all in all and a peer. Used by the loop's thread alone."""

    def __init__(self, relays: str, most: int, most_a_peer: int) -> None:
        self._relays = relays
        self._most, self._most_a_peer = most, most_a_peer
        self._open: Counter[str] = Counter()

    def enter(self, peer: str) -> bool:
        if self._open.total() >= self._most:
            return False
        if self._open[peer] >= self._most_a_peer and not trusted_peer(peer, self._relays):
            return False
        self._open[peer] += 1
        return True

    def leave(self, peer: str) -> None:
        self._open[peer] -= 1
        if self._open[peer] <= 0:
            del self._open[peer]


class _Protocol(SMTP):
    """aiosmtpd's session with a cap on connections, and lines of any length within the size limit.

    Stock aiosmtpd refuses a line over 1,001 bytes with 500: real mail has such lines, and a citizen's would be lost.
    """

    def __init__(self, handler: _Handler, connections: _Connections, **options: Any) -> None:
        super().__init__(handler, **options)
        self._connections = connections
        self._entered: str | None = None
        self._refused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._entered is None:
            name = transport.get_extra_info("peername")
            peer = name[0] if name else ""
            if not self._connections.enter(peer):
                self._refused = True
                transport.write(b"421 4.7.0 Too many connections, try again later\r\n")
                transport.close()
                return
            self._entered = peer
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        if not self._refused:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        return None if self._refused else super().eof_received()

    def connection_lost(self, error: Exception | None) -> None:
        if self._refused:
            return
        if self._entered is not None:
            self._connections.leave(self._entered)
            self._entered = None
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._message()
        if content is None:
            status = "552 5.3.4 Error: Too much mail data"
        else:
            self.envelope.content = self.envelope.original_content = content
            status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()
        await self.push(status)

    async def _message(self) -> bytes | None:
        """The text up to the lone dot, unstuffed (RFC 5321 section 4.5.2); None when it is over the size limit.

        Only CRLF ends a line here: a bare LF before a dot ends nothing, so no second mail can be smuggled in.
        """
        content = bytearray()
        at_line_start, too_much = True, False
        while True:
            try:
                piece = await self._reader.readuntil(b"\r\n")
            except asyncio.LimitOverrunError as longer:
                piece = await self._reader.readexactly(longer.consumed)
            if at_line_start and piece[:1] == b".":
                if piece == b".\r\n":
                    return None if too_much else bytes(content)
                piece = piece[1:]
            at_line_start = piece.endswith(b"\r\n")
            if not too_much:
                content += piece
                if len(content) > self.data_size_limit:
                    too_much = True
                    content.clear()


class _Controller(Controller):
    """aiosmtpd's controller on a socket that is bound already: a taken port is told at once, not after a time-out."""

    def __init__(self, handler: _Handler, connections: _Connections, listening: socket.socket, **options: Any) -> None:
        self._connections = connections
        self._listening = listening
        host, port = listening.getsockname()[:2]
        super().__init__(handler, hostname=host, port=port, **options)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listening)

    def factory(self) -> SMTP:
        return _Protocol(self.handler, self._connections, loop=self.loop, **self.SMTP_kwargs)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.SMTP_HOST else socket.AF_INET
    return socket.create_server((settings.SMTP_HOST, settings.SMTP_PORT), family=family, backlog=128)


def _certificate(settings: Settings) -> ssl.SSLContext | None:
    if not settings.SMTP_TLS_CERT:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(settings.SMTP_TLS_CERT, settings.SMTP_TLS_KEY or None)
    return context


def serve(
    settings: Settings,
    stop_event: threading.Event,
    *,
    store: Store = store_committed,
    ready: Callable[[str, int], None] | None = None,
    connections: int = CONNECTIONS,
    drain_seconds: float = 10.0,
    size_limit: int = LARGEST_MESSAGE,
) -> None:
    """Listen on SMTP_HOST:SMTP_PORT until `stop_event` is set, then let the mails under way be stored and end.

    `ready` is called with the address once it listens (port 0 takes a free one). Raises OSError when the port is taken.
    """
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would write addresses
    handler = _Handler(settings, store)
    open_connections = _Connections(settings.MAIL_TRUSTED_RELAYS, connections, CONNECTIONS_A_PEER)
    controller = _Controller(
        handler,
        open_connections,
        _listen(settings),
        server_hostname=settings.MAIL_ADDRESS.rpartition("@")[2],
        ident="ESMTP Alma",
        data_size_limit=size_limit,
        timeout=IDLE_SECONDS,
        tls_context=_certificate(settings),
        ready_timeout=20.0,
    )
    controller.start()
    try:
        host, port = controller.hostname, controller.port
        logger().info("mail listener ready", host=host, port=port, channel="email")
        if ready is not None:
            ready(host, port)
        stop_event.wait()
    finally:
        handler.stopping = True
        _drain(controller, handler, drain_seconds)
        controller.stop(no_assert=True)
        handler.close()


def _drain(controller: _Controller, handler: _Handler, seconds: float) -> None:
    """Take no more connections, and wait for the mails that are being stored."""
    if controller.server is None or not controller.loop.is_running():
        return
    controller.loop.call_soon_threadsafe(controller.server.close)
    waited = threading.Event()
    for _ in range(int(seconds / 0.05)):
        if handler.busy == 0:
            break
        waited.wait(0.05)


def run(settings: Settings) -> None:
    """`alma smtp` as a process of its own: serve until SIGTERM or SIGINT."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serve(settings, stop)


if __name__ == "__main__":
    from case_api.log import configure
    from case_api.settings import settings as read_settings

    configure("smtp")
    run(read_settings())
