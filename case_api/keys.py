"""Keys derived from the install's data key, one a purpose, and the sealing of bytes at rest."""

import hmac
import os
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from case_api.settings import settings


@lru_cache(maxsize=64)
def derive(purpose: str) -> bytes:
    """A key of 32 bytes for one purpose (HKDF-SHA256, RFC 5869): the same purpose, the same key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(settings().data_key)


def keyed_hash(purpose: str, *parts: str | bytes) -> bytes:
    """32 bytes that only this install can make: to find a value again without keeping it."""
    message = bytearray()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        # Lengths go in, so that ("ab", "c") and ("a", "bc") differ.
        message += len(raw).to_bytes(4, "big") + raw
    return hmac.digest(derive(purpose), message, "sha256")


@lru_cache(maxsize=8)
def _cipher(purpose: str) -> AESGCM:
    return AESGCM(derive(purpose))


def seal(purpose: str, content: bytes) -> bytes:
    """Encrypt with AES-256-GCM: 12 random bytes of nonce, then the sealed text."""
    nonce = os.urandom(12)
    return nonce + _cipher(purpose).encrypt(nonce, content, purpose.encode())


def unseal(purpose: str, sealed: bytes) -> bytes:
    """Open what `seal` closed. Raises cryptography.exceptions.InvalidTag when it was changed."""
    return _cipher(purpose).decrypt(sealed[:12], sealed[12:], purpose.encode())
