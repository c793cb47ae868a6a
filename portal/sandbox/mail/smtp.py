"""The SMTP server that takes what Alma sends out."""

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import BaseModel, ConfigDict, Field

from portal.sandbox.mail.mailbox import Mailbox
from portal.sandbox.state import Store

log = logging.getLogger("sandbox.smtp")
LARGEST_MAIL = 35 * 1024 * 1024
ALWAYS = -1


class MailFaults(BaseModel):
    """Counted faults of the provider: n times, -1 until taken back."""

    model_config = ConfigDict(extra="forbid")

    defer: int = Field(default=0, ge=ALWAYS)  # 451, nothing stored
    reject: int = Field(default=0, ge=ALWAYS)  # 550, nothing stored
    accept_then_close: int = Field(default=0, ge=ALWAYS)  # stored, the connection closes without an answer
    delay_ms: int = Field(default=0, ge=0, le=120_000)


class MailFaultBox:
    """The faults that are set now, kept in the state file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def read(self) -> MailFaults:
        """What is set, with the counts that are left."""
        return MailFaults.model_validate(self._store.setting("mail_faults", {}))

    def replace(self, faults: MailFaults) -> None:
        """Set these and forget all others."""
        self._store.put_setting("mail_faults", faults.model_dump())

    def take(self, name: str) -> bool:
        """Whether the fault happens now; uses up one of its count."""
        with self._store.transaction():
            values = self._store.setting("mail_faults", {})
            left = values.get(name, 0)
            if left > 0:
                values[name] = left - 1
                self._store.put_setting("mail_faults", values)
            return left != 0


class Handler:
    """Takes mail for any address. Storing happens in a thread, so that one big mail does not hold up the others."""

    def __init__(self, mailbox: Mailbox, faults: MailFaultBox) -> None:
        self._mailbox = mailbox
        self._faults = faults

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Store, then answer 250."""
        delay = (await asyncio.to_thread(self._faults.read)).delay_ms
        if delay:
            await asyncio.sleep(delay / 1000)
        if await asyncio.to_thread(self._faults.take, "defer"):
            return "451 4.3.0 Try again later"
        if await asyncio.to_thread(self._faults.take, "reject"):
            return "550 5.1.1 No such mailbox"
        content = envelope.original_content or b""
        await asyncio.to_thread(
            self._mailbox.receive,
            envelope_from=(envelope.mail_from or "").strip("<>"),
            recipients=list(envelope.rcpt_tos),
            raw=content,
        )
        if await asyncio.to_thread(self._faults.take, "accept_then_close") and server.transport is not None:
            server.transport.abort()
        return "250 2.0.0 Accepted"

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours is never a permanent refusal, and its words stay inside."""
        log.error("%s while taking a mail", type(error).__name__)
        return "451 4.3.0 Local error"


def server(mailbox: Mailbox, faults: MailFaultBox, *, port: int) -> Controller:
    """A controller ready to start on 127.0.0.1:port."""
    return Controller(
        Handler(mailbox, faults),
        hostname="127.0.0.1",
        port=port,
        ready_timeout=10.0,
        server_hostname="mx.correo.example",
        ident="Sandbox",
        data_size_limit=LARGEST_MAIL,
        enable_SMTPUTF8=True,
    )
