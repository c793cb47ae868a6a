"""The phones as pages: a human reads what arrives and writes, with or without JavaScript."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portal.sandbox.carrier import rules
from portal.sandbox.carrier.calls import calls_of
from portal.sandbox.carrier.control import send_from_phone
from portal.sandbox.carrier.messages import Attachment
from portal.sandbox.carrier.rules import Address
from portal.sandbox.services import services
from portal.sandbox.web import form_protected

phones = Blueprint("phones", __name__, url_prefix="/sandbox/carrier/phones")

CHANNELS = {"whatsapp": "WhatsApp", "sms": "SMS"}
STATES = {
    "on": "Encendido",
    "off": "Apagado",
    "unreachable": "Sin cobertura",
    "blocked": "Bloquea los mensajes",
}
OUTBOUND_WORDS = {
    "queued": "En cola",
    "sent": "Enviado, sin entregar",
    "delivered": "Entregado",
    "read": "Leído",
    "undelivered": "No entregado",
    "failed": "Ha fallado",
}
# Until the network has brought a message to the phone, nobody holding it can see it.
ARRIVED = ("delivered", "read")
LARGEST_FILE = 16 * 1024 * 1024


@phones.get("")
def all_phones() -> str:
    """Every phone, and a form to pick up one with any other number."""
    return render_template("phones.html", phones=services().messages.phones(), states=STATES, error=None, typed="")


@phones.post("")
@form_protected
def pick_up() -> Any:
    """Go to the phone with the number that was typed."""
    typed = request.form.get("number", "").strip()
    compact = "".join(typed.split())
    address = rules.parse_address(compact if compact.startswith("+") else f"+34{compact}")
    if address is None:
        error = "Escriba un número de teléfono que exista, por ejemplo 600 000 001 o +34 600 000 001."
        page = render_template(
            "phones.html", phones=services().messages.phones(), states=STATES, error=error, typed=typed
        )
        return page, 422
    return redirect(url_for("phones.chat", number=address.number), 303)


@phones.get("/<number>")
def chat(number: str) -> str:
    """The chat of one phone on one channel. Looking at WhatsApp marks what arrived as read."""
    return _chat_page(_number(number), _channel())


@phones.post("/<number>")
@form_protected
def write(number: str) -> Any:
    """The phone sends what was typed; afterwards the chat again."""
    known, channel = _number(number), _channel()
    body = request.form.get("body", "").replace("\r\n", "\n").strip()
    attachments, error = _attachments()
    if error is None and not body and not attachments:
        error = "Escriba un mensaje o añada un archivo."
    if error is None and len(body) > 20_000:
        error = "El mensaje es demasiado largo: caben 20.000 caracteres."
    if error is not None:
        return _chat_page(known, channel, error=error, typed=body), 422
    replied = request.form.get("replied_sid") or None
    send_from_phone(
        phone=Address(channel, known),
        to=None,
        body=body,
        attachments=attachments,
        replied_sid=replied if channel == "whatsapp" and replied and services().messages.get(replied) else None,
        fields={},
        wait=False,
    )
    return redirect(url_for("phones.chat", number=known, canal=channel, _anchor="ultimo"), 303)


@phones.post("/<number>/state")
@form_protected
def switch(number: str) -> Any:
    """Switch the phone on, off, or out of reach."""
    known, state = _number(number), request.form.get("state", "")
    if state not in STATES:
        return _chat_page(known, _channel(), error="Elija un estado de la lista."), 422
    services().delivery.switch_phone(known, state)
    return redirect(url_for("phones.chat", number=known, canal=_channel()), 303)


@phones.get("/<number>/media/<message_sid>/<sid>")
def media(number: str, message_sid: str, sid: str) -> Response:
    """A file of the chat, always as a download."""
    message = services().messages.get(message_sid, deleted=True)
    item = services().messages.media(message_sid, sid)
    known = _number(number)
    ends = {part.removeprefix("whatsapp:") for part in (message["sender"], message["recipient"])} if message else set()
    if item is None or item["content"] is None or known not in ends:
        raise NotFound
    answer = Response(item["content"], mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=item["name"])
    return answer


def _number(text: str) -> str:
    address = rules.parse_address(text)
    if address is None or address.channel != "sms":
        raise NotFound
    return address.number


def _channel() -> Any:
    channel = request.values.get("canal", "whatsapp")
    return channel if channel in CHANNELS else "whatsapp"


def _attachments() -> tuple[list[Attachment], str | None]:
    found = []
    for upload in request.files.getlist("media"):
        if not upload.filename:
            continue
        content = upload.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            return [], "El archivo es demasiado grande: caben 16 MB. Elija otro más pequeño."
        found.append(Attachment(upload.filename, upload.mimetype or "application/octet-stream", content))
    if len(found) > 10:
        return [], "Añada como mucho 10 archivos."
    return found, None


def _chat_page(number: str, channel: str, *, error: str | None = None, typed: str = "") -> str:
    parts = services()
    if channel == "whatsapp" and parts.messages.phone(number)["state"] == "on":
        parts.delivery.open_chat(number)
    shown = [
        {**message, "media": parts.messages.media_of(message["sid"])}
        for message in parts.messages.of_phone(number, channel=channel)
    ]
    return render_template(
        "chat.html",
        phone=parts.messages.phone(number),
        channel=channel,
        channels=CHANNELS,
        states=STATES,
        words=OUTBOUND_WORDS,
        arrived=ARRIVED,
        messages=shown,
        calls=calls_of(number),
        by_sid={message["sid"]: message for message in shown},
        error=error,
        typed=typed,
    )
