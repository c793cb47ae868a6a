"""What is known of a mail before it is parsed: whether it came before, and whose it seems to be. Never raises.

It runs in the listener, on bytes that nobody has looked at: bounded scans only, no parser.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

from channels.adapters.email.headers import mailboxes

CHANNEL = "email"
KIND = "mail"
_HEAD_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r[ \t]*\r")
_LONGEST_HEAD = 1_000_000
# Fields that carriers add on the way (RFC 5321 section 4.4, RFC 8601, RFC 8617), so that they differ when the same mail
# is delivered twice. Everything else is the sender's, Message-ID included.
_TRACE = re.compile(
    rb"(?:return-path|received|received-spf|x-received|delivered-to|x-original-to|x-delivered-to|envelope-to|x-envelope-\w+"
    rb"|authentication-results|arc-(?:seal|message-signature|authentication-results)|x-spam-[\w-]+|x-virus-[\w-]+"
    rb"|x-amavis-[\w-]+|x-google-smtp-source|x-gm-message-state|status|x-status|x-keywords|x-uid|x-mozilla-\w+)[ \t]*:",
    re.IGNORECASE,
)


def _head_fields(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(first line, whole field) of the header section."""
    field: list[bytes] = []
    for line in raw.splitlines(keepends=True):
        if line[:1] in b" \t" and field:
            field.append(line)
        else:
            if field:
                yield field[0], b"".join(field)
            field = [line]
    if field:
        yield field[0], b"".join(field)


def _split(raw: bytes) -> tuple[bytes, bytes]:
    match = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
    return (raw[: match.start()], raw[match.start() :]) if match else (raw[:_LONGEST_HEAD], raw[_LONGEST_HEAD:])


def dedupe_digest(raw: bytes) -> str:
    """The same for one mail delivered twice, different for two mails, even under one forged Message-ID.

    SHA-256, in hex, of the mail without the fields that carriers add, with line ends made equal (an mbox keeps LF, SMTP
    brings CRLF) and without blank lines at its end.
    """
    head, body = _split(raw)
    digest = hashlib.sha256()
    for first, whole in _head_fields(head):
        if not _TRACE.match(first) and not first.startswith((b"From ", b">From ")):
            digest.update(whole.replace(b"\r\n", b"\n").rstrip(b"\r\n") + b"\n")
    digest.update(b"\n\n" + body.replace(b"\r\n", b"\n").strip(b"\r\n"))
    return digest.hexdigest()


def contact_key(raw: bytes, mail_from: str | None) -> str:
    """Whose mail it seems to be, so that one person's mails are processed in order. Proves nothing."""
    head = _split(raw)[0]
    for first, whole in _head_fields(head[:200_000]):
        if first[:5].lower() == b"from:":
            found = mailboxes(whole[5:1_000].decode("latin-1")).found
            if found:
                return found[0][1]
            break
    found = mailboxes((mail_from or "")[:500]).found
    return found[0][1] if found else "unknown"


def raw_event(
    raw: bytes, *, mail_from: str | None, rcpt_to: list[str], peer: str | None, helo: str | None = None,
    tls: bool = False, source: str = "smtp",
) -> dict[str, Any]:  # fmt: skip
    """The keyword arguments of `channels.inbound.intake.store` for one mail. The bytes stay as they came.

    `headers` holds the envelope: addresses, so it is personal data like the payload.
    """
    return {
        "channel": CHANNEL,
        "kind": KIND,
        "dedupe": dedupe_digest(raw),
        "payload": raw,
        "headers": {
            "mail_from": mail_from,
            "rcpt_to": rcpt_to[:100],
            "peer": peer,
            "helo": helo[:255] if helo else None,
            "tls": tls,
            "source": source,
        },
        "contact_key": contact_key(raw, mail_from),
    }
