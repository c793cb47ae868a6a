"""What became of our messages: the carrier's word, early, late, twice or in any order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from case_api import clock
from channels.adapters import DeliveryStatus, SendResult
from channels.conversations.deadlines import first_answer_due
from channels.inbound import alerts
from channels.outbound import outbox
from channels.outbound.states import merged, merged_error


def take(session: Session, *, status: DeliveryStatus) -> UUID | None:
    """Apply one status. Returns the message it is about; None when it is parked because nobody knows its id yet."""
    message_id = _message_of(session, status)
    session.execute(
        text(
            "INSERT INTO delivery_event (channel, external_id, message_id, state, error_code) "
            "VALUES (:channel, :external, :message, :state, :code)"
        ),
        {
            "channel": status.channel,
            "external": status.external_id,
            "message": message_id,
            "state": status.state,
            "code": status.error_code,
        },
    )
    if message_id is not None:
        _known(session, message_id, status.channel, status.external_id)
        _advance(session, message_id, status.state, status.error_code)
    return message_id


_ACCEPTED = text("""
    WITH known AS (
        UPDATE message m SET external_id = coalesce(m.external_id, t.external_id), secret = NULL,
            state = CASE WHEN m.state IN ('held', 'queued', 'sending', 'unknown') THEN t.state ELSE m.state END,
            error_code = CASE WHEN m.state = 'failed' THEN m.error_code END,
            state_at = CASE WHEN m.state IN ('held', 'queued', 'sending', 'unknown') THEN :now ELSE m.state_at END
        FROM unnest(CAST(:ids AS uuid[]), CAST(:externals AS text[]), CAST(:states AS text[]))
            AS t (id, external_id, state)
        WHERE m.id = t.id RETURNING m.id
    )
    UPDATE outbox o SET state = 'sent', lease_until = NULL, last_error = NULL FROM known k WHERE o.message_id = k.id
""")
_PARKED = text("""
    UPDATE delivery_event d SET message_id = t.id
    FROM unnest(CAST(:ids AS uuid[]), CAST(:channels AS text[]), CAST(:externals AS text[]))
        AS t (id, channel, external_id)
    WHERE d.message_id IS NULL AND d.channel = t.channel AND d.external_id = t.external_id
    RETURNING d.message_id, d.state, d.error_code
""")


def accepted(session: Session, taken: Sequence[tuple[outbox.Claim, SendResult]]) -> None:
    """The provider took these messages, under these ids; statuses that came before we knew an id are applied now."""
    values = {
        "ids": [claim.message_id for claim, _ in taken],
        "channels": [claim.channel for claim, _ in taken],
        "externals": [result.external_id for _, result in taken],
        "states": [result.state for _, result in taken],
        "now": clock.now(),
    }
    try:
        with session.begin_nested():
            session.execute(_ACCEPTED, values)
    except IntegrityError:  # an id that is another message's already: each by itself, and that one is left as it is
        if len(taken) > 1:
            for one in taken:
                accepted(session, [one])
            return
        [(claim, result)] = taken
        _known(session, claim.message_id, claim.channel, result.external_id)
        _advance(session, claim.message_id, result.state, None)
    for early in session.execute(_PARKED, {name: values[name] for name in ("ids", "channels", "externals")}).all():
        _advance(session, early.message_id, early.state, early.error_code)


def _message_of(session: Session, status: DeliveryStatus) -> UUID | None:
    found = session.execute(
        text("SELECT id FROM message WHERE channel = :channel AND external_id = :external AND direction = 'out'"),
        {"channel": status.channel, "external": status.external_id},
    ).scalar()
    if found or status.message_id is None:
        return found
    # Our own id came back inside what the carrier signed: good for a message whose answer we never heard.
    return session.execute(
        text(
            "SELECT id FROM message WHERE id = :id AND channel = :channel AND direction = 'out' "
            "AND external_id IS NULL FOR UPDATE"
        ),
        {"id": status.message_id, "channel": status.channel},
    ).scalar()


def _known(session: Session, message_id: UUID, channel: str, external_id: str) -> None:
    try:
        with session.begin_nested():
            session.execute(
                text("UPDATE message SET external_id = :external WHERE id = :id AND external_id IS NULL"),
                {"id": message_id, "external": external_id},
            )
    except IntegrityError:
        return  # another message has it: then this is not about ours
    outbox.sent(session, message_id=message_id)


def _advance(session: Session, message_id: UUID, told: str, code: str | None) -> None:
    row = session.execute(
        text("SELECT state, error_code FROM message WHERE id = :id FOR UPDATE"), {"id": message_id}
    ).one()
    state = merged(row.state, told)
    kept = row.error_code if row.state == "failed" else None
    error = merged_error(state, kept, code if told == "failed" else None)
    if (state, error) != (row.state, row.error_code):
        session.execute(
            text("UPDATE message SET state = :state, error_code = :code, state_at = :now WHERE id = :id"),
            {"id": message_id, "state": state, "code": error, "now": clock.now()},
        )
    if state != row.state:
        did_not_arrive(session, message_id=message_id)


def did_not_arrive(session: Session, *, message_id: UUID) -> None:
    """A message has just failed or been held: it asks for the next channel. A professional's answer is none meanwhile:
    the person waits again, with the deadline of what they last wrote."""
    waiting = session.execute(
        text(
            "SELECT c.id, c.last_inbound_at FROM message m JOIN conversation c ON c.id = m.conversation_id "
            "WHERE m.id = :id AND m.professional_id IS NOT NULL AND m.state IN ('failed', 'held') "
            "AND c.state = 'open' AND c.due_at IS NULL AND c.last_inbound_at IS NOT NULL"
        ),
        {"id": message_id},
    ).first()
    if waiting is not None:
        session.execute(
            text("UPDATE conversation SET due_at = :due WHERE id = :id"),
            {"id": waiting.id, "due": first_answer_due(waiting.last_inbound_at)},
        )
    made = session.execute(
        text(
            "INSERT INTO event (kind, payload) SELECT 'notice.undelivered', jsonb_build_object('message_id', id) "
            "FROM message WHERE id = :id AND (kind = 'notice' OR professional_id IS NOT NULL) "
            "AND state IN ('failed', 'held') RETURNING id"
        ),
        {"id": message_id},
    ).scalar()
    if made:
        session.execute(text("SELECT pg_notify('event', '')"))
        return
    # A call that a machine made for us: if it was to the duty desk, that goes another way at once.
    session.execute(
        text(
            "SELECT pg_notify(:wake, '') FROM message WHERE id = :id AND channel = 'voice' "
            "AND state IN ('failed', 'held')"
        ),
        {"id": message_id, "wake": alerts.WAKE},
    )
