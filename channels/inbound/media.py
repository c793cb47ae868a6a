"""Attachments that came as an address: fetched later, so that a slow or broken one never delays or loses the text."""

from datetime import timedelta

from sqlalchemy import text

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from channels.adapters import MediaSource, SendError
from channels.adapters.registry import adapter
from channels.conversations import attachments

ACTOR = Actor.system("media")
LARGEST = 16 * 1024 * 1024  # bytes; WhatsApp's own limit
MOST_ATTEMPTS = 8
_HOLD = timedelta(seconds=60)

_CLAIM = text("""
    UPDATE attachment SET attempts = attempts + 1, available_at = :later WHERE id = (
        SELECT t.id FROM attachment t WHERE t.state = 'pending' AND t.available_at <= :now
        ORDER BY t.available_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, message_id, source_url, attempts, media_type
""")


def fetch_next() -> bool:
    """Fetch the next attachment that waits; no connection is held meanwhile. False when none waits."""
    with unit_of_work(ACTOR) as unit:
        now = clock.now()
        row = unit.session.execute(_CLAIM, {"now": now, "later": now + _HOLD}).first()
        if row is None:
            return False
        channel = unit.session.execute(
            text("SELECT channel FROM message WHERE id = :id"), {"id": row.message_id}
        ).scalar_one()
    source = adapter(channel)
    try:
        if not isinstance(source, MediaSource):
            raise SendError("permanent", "no-source")
        got = source.fetch(row.source_url, largest=LARGEST)
    except SendError as error:
        log.logger().info("media not fetched", channel=channel, code=error.code, attempt=row.attempts)
        _later(row, error)
        return True
    with unit_of_work(ACTOR) as unit:
        attachments.arrived(
            unit.session,
            attachment_id=row.id,
            media_type=row.media_type if row.media_type != "application/octet-stream" else got.media_type,
            name=got.name,
            content=got.content,
        )
    return True


def _later(row, error: SendError) -> None:
    over = error.kind == "permanent" or row.attempts >= MOST_ATTEMPTS
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(
            text(
                "UPDATE attachment SET state = :state, reason = :reason, available_at = :at "
                "WHERE id = :id AND state = 'pending'"
            ),
            {
                "id": row.id,
                "state": "failed" if over else "pending",
                "reason": error.code,
                "at": clock.now() + timedelta(seconds=2**row.attempts),
            },
        )
