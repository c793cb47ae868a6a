"""Whether somebody acts for another person now, and how far: pure, by the table."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from case_api import clock
from case_api.access.levels import Level
from case_api.access.table import Representation


@dataclass(frozen=True, slots=True)
class Acting:
    """By whom something is done in another's name: the tie, and the name that stands in it."""

    representation_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Tie:
    """One representation as it is recorded. Instants are aware; `born` and `died` are days of the represented person.

    `minor_says` is "yes" or "no" once a minor with a say of their own has spoken, at `minor_said_at`.
    """

    kind: str
    scope: Level
    confirmed_at: datetime | None
    starts_at: datetime
    ends_at: datetime | None = None
    suspended_at: datetime | None = None
    ended_at: datetime | None = None
    minor_says: str | None = None
    minor_said_at: datetime | None = None
    born: date | None = None
    died: date | None = None
    acting: Acting | None = None


def birthday(born: date, years: int) -> datetime:
    """The instant at which somebody is so many years old: the first of that day in Madrid (Código Civil art. 240).

    Who was born on 29 February is so on 1 March of a year without one: the days before must be over whole.
    """
    try:
        day = born.replace(year=born.year + years)
    except ValueError:
        day = date(born.year + years, 3, 1)
    return datetime.combine(day, time(), tzinfo=clock.MADRID)


def in_force(tie: Tie, now: datetime) -> bool:
    """Whether it is confirmed, begun, and neither ended, expired nor suspended; it is over in the instant it ends."""
    if tie.confirmed_at is None or now < tie.confirmed_at or now < tie.starts_at or tie.died is not None:
        return False
    return not any(end is not None and end <= now for end in (tie.ends_at, tie.ended_at, tie.suspended_at))


def scope_now(tie: Tie, rule: Representation, now: datetime) -> Level | None:
    """The highest level that it opens at this moment, or None.

    Of a minor's (LOPDGDD art. 7 and 12.6; Ley 12/2022 art. 43.3): from `own_say_from` on no more than `without_say`
    until the minor says yes, and nothing from `adult_at` on. Without a date of birth nobody is taken for a minor.
    """
    highest = rule.kinds.get(tie.kind)  # type: ignore[call-overload]
    if highest is None or not in_force(tie, now):
        return None
    scope = min(tie.scope, highest)
    if tie.kind not in rule.of_minors:
        return scope
    if tie.born is None or now >= birthday(tie.born, rule.adult_at):
        return None
    own_say = birthday(tie.born, rule.own_say_from)
    agreed = tie.minor_says == "yes" and tie.minor_said_at is not None and tie.minor_said_at >= own_say
    return scope if now < own_say or agreed else min(scope, rule.without_say)
