"""Meta's deliveries: parted into items before they are kept, each read by itself afterwards."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from channels.adapters import DeliveryStatus, Entry, Inbound, MediaRef, Quarantine, RawEvent
from channels.adapters.whatsapp_cloud.codes import STATES
from channels.contacts.addresses import normalised

SOURCE = "whatsapp_cloud"
MEDIA = "media:"  # a file is named by its id; the adapter knows where to ask for it

_MEDIA_WORDS = {
    "image": "(Ha enviado una imagen)",
    "audio": "(Ha enviado un audio)",
    "video": "(Ha enviado un vídeo)",
    "document": "(Ha enviado un documento)",
    "sticker": "(Ha enviado una pegatina)",
}
_TYPE_WORDS = {
    "contacts": "(Ha enviado un contacto)",
    "order": "(Ha enviado un pedido)",
    "reaction": "(Ha reaccionado a un mensaje)",
}
_UNKNOWN = "(Ha enviado algo que aquí no se puede ver)"
_EMPTY = "(Mensaje vacío)"


@dataclass(frozen=True, slots=True)
class Item:
    """One message or state of a delivery, as it is kept: with the names that stood around it."""

    kind: str
    dedupe: str
    contact_key: str
    payload: bytes


def items(body: bytes) -> Iterator[Item]:
    """The items of one delivery. What cannot be parted is one item of its own, which lands in quarantine."""
    try:
        read = json.loads(body)
        changes = [change for entry in read["entry"] for change in entry["changes"]]
        values = [change["value"] for change in changes]
    except (ValueError, KeyError, TypeError, RecursionError):
        yield Item("delivery", "bytes:" + hashlib.sha256(body).hexdigest(), "", body)
        return
    for value in values:
        yield from _of(value if isinstance(value, dict) else {"messages": [value]})


def _of(value: dict[str, Any]) -> Iterator[Item]:
    around = {"metadata": value.get("metadata"), "contacts": value.get("contacts")}
    for kind, name in (("message", "messages"), ("status", "statuses")):
        found = value.get(name) or []
        for one in found if isinstance(found, list) else [found]:
            payload = json.dumps(around | {kind: one}, ensure_ascii=False).encode()
            known = one if isinstance(one, dict) else {}
            told = str(known.get("id") or "bytes:" + hashlib.sha256(payload).hexdigest())
            state = f"\0{known.get('status')}" if kind == "status" else ""
            sender = str(known.get("from") or known.get("recipient_id") or told)
            yield Item(kind, f"{kind}\0{told}{state}", "+" + sender, payload)


class CloudSource:
    """Reads what `webhooks` stored."""

    def parse(self, raw: RawEvent) -> list[Entry]:
        """One message or one delivery state. Raises Quarantine: 'not-json', 'unknown-kind', 'no-id', 'no-sender',
        'no-recipient', 'unknown-status'."""
        try:
            read = json.loads(raw.payload)
        except (ValueError, RecursionError):
            raise Quarantine("not-json") from None
        if raw.kind not in ("message", "status") or not isinstance(read, dict):
            raise Quarantine("unknown-kind")
        one = read.get(raw.kind)
        if not isinstance(one, dict):
            raise Quarantine("unknown-kind")
        return [_message(one, read) if raw.kind == "message" else _status(one)]


def _id(one: dict[str, Any]) -> str:
    told = one.get("id")
    if not isinstance(told, str) or not re.fullmatch(r"[\x21-\x7e]{1,200}", told):
        raise Quarantine("no-id")
    return told


def _number(value: object, reason: str) -> str:
    if not isinstance(value, str | int):
        raise Quarantine(reason)
    told = re.sub(r"[^\d]", "", str(value))
    if not told:
        raise Quarantine(reason)
    return normalised("whatsapp", f"+{told}")


def _at(one: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(str(one.get("timestamp"))), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _part(one: dict[str, Any], name: str) -> dict[str, Any]:
    found = one.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def _message(one: dict[str, Any], around: dict[str, Any]) -> Inbound:
    external_id, kind = _id(one), str(one.get("type") or "")
    media = _media(one, kind)
    body, placeholder = _words(one, kind)
    metadata = _part(around, "metadata")
    return Inbound(
        channel="whatsapp",
        external_id=external_id,
        sender=_number(one.get("from"), "no-sender"),
        recipient=_number(metadata.get("display_phone_number"), "no-recipient"),
        body=body,
        media=media,
        authenticated=True,
        authentication="carrier",
        provider_at=_at(one),
        sender_name=_name(around, str(one.get("from"))),
        placeholder=placeholder,
        reaction=kind == "reaction",
        reply_to=_text(_part(one, "reaction").get("message_id") or _part(one, "context").get("id")) or None,
        notes=("changed-number",) if _part(one, "system").get("type") == "user_changed_number" else (),
    )


def _name(around: dict[str, Any], sender: str) -> str | None:
    known = around.get("contacts")
    for contact in known if isinstance(known, list) else []:
        if isinstance(contact, dict) and str(contact.get("wa_id")) == sender:
            return _text(_part(contact, "profile").get("name")) or None
    return None


def _media(one: dict[str, Any], kind: str) -> tuple[MediaRef, ...]:
    part = _part(one, kind) if kind in _MEDIA_WORDS else {}
    media_id = str(part.get("id") or "")
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", media_id):
        return ()
    told = str(part.get("mime_type") or "").partition(";")[0].strip().lower()
    known = re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", told)
    return (MediaRef(MEDIA + media_id, told if known else "application/octet-stream"),)


def _words(one: dict[str, Any], kind: str) -> tuple[str, bool]:
    """The text, and whether it is ours for want of any."""
    if kind == "location":
        return _place(_part(one, "location")), False
    interactive = _part(one, "interactive")
    said = {
        "text": _part(one, "text").get("body"),
        "button": _part(one, "button").get("text"),
        "interactive": _part(interactive, "button_reply").get("title") or _part(interactive, "list_reply").get("title"),
        "system": _part(one, "system").get("body"),
    }.get(kind)
    if _text(said):
        return _text(said), False
    if kind in _MEDIA_WORDS:
        part = _part(one, kind)
        caption = _text(part.get("caption"))
        return (caption, False) if caption else (_MEDIA_WORDS[kind], True)
    if kind == "reaction":
        sign = _text(_part(one, "reaction").get("emoji"))
        return (f"{_TYPE_WORDS[kind]} {sign}".strip(), True)
    return (_EMPTY if kind == "text" else _TYPE_WORDS.get(kind, _UNKNOWN)), True


def _place(part: dict[str, Any]) -> str:
    named = ", ".join(filter(None, (_text(part.get("name"))[:300], _text(part.get("address"))[:300])))
    place = f"{part.get('latitude', '')}, {part.get('longitude', '')}"[:80]
    return f"(Ha enviado un lugar) {named} ({place})" if named else f"(Ha enviado un lugar) {place}"


def _status(one: dict[str, Any]) -> DeliveryStatus:
    external_id, said = _id(one), str(one.get("status") or "").lower()
    if said not in STATES:
        raise Quarantine("unknown-status")
    errors = one.get("errors")
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = str(first.get("code") or "")
    try:
        ours = UUID(str(one.get("biz_opaque_callback_data")))
    except ValueError:
        ours = None
    return DeliveryStatus(
        channel="whatsapp",
        external_id=external_id,
        state=STATES[said],
        error_code=code if re.fullmatch(r"\d{1,6}", code) else None,
        message_id=ours,
    )
