"""The signature of a webhook, as Standard Webhooks describes it: HMAC-SHA256 over identifier, time and body."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
"""How far apart the clocks may be: a receiver refuses what is older, and remembers identifiers for that long."""


def new_secret() -> str:
    """A secret to share with one receiver: 32 random bytes in base64, after `whsec_`."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, *, identifier: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: `v1,` and the HMAC-SHA256 of `identifier.timestamp.body`, in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((identifier.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def genuine(secret: str, *, identifier: str, timestamp: int, body: bytes, given: str) -> bool:
    """Whether one of the signatures given (separated by spaces) is ours: what a receiver does."""
    ours = signature(secret, identifier=identifier, timestamp=timestamp, body=body)
    return any(hmac.compare_digest(ours, one) for one in given.split())
