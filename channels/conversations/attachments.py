"""What came with a message: its bytes stored once, what they are, and where staff filed them."""

import hashlib
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.db import new_id
from channels.adapters import InboundPart, MediaRef
from channels.conversations.scanning import scan

_KEEP = text(
    "INSERT INTO blob (sha256, size, content) VALUES (:sha, :size, :content) "
    "ON CONFLICT ON CONSTRAINT pk_blob DO NOTHING"
)
_STORED = text(
    "INSERT INTO attachment (id, message_id, name, media_type, size, sha256, state, found_type, verdict) "
    "VALUES (:id, :message, :name, :type, :size, :sha, 'stored', :found, :verdict)"
)
_PENDING = text(
    "INSERT INTO attachment (id, message_id, media_type, source_url, state) "
    "VALUES (:id, :message, :type, :url, 'pending')"
)
_ARRIVED = text(
    "UPDATE attachment SET state = 'stored', size = :size, sha256 = :sha, media_type = :type, "
    "name = coalesce(name, :name), found_type = :found, verdict = :verdict, "
    "reason = NULL WHERE id = :id AND state = 'pending'"
)


def keep(session: Session, content: bytes) -> bytes:
    """Store bytes once, whoever sent them how often. Returns their SHA-256."""
    digest = hashlib.sha256(content).digest()
    session.execute(_KEEP, {"sha": digest, "size": len(content), "content": content})
    return digest


def attach(session: Session, *, message_id: UUID, parts: tuple[InboundPart, ...], media: tuple[MediaRef, ...]) -> None:
    """What came with a message: stored when it is here, to be fetched when it is still at the provider."""
    for part in parts:
        seen = scan(name=part.name, media_type=part.media_type, content=part.content)
        session.execute(
            _STORED,
            {
                "id": new_id(),
                "message": message_id,
                "name": _name(part.name),
                "type": part.media_type.replace("\0", "")[:120],
                "size": len(part.content),
                "sha": keep(session, part.content),
                "found": seen.found_type,
                "verdict": seen.verdict,
            },
        )
    for reference in media:
        session.execute(
            _PENDING,
            {"id": new_id(), "message": message_id, "type": reference.media_type[:120], "url": reference.url},
        )


def arrived(session: Session, *, attachment_id: UUID, media_type: str, name: str | None, content: bytes) -> None:
    """An attachment that waited at its provider is here."""
    seen = scan(name=name, media_type=media_type, content=content)
    session.execute(
        _ARRIVED,
        {
            "id": attachment_id,
            "size": len(content),
            "sha": keep(session, content),
            "type": media_type[:120],
            "name": _name(name),
            "found": seen.found_type,
            "verdict": seen.verdict,
        },
    )


def _name(name: str | None) -> str | None:
    return name.replace("\0", "")[:255] if name else None
