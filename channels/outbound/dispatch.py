"""The worker's side of the outbox: claim some, let go of the database, send, write down what became of them.

Several messages are claimed at once, of as many addresses, and handed over side by side: one transaction before and one
after serve them all. Nothing leaves but what the gate lets through at this moment.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.keys import unseal
from channels import metrics
from channels.adapters import Finder, SendError, SendResult
from channels.adapters.outgoing import Outgoing, Sayable, Template
from channels.adapters.registry import adapter
from channels.contacts import opting
from channels.failpoints import reached
from channels.outbound import delivery, gate, outbox
from channels.outbound.approved import holes_in
from channels.outbound.outbox import Claim
from channels.outbound.sending import SECRET

ACTOR = Actor.system("dispatch")
MOST = 16  # claimed at once
_RECORD_FOR = 60.0  # seconds to keep trying to write a result down while the database is away
_PATIENCE = 0.5  # seconds that quick answers wait for slow ones before they are written down

_OUTGOING = text("""
    SELECT m.id, m.conversation_id, m.channel, m.body, m.subject, m.level, m.person_id, m.kind, m.automatic,
           m.our_address, m.purpose, m.prompt, m.secret, m.language, m.template_values, a.value, c.subject AS matter,
           t.external_id AS template, t.language AS template_language, t.state AS template_state,
           t.body AS template_body
    FROM message m JOIN address a ON a.id = m.address_id JOIN conversation c ON c.id = m.conversation_id
    LEFT JOIN message_template t ON t.id = m.template_id
    WHERE m.id = ANY(:ids)
""")
_ANSWERED = text("""
    SELECT DISTINCT ON (conversation_id) conversation_id, header_id FROM message
    WHERE conversation_id = ANY(:conversations) AND channel = 'email' AND direction = 'in' AND header_id IS NOT NULL
      AND automatic IS NULL ORDER BY conversation_id, position DESC
""")

Outcome = SendResult | SendError


@cache
def _hands() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4 * MOST, thread_name_prefix="send")


def send_next() -> bool:
    """Send the next message that may go. False when there is none."""
    return send_some(1) > 0


def send_many() -> bool:
    """Send as many as are claimed at once. False when none may go."""
    return send_some() > 0


def send_some(most: int = MOST) -> int:
    """Send up to `most` messages that may go; returns how many were taken up.

    The claim is committed before anything leaves, and no connection is held while a provider is spoken to.
    """
    with unit_of_work(ACTOR) as unit:
        claims = outbox.claim(unit.session, most)
        ready = _pass(unit.session, claims) if claims else []
    reached("outbox.claimed")
    if ready:
        _hand_over(ready)
        reached("outbox.recorded")
    return len(claims)


def _pass(session: Session, claims: Sequence[Claim]) -> list[tuple[Claim, Sayable]]:
    """What may be said now of what was claimed; the rest is held, or waits for its hour."""
    rows = {row.id: row for row in session.execute(_OUTGOING, {"ids": [claim.message_id for claim in claims]})}
    rules = gate.rules_of(session, {(claim.address_id, rows[claim.message_id].our_address) for claim in claims})
    answered = _answered(session, rows.values())
    now, ready = clock.now(), []
    for claim in claims:
        row = rows[claim.message_id]
        said = gate.let_through(
            _outgoing(row, answered),
            rules=rules.get((claim.address_id, row.our_address)),
            level=row.level,
            purpose=row.purpose,
            person_id=row.person_id,
            now=now,
            prompt=row.prompt,
        )
        if isinstance(said, Sayable):
            ready.append((claim, said))
        elif said.act == "wait":
            outbox.wait_until(session, claim=claim, at=said.at)
        else:
            outbox.held(session, claim=claim, code=said.reason)
            delivery.did_not_arrive(session, message_id=claim.message_id)
            metrics.sent(claim.channel, "held")
    outbox.set_sending(session, message_ids=[claim.message_id for claim, _ in ready])
    return ready


def look_next() -> bool:
    """Find out about the next message that may or may not have left. False when there is none."""
    with unit_of_work(ACTOR) as unit:
        claim = outbox.claim_doubtful(unit.session)
        if claim is None:
            return False
        row = unit.session.execute(_OUTGOING, {"ids": [claim.message_id]}).one()
        outgoing = _outgoing(row, _answered(unit.session, [row]))
    reached("outbox.doubted")
    asked = adapter(claim.channel)
    if not isinstance(asked, Finder):
        # It cannot be asked. A repeat bears the same id, so the other side knows it for what it is.
        with unit_of_work(ACTOR) as unit:
            if getattr(asked, "repeatable", True):
                outbox.again(unit.session, claim=claim)
            elif outbox.left_alone(unit.session, claim=claim):
                delivery.did_not_arrive(unit.session, message_id=claim.message_id)
        return True
    try:
        found = asked.find(outgoing, since=claim.claimed_at, known=lambda sid: _is_anothers(claim, sid))
    except SendError as error:
        log.logger().info("look-up failed", channel=claim.channel, code=error.code)
        return True  # claimed for a while already; asked again after that
    reached("outbox.looked-up")
    with unit_of_work(ACTOR) as unit:
        if found is None:
            outbox.not_found(unit.session, claim=claim)
        else:
            delivery.accepted(unit.session, [(claim, found)])
    return True


def _is_anothers(claim: Claim, external_id: str) -> bool:
    with unit_of_work(ACTOR) as unit:
        return bool(
            unit.session.execute(
                text("SELECT 1 FROM message WHERE channel = :channel AND external_id = :external AND id <> :id"),
                {"channel": claim.channel, "external": external_id, "id": claim.message_id},
            ).scalar()
        )


def _answered(session: Session, rows: Any) -> dict[Any, str]:
    """The mail that each conversation's next mail answers, by conversation."""
    asked = [row.conversation_id for row in rows if row.channel == "email"]
    if not asked:
        return {}
    return dict(session.execute(_ANSWERED, {"conversations": asked}).tuples().all())


