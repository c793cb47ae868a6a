"""The outbox: what is to leave, written in the transaction that caused it, claimed by workers one address at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import uniform
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from case_api import clock
from case_api.settings import settings
from channels.outbound import pace

WAKE = "outbox"
REPLY, NOTICE = 0, 1
MOST_ATTEMPTS = 12
# How long a claim holds: longer than the adapter's own time-outs together.
LEASE = {"email": timedelta(seconds=180)}
DEFAULT_LEASE = timedelta(seconds=40)
# When to look for a message that may have left, and how often before it is sent again.
LOOKS = (timedelta(seconds=2), timedelta(seconds=5), timedelta(seconds=10))


@dataclass(frozen=True, slots=True)
class Claim:
    """One row in this worker's hands. `attempts` counts this one."""

    id: int
    message_id: UUID
    address_id: UUID
    channel: str
    attempts: int
    looks: int
    claimed_at: datetime


def our_address(channel: str) -> str:
    """The number or address of ours that a channel sends from; a channel without one is named by itself."""
    return {
        "sms": settings().SMS_SENDER,
        "whatsapp": settings().WHATSAPP_SENDER,
        "voice": settings().SMS_SENDER,
        "email": settings().MAIL_ADDRESS,
    }.get(channel, channel)


def enqueue(
    session: Session, *, message_id: UUID, address_id: UUID, channel: str, priority: int = REPLY,
    available_at: datetime | None = None,
) -> None:  # fmt: skip
    """Put a message into the outbox, in the caller's transaction, and wake a worker when that commits."""
    session.execute(
        text(
            "INSERT INTO outbox (message_id, address_id, channel, sender, priority, available_at) "
            "VALUES (:message, :address, :channel, :sender, :priority, :at)"
        ),
        {
            "message": message_id,
            "address": address_id,
            "channel": channel,
            "sender": our_address(channel),
            "priority": priority,
            "at": available_at or clock.now(),
        },
    )
    session.execute(text("SELECT pg_notify(:channel, '')"), {"channel": WAKE})


# The queue is walked in its order and left as soon as enough is found, however long it is. The planner, whose figures
# a burst of messages outruns, would read and sort all of it each time.
_IN_ORDER = text("SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)")
# Of one address, nothing goes while something is in flight, and nothing before what stands ahead of it; a reply
# stands ahead of a notice. uq_outbox_in_flight says the first once more, to workers that look at the same moment.
# "The first of its address" is a scalar subquery: one look into ix_outbox_address, never a join with the whole queue.
_CLAIM = text(f"""
    SELECT o.id, o.message_id, o.address_id, o.channel, o.attempts, o.looks, o.sender, o.priority
    FROM outbox o
    WHERE o.state = 'queued' AND o.available_at <= :now AND o.sender <> ALL(ARRAY({pace.RESTING}))
      AND NOT EXISTS (SELECT 1 FROM outbox f WHERE f.address_id = o.address_id AND f.state IN ('sending', 'unknown'))
      AND o.id = (SELECT e.id FROM outbox e WHERE e.address_id = o.address_id AND e.state = 'queued'
                  ORDER BY e.priority, e.id LIMIT 1)
    ORDER BY o.priority, o.id LIMIT :most FOR UPDATE SKIP LOCKED
""")  # noqa: S608 (a constant of ours)
_TAKE = text("""
    UPDATE outbox o SET state = 'sending', lease_until = :now + t.lease, claimed_at = :now, attempts = attempts + 1
    FROM unnest(CAST(:ids AS bigint[]), CAST(:leases AS interval[])) AS t (id, lease) WHERE o.id = t.id
""")


def claim(session: Session, most: int = 1) -> list[Claim]:
    """Lock up to `most` rows that may go, of as many addresses, in state 'sending' with a lease once the caller
    commits. Replies come first, and no sender goes faster than its pace, however many workers ask. Empty when none may.
    """
    now = clock.now()
    session.execute(_IN_ORDER)
    found = session.execute(_CLAIM, {"now": now, "until": now + pace.BURST, "most": most}).all()
    if not found:
        return []
    rows = pace.allowed(session, found, now)
    if not rows:
        return []
    leases = [LEASE.get(row.channel, DEFAULT_LEASE) for row in rows]
    try:
        with session.begin_nested():
            session.execute(_TAKE, {"now": now, "ids": [row.id for row in rows], "leases": leases})
    except IntegrityError:
        return []  # another worker has just taken something of the same address
    return [Claim(*row[:4], row.attempts + 1, row.looks, now) for row in rows]


_DOUBTFUL = text("""
    SELECT id, message_id, address_id, channel, attempts, looks, claimed_at FROM outbox
    WHERE (state = 'unknown' AND available_at <= :now) OR (state = 'sending' AND lease_until < :now)
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
""")


def claim_doubtful(session: Session) -> Claim | None:
    """Lock a row whose message may or may not have left, held from other workers while this one asks."""
    now = clock.now()
    row = session.execute(_DOUBTFUL, {"now": now}).first()
    if row is None:
        return None
    session.execute(
        text("UPDATE outbox SET state = 'unknown', lease_until = NULL, available_at = :later WHERE id = :id"),
        {"id": row.id, "later": now + DEFAULT_LEASE},
    )
    set_message_state(session, message_id=row.message_id, state="unknown")
    return Claim(*row)


