"""How sealed entries are linked and heads signed: pure functions, shared by the sealer and by verification."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.keys import derive
from case_api.settings import settings

GENESIS = b"\0" * 32


def month_of(day: date) -> date:
    return day.replace(day=1)


def first_link(month: date, before: bytes) -> bytes:
    """What a month's chain begins from: the month, and the last link of the month before it (GENESIS for the first)."""
    return hashlib.sha256(b"alma.access.month" + month.isoformat().encode() + before).digest()


def next_link(before: bytes, position: int, entry_id: UUID, commitment: bytes) -> bytes:
    """The link of one entry (32 bytes)."""
    return hashlib.sha256(before + position.to_bytes(8, "big") + entry_id.bytes + commitment).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one moment, signed. Heads are numbered from 1; each binds the signature before it."""

    number: int
    month: date
    position: int
    link: bytes
    previous: bytes
    signed_at: datetime
    signature: bytes = b""

    @property
    def _signed(self) -> bytes:
        when = self.signed_at.astimezone(UTC).isoformat(timespec="microseconds")
        parts = (b"alma.access.head", str(self.number).encode(), self.month.isoformat().encode())
        parts += (str(self.position).encode(), self.link, self.previous, when.encode())
        return b"".join(len(part).to_bytes(4, "big") + part for part in parts)

    def sign(self) -> bytes:
        """The Ed25519 signature of this head."""
        return _private_key(derive("access-log.head")).sign(self._signed)

    @property
    def genuine(self) -> bool:
        """Whether the signature is this install's, over exactly these values."""
        try:
            public_key().verify(self.signature, self._signed)
        except InvalidSignature:
            return False
        return True


@lru_cache(maxsize=4)
def _private_key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> Ed25519PublicKey:
    """The key that verifies heads: to be given to whoever audits them."""
    return _private_key(derive("access-log.head")).public_key()


def database_name(session: Session) -> str:
    """A name of this database that no other of this cluster ever has, for its anchor."""
    return session.execute(
        text("SELECT current_database() || '-' || oid FROM pg_database WHERE datname = current_database()")
    ).scalar_one()


def anchor_path(database: str) -> Path:
    """Where the newest head is kept outside the database, so that cutting its tail is noticed."""
    return settings().VAR_DIR / "anchors" / f"access-head-{database}.json"


def keep_anchor(database: str, head: Head) -> None:
    """Write the newest head beside the database, unless a newer one stands there. Replaces the file whole."""
    known = read_anchor(database)
    if known and known[0] >= head.number:
        return
    path = anchor_path(database)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps({"number": head.number, "signature": head.signature.hex()}))
    draft.replace(path)


def read_anchor(database: str) -> tuple[int, bytes] | None:
    """Number and signature of the newest head that was kept, or None."""
    try:
        held = json.loads(anchor_path(database).read_text())
        return int(held["number"]), bytes.fromhex(held["signature"])
    except FileNotFoundError:
        return None


def forget_anchor(database: str) -> None:
    """For a database that was emptied on purpose."""
    anchor_path(database).unlink(missing_ok=True)
