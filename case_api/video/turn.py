"""Where two browsers meet: relays, with names and passwords that run out.

The form is that of the TURN REST API (draft-uberti-behave-turn-rest-00), which coturn calls `use-auth-secret`.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID


def credentials(secret: str, *, guest_id: UUID, until: datetime) -> dict[str, str]:
    """A user name that says until when it holds (Unix seconds), and its password."""
    name = f"{int(until.timestamp())}:{guest_id}"
    password = hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()
    return {"username": name, "credential": base64.b64encode(password).decode()}


def meeting_place(urls: str, secret: str, *, guest_id: UUID, until: datetime, direct: bool) -> dict[str, Any]:
    """An RTCConfiguration: everything goes through the relays (`urls`, parted by commas), so that nobody learns the
    other's address. Without any, browsers meet directly where `direct` lets them (one machine alone), else not at all.
    """
    relays = [url.strip() for url in urls.split(",") if url.strip()]
    if not relays:
        return {"iceServers": [], "iceTransportPolicy": "all" if direct else "relay"}
    return {
        "iceServers": [{"urls": relays, **credentials(secret, guest_id=guest_id, until=until)}],
        "iceTransportPolicy": "relay",
    }
