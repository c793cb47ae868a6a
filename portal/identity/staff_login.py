"""The two steps of a professional's login, as rules: nothing here knows of pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from portal.identity import staff_accounts, throttle

_LOGIN = Actor.system("login")


@dataclass(frozen=True, slots=True)
class Outcome:
    """`professional_id` when the step was passed; `wait_until` when nobody may try this name for now."""

    professional_id: UUID | None = None
    wait_until: datetime | None = None


def check_password(*, login: str, password: str) -> Outcome:
    """The first step. The answer, and the time it takes, are the same for a name that does not exist."""
    with unit_of_work(_LOGIN) as unit:
        wait = throttle.enter(unit.session, login=login)
        who = staff_accounts.candidate(unit.session, login=login)
    if wait:
        return Outcome(wait_until=wait)
    if not staff_accounts.password_matches(who, password):
        return Outcome()
    with unit_of_work(_LOGIN) as unit:
        throttle.uncount(unit.session, login=login)
    return Outcome(professional_id=who.professional_id)


def check_code(*, login: str, professional_id: UUID, code: str) -> Outcome:
    """The second step; a code works once."""
    with unit_of_work(_LOGIN) as unit:
        wait = throttle.enter(unit.session, login=login)
    if wait:
        return Outcome(wait_until=wait)
    with unit_of_work(_LOGIN) as unit:
        if not staff_accounts.take_code(unit.session, professional_id=professional_id, code=code):
            return Outcome()
        throttle.passed(unit.session, login=login)
    return Outcome(professional_id=professional_id)
