"""Mail that no person wrote: bounces (RFC 3464), automatic answers (RFC 3834), lists. So that loops stop."""

import re
from email.message import Message

from channels.adapters.email.headers import header_text, message_ids

_AUTOMATIC_SUBJECT = re.compile(
    r"^\s*(?:Respuesta autom[áa]tica|Resposta autom[àá]tica|Automatic reply|Auto(?:matic)?[- ]?reply|Out of office"
    r"|Fuera de (?:la )?oficina|رد تلقائي)\b",
    re.IGNORECASE,
)
_DAEMONS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_FAILED = re.compile(
    r"deliver|undeliver|return(?:ed|ing)|failure|fail(?:ed)? mail|bounce|no entregad|devuelt|non remis|unzustellbar",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_OURS = re.compile(r"<(alma\.[a-z2-7.]{40,90}@[^<>\s]{1,200})>", re.IGNORECASE)


class Fields:
    """The headers of a mail, found by lower-case name, as raw text; never raises."""

    def __init__(self, items: list[tuple[str, str]]) -> None:
        self.items = items

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.items if key.lower() == name]

    def get(self, name: str) -> str:
        found = self.all(name)
        return found[0] if found else ""

    def token(self, name: str) -> str:
        """The first word of a header, lower case, without parameters."""
        return header_text(self.get(name)).split(";")[0].split("(")[0].strip().lower()


def automatic_kind(
    fields: Fields, *, content_type: str, report_type: str, sender: str, mail_from: str | None
) -> str | None:
    """None, 'bounce', 'auto-reply' or 'list'. `mail_from`, the envelope's sender: '' when empty, None unknown."""
    daemon = bool(_DAEMONS.match(sender))
    if content_type == "multipart/report":
        return "auto-reply" if "notification" in report_type or "feedback" in report_type else "bounce"
    if fields.get("x-failed-recipients") or (daemon and (mail_from == "" or fields.get("return-path").strip() == "<>")):
        return "bounce"
    if mail_from is None and daemon and (not sender.startswith("postmaster@") or _FAILED.search(fields.get("subject"))):
        return "bounce"  # from a file, where no envelope says that it had no sender
    submitted = fields.token("auto-submitted")
    precedence = fields.token("precedence")
    if submitted and submitted != "no":
        return "auto-reply"
    if any(fields.get(name) for name in ("x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply")):
        return "auto-reply"
    if fields.token("x-auto-response-suppress") not in {"", "none"} or precedence in {"auto_reply", "auto-reply"}:
        return "auto-reply"
    if _AUTOMATIC_SUBJECT.match(header_text(fields.get("subject"))):
        return "auto-reply"
    if any(fields.get(name) for name in ("list-id", "list-post", "list-unsubscribe")):
        return "list"
    if precedence in {"bulk", "list", "junk"}:
        return "list"
    if mail_from == "":
        return "bounce" if daemon else "auto-reply"
    return None


def _groups(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _field(message: Message, name: str) -> str:
    for key, value in message.raw_items():
        if key.lower() == name:
            return header_text(str(value))
    return ""


def delivery_report(leaves: list[Message], text: str) -> dict[str, str | None]:
    """Original Message-ID, enhanced status, action and recipient of a bounce: from its parts, else its words."""
    status = action = recipient = original = None
    for part in leaves:
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _groups(part):
                found = _STATUS.search(_field(block, "status"))
                if status is None and found:
                    status = found[1]
                    action = _field(block, "action").lower()[:20] or None
                    named = _field(block, "original-recipient") or _field(block, "final-recipient")
                    recipient = named.rpartition(";")[2].strip().lower()[:254] or None
        elif kind in {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers", "message/global"}:
            payload = part.get_payload()
            if isinstance(payload, list) and payload and isinstance(payload[0], Message):
                ids = message_ids(next((str(v) for k, v in payload[0].raw_items() if k.lower() == "message-id"), ""))
            else:
                found = re.search(
                    r"^message-id:\s*(<[^<>\s]{1,250}>)", str(payload)[:50_000], re.IGNORECASE | re.MULTILINE
                )
                ids = message_ids(found[1]) if found else []
            original = original or (ids[0] if ids else None)
    if original is None and (ours := _OURS.search(text[:100_000])):
        original = ours[1]
    if status is None and (said := _STATUS.search(text[:20_000])):
        status = said[1]
    if action is None and status:
        action = {"5": "failed", "4": "delayed", "2": "delivered"}[status[0]]
    return {"original_message_id": original, "status": status, "action": action, "recipient": recipient}
