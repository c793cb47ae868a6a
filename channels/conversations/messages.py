"""Writing messages down: one place that knows the row."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import new_id

LARGEST_TEXT = 1_000_000
_COLUMNS = (
    "id", "conversation_id", "direction", "channel", "kind", "address_id", "our_address", "subject", "body",
    "body_full", "level", "language", "professional_id", "person_id", "state", "state_at", "error_code",
    "external_id", "header_id", "authenticated", "authentication", "automatic", "notes", "provider_at",
    "received_at", "created_at", "purpose", "prompt", "template_id", "template_values", "secret", "instead_of",
    "instead_reason", "proposed_at", "reply_to_id", "checks", "danger", "flood", "representation_id", "represented_by",
)  # fmt: skip
_DEFAULTS: dict[str, Any] = dict.fromkeys(_COLUMNS) | {
    "kind": "text",
    "level": "N1",
    "authenticated": False,
    "authentication": "none",
    "notes": [],
    "checks": "{}",
    "danger": [],
    "flood": False,
    "purpose": "answer",
    "prompt": False,
}
_INSERT = text(
    f"INSERT INTO message ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)}) "
    "ON CONFLICT ON CONSTRAINT uq_message_external DO NOTHING RETURNING id"
)


def _storable(value: str | None, most: int = LARGEST_TEXT) -> str | None:
    return value.replace("\0", "")[:most] if value is not None else None


def write(session: Session, *, conversation_id: UUID, direction: str, channel: str, body: str, **columns: Any) -> UUID:
    """Insert a message; other columns by their names. Returns its id, or of the one already there when the provider's
    id is known: see `already`. Raises AlreadyThere then."""
    now = clock.now()
    row = (
        _DEFAULTS
        | columns
        | {
            "id": columns.get("id") or new_id(),
            "conversation_id": conversation_id,
            "direction": direction,
            "channel": channel,
            "body": _storable(body),
            "body_full": _storable(columns.get("body_full")),
            "subject": _storable(columns.get("subject"), 500),
            "created_at": now,
            "state_at": now,
        }
    )
    made = session.execute(_INSERT, row).scalar()
    if made is None:
        raise AlreadyThere
    return made


class AlreadyThere(Exception):
    """A message with this provider's id is there: the same one came twice."""


def newest_inbound(session: Session, *, conversation_id: UUID) -> tuple[UUID, datetime] | None:
    """Id and time of the last message a person sent in a conversation."""
    row = session.execute(
        text(
            "SELECT id, created_at FROM message WHERE conversation_id = :id AND direction = 'in' "
            "AND automatic IS NULL ORDER BY position DESC LIMIT 1"
        ),
        {"id": conversation_id},
    ).first()
    return (row.id, row.created_at) if row else None
