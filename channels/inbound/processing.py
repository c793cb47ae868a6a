"""Raw events become messages: one transaction an event, in order for each sender, across any number of processes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from channels import metrics
from channels.adapters import DeliveryStatus, Entry, Inbound, Preparing, Quarantine, RawEvent
from channels.adapters.registry import source
from channels.failpoints import reached
from channels.inbound import intake
from channels.inbound.flood import flooded, slow
from channels.inbound.receiving import ACTOR, receive
from channels.outbound.delivery import take

MOST_ATTEMPTS = 5

# The oldest waiting event of each sender, and of those the oldest. While it is being read its row is locked and still
# 'pending' for everybody else, so the sender's next one is not looked at.
_CLAIM = """
    SELECT r.id, r.channel, r.kind, r.dedupe, r.contact_key, r.sealed, r.attempts, r.received_at FROM raw_event r
    WHERE r.state = 'pending' AND r.available_at <= :now
      AND NOT EXISTS (SELECT 1 FROM raw_event e
                      WHERE e.state = 'pending' AND e.contact_key = r.contact_key AND e.id < r.id)
"""
_NEXT = text(_CLAIM + " ORDER BY r.id LIMIT 1 FOR UPDATE SKIP LOCKED")
_THIS = text(_CLAIM + " AND r.channel = :channel AND r.dedupe = :dedupe FOR UPDATE")
_STATE_OF = text("SELECT state, attempts FROM raw_event WHERE channel = :channel AND dedupe = :dedupe")
_TURN_SECONDS = 30.0
# Longer than the questions take: whoever asks and dies is followed by another.
_ASKING_TIME = timedelta(seconds=60)
_PUT_OFF = text("UPDATE raw_event SET available_at = :at WHERE id = :id")
_PUT_BACK = text(
    "UPDATE raw_event SET sealed = :sealed, available_at = '-infinity' WHERE id = :id AND state = 'pending'"
)


def process_next(actor: Actor = ACTOR) -> bool:
    """Process the next raw event that may be. False when there is none."""
    with unit_of_work(actor) as unit:
        row = unit.session.execute(_NEXT, {"now": clock.now()}).first()
        if row is None or not _alone(unit.session, row.contact_key):
            return False
        asking = _process(unit.session, row)
    if asking is not None:
        _prepare(asking, actor)
    reached("raw.committed")
    return True


def process_stored(*, channel: str, dedupe: str, actor: Actor = ACTOR) -> str:
    """Process one stored event now, after what stands before it. Returns its state: 'done', 'quarantined', 'pending'
    (it failed and waits for another try, or its turn has not come within 30 seconds).

    For imports, which want to know what became of each. Raises KeyError when it is not stored.
    """
    key = {"channel": channel, "dedupe": intake.dedupe_hash(channel, dedupe)}
    ends = time.monotonic() + _TURN_SECONDS
    while True:
        with unit_of_work(actor) as unit:
            found = unit.session.execute(_STATE_OF, key).first()
            if found is None:
                raise KeyError(channel)
            if found.state != "pending" or found.attempts:
                return found.state
            row = unit.session.execute(_THIS, key | {"now": clock.now()}).first()
            taken = row is not None and _alone(unit.session, row.contact_key)
            asking = _process(unit.session, row) if taken else None
        if asking is not None:
            _prepare(asking, actor)
        if taken:
            continue
        # Another has it, or has one of the same sender in hand; or one before it waits for its next try.
        if not process_next(actor):
            if time.monotonic() > ends:
                return "pending"
            time.sleep(0.05)


def _alone(session: Session, contact_key: int) -> bool:
    # An event may commit after a younger one of the same sender was claimed: then one of the two waits here.
    return bool(session.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": contact_key}).scalar())


def _process(session: Session, row) -> "_Asking | None":
    """Read an event; or, when the network has to be asked about it first, put it off for whoever asks."""
    try:
        with session.begin_nested():
            asking = _read(session, row)
        if asking is not None:
            session.execute(_PUT_OFF, {"id": row.id, "at": clock.now() + _ASKING_TIME})
            return asking
    except Quarantine as refused:
        _set_aside(session, row.id, refused.reason)
        metrics.received(row.channel, "quarantined")
    except OperationalError:
        raise  # the database, not the event: everything is undone and tried again
    except Exception as error:  # noqa: BLE001 (one event must not stop the others)
        log.logger().error("raw event failed", id=row.id, channel=row.channel, kind=row.kind, exc_info=error)
        _fail(session, row, type(error).__name__)
    else:
        session.execute(
            text("UPDATE raw_event SET state = 'done', reason = NULL, processed_at = :now WHERE id = :id"),
            {"id": row.id, "now": clock.now()},
        )
        metrics.received(row.channel, "done")
    reached("raw.processed")
    return None


@dataclass(frozen=True, slots=True)
class _Asking:
    """An event that the network has to be asked about. Its place in its sender's line stays taken meanwhile."""

    id: int
    raw: RawEvent
    source: Preparing


