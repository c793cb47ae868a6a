"""One mail's bytes to plain values. Runs in the capped child; holds no key, no setting, no connection.

Every mail becomes a dictionary or an `Unreadable` with a reason: 'empty', 'no-header', 'no-sender', 'too-large',
'too-deep', 'too-many-parts'. (The pool adds 'time-out', 'memory' and 'parser-died'.)
"""

import re
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from typing import Any

from channels.adapters.email import authentication
from channels.adapters.email.automatic import Fields, automatic_kind, delivery_report
from channels.adapters.email.bodies import Attachment, TooMany, leaves, read_contents
from channels.adapters.email.calendars import CALENDARS, calendar_replies
from channels.adapters.email.headers import Mailboxes, header_date, header_text, mailboxes, message_ids
from channels.adapters.email.limits import LARGEST_BODY, LARGEST_MESSAGE
from channels.adapters.email.quotes import new_text

_ONCE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
         "mime-version", "content-type")  # fmt: skip
_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}:")
_FIELD_LINE = re.compile(
    rb"[\r\n]((?:from|to|subject|date|received|return-path|message-id|mime-version|reply-to|sender|delivered-to"
    rb"|authentication-results|dkim-signature|x-[\w-]{1,60})[ \t]*:)",
    re.IGNORECASE,
)
_NO_TEXT = "[Correo sin texto]"
_ONLY_FILES = "[Correo sin texto; adjuntos: %(names)s]"
_ONLY_INVITATION = "[Invitación de calendario]"
_ONLY_FORWARDED = "[Correo reenviado: %(names)s]"
_UNNAMED = "sin nombre"


class Unreadable(Exception):
    """This mail goes to quarantine; the message is the reason's code."""


def _without_junk(raw: bytes) -> tuple[bytes, bool]:
    """Lines before the first header, which would make the whole mail a body without headers, are passed over."""
    if _FIELD.match(raw) or raw.startswith(b"From "):
        return raw, False
    first = _FIELD_LINE.search(raw, 0, 2_000)
    return (raw[first.start(1) :], True) if first else (raw, False)


def _sender(fields: Fields, mail_from: str | None) -> tuple[str, str, list[str]]:
    """(address, shown name, notes). Any note that starts with 'from-' means: not to be believed."""
    notes = []
    values = fields.all("from")
    if len(values) > 1:
        notes.append("from-doubled")
    read = mailboxes(values[0]) if values else Mailboxes()
    notes += [f"from-{defect}" for defect in read.defects]
    if len(read.found) > 1:
        notes.append("from-several-addresses")
    if read.found:
        return read.found[0][1], read.found[0][0], list(dict.fromkeys(notes))
    notes.append("from-missing" if not values else "from-unreadable")
    for value in (
        *values[1:],
        fields.get("sender"),
        fields.get("reply-to"),
        mail_from or "",
        fields.get("return-path"),
    ):
        other = mailboxes(value)
        if other.found:
            return other.found[0][1], other.found[0][0], list(dict.fromkeys(notes))
    if values and re.search(r"mailer-daemon|postmaster", values[0][:500], re.IGNORECASE):
        return "mailer-daemon@unknown.invalid", "", list(dict.fromkeys(notes))
    raise Unreadable("no-sender")


def _recipients(fields: Fields, rcpt_to: list[str]) -> list[str]:
    found = [address for value in rcpt_to for _, address in mailboxes(value).found]
    for name in ("delivered-to", "x-original-to", "to", "cc"):
        for value in fields.all(name)[:5]:
            found += [address for _, address in mailboxes(value).found]
    return list(dict.fromkeys(found))[:500]


def _body(text: str, attachments: list[Attachment]) -> tuple[str, str | None]:
    if text:
        return new_text(text)[:LARGEST_BODY], text
    names = ", ".join(item.name or _UNNAMED for item in attachments[:20])
    kinds = {item.media_type for item in attachments}
    if not attachments:
        return _NO_TEXT, None
    if kinds <= CALENDARS:
        return _ONLY_INVITATION, None
    if kinds == {"message/rfc822"}:
        return _ONLY_FORWARDED % {"names": names}, None
    return _ONLY_FILES % {"names": names}, None


def _parameter(message: Message, name: str) -> str:
    try:
        return str(message.get_param(name, "") or "").lower()[:200]
    except Exception:  # noqa: BLE001 (broken parameters are no parameters)
        return ""


def parse(
    raw: bytes, *, mail_from: str | None, rcpt_to: list[str], authserv_id: str
) -> tuple[dict[str, Any], list[Attachment]]:
    """Plain values (JSON) of one mail, and its attachments.

    `mail_from` is the envelope's sender: '' when it was empty, None when there was no envelope. Raises Unreadable.
    """
    if not raw.strip(b"\r\n\t \0"):
        raise Unreadable("empty")
    if len(raw) > LARGEST_MESSAGE + 1024 * 1024:
        raise Unreadable("too-large")
    raw, junk = _without_junk(raw)
    try:
        message = BytesParser(policy=compat32).parsebytes(raw)
        items = [(key, str(value)) for key, value in message.raw_items()]
        if not items:
            raise Unreadable("no-header")
        found = leaves(message)
        contents = read_contents(found)
    except RecursionError:
        raise Unreadable("too-deep") from None
    except TooMany as error:
        raise Unreadable(str(error)) from None

    fields = Fields(items)
    sender, shown, notes = _sender(fields, mail_from)
    doubled = [name for name in _ONCE if len(fields.all(name)) > 1]
    notes += [f"doubled-{name}" for name in doubled if name != "from"]
    mistrusted = bool(doubled) or any(note.startswith("from-") for note in notes)
    found_out = authentication.verdict(items, sender=sender, authserv_id=authserv_id)
    kind = automatic_kind(
        fields,
        content_type=message.get_content_type(),
        report_type=_parameter(message, "report-type"),
        sender=sender,
        mail_from=mail_from,
    )
    body, body_full = _body(contents.text, contents.attachments)
    date = header_date(fields.get("date"))
    ids = message_ids(fields.get("message-id"))
    if not ids:
        notes.append("no-message-id")
    if junk or message.defects or any(part.defects for part, _ in found):
        notes.append("structure-broken")
    report = delivery_report([part for part, _ in found], contents.text) if kind == "bounce" else None
    values = {
        "sender": sender,
        "shown_name": shown[:200],
        "recipients": _recipients(fields, rcpt_to),
        "subject": header_text(fields.get("subject"))[:500] or None,
        "date": date.isoformat() if date else None,
        "message_id": ids[0] if ids else None,
        "references": [*message_ids(fields.get("in-reply-to")), *reversed(message_ids(fields.get("references")))],
        "body": body,
        "body_full": body_full,
        "placeholder": not contents.text,
        "authenticated": found_out.passed and not mistrusted,
        "authentication": found_out.words,
        "methods": dict(found_out.methods),
        "mistrusted": mistrusted,
        "calendar": calendar_replies(contents.attachments),
        "automatic": kind,
        "report": report,
        "notes": list(dict.fromkeys([*notes, *found_out.notes, *contents.notes])),
    }
    return values, contents.attachments
