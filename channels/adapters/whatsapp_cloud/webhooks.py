"""Meta's webhook: the handshake, and deliveries of many messages and states at once, each kept by itself."""

import hashlib
import hmac

from flask import Blueprint, request
from werkzeug.wrappers import Response

from case_api.settings import settings
from channels.adapters.whatsapp_cloud.parsing import SOURCE, items
from channels.inbound import intake
from channels.inbound.writer import NotStored

LARGEST = 3 * 1024 * 1024  # Meta's own limit of a delivery


def _text(status: int, words: str, **headers: str) -> Response:
    return Response(words, status=status, mimetype="text/plain", headers=headers)


def signed(body: bytes, signature: str | None) -> bool:
    """Whether `X-Hub-Signature-256` is ours over these bytes. Never raises for what was sent."""
    secret = settings().META_APP_SECRET
    if not secret or not signature or not signature.isascii():
        return False
    made = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made, signature.strip())


def verify() -> Response:
    """The handshake: whoever knows the token gets the challenge back."""
    asked, known = request.args, settings().META_VERIFY_TOKEN
    given = asked.get("hub.verify_token", "")
    if asked.get("hub.mode") != "subscribe" or not known or not hmac.compare_digest(given.encode(), known.encode()):
        return _text(403, "The token does not match\n")
    return _text(200, asked.get("hub.challenge", "")[:200], **{"X-Content-Type-Options": "nosniff"})


def receive() -> Response:
    """A delivery. Every item is kept before it is acknowledged; those that were kept before are kept once."""
    if (request.content_length or 0) > LARGEST:
        return _text(413, "Too large\n")
    body = request.get_data()
    if not signed(body, request.headers.get("X-Hub-Signature-256")):
        return _text(403, "The signature does not match\n")
    try:
        for item in items(body):
            intake.store_committed(
                channel=SOURCE, kind=item.kind, dedupe=item.dedupe, payload=item.payload, headers={},
                contact_key=item.contact_key,
            )  # fmt: skip
    except NotStored:
        return _text(503, "Cannot store it now; try again later\n", **{"Retry-After": "5"})
    return _text(200, "EVENT_RECEIVED\n")


def blueprint() -> Blueprint:
    """The two routes, below the mount at /channels."""
    made = Blueprint("whatsapp_cloud", __name__)
    made.add_url_rule("/whatsapp", view_func=verify, methods=["GET"], endpoint="verify")
    made.add_url_rule("/whatsapp", view_func=receive, methods=["POST"], endpoint="receive")
    return made
