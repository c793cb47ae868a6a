"""JSON endpoints by which tests write and read mails."""

import base64
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict, Field

from portal.sandbox.mail import compose, mailbox
from portal.sandbox.mail.smtp import MailFaultBox, MailFaults
from portal.sandbox.services import services
from portal.sandbox.web import Base64, json_body, json_error

control = Blueprint("mail_control", __name__, url_prefix="/sandbox/mail/control")


class MailAttachment(BaseModel):
    """A file in a mail."""

    model_config = ConfigDict(extra="forbid")

    name: str
    type: str = Field(pattern=r"^[\w.+-]+/[\w.+-]+$")
    base64: Base64


class Send(BaseModel):
    """A mail to Alma. `raw` (base64) replaces all that would be composed; `headers` are put in as they are."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    from_: str = Field(alias="from", min_length=3)
    to: str | None = None
    subject: str = ""
    text: str = ""
    html: str | None = None
    in_reply_to: str | None = None
    references: str | list[str] | None = None
    message_id: str | None = None
    envelope_from: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    attachments: list[MailAttachment] = Field(default_factory=list)
    raw: Base64 | None = None
    spoofed: bool = False


@control.post("/send")
def send() -> Any:
    """Send to Alma by SMTP now; 201 {id, message_id, state, answer}. `waiting` is tried again on its own."""
    call = json_body(Send)
    parts = services()
    to = call.to or parts.config.mail.alma_address
    references = " ".join(call.references) if isinstance(call.references, list) else call.references
    letter = compose.Letter(
        sender=call.from_,
        to=to,
        subject=call.subject,
        text=call.text,
        html=call.html,
        in_reply_to=call.in_reply_to,
        references=references,
        message_id=call.message_id,
        headers=call.headers,
        attachments=[(item.name, item.type, item.base64) for item in call.attachments],
    )
    try:
        raw = call.raw if call.raw is not None else compose.compose(letter)
    except (ValueError, IndexError, LookupError) as error:
        return json_error(422, "bad request", details=[f"cannot be written as a mail: {type(error).__name__}"])
    envelope_from = mailbox.address_of(call.from_) if call.envelope_from is None else call.envelope_from
    stored = parts.mail_sender.send(
        raw,
        header_from=call.from_,
        envelope_from=envelope_from,
        to=mailbox.address_of(to) or to,
        spoofed=call.spoofed,
    )
    return jsonify(_brief(stored)), 201


@control.get("/messages")
def messages() -> Any:
    """A box, oldest first, as a JSON list. Query: address (owner), direction (in, out; both when left out)."""
    address = request.args.get("address", "")
    if "@" not in address:
        return json_error(422, "bad request", details=["address: is missing"])
    direction = request.args.get("direction")
    found = services().mailbox.of(address, limit=10_000)[::-1]
    return jsonify([_full(mail) for mail in found if direction in (None, mail["direction"])])


@control.get("/faults")
def read_faults() -> Response:
    """The faults that are set, with the counts that are left."""
    return jsonify(MailFaultBox(services().store).read().model_dump())


@control.put("/faults")
def put_faults() -> Response:
    """Set these faults; those not named are off."""
    MailFaultBox(services().store).replace(json_body(MailFaults))
    return read_faults()


@control.delete("/faults")
def delete_faults() -> Response:
    """All well again."""
    MailFaultBox(services().store).replace(MailFaults())
    return read_faults()


def _brief(mail: dict[str, Any]) -> dict[str, Any]:
    return {key: mail[key] for key in ("id", "message_id", "state", "answer")}


def _full(mail: dict[str, Any]) -> dict[str, Any]:
    seen = mailbox.view(mail["raw"])
    return _brief(mail) | {
        "direction": mail["direction"],
        "envelope_from": mail["envelope_from"],
        "envelope_to": mail["envelope_to"],
        "from": seen.sender,
        "to": seen.recipient,
        "subject": seen.subject,
        "text": seen.text,
        "references": seen.references,
        "attachments": [{"name": name, "type": kind, "size": len(data)} for name, kind, data in seen.attachments],
        "repeats": mail["repeats"],
        "created_at": mail["created_at"],
        "raw": base64.b64encode(mail["raw"]).decode("ascii"),
    }
