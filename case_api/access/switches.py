"""Who may move which switch, and until when it then stands: pure, by the table."""

from datetime import date, datetime, time, timedelta

from case_api import clock
from case_api.access.table import SelfRule, Switch

_RANK = {None: -1, "low": 0, "substantial": 1, "high": 2}


def too_young(switch: Switch, *, born: date | None, today: date) -> bool:
    """Whether the table wants an older person. Without a date of birth only what asks for adults is refused."""
    if born is None:
        return switch.minimum_age >= 18
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return age < switch.minimum_age


def may_give(switch: Switch, *, as_representative: bool) -> bool:
    """Whether the person, or somebody who represents them, may move it at all."""
    return ("representative" if as_representative else "person") in switch.by


def login_missing(rule: SelfRule | None, *, assurance: str | None, login_age: timedelta | None) -> bool | None:
    """None when the login will do; True when only a new one is missing; False when a stronger one is."""
    if rule is None:
        return None
    if _RANK[assurance] < _RANK[rule.assurance]:
        return False
    too_old = rule.fresh_minutes and (login_age is None or login_age > timedelta(minutes=rule.fresh_minutes))
    return True if too_old else None


def last_day(switch: Switch, *, given_on: date) -> date | None:
    """The last day it stands, in Madrid, itself included; None when nothing ends it. The day it is given counts."""
    return given_on + timedelta(days=switch.longest_days - 1) if switch.longest_days else None


def end_of(day: date) -> datetime:
    """The instant at which a day is over in Madrid, whether it has 23, 24 or 25 hours."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=clock.MADRID)
