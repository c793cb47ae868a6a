"""Meta's deliveries to Alma: their shape and their signature."""

import hashlib
import hmac
import json
import time
from typing import Any

import requests

from portal.sandbox.config import Cloud


def post(known: Cloud, *, messages: list[Any], statuses: list[Any], secret: str | None = None) -> int:
    """One delivery, signed over its bytes (`X-Hub-Signature-256`); the HTTP status, 0 for no answer."""
    ours = known.number.removeprefix("+")
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": ours, "phone_number_id": known.phone_id},
        "contacts": [
            {"profile": {"name": "Persona de prueba"}, "wa_id": one["from"]}
            for one in messages if isinstance(one, dict) and "from" in one
        ],
        "messages": messages,
        "statuses": statuses,
    }  # fmt: skip
    change = {"field": "messages", "value": value}
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": [change]}]}).encode()
    key = (secret or known.app_secret).encode()
    signature = "sha256=" + hmac.new(key, body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json", "User-Agent": "facebookexternalua"}
    try:
        return requests.post(known.webhook_url, data=body, headers=headers, timeout=15).status_code
    except requests.exceptions.RequestException:
        return 0


def state_of(message: dict[str, Any], *, status: str, error_code: int | None) -> dict[str, Any]:
    """A state of a message of Alma's as Meta tells it; Twilio's codes in Meta's."""
    told: dict[str, Any] = {
        "id": f"wamid.{message['sid']}",
        "status": "failed" if status == "undelivered" else status,
        "timestamp": str(int(time.time())),
        "recipient_id": message["recipient"].removeprefix("whatsapp:+"),
    }
    ours = message["status_callback"].removeprefix("cloud:")
    if ours:
        told["biz_opaque_callback_data"] = ours
    if error_code is not None:
        told["errors"] = [{"code": {63016: 131047}.get(error_code, 131026), "title": "Message undeliverable"}]
    return told
