"""The keyed token that ties a mail to its conversation, without a table.

`alma+TOKEN@…` is where an answer goes, `<alma.TOKEN.MESSAGE@…>` is our Message-ID. TOKEN is the conversation's id and
80 bits of HMAC-SHA256, in base32: compact, and read in any case, because local parts get lowercased on the way. A token
alone opens nothing: the conversations ask for a participant's proved address as well.
"""

import base64
import hashlib
import hmac
import re
from uuid import UUID

_SEAL = 10
_LENGTH = 42  # 26 bytes in base32, without padding
_TOKEN = re.compile(rf"(?:alma\.|\+)([a-z2-7]{{{_LENGTH}}})(?![a-z2-7])", re.IGNORECASE)
_BARE = re.compile(rf"[a-z2-7]{{{_LENGTH}}}", re.IGNORECASE)


def _key() -> bytes:
    from case_api.keys import derive

    return derive("mail reply token")


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _seal(conversation: bytes, key: bytes) -> bytes:
    return hmac.new(key, b"conversation\0" + conversation, hashlib.sha256).digest()[:_SEAL]


def make(conversation_id: UUID, message_id: UUID | None = None, *, key: bytes | None = None) -> str:
    """The token of a conversation; with `message_id`, `TOKEN.MESSAGE`, which differs for each message."""
    token = _base32(conversation_id.bytes + _seal(conversation_id.bytes, key or _key()))
    return token if message_id is None else f"{token}.{_base32(message_id.bytes)}"


def read(text: str, *, key: bytes | None = None) -> UUID | None:
    """The conversation of the first token in `text` whose seal holds; None when there is none. Constant-time."""
    text = text[:20_000].strip()
    candidates = [text] if _BARE.fullmatch(text) else _TOKEN.findall(text)[:20]
    for candidate in candidates:
        try:
            raw = base64.b32decode(candidate.upper() + "=" * (-len(candidate) % 8))
        except ValueError:
            continue
        if hmac.compare_digest(raw[16:], _seal(raw[:16], key or _key())):
            return UUID(bytes=raw[:16])
    return None


def message_id(conversation_id: UUID, message: UUID, domain: str, *, key: bytes | None = None) -> str:
    """Our Message-ID, in brackets: the same on each attempt to send the same message."""
    return f"<alma.{make(conversation_id, message, key=key)}@{domain}>"


def reply_address(conversation_id: UUID, address: str, *, key: bytes | None = None) -> str:
    """The plus-address of ours that an answer to this conversation goes to."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{make(conversation_id, key=key)}@{domain}"
