"""The worker's side of the outbox: claim, let go of the database, send, write down what became of it."""

import time

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_api import log
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from channels import metrics
from channels.adapters import Finder, Outgoing, SendError, SendResult
from channels.adapters.registry import adapter
from channels.contacts import opting
from channels.failpoints import reached
from channels.outbound import delivery, gate, outbox

ACTOR = Actor.system("dispatch")
_RECORD_FOR = 60.0  # seconds to keep trying to write a result down while the database is away

_OUTGOING = text("""
    SELECT m.id, m.conversation_id, m.channel, m.body, m.subject, m.level, m.person_id, m.kind, m.automatic,
           m.our_address, a.value, c.subject AS matter
    FROM message m JOIN address a ON a.id = m.address_id JOIN conversation c ON c.id = m.conversation_id
    WHERE m.id = :id
""")
_ANSWERED = text("""
    SELECT header_id FROM message WHERE conversation_id = :conversation AND channel = 'email' AND direction = 'in'
      AND header_id IS NOT NULL AND automatic IS NULL ORDER BY position DESC LIMIT 1
""")


def send_next() -> bool:
    """Send the next message that may go. False when there is none.

    The claim is committed before anything leaves, and no connection is held while the provider is spoken to.
    """
    with unit_of_work(ACTOR) as unit:
        claim = outbox.claim(unit.session)
        if claim is None:
            return False
        row = unit.session.execute(_OUTGOING, {"id": claim.message_id}).one()
        decision = gate.decide(
            unit.session,
            address_id=claim.address_id,
            channel=claim.channel,
            our_address=row.our_address,
            level=row.level,
            person_id=row.person_id,
        )
        if decision.act == "hold":
            outbox.held(unit.session, claim=claim, code=decision.reason)
            delivery.did_not_arrive(unit.session, message_id=claim.message_id)
            metrics.sent(claim.channel, "held")
            return True
        if decision.act == "wait":
            outbox.wait_until(unit.session, claim=claim, at=decision.at)
            return True
        outbox.set_message_state(unit.session, message_id=claim.message_id, state="sending")
        outgoing = _outgoing(unit.session, row)
    reached("outbox.claimed")
    outcome = _hand_over(outgoing)
    reached("outbox.handed-over")
    _record(claim, outgoing, outcome)
    reached("outbox.recorded")
    return True


def look_next() -> bool:
    """Find out about the next message that may or may not have left. False when there is none."""
    with unit_of_work(ACTOR) as unit:
        claim = outbox.claim_doubtful(unit.session)
        if claim is None:
            return False
        row = unit.session.execute(_OUTGOING, {"id": claim.message_id}).one()
        outgoing = _outgoing(unit.session, row)
    asked = adapter(claim.channel)
    if not isinstance(asked, Finder):
        # It cannot be asked. A repeat bears the same id, so the other side knows it for what it is.
        with unit_of_work(ACTOR) as unit:
            outbox.again(unit.session, claim=claim)
        return True
    try:
        found = asked.find(outgoing, since=claim.claimed_at, known=lambda sid: _is_anothers(claim, sid))
    except SendError as error:
        log.logger().info("look-up failed", channel=claim.channel, code=error.code)
        return True  # claimed for a while already; asked again after that
    with unit_of_work(ACTOR) as unit:
        if found is None:
            outbox.not_found(unit.session, claim=claim)
        else:
            _accepted(unit.session, claim, found)
    return True


def _is_anothers(claim: outbox.Claim, external_id: str) -> bool:
    with unit_of_work(ACTOR) as unit:
        return bool(
            unit.session.execute(
                text("SELECT 1 FROM message WHERE channel = :channel AND external_id = :external AND id <> :id"),
                {"channel": claim.channel, "external": external_id, "id": claim.message_id},
            ).scalar()
        )


def _outgoing(session: Session, row) -> Outgoing:
    answered, subject = None, row.subject
    if row.channel == "email":
        answered = session.execute(_ANSWERED, {"conversation": row.conversation_id}).scalar()
        if subject is None and row.matter:
            subject = row.matter if row.matter.lower().startswith("re:") else f"Re: {row.matter}"
    return Outgoing(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        recipient=row.value,
        body=row.body,
        subject=subject,
        in_reply_to=answered,
        references=(answered,) if answered else (),
        automatic=row.automatic is not None,
    )


def _hand_over(outgoing: Outgoing) -> SendResult | SendError:
    started = time.monotonic()
    try:
        return adapter(outgoing.channel).send(outgoing)
    except SendError as error:
        return error
    except Exception as error:  # noqa: BLE001 (nobody knows how far it came: never simply again)
        log.logger().error("adapter failed", channel=outgoing.channel, exc_info=error)
        return SendError("unknown", type(error).__name__)
    finally:
        metrics.provider_seconds(outgoing.channel, time.monotonic() - started)


def _record(claim: outbox.Claim, outgoing: Outgoing, outcome: SendResult | SendError) -> None:
    ends = time.monotonic() + _RECORD_FOR
    while True:
        try:
            with unit_of_work(ACTOR) as unit:
                _write_down(unit.session, claim, outcome)
            return
        except OperationalError:
            # What was sent must not be forgotten for a database that restarts; after that the lease ends, and it is
            # looked up like any other that nobody knows of.
            if time.monotonic() > ends:
                raise
            time.sleep(0.5)


def _write_down(session: Session, claim: outbox.Claim, outcome: SendResult | SendError) -> None:
    if isinstance(outcome, SendResult):
        _accepted(session, claim, outcome)
        return
    metrics.sent(claim.channel, outcome.kind)
    log.logger().info("not sent", channel=claim.channel, kind=outcome.kind, code=outcome.code, attempt=claim.attempts)
    match outcome.kind:
        case "retry":
            outbox.retry_later(session, claim=claim, code=outcome.code)
        case "unknown":
            outbox.unknown(session, claim=claim, code=outcome.code)
        case "blocked":
            opting.opt_out(session, address_id=claim.address_id, source="carrier")
            outbox.failed(session, claim=claim, code=outcome.code or "opted-out")
        case "window_closed":
            outbox.failed(session, claim=claim, code=outcome.code or "window-closed")
        case _:
            outbox.failed(session, claim=claim, code=outcome.code)
    delivery.did_not_arrive(session, message_id=claim.message_id)


def _accepted(session: Session, claim: outbox.Claim, result: SendResult) -> None:
    metrics.sent(claim.channel, "sent")
    delivery.accepted(
        session,
        message_id=claim.message_id,
        channel=claim.channel,
        external_id=result.external_id,
        state=result.state,
    )
    outbox.sent(session, message_id=claim.message_id)
