"""The one gate before anything leaves: may this be said to this address, now?

Asked when a message is written, and again at the moment of sending, for much can change in between. What the gate lets
through is a `Sayable`, and an adapter takes nothing else: no sender in the house can go around it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.levels import Level
from case_api.clock import MADRID
from case_api.settings import settings
from channels.adapters.outgoing import Outgoing, Sayable
from channels.contacts.book import SAME_NUMBER
from channels.outbound import shields
from channels.outbound.ceilings import WINDOWED, may_say

WINDOW = timedelta(hours=24)  # WhatsApp: free words go for so long after the person last wrote to this number
WAITING_NOW = timedelta(minutes=60)  # who wrote within this time is awake, and may be answered in quiet hours too
QUIET_CHANNELS = frozenset({"sms", "whatsapp", "voice"})  # what rings; a mail wakes nobody
# What goes on to an address that is not safe just now: an answer or a code, and those without any content (N0).
_TO_THE_UNSAFE = frozenset({"answer", "identity", "consent"})
# What a person who wants no messages gets all the same: the code they asked for, the yes to their wish.
_BEYOND_OPT_OUT = frozenset({"identity", "consent"})


@dataclass(frozen=True, slots=True)
class Decision:
    """`go`, or `wait` until `at`, or `hold` for a reason (a code of `channels.conversations.explain`)."""

    act: Literal["go", "wait", "hold"]
    reason: str = ""
    at: datetime | None = None


GO = Decision("go")


@dataclass(frozen=True, slots=True)
class Rules:
    """What is known of an address and one number of ours at this moment. `opted_out`: purposes ('all' among them);
    `heard_at`: when the person last wrote from it to that number; `read_by_others`: someone else may read or see it."""

    never: bool = False
    opted_out: frozenset[str] = frozenset()
    hours_from: time | None = None
    hours_until: time | None = None
    person_id: UUID | None = None
    unsafe: str | None = None
    read_by_others: bool = False
    shielded: bool = False
    heard_at: datetime | None = None


def let_through(
    outgoing: Outgoing,
    *,
    rules: Rules | None,
    level: Level | str,
    purpose: str,
    person_id: UUID | None,
    now: datetime,
    prompt: bool = False,
) -> Sayable | Decision:
    """A Sayable when `outgoing` may be said now; else the decision against it. The only place that makes one."""
    decision = judge(
        rules,
        channel=outgoing.channel,
        level=level,
        purpose=purpose,
        person_id=person_id,
        templated=outgoing.template is not None,
        prompt=prompt,
        now=now,
    )
    if decision.act != "go":
        return decision
    made = object.__new__(Sayable)
    object.__setattr__(made, "outgoing", outgoing)
    return made


def window_open(last_inbound_at: datetime | None, now: datetime) -> bool:
    """Whether free words may go: strictly less than 24 hours after the person's last message to this number."""
    return last_inbound_at is not None and now - last_inbound_at < WINDOW


def next_allowed(now: datetime, hours_from: time, hours_until: time) -> datetime | None:
    """None when `now` is inside the hours (wall time in Madrid; they may span midnight); else when they next begin."""
    wall = now.astimezone(MADRID)
    inside = (
        hours_from <= wall.time() < hours_until
        if hours_from <= hours_until
        else wall.time() >= hours_from or wall.time() < hours_until
    )
    if inside:
        return None
    begins = datetime.combine(wall.date(), hours_from, MADRID)
    return begins if begins > wall else datetime.combine(wall.date() + timedelta(days=1), hours_from, MADRID)


def awake_hours() -> tuple[time, time] | None:
    """When messages that nobody waits for may ring: what ALMA_QUIET_HOURS leaves, wall time in Madrid; None: always."""
    begins, _, ends = settings().QUIET_HOURS.partition("-")
    if not ends:
        return None
    return time.fromisoformat(ends.strip()), time.fromisoformat(begins.strip())


def judge(
    rules: Rules | None,
    *,
    channel: str,
    level: Level | str,
    now: datetime,
    purpose: str = "answer",
    person_id: UUID | None = None,
    templated: bool = False,
    prompt: bool = False,
) -> Decision:
    """The rules themselves, without a database. `prompt`: the person has just done what it speaks of, and
    waits for it.

    `person_id`: whom the words are for, when that is known; an address that is no longer theirs gets none of them.
    """
    if rules is None:
        return Decision("hold", "unlinked")
    if rules.never:
        return Decision("hold", "never")
    if not may_say(channel, level, read_by_others=rules.read_by_others, shielded=rules.shielded):
        if not may_say(channel, level):
            return Decision("hold", "ceiling")
        return Decision("hold", "shield" if rules.shielded else "read-by-others")
    if purpose not in _BEYOND_OPT_OUT and rules.opted_out & {"all", purpose}:
        return Decision("hold", "opted-out")
    if person_id is not None and rules.person_id is not None and rules.person_id != person_id:
        return Decision("hold", "unlinked")
    # After a long silence a pointer to the folder may still go; where something was seen to be wrong, nothing may.
    if rules.unsafe and (level > Level.N0 or rules.unsafe != "silence" and purpose not in _TO_THE_UNSAFE):
        return Decision("hold", "unsafe")
    if channel in WINDOWED and not templated and not window_open(rules.heard_at, now):
        return Decision("hold", "window-closed")
    return _hours(rules, channel, prompt, now)


