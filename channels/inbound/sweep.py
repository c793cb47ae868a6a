"""Messages that a carrier has and that never reached us: looked for in its own list, once a minute.

A carrier gives a webhook up after some seconds; what was written while we were away would be lost. What is found is
stored as its webhook would have been, under the same key, so that a late webhook is a duplicate.
"""

from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import text

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from channels import metrics
from channels.adapters import Listed, SendError, Sweeper
from channels.adapters.registry import sweepers
from channels.inbound import intake

ACTOR = Actor.system("sweep")
EVERY = timedelta(seconds=60)
# A webhook says more than the list, so it has its time first: 15 seconds with all its repeats.
GRACE = timedelta(seconds=30)
OVERLAP = timedelta(minutes=10)  # their clock is not ours, and a list may be late
FIRST = timedelta(hours=1)
_BATCH = 200

# One statement: of several workers one gets the row, and only when it is due.
_CLAIM = text("""
    INSERT INTO sweep (source, swept_until, due_at) VALUES (:source, :first, :later)
    ON CONFLICT ON CONSTRAINT pk_sweep DO UPDATE SET due_at = excluded.due_at WHERE sweep.due_at <= :now
    RETURNING swept_until
""")


def sweep_due() -> bool:
    """Compare each carrier's list that is due with what we have. Always False: there is no more to do at once."""
    for sweeper in sweepers():
        now = clock.now()
        with unit_of_work(ACTOR) as unit:
            swept_until = unit.session.execute(
                _CLAIM, {"source": sweeper.source, "first": now - FIRST, "later": now + EVERY, "now": now}
            ).scalar()
        if swept_until is not None:
            _sweep(sweeper, since=swept_until - OVERLAP, until=now - GRACE)
    return False


def _sweep(sweeper: Sweeper, *, since: datetime, until: datetime) -> None:
    try:
        missed = _missed(sweeper, since, until)
        missed.reverse()
        for listed in sorted(missed, key=lambda one: one.at):  # oldest first: one sender's messages keep their order
            if intake.store_committed(**sweeper.event(listed)) == "stored":
                metrics.received(sweeper.source, "swept")
    except SendError as error:
        log.logger().warning("carrier not swept", channel=sweeper.source, code=error.code)
        return  # the place stays, and the next sweep begins there
    if missed:
        log.logger().warning("messages without a webhook", channel=sweeper.source, count=len(missed))
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(
            text("UPDATE sweep SET swept_until = greatest(swept_until, :until) WHERE source = :source"),
            {"source": sweeper.source, "until": until},
        )


def _missed(sweeper: Sweeper, since: datetime, until: datetime) -> list[Listed]:
    """Those of the list that we do not have. Between two pages no connection to the database is held."""
    missed, listing = [], iter(sweeper.listed(since=since, until=until))
    while batch := list(islice(listing, _BATCH)):
        hashes = {intake.dedupe_hash(sweeper.source, one.dedupe): one for one in batch}
        with unit_of_work(ACTOR) as unit:
            known = unit.session.execute(
                text("SELECT dedupe FROM raw_event WHERE channel = :channel AND dedupe = ANY(:hashes)"),
                {"channel": sweeper.source, "hashes": list(hashes)},
            ).scalars()
            known = {bytes(one) for one in known}
        missed += [one for key, one in hashes.items() if key not in known]
    return missed
