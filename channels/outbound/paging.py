"""The duty desk is called when nobody looks: short words that name nobody, again and again until somebody has read.

A call that nobody answers becomes an SMS to the same number at once, without waiting for its turn: the other numbers
and mails of the setting have been called with it.

Who is called is a setting (ALMA_DUTY_ADDRESSES). The words go the way of all others: written, through the gate, by the
outbox. They say that something waits and where to read it, never who wrote or what.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.settings import settings
from channels.contacts import book as contacts
from channels.contacts.addresses import TYPED, is_landline
from channels.inbound import alerts
from channels.outbound import outbox
from channels.outbound.notices import conversation_for_notices
from channels.outbound.sending import send_words

ACTOR = Actor.system("duty")
TEMPLATE = "duty_alert"
PATH = "/profesionales/guardia"
APART = timedelta(seconds=60)  # a new alert calls at once, and many together call once
_SPOKEN = "voice:"
_KEY = "duty-desk"  # its line in `sweep`: up to which alert somebody was called, and when it is due again

_WAITING = text(
    "SELECT count(*) AS count, max(raised_at) AS newest, min(raised_at) AS oldest FROM duty_alert WHERE seen_at IS NULL"
)
# One statement: of several workers one calls.
_CLAIM = text("""
    INSERT INTO sweep (source, swept_until, due_at) VALUES (:key, :newest, :later)
    ON CONFLICT ON CONSTRAINT pk_sweep DO UPDATE SET swept_until = excluded.swept_until, due_at = excluded.due_at
    WHERE sweep.due_at <= :now OR (sweep.swept_until < :newest AND sweep.due_at <= :early)
    RETURNING 1
""")
_ON_THE_WAY = text(
    "SELECT 1 FROM outbox WHERE address_id = :id AND channel = :channel AND state IN ('queued', 'sending', 'unknown') "
    "LIMIT 1"
)
# The latest call to a number about what waits, when nobody heard it and nothing went in its stead.
_UNHEARD = text("""
    SELECT id, reason FROM (
        SELECT m.id, m.state, coalesce(m.error_code, m.state) AS reason FROM message m
        WHERE m.address_id = :address AND m.channel = 'voice' AND m.direction = 'out' AND m.kind = 'confirmation'
          AND m.automatic = 'auto' AND m.created_at >= :since ORDER BY m.created_at DESC LIMIT 1
    ) latest WHERE state IN ('failed', 'held') AND NOT EXISTS (SELECT 1 FROM message n WHERE n.instead_of = latest.id)
""")
_CALLED = text("""
    SELECT DISTINCT ON (m.address_id, m.channel) m.channel, m.state, m.error_code, m.created_at
    FROM message m WHERE m.address_id = ANY(:ids) AND m.direction = 'out' AND m.kind = 'confirmation'
      AND m.automatic = 'auto' AND m.created_at >= :since
    ORDER BY m.address_id, m.channel, m.created_at DESC
""")


@dataclass(frozen=True, slots=True)
class Called:
    """The latest call to one address of the duty desk, and what became of it."""

    channel: str
    state: str
    error_code: str | None
    at: datetime


def targets() -> list[tuple[str, str, str]]:
    """Whom to call: (channel, kind of the address, value) of each in ALMA_DUTY_ADDRESSES."""
    found = []
    for part in filter(None, (piece.strip() for piece in settings().DUTY_ADDRESSES.split(","))):
        if "@" in part:
            found.append(("email", "email", part))
        elif part.startswith(_SPOKEN):
            found.append(("voice", TYPED, part.removeprefix(_SPOKEN)))
        else:
            found.append(("sms", "sms", part))
    return found


def call_due() -> bool:
    """Call the duty desk when an alert waits and it is time; send by SMS at once what a call told nobody. Always False:
    there is no more to do at once."""
    if not targets():
        return False
    now, repeat = clock.now(), timedelta(minutes=settings().DUTY_REPEAT_MINUTES)
    with unit_of_work(ACTOR) as unit:
        waiting = unit.session.execute(_WAITING).one()
        if not waiting.count:
            return False
        asked = {"key": _KEY, "newest": waiting.newest, "later": now + repeat, "now": now,
                 "early": now + repeat - APART}  # fmt: skip
        if unit.session.execute(_CLAIM, asked).scalar():
            for channel, kind, value in targets():
                _call(unit.session, channel, kind, value, waiting.count)
        else:
            for value in _unspoken():
                _instead_of_a_call(unit.session, value, waiting)
    return False


def _unspoken() -> list[str]:
    """Numbers that are only called, and could take an SMS as well."""
    named = targets()
    written = {value for channel, _, value in named if channel == "sms"}
    return [
        value for channel, _, value in named
        if channel == "voice" and value not in written and not is_landline(value)
    ]  # fmt: skip


def _instead_of_a_call(session: Session, value: str, waiting: Any) -> None:
    address = contacts.find(session, kind=TYPED, value=value)
    if address is None:
        return
    contacts.lock_contact(session, contact_id=address.contact_id)  # of two workers one sends it
    unheard = session.execute(_UNHEARD, {"address": address.id, "since": waiting.oldest}).first()
    if unheard is not None:
        _call(session, "sms", "sms", value, waiting.count, instead_of=(unheard.id, unheard.reason))


def _call(
    session: Session, channel: str, kind: str, value: str, count: int, instead_of: tuple[UUID, str] | None = None
) -> UUID | None:
    address = contacts.find_or_make(session, kind=kind, value=value, actor=ACTOR)
    contacts.lock_contact(session, contact_id=address.contact_id)
    if session.execute(_ON_THE_WAY, {"id": address.id, "channel": channel}).scalar():
        return None  # the carrier is away: one is enough for when it is back
    return send_words(
        session,
        conversation_id=conversation_for_notices(session, contact_id=address.contact_id),
        address=address,
        channel=channel,
        template=TEMPLATE,
        kind="confirmation",
        person_id=None,
        priority=outbox.REPLY,
        prompt=True,  # it rings at night: that is what it is for
        instead_of=instead_of,
        count=count,
        link="" if channel == "voice" else f"{settings().PUBLIC_URL}{PATH}",
    )


def called(session: Session, *, waiting: list[alerts.Alert]) -> list[Called]:
    """What became of the latest calls about alerts that wait; empty when there was none yet."""
    if not waiting:
        return []
    ways = [(kind, value) for _, kind, value in targets()] + [("sms", value) for value in _unspoken()]
    known = [contacts.find(session, kind=kind, value=value) for kind, value in ways]
    asked = {"ids": [one.id for one in known if one], "since": min(one.raised_at for one in waiting)}
    return [Called(*row) for row in session.execute(_CALLED, asked)]
