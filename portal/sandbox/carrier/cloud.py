"""Meta's Cloud API, as far as a second provider of WhatsApp needs it: messages in, signed deliveries out.

Only where the configuration has `carrier.cloud`. Messages are the phones' own: their pages show what came this way too.
"""

import hmac
import secrets
from typing import Any

from flask import Blueprint, Response, jsonify, request
from pydantic import BaseModel, ConfigDict

from portal.sandbox.carrier import cloud_posts, rules
from portal.sandbox.carrier.control import control
from portal.sandbox.carrier.messages import Draft
from portal.sandbox.carrier.rules import Address
from portal.sandbox.config import Cloud
from portal.sandbox.services import services
from portal.sandbox.web import json_body, json_error

cloud = Blueprint("cloud_api", __name__, url_prefix="/sandbox/carrier/graph")


def _refused(status: int, code: int, words: str) -> tuple[Response, int]:
    error = {"message": words, "type": "OAuthException", "code": code, "fbtrace_id": secrets.token_hex(6)}
    return jsonify(error=error), status


def _configured() -> Cloud | None:
    return services().config.carrier.cloud


@cloud.post("/<phone_id>/messages")
def send(phone_id: str) -> Any:
    """Take one message: 200 with its id. Its states follow in deliveries of their own."""
    known, parts = _configured(), services()
    if known is None or phone_id != known.phone_id:
        return _refused(404, 100, "Unsupported post request")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), known.access_token.encode()):
        return _refused(401, 190, "Invalid OAuth access token")
    for fault, status, code in (("answer_429", 429, 130429), ("answer_5xx", 503, 131016)):
        if parts.faults.take(fault):
            return _refused(status, code, fault)
    form = request.get_json(silent=True)
    phone = rules.parse_address(f"whatsapp:+{form.get('to')}") if isinstance(form, dict) else None
    if phone is None or form.get("messaging_product") != "whatsapp":
        return _refused(400, 100, "Invalid parameter")
    sender = Address("whatsapp", parts.config.carrier.numbers.whatsapp)
    template, words = form.get("template") or {}, (form.get("text") or {}).get("body", "")
    if form.get("type") == "template":
        words = " · ".join([str(template.get("name")), *_values(template)])
    elif not words:
        return _refused(400, 131008, "Required parameter is missing")
    elif not parts.messages.in_window(phone=phone, sender=sender):
        return _refused(400, 131047, "Re-engagement message")
    callback = f"cloud:{form.get('biz_opaque_callback_data') or ''}"
    content = str(template.get("name")) if template else None
    with parts.store.transaction():
        message = parts.messages.add_outbound(Draft(sender, phone, words, callback, content, []))
        parts.delivery.accept(message)
    if parts.faults.take("accept_then_503"):
        return _refused(500, 131000, "Something went wrong")
    return jsonify(
        messaging_product="whatsapp",
        contacts=[{"input": form["to"], "wa_id": form["to"]}],
        messages=[{"id": f"wamid.{message['sid']}"}],
    )


def _values(template: dict[str, Any]) -> list[str]:
    return [str(hole.get("text")) for part in template.get("components", []) for hole in part.get("parameters", [])]


class Delivery(BaseModel):
    """What one delivery brings: messages and states as Meta writes them, odd ones too. `forged`: signed by another."""

    model_config = ConfigDict(extra="forbid")

    messages: list[Any] = []
    statuses: list[Any] = []
    forged: bool = False


@control.post("/cloud")
def deliver() -> Any:
    """Post a signed delivery to Alma now; {webhook_status}."""
    known, call = _configured(), json_body(Delivery)
    if known is None:
        return json_error(404, "no cloud in the configuration")
    secret = secrets.token_hex(16) if call.forged else None
    return jsonify(
        webhook_status=cloud_posts.post(known, messages=call.messages, statuses=call.statuses, secret=secret)
    )
