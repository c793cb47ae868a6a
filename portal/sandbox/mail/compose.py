"""Mails as the sample people's providers would send them, and what the city's edge relay adds."""

import email.policy
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

_AUTHENTICATION = re.compile(rb"^authentication-results[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """What a person writes."""

    sender: str
    to: str
    subject: str
    text: str
    html: str | None = None
    in_reply_to: str | None = None
    references: str | None = None
    message_id: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)


def domain_of(address: str) -> str:
    """The part after the last @ of a header or address, lower case."""
    return parseaddr(address)[1].rpartition("@")[2].lower()


def compose(letter: Letter) -> bytes:
    """The mail's bytes with CRLF, Message-ID and Date; References grows by In-Reply-To as RFC 5322 asks.

    Raises ValueError when a header cannot be written (a line break in it, an address that is none).
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"] = letter.sender
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = letter.message_id or make_msgid(domain=domain_of(letter.sender) or "correo.example")
    if letter.in_reply_to:
        mail["In-Reply-To"] = letter.in_reply_to
    chain = (letter.references or "").split()
    if letter.in_reply_to and letter.in_reply_to not in chain:
        chain.append(letter.in_reply_to)
    if chain:
        mail["References"] = " ".join(chain)
    for name, value in letter.headers.items():
        if name.lower() in ("from", "to", "subject", "date", "message-id"):
            del mail[name]
        mail[name] = value
    mail.set_content(letter.text)
    if letter.html is not None:
        mail.add_alternative(letter.html, subtype="html")
    for name, kind, content in letter.attachments:
        main, _, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def relay(raw: bytes, *, authserv_id: str, header_from: str, envelope_from: str, spoofed: bool) -> bytes:
    """What the edge relay hands to Alma: the mail without Authentication-Results that bear our name, and ours on top.

    Honest mail passes SPF, DKIM and DMARC for the domain of From; spoofed mail fails all but the envelope's own SPF.
    """
    verdict = authentication_results(
        authserv_id=authserv_id,
        from_domain=domain_of(header_from),
        envelope_domain=domain_of(envelope_from),
        spoofed=spoofed,
    )
    return verdict.encode("utf-8") + b"\r\n" + strip_results(raw, authserv_id)


def authentication_results(*, authserv_id: str, from_domain: str, envelope_domain: str, spoofed: bool) -> str:
    """The header, folded, without the final line break (RFC 8601)."""
    mail_from = envelope_domain or from_domain
    if spoofed:
        parts = [
            f"spf=fail smtp.mailfrom={mail_from}",
            "dkim=none",
            f"dmarc=fail (p=quarantine) header.from={from_domain}",
        ]
    else:
        parts = [
            f"spf=pass smtp.mailfrom={mail_from}",
            f"dkim=pass header.d={from_domain}",
            f"dmarc=pass header.from={from_domain}",
        ]
    return f"Authentication-Results: {authserv_id};\r\n " + ";\r\n ".join(parts)


def strip_results(raw: bytes, authserv_id: str) -> bytes:
    """The mail without header fields Authentication-Results of `authserv_id` (any case, folded, with comments)."""
    head, gap, body = _split(raw)
    fields: list[list[bytes]] = []
    for line in head.splitlines(keepends=True):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1].append(line)
        else:
            fields.append([line])
    kept = [b"".join(lines) for lines in fields if not _bears(b"".join(lines), authserv_id)]
    return b"".join(kept) + gap + body


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    found = re.search(rb"(?<=\n)\r?\n", raw)
    if raw[:2] == b"\r\n" or raw[:1] == b"\n" or found is None:
        return (b"", b"", raw) if raw[:1] in (b"\r", b"\n") else (raw, b"", b"")
    return raw[: found.start()], found.group(), raw[found.end() :]


def _bears(field_bytes: bytes, authserv_id: str) -> bool:
    if not _AUTHENTICATION.match(field_bytes):
        return False
    value = field_bytes.split(b":", 1)[1].decode("utf-8", "replace")
    value = re.sub(r"\([^()]*\)", " ", value)
    name = value.split(";", 1)[0].strip().strip('"').split()
    return bool(name) and name[0].strip('"').lower() == authserv_id.lower()