def _prepare(asking: _Asking, actor: Actor) -> None:
    """Ask, with no connection held, and put the event back in line with what was found."""
    headers = asking.raw.headers | asking.source.prepare(asking.raw)
    with unit_of_work(actor) as unit:
        unit.session.execute(_PUT_BACK, {"id": asking.id, "sealed": intake.close(asking.raw.payload, headers)})


def _read(session: Session, row) -> _Asking | None:
    payload, headers = intake.open_sealed(row.sealed)
    only = headers.pop("only_entry", None)
    raw = RawEvent(row.channel, row.kind, payload, headers, row.received_at)
    try:
        reader = source(row.channel)
    except KeyError:
        raise Quarantine("unknown-channel") from None
    if isinstance(reader, Preparing) and reader.wants_preparing(raw):
        return _Asking(row.id, raw, reader)
    entries: Sequence[Entry] = reader.parse(raw)
    reached("raw.parsed")
    if only is not None:
        entries = entries[only : only + 1]
    if len(entries) == 1:
        _take(session, entries[0], row, headers)
        return None
    for number, entry in enumerate(entries):
        _take_one_of_many(session, row, number, entry, payload, headers)
    return None


def _take(session: Session, entry: Entry, row, headers: dict) -> None:
    match entry:
        case Quarantine():
            raise entry
        case DeliveryStatus():
            take(session, status=entry)
        case Inbound():
            made = receive(session, inbound=entry, bulk=headers.get("source") == "import")
            if made is not None and flooded(session, message_id=made):
                slow(session, contact_key=row.contact_key, event_id=row.id, now=clock.now())


def _take_one_of_many(session: Session, row, number: int, entry: Entry, payload: bytes, headers: dict) -> None:
    """A bad entry of a batch goes to quarantine by itself; its neighbours are not touched."""
    try:
        with session.begin_nested():
            _take(session, entry, row, headers)
        return
    except Quarantine as refused:
        reason = refused.reason
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001
        log.logger().error("entry failed", id=row.id, channel=row.channel, exc_info=error)
        reason = f"error:{type(error).__name__}"
    session.execute(
        text(
            "INSERT INTO raw_event (channel, kind, dedupe, contact_key, sealed, state, reason, received_at) "
            "VALUES (:channel, :kind, :dedupe, :key, :sealed, 'quarantined', :reason, :received) "
            "ON CONFLICT ON CONSTRAINT uq_raw_event_dedupe DO NOTHING"
        ),
        {
            "channel": row.channel,
            "kind": row.kind,
            "dedupe": intake.dedupe_hash(row.channel, f"{bytes(row.dedupe).hex()}#{number}"),
            "key": row.contact_key,
            "sealed": intake.close(payload, headers | {"only_entry": number}),
            "reason": reason,
            "received": row.received_at,
        },
    )
    metrics.received(row.channel, "quarantined")


def _set_aside(session: Session, event_id: int, reason: str) -> None:
    session.execute(
        text("UPDATE raw_event SET state = 'quarantined', reason = :reason, processed_at = :now WHERE id = :id"),
        {"id": event_id, "reason": reason, "now": clock.now()},
    )


def _fail(session: Session, row, name: str) -> None:
    attempts = row.attempts + 1
    if attempts >= MOST_ATTEMPTS:
        _set_aside(session, row.id, f"error:{name}")
        metrics.received(row.channel, "quarantined")
        return
    session.execute(
        text("UPDATE raw_event SET attempts = :attempts, available_at = :at, reason = :reason WHERE id = :id"),
        {
            "id": row.id,
            "attempts": attempts,
            "at": clock.now() + timedelta(seconds=2**attempts),
            "reason": f"error:{name}",
        },
    )
    metrics.received(row.channel, "retry")