def _hours(rules: Rules, channel: str, prompt: bool, now: datetime) -> Decision:
    if rules.hours_from is not None and rules.hours_until is not None:
        begins = next_allowed(now, rules.hours_from, rules.hours_until)
        if begins is not None:
            return Decision("wait", "hours", begins)
    awake = awake_hours()
    if channel in QUIET_CHANNELS and awake is not None:
        begins = next_allowed(now, *awake)
        waits_now = prompt or (rules.heard_at is not None and now - rules.heard_at < WAITING_NOW)
        if begins is not None and not waits_now:
            return Decision("wait", "quiet-hours", begins)
    return GO


_RULES = text(
    """
    SELECT asked.address_id, asked.ours, address.proved_at, address.last_inbound_at, safe.never,
           coalesce(address.hours_from, safe.hours_from) AS hours_from,
           coalesce(address.hours_until, safe.hours_until) AS hours_until, address.person_id,
           safe.unsafe, safe.read_by_others, safe.holders, w.last_inbound_at AS heard_at,
           contact.person_id AS contact_person,
           ARRAY(SELECT o.purpose FROM opt_out o WHERE o.address_id = address.id) AS opted_out
    FROM unnest(CAST(:addresses AS uuid[]), CAST(:ours AS text[])) AS asked (address_id, ours)
    JOIN address ON address.id = asked.address_id
    JOIN contact ON contact.id = address.contact_id
    CROSS JOIN LATERAL (SELECT bool_or(s.never) AS never, min(s.hours_from) AS hours_from,
                               min(s.hours_until) AS hours_until,
                               min(s.unsafe_reason) FILTER (WHERE s.unsafe_at IS NOT NULL
                                   AND (s.kind = address.kind OR s.kind NOT LIKE 'email%')) AS unsafe,
                               array_agg(DISTINCT s.person_id) FILTER (WHERE s.person_id IS NOT NULL) AS holders,
                               bool_or(s.may_be_read_by_others OR s.discreet OR s.shared) AS read_by_others
                        FROM address s WHERE """
    + SAME_NUMBER
    + """) safe
    LEFT JOIN address_window w ON w.address_id = address.id AND w.our_address = asked.ours
"""
)


def rules_of(session: Session, pairs: Iterable[tuple[UUID, str]]) -> dict[tuple[UUID, str], Rules]:
    """What is known of each (address, number of ours); one that does not exist is missing."""
    pairs = list(pairs)
    found = session.execute(
        _RULES, {"addresses": [pair[0] for pair in pairs], "ours": [pair[1] for pair in pairs]}
    ).all()
    people = {person for row in found for person in _holders(row)}
    shielded = shields.among(session, people)
    return {(row.address_id, row.ours): _rules(row, shielded) for row in found}


def _holders(row: Any) -> set[UUID]:
    """Whose the address is, or the same number on another channel: a shield over one of them lies over all of it."""
    return {one for one in (row.person_id, row.contact_person, *(row.holders or ())) if one is not None}


def _silent(row: Any) -> bool:
    if row.person_id is None or row.proved_at is None:
        return False
    heard = max(row.proved_at, row.last_inbound_at or row.proved_at)
    return heard < clock.now() - relativedelta(months=settings().REPROOF_MONTHS)


def _rules(row: Any, shielded: frozenset[UUID]) -> Rules:
    return Rules(
        never=row.never,
        opted_out=frozenset(row.opted_out),
        hours_from=row.hours_from,
        hours_until=row.hours_until,
        person_id=row.person_id,
        unsafe=row.unsafe or ("silence" if _silent(row) else None),
        read_by_others=row.read_by_others,
        shielded=bool(_holders(row) & shielded),
        heard_at=row.heard_at,
    )


def decide(
    session: Session,
    *,
    address_id: UUID,
    channel: str,
    our_address: str,
    level: Level | str,
    person_id: UUID | None = None,
    purpose: str = "answer",
    templated: bool = False,
    prompt: bool = False,
) -> Decision:
    """Whether a message of a level may go to an address now: what is asked while it is being written."""
    rules = rules_of(session, [(address_id, our_address)]).get((address_id, our_address))
    return judge(
        rules,
        channel=channel,
        level=level,
        purpose=purpose,
        person_id=person_id,
        templated=templated,
        prompt=prompt,
        now=clock.now(),
    )
