"""JSON endpoints by which tests hold the phones and break the carrier."""

from typing import Any, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field, field_validator

from portal.sandbox.carrier import rules
from portal.sandbox.carrier.faults import Faults
from portal.sandbox.carrier.messages import Attachment, Message
from portal.sandbox.carrier.rules import Address
from portal.sandbox.services import services
from portal.sandbox.web import Base64, json_body, json_error

control = Blueprint("carrier_control", __name__, url_prefix="/sandbox/carrier/control")


class _Call(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class SentMedia(_Call):
    """A file from a phone."""

    name: str = Field(min_length=1, max_length=200)
    type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$")
    base64: Base64


class Send(_Call):
    """A phone sends. `fields` are put into the webhook as they are (an odd MessageType, a location …)."""

    from_: str = Field(alias="from")
    to: str | None = None
    channel: Literal["sms", "whatsapp"]
    body: str = Field(default="", max_length=20_000)
    media: list[SentMedia] = Field(default_factory=list, max_length=10)
    original_replied_sid: str | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    wait: bool = False

    @field_validator("from_", "to")
    @classmethod
    def _number(cls, value: str | None) -> str | None:
        if value is None:
            return None
        address = rules.parse_address(value.removeprefix("whatsapp:"))
        if address is None:
            raise ValueError("is not a telephone number in E.164")
        return address.number


class Replay(_Call):
    """Post a message's webhook once more; `forged` signs it with another key."""

    sid: str
    times: int = Field(default=1, ge=1, le=50)
    forged: bool = False


class PhoneState(_Call):
    """Switch a phone: on, off, unreachable, blocked."""

    number: str
    state: Literal["on", "off", "unreachable", "blocked"]


class PhoneNumber(_Call):
    """A phone, by its number."""

    number: str


def send_from_phone(
    *,
    phone: Address,
    to: str | None,
    body: str,
    attachments: list[Attachment],
    replied_sid: str | None,
    fields: dict[str, str],
    wait: bool,
) -> tuple[Message, int | None]:
    """A phone's message into the carrier and on to Alma; the HTTP status of the webhook when waited for."""
    parts = services()
    numbers = parts.config.carrier.numbers
    our_number = to or (numbers.whatsapp if phone.channel == "whatsapp" else numbers.sms)
    # Stored and queued at once: nothing is lost between the two, and a phone's messages keep their order.
    with parts.store.transaction():
        message = parts.messages.add_inbound(
            phone=phone,
            to=Address(phone.channel, our_number),
            body=body,
            attachments=attachments,
            replied_sid=replied_sid,
            fields=fields,
        )
        if not wait:
            return message, parts.delivery.send_inbound(message, wait=False)
    return message, parts.delivery.send_inbound(message, wait=True)


@control.post("/send")
def send() -> Any:
    """A phone sends a message; 201 {sid, webhook_status}. The status is null unless `wait` (0: Alma did not answer)."""
    call = json_body(Send)
    if not call.body and not call.media and not call.fields:
        return json_error(422, "bad request", details=["body: a message needs words, media or fields"])
    message, status = send_from_phone(
        phone=Address(call.channel, call.from_),
        to=call.to,
        body=call.body,
        attachments=[Attachment(item.name, item.type, item.base64) for item in call.media],
        replied_sid=call.original_replied_sid,
        fields=call.fields,
        wait=call.wait,
    )
    return jsonify(sid=message["sid"], webhook_status=status), 201


@control.post("/replay")
def replay() -> Any:
    """Post the webhook of a stored message again; {webhook_statuses}."""
    call = json_body(Replay)
    message = services().messages.get(call.sid, deleted=True)
    if message is None or message["direction"] != "inbound":
        return json_error(404, "no such inbound message")
    statuses = [services().delivery.replay(message, forged=call.forged) for _ in range(call.times)]
    return jsonify(webhook_statuses=statuses)


@control.get("/messages")
def messages() -> Any:
    """What a phone got and sent, oldest first, as a JSON list. Query: number, channel (optional), after (a sid)."""
    address = rules.parse_address(request.args.get("number", "").replace(" ", "+"))
    if address is None:
        return json_error(422, "bad request", details=["number: is not a telephone number in E.164"])
    channel = request.args.get("channel")
    if channel not in (None, "sms", "whatsapp"):
        return json_error(422, "bad request", details=["channel: sms or whatsapp"])
    found = services().messages.of_phone(address.number, channel=channel, limit=10_000)
    sids = [message["sid"] for message in found]
    after = request.args.get("after")
    if after in sids:
        found = found[sids.index(after) + 1 :]
    return jsonify([_shown(message) for message in found])


def _shown(message: Message) -> dict[str, Any]:
    inbound = message["direction"] == "inbound"
    return {
        "sid": message["sid"],
        "channel": message["channel"],
        "direction": message["direction"],
        "from": message["sender"],
        "to": message["recipient"],
        "body": message["body"],
        "status": message["status"],
        "error_code": message["error_code"],
        "num_segments": message["num_segments"],
        "content_sid": message["content_sid"],
        "original_replied_sid": message["replied_sid"],
        "media": [
            {"sid": item["sid"], "name": item["name"], "type": item["type"], "size": item["size"]}
            for item in services().messages.media_of(message["sid"])
        ],
        "webhook_status": message["webhook_status"] if inbound else None,
        "webhook_attempts": message["webhook_attempts"] if inbound else None,
        "created_at": message["created_at"],
        "updated_at": message["updated_at"],
    }


@control.get("/faults")
def read_faults() -> Response:
    """The faults that are set, with the counts that are left."""
    return jsonify(services().faults.read().model_dump())


@control.put("/faults")
def put_faults() -> Response:
    """Set these faults; those not named are off."""
    services().faults.replace(json_body(Faults))
    return read_faults()


@control.delete("/faults")
def delete_faults() -> Response:
    """All well again."""
    services().faults.replace(Faults())
    return read_faults()


@control.post("/phones")
def switch() -> Any:
    """Change a phone's state; messages that waited for it go on."""
    call = json_body(PhoneState)
    address = rules.parse_address(call.number)
    if address is None:
        return json_error(422, "bad request", details=["number: is not a telephone number in E.164"])
    services().delivery.switch_phone(address.number, call.state)
    return jsonify(number=address.number, state=call.state)


@control.post("/read")
def mark_read() -> Any:
    """Somebody opens the phone: delivered WhatsApp messages become read."""
    call = json_body(PhoneNumber)
    address = rules.parse_address(call.number)
    if address is None:
        return json_error(422, "bad request", details=["number: is not a telephone number in E.164"])
    services().delivery.open_chat(address.number)
    return jsonify(number=address.number)


@control.get("/pending")
def pending() -> Response:
    """How many deliveries, webhooks, callbacks and mails still wait."""
    return jsonify(pending=services().jobs.pending())
