"""Twilio's forms as messages and delivery states. Nothing signed is thrown away: what has no words gets some."""

import re
from datetime import datetime
from urllib.parse import parse_qs
from uuid import UUID

from channels.adapters import DeliveryStatus, Entry, Inbound, MediaRef, Quarantine, RawEvent
from channels.adapters.twilio.codes import CALLS, STATES
from channels.contacts.addresses import normalised

MOST_MEDIA = 20

# Our words for what came without any, by the media's or message's type. Staff read Spanish.
_MEDIA_WORDS = {
    "image": "(Ha enviado una imagen)",
    "audio": "(Ha enviado un audio)",
    "video": "(Ha enviado un vídeo)",
    "application": "(Ha enviado un documento)",
    "text": "(Ha enviado un documento)",
}
_TYPE_WORDS = {
    "sticker": "(Ha enviado una pegatina)",
    "contacts": "(Ha enviado un contacto)",
    "contact": "(Ha enviado un contacto)",
    "order": "(Ha enviado un pedido)",
    "reaction": "(Ha reaccionado a un mensaje)",
    "interactive": "(Ha contestado a un formulario)",
    "unsupported": "(Ha enviado algo que WhatsApp no nos entrega)",
    "system": "(WhatsApp avisa de un cambio en su cuenta)",
    "request_welcome": "(Ha abierto la conversación sin escribir)",
}
_REACTED = "(Ha reaccionado con %(sign)s a un mensaje)"
_UNKNOWN = "(Ha enviado algo que aquí no se puede ver)"
_EMPTY = "(Mensaje vacío)"


class TwilioSource:
    """Reads what `webhooks` stored."""

    def parse(self, raw: RawEvent) -> list[Entry]:
        """One message or one delivery state. Raises Quarantine: 'not-text', 'no-id', 'no-sender', 'no-recipient',
        'unknown-kind', 'unknown-status'."""
        try:
            read = parse_qs(raw.payload.decode("utf-8"), keep_blank_values=True, max_num_fields=1000)
        except (UnicodeDecodeError, ValueError):
            raise Quarantine("not-text") from None
        form = {name: values[0] for name, values in read.items()}
        if raw.kind == "message":
            return [_message(form, raw.headers)]
        if raw.kind == "status":
            return [_status(form, raw.headers)]
        if raw.kind == "call":
            return [_call(form, raw.headers)]
        raise Quarantine("unknown-kind")


def _channel(form: dict[str, str]) -> str:
    return "whatsapp" if "whatsapp:" in form.get("From", "") + form.get("To", "") else "sms"


def _sid(form: dict[str, str]) -> str:
    sid = form.get("MessageSid") or form.get("SmsSid") or ""
    if not re.fullmatch(r"[\x21-\x7e]{1,80}", sid):
        raise Quarantine("no-id")
    return sid


def _sid_or_none(said: str) -> str | None:
    return said if re.fullmatch(r"[\x21-\x7e]{1,80}", said) else None


def _message(form: dict[str, str], headers: dict) -> Inbound:
    channel = _channel(form)
    sender = form.get("From", "").removeprefix("whatsapp:") or form.get("ExternalUserId", "")
    try:
        sender = normalised(channel, sender)
    except ValueError:
        raise Quarantine("no-sender") from None
    try:
        recipient = normalised(channel, form.get("To", ""))
    except ValueError:
        raise Quarantine("no-recipient") from None
    media = _media(form)
    body, placeholder = _words(form, media)
    reaction = form.get("MessageType", "").lower() == "reaction"
    return Inbound(
        channel=channel,
        external_id=_sid(form),
        sender=sender,
        recipient=recipient,
        body=body,
        media=media,
        authenticated=True,
        authentication="carrier",
        sender_name=form.get("ProfileName") or None,
        # Said by the carrier's list alone; a webhook comes at once.
        provider_at=datetime.fromisoformat(headers["sent_at"]) if "sent_at" in headers else None,
        placeholder=placeholder,
        reaction=reaction,
        reply_to=_sid_or_none(form.get("OriginalRepliedMessageSid", "")),
        # A NUL is the one character that no PostgreSQL text takes.
        notes=("nul-removed",) if "\0" in form.get("Body", "") else (),
    )


def _media(form: dict[str, str]) -> tuple[MediaRef, ...]:
    found = []
    for number in range(MOST_MEDIA):
        url = form.get(f"MediaUrl{number}")
        if url:
            kind = form.get(f"MediaContentType{number}", "").lower()
            known = re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", kind)
            found.append(MediaRef(url[:2000], kind if known else "application/octet-stream"))
    return tuple(found)


def _words(form: dict[str, str], media: tuple[MediaRef, ...]) -> tuple[str, bool]:
    """The text, and whether it is ours for want of any."""
    body = form.get("Body", "").replace("\0", "").strip()
    if form.get("Latitude") and form.get("Longitude"):
        return _location(form), False
    if form.get("MessageType", "").lower() == "reaction":
        return (_REACTED % {"sign": body[:20]} if body else _TYPE_WORDS["reaction"]), True
    if body:
        return body, False
    for name in ("ButtonText", "ListTitle"):
        if form.get(name, "").strip():
            return form[name].replace("\0", "").strip(), False
    if media:
        return _MEDIA_WORDS.get(media[0].media_type.partition("/")[0], _UNKNOWN), True
    kind = form.get("MessageType", "text").lower()
    return (_EMPTY if kind == "text" else _TYPE_WORDS.get(kind, _UNKNOWN)), True


def _location(form: dict[str, str]) -> str:
    def part(name: str) -> str:
        return form.get(name, "").replace("\0", "").strip()[:300]

    named = ", ".join(dict.fromkeys(filter(None, (part("Label"), part("Address"), part("Body")))))
    place = f"{part('Latitude')}, {part('Longitude')}"
    return f"(Ha enviado un lugar) {named} ({place})" if named else f"(Ha enviado un lugar) {place}"


def _ours(headers: dict) -> UUID | None:
    try:
        return UUID(headers["message"])
    except (KeyError, ValueError):
        return None


def _call(form: dict[str, str], headers: dict) -> DeliveryStatus:
    said = form.get("CallStatus", "").lower()
    if said not in CALLS:
        raise Quarantine("unknown-status")
    sid = _sid_or_none(form.get("CallSid", ""))
    if sid is None:
        raise Quarantine("no-id")
    state, code = CALLS[said]
    if state == "delivered" and form.get("AnsweredBy", "").startswith(("machine", "fax")):
        state, code = "failed", "call-machine"
    return DeliveryStatus(channel="voice", external_id=sid, state=state, error_code=code, message_id=_ours(headers))


def _status(form: dict[str, str], headers: dict) -> DeliveryStatus:
    said = (form.get("MessageStatus") or form.get("SmsStatus") or "").lower()
    if said not in STATES:
        raise Quarantine("unknown-status")
    code = form.get("ErrorCode", "")
    return DeliveryStatus(
        channel=_channel(form),
        external_id=_sid(form),
        state=STATES[said],
        error_code=code if re.fullmatch(r"\d{1,6}", code) and code != "0" else None,
        message_id=_ours(headers),
    )
