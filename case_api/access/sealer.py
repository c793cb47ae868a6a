"""Chain the access log.

Entries are sealed in the order their transactions can no longer be preceded: an entry's transaction number is taken
before it commits, so a slow one may appear behind a faster, later one. Only entries below the oldest running
transaction are sealed; nothing can appear among them any more.
"""

import threading
import time
from dataclasses import replace
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access import chain
from case_api.access.actor import Actor
from case_api.access.chain import GENESIS, Head, first_link, month_of, next_link
from case_api.access.glass import tell_what_is_due
from case_api.access.verification import verify
from case_api.db import unit_of_work
from case_api.log import logger

__all__ = ["keep_up", "make_months", "seal_forever", "seal_once", "verify"]

BATCH = 5_000
PAUSE = 5.0
"""Seconds between two rounds of the sealer."""
UPKEEP = 600.0
"""Seconds between two looks at the months ahead and at notices that are due."""
MONTHS_AHEAD = 3

_LAST = text("SELECT month, position, txid, entry_id, link FROM access_seal ORDER BY month DESC, position DESC LIMIT 1")
_LAST_HEAD = text("SELECT number, signature FROM access_head ORDER BY number DESC LIMIT 1")

# After a restore into another cluster, numbers from the old one lie ahead of every running transaction: they are
# finished too (`foreign`), and the place where the last round stopped says nothing about the new numbers.
_READY = """
    SELECT e.id, e.txid::text AS txid, e.commitment FROM access_entry e, pg_current_snapshot() AS now
    WHERE (e.txid < pg_snapshot_xmin(now) OR {foreign}) AND {after}
        AND NOT EXISTS (SELECT 1 FROM access_seal s WHERE s.entry_id = e.id)
    ORDER BY {order} e.txid, e.id LIMIT :limit
"""
_FOREIGN = "e.txid > pg_snapshot_xmax(now)"
_READY_AFTER = text(_READY.format(foreign="false", after="(e.txid, e.id) > (CAST(:txid AS xid8), :entry)", order=""))
_READY_ALL = text(_READY.format(foreign=_FOREIGN, after="true", order=f"({_FOREIGN}) DESC,"))


def seal_once(session: Session) -> int:
    """Chain what is ready, sign the new head, and return how many entries that were. One sealer at a time.

    The session belongs to a system actor's unit of work; nothing is sealed until that commits.
    """
    if not session.execute(text("SELECT pg_try_advisory_xact_lock(hashtext('alma.access.seal'))")).scalar():
        return 0
    last = session.execute(_LAST).first()
    waiting = session.execute(*_ready(session, last)).all()
    if not waiting:
        return 0
    month, position, link = (last.month, last.position, last.link) if last else (None, 0, GENESIS)
    current = month_of(clock.today())
    if month is None or current > month:
        month, position, link = current, 0, first_link(current, link)
    rows = []
    for entry in waiting:
        position += 1
        link = next_link(link, position, entry.id, entry.commitment)
        rows.append((position, entry.id, entry.txid, entry.commitment, link))
    columns = [list(column) for column in zip(*rows, strict=True)]
    session.execute(
        text(
            "INSERT INTO access_seal (month, position, entry_id, txid, commitment, link) "
            "SELECT :month, p, e, CAST(t AS xid8), c, l FROM unnest(CAST(:p AS bigint[]), CAST(:e AS uuid[]), "
            "CAST(:t AS text[]), CAST(:c AS bytea[]), CAST(:l AS bytea[])) AS new (p, e, t, c, l)"
        ),
        {"month": month, **dict(zip("petcl", columns, strict=True))},
    )
    _sign(session, month, position, link)
    return len(rows)


def _ready(session: Session, last: Any) -> tuple[Any, dict[str, Any]]:
    if last is not None:
        ours = session.execute(
            text("SELECT CAST(:txid AS xid8) <= pg_snapshot_xmax(pg_current_snapshot())"), {"txid": str(last.txid)}
        ).scalar()
        if ours:
            return _READY_AFTER, {"txid": str(last.txid), "entry": last.entry_id, "limit": BATCH}
    return _READY_ALL, {"limit": BATCH}


def _sign(session: Session, month: Any, position: int, link: bytes) -> None:
    before = session.execute(_LAST_HEAD).first()
    head = Head(
        number=before.number + 1 if before else 1,
        month=month,
        position=position,
        link=link,
        previous=before.signature if before else GENESIS,
        signed_at=clock.now(),
    )
    head = replace(head, signature=head.sign())
    session.execute(
        text(
            "INSERT INTO access_head (number, month, position, link, previous, signed_at, signature) "
            "VALUES (:number, :month, :position, :link, :previous, :signed_at, :signature)"
        ),
        {name: getattr(head, name) for name in head.__slots__},
    )
    database = chain.database_name(session)
    event.listen(session, "after_commit", lambda _: chain.keep_anchor(database, head), once=True)


def make_months(session: Session, ahead: int = MONTHS_AHEAD) -> int:
    """Make the log's partitions for this month and those ahead, if they are missing; how many were made."""
    return session.execute(text("SELECT alma_log_months(:ahead)"), {"ahead": ahead}).scalar_one()


def keep_up() -> None:
    """The log's months ahead, and the notices of urgent looks that are no longer held back."""
    with unit_of_work(Actor.system("access-sealer")) as unit:
        make_months(unit.session)
    with unit_of_work(Actor.system("access-sealer")) as unit:
        tell_what_is_due(unit)


def seal_forever(stop: threading.Event, *, pause: float = PAUSE) -> None:
    """Seal every `pause` seconds until told to stop; a round that fails is logged and tried again."""
    next_upkeep = 0.0
    while not stop.is_set():
        if time.monotonic() >= next_upkeep:
            next_upkeep = time.monotonic() + UPKEEP
            try:
                keep_up()
            except Exception:
                logger().exception("the access log's upkeep failed")
        sealed = 0
        try:
            with unit_of_work(Actor.system("access-sealer")) as unit:
                sealed = seal_once(unit.session)
        except Exception:
            logger().exception("sealing the access log failed")
        if sealed < BATCH:
            stop.wait(pause)