def _move(session: Session, claim_id: int, states: tuple[str, ...], assignments: str, **values: object) -> bool:
    found = session.execute(
        text(
            f"UPDATE outbox SET {assignments}, lease_until = NULL WHERE id = :id AND state = ANY(:states) RETURNING id"
        ),
        {"id": claim_id, "states": list(states), **values},
    ).scalar()
    return found is not None


def sent(session: Session, *, message_id: UUID) -> None:
    """The carrier has it, whoever told us so and in whichever state the row was."""
    session.execute(
        text(
            "UPDATE outbox SET state = 'sent', lease_until = NULL, last_error = NULL "
            "WHERE message_id = :id AND state <> 'sent'"
        ),
        {"id": message_id},
    )


def retry_later(session: Session, *, claim: Claim, code: str) -> bool:
    """Not sent, and worth another try: later each time, with jitter. False when that was the last."""
    if claim.attempts >= MOST_ATTEMPTS:
        failed(session, claim=claim, code=code)
        return False
    pause = min(2.0 ** min(claim.attempts, 10), 600) * uniform(0.8, 1.2)
    if _move(
        session, claim.id, ("sending", "unknown"), "state = 'queued', available_at = :at, last_error = :code",
        at=clock.now() + timedelta(seconds=pause), code=code,
    ):  # fmt: skip
        set_message_state(session, message_id=claim.message_id, state="queued", error_code=code)
    return True


def failed(session: Session, *, claim: Claim, code: str) -> None:
    """It will not be sent. Staff see the code in words."""
    if _move(session, claim.id, ("sending", "unknown"), "state = 'failed', last_error = :code", code=code):
        set_message_state(session, message_id=claim.message_id, state="failed", error_code=code)


def held(session: Session, *, claim: Claim, code: str) -> None:
    """The gate says no at the moment of sending: shown to staff as "to call"."""
    if _move(session, claim.id, ("sending",), "state = 'held', last_error = :code", code=code):
        set_message_state(session, message_id=claim.message_id, state="held", error_code=code)


def wait_until(session: Session, *, claim: Claim, at: datetime) -> None:
    """The gate says not now: back into the queue, the attempt uncounted."""
    _move(session, claim.id, ("sending",), "state = 'queued', attempts = attempts - 1, available_at = :at", at=at)


def unknown(session: Session, *, claim: Claim, code: str) -> None:
    """Nobody heard the answer: to be looked for."""
    if _move(
        session, claim.id, ("sending",), "state = 'unknown', looks = 0, available_at = :at, last_error = :code",
        at=clock.now() + LOOKS[0], code=code,
    ):  # fmt: skip
        set_message_state(session, message_id=claim.message_id, state="unknown")


def not_found(session: Session, *, claim: Claim) -> None:
    """Looked for and not there: look again, and after the last look send it once more."""
    looks = claim.looks + 1
    if looks < len(LOOKS):
        _move(
            session, claim.id, ("unknown",), "looks = :looks, available_at = :at",
            looks=looks, at=clock.now() + LOOKS[looks],
        )  # fmt: skip
        return
    again(session, claim=claim)


def left_alone(session: Session, *, claim: Claim) -> bool:
    """It cannot be asked about and may not be repeated: its state may still come back; after the last look it is given
    up, for somebody to call. Whether it was given up now."""
    looks = claim.looks + 1
    if looks < len(LOOKS):
        _move(
            session, claim.id, ("unknown",), "looks = :looks, available_at = :at",
            looks=looks, at=clock.now() + LOOKS[looks],
        )  # fmt: skip
        return False
    failed(session, claim=claim, code="may-have-arrived")
    return True


def again(session: Session, *, claim: Claim) -> None:
    """Back into the queue at once: it did not leave, or its repeat is recognised by the other side."""
    if claim.attempts >= MOST_ATTEMPTS:
        failed(session, claim=claim, code="gave-up")
    elif _move(session, claim.id, ("unknown",), "state = 'queued', looks = 0, available_at = :at", at=clock.now()):
        set_message_state(session, message_id=claim.message_id, state="queued")


def set_sending(session: Session, *, message_ids: list[UUID]) -> None:
    """Staff see that these are on their way."""
    session.execute(
        text(
            "UPDATE message SET state = 'sending', error_code = NULL, state_at = :now "
            "WHERE id = ANY(:ids) AND state IN ('queued', 'unknown', 'held')"
        ),
        {"ids": message_ids, "now": clock.now()},
    )


def set_message_state(session: Session, *, message_id: UUID, state: str, error_code: str | None = None) -> None:
    """What staff see. Only while the carrier has not spoken: its word is never taken back."""
    session.execute(
        text(
            "UPDATE message SET state = :state, error_code = :code, state_at = :now "
            "WHERE id = :id AND state IN ('queued', 'sending', 'unknown', 'held')"
        ),
        {"id": message_id, "state": state, "code": error_code, "now": clock.now()},
    )