def _outgoing(row: Any, answered: dict[Any, str]) -> Outgoing:
    subject, reply_to = row.subject, None
    if row.channel == "email":
        reply_to = answered.get(row.conversation_id)
        if subject is None and row.matter:
            subject = row.matter if row.matter.lower().startswith("re:") else f"Re: {row.matter}"
    return Outgoing(
        id=row.id,
        conversation_id=row.conversation_id,
        channel=row.channel,
        recipient=row.value,
        body=unseal(SECRET, bytes(row.secret)).decode() if row.secret else row.body,
        subject=subject,
        in_reply_to=reply_to,
        references=(reply_to,) if reply_to else (),
        automatic=row.automatic is not None,
        template=_template(row),
        language=row.language or "es",
    )


def _template(row: Any) -> Template | None:
    """The approved words, while they still are: a paused template is none, and the window decides."""
    if row.template is None or row.template_state != "approved":
        return None
    values = row.template_values or {}
    return Template(
        row.template, row.template_language, tuple(values.get(name, "") for name in holes_in(row.template_body))
    )


def _hand_over(ready: list[tuple[Claim, Sayable]]) -> None:
    """Send side by side; what is answered quickly is written down without waiting for what is not."""
    if len(ready) == 1:
        claim, sayable = ready[0]
        _record([(claim, _one(claim.channel, sayable))])
        return
    open_: dict[Future[Outcome], Claim] = {
        _hands().submit(_one, claim.channel, sayable): claim for claim, sayable in ready
    }
    while open_:
        done, _ = wait(open_, timeout=_PATIENCE)
        if not done:
            done, _ = wait(open_, return_when="FIRST_COMPLETED")
        _record([(open_.pop(future), future.result()) for future in done])


def _one(channel: str, sayable: Sayable) -> Outcome:
    started = time.monotonic()
    try:
        outcome: Outcome = adapter(channel).send(sayable)
    except SendError as error:
        outcome = error
    except Exception as error:  # noqa: BLE001 (nobody knows how far it came: never simply again)
        log.logger().error("adapter failed", channel=channel, exc_info=error)
        outcome = SendError("unknown", type(error).__name__)
    metrics.provider_seconds(channel, time.monotonic() - started)
    reached("outbox.handed-over")
    return outcome


def _record(outcomes: list[tuple[Claim, Outcome]]) -> None:
    ends = time.monotonic() + _RECORD_FOR
    while True:
        try:
            with unit_of_work(ACTOR) as unit:
                _write_down(unit.session, outcomes)
                reached("outbox.written-down")
            return
        except OperationalError:
            # What was sent must not be forgotten for a database that restarts; after that the lease ends, and it is
            # looked up like any other that nobody knows of.
            if time.monotonic() > ends:
                raise
            time.sleep(0.5)


def _write_down(session: Session, outcomes: list[tuple[Claim, Outcome]]) -> None:
    accepted = [(claim, outcome) for claim, outcome in outcomes if isinstance(outcome, SendResult)]
    if accepted:
        delivery.accepted(session, accepted)
        for claim, _ in accepted:
            metrics.sent(claim.channel, "sent")
    for claim, outcome in outcomes:
        if isinstance(outcome, SendError):
            _refused(session, claim, outcome)


def _refused(session: Session, claim: Claim, error: SendError) -> None:
    metrics.sent(claim.channel, error.kind)
    log.logger().info("not sent", channel=claim.channel, kind=error.kind, code=error.code, attempt=claim.attempts)
    match error.kind:
        case "retry":
            outbox.retry_later(session, claim=claim, code=error.code)
        case "unknown":
            outbox.unknown(session, claim=claim, code=error.code)
        case "blocked":
            opting.opt_out(session, address_id=claim.address_id, source="carrier")
            outbox.failed(session, claim=claim, code=error.code or "opted-out")
        case "window_closed":
            outbox.failed(session, claim=claim, code=error.code or "window-closed")
        case _:
            outbox.failed(session, claim=claim, code=error.code)
    delivery.did_not_arrive(session, message_id=claim.message_id)
