"""The mails that the sample people got and sent, in the state file, and how they look."""

import email
import email.policy
import hashlib
import re
import time
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.utils import parseaddr
from html.parser import HTMLParser
from typing import Any

from portal.sandbox.state import Store

SHOWN_MAILS = 200
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "table", "ul", "ol", "blockquote"})


@dataclass(frozen=True)
class View:
    """A mail as a human sees it."""

    subject: str
    sender: str
    recipient: str
    date: str
    message_id: str
    references: str
    text: str
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)


class Mailbox:
    """Mails by owner (an address, lower case) and direction: `in` (got) and `out` (sent)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def receive(self, *, envelope_from: str, recipients: list[str], raw: bytes) -> None:
        """Store a mail from Alma for each recipient; one that comes again only raises its count."""
        message_id = message_id_of(raw)
        with self._store.transaction():
            for recipient in recipients:
                self._store.execute(
                    "INSERT INTO mail"
                    " (owner, direction, message_id, envelope_from, envelope_to, raw, state, created_at)"
                    " VALUES (?, 'in', ?, ?, ?, ?, 'received', ?)"
                    " ON CONFLICT (owner, direction, message_id) DO UPDATE SET repeats = repeats + 1",
                    recipient.lower(),
                    message_id,
                    envelope_from,
                    recipient,
                    raw,
                    time.time(),
                )

    def add_sent(self, *, owner: str, envelope_from: str, to: str, raw: bytes) -> int:
        """Store a mail on its way to Alma; returns its id. The same Message-ID again is the same mail."""
        message_id = message_id_of(raw)
        with self._store.transaction():
            self._store.execute(
                "INSERT INTO mail (owner, direction, message_id, envelope_from, envelope_to, raw, state, created_at)"
                " VALUES (?, 'out', ?, ?, ?, ?, 'sending', ?)"
                " ON CONFLICT (owner, direction, message_id) DO UPDATE SET repeats = repeats + 1, raw = excluded.raw,"
                " envelope_from = excluded.envelope_from, envelope_to = excluded.envelope_to, state = 'sending'",
                owner.lower(),
                message_id,
                envelope_from,
                to,
                raw,
                time.time(),
            )
            found = self._store.row(
                "SELECT id FROM mail WHERE owner = ? AND direction = 'out' AND message_id = ?",
                owner.lower(),
                message_id,
            )
        assert found is not None
        return found["id"]

    def sent(self, mail_id: int, *, state: str, answer: str) -> None:
        """Remember what Alma's server said: `sent`, `waiting` or `refused`."""
        self._store.execute("UPDATE mail SET state = ?, answer = ? WHERE id = ?", state, answer[:500], mail_id)

    def get(self, mail_id: int) -> dict[str, Any] | None:
        """One mail with its raw bytes."""
        return self._store.row("SELECT * FROM mail WHERE id = ?", mail_id)

    def of(self, owner: str, *, limit: int = SHOWN_MAILS) -> list[dict[str, Any]]:
        """A box, newest first."""
        return self._store.rows("SELECT * FROM mail WHERE owner = ? ORDER BY id DESC LIMIT ?", owner.lower(), limit)

    def owners(self) -> list[str]:
        """Addresses that got or sent anything."""
        return [row["owner"] for row in self._store.rows("SELECT DISTINCT owner FROM mail ORDER BY owner")]


def message_id_of(raw: bytes) -> str:
    """The Message-ID; for a mail without one a hash of its bytes."""
    headers = raw.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    found = re.search(rb"^message-id:\s*(<[^>\r\n]+>)", headers, re.IGNORECASE | re.MULTILINE)
    if found:
        return found.group(1).decode("ascii", "replace")
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def view(raw: bytes) -> View:
    """A mail for the screen. What cannot be read is shown as it came; nothing raises."""
    try:
        return _view(email.message_from_bytes(raw, policy=email.policy.default))
    except Exception:  # the sender decides what is in a mail
        plain = raw.decode("utf-8", "replace")
        return View("(no se puede leer)", "", "", "", message_id_of(raw), "", plain[:20_000])


def _view(message: Message) -> View:
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain", "html"))
    text = ""
    if body is not None:
        text = body.get_content()
        if body.get_content_subtype() == "html":
            text = html_to_text(text)
    attachments = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        name = part.get_filename() or "adjunto"
        attachments.append((name, part.get_content_type(), content if isinstance(content, bytes) else bytes(part)))
    return View(
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        recipient=str(message.get("To", "")),
        date=str(message.get("Date", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        references=" ".join(str(message.get("References", message.get("In-Reply-To", ""))).split()),
        text=text,
        attachments=attachments,
    )


def address_of(header: str) -> str:
    """The bare address of a header like `Name <box@domain>`."""
    return parseaddr(header)[1]


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script", "head"):
            self._silent += 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script", "head"):
            self._silent = max(0, self._silent - 1)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(" ".join(data.split()) + " " if data.strip() else "")


def html_to_text(html: str) -> str:
    """The words of an HTML mail; enough to read it, no more."""
    parser = _Text()
    parser.feed(html)
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.parts)).strip()
