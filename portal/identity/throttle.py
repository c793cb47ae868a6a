"""The brake on guessing a staff login: the same for names that exist and names that do not."""

from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from case_api import clock, keys
from portal.identity import staff_accounts
from portal.identity.limits import FIRST_WAIT, FORGET_ATTEMPTS, FREE_ATTEMPTS, LONGEST_WAIT
from portal.identity.tables import LoginThrottle

_COUNT = text("""
    INSERT INTO login_throttle AS kept (login_hash, failed_attempts, last_attempt_at) VALUES (:id, 1, :now)
    ON CONFLICT (login_hash) DO UPDATE SET
        failed_attempts = CASE WHEN kept.last_attempt_at < :forget THEN 1 ELSE kept.failed_attempts + 1 END,
        locked_until = CASE WHEN kept.last_attempt_at < :forget THEN NULL ELSE kept.locked_until END,
        last_attempt_at = :now
    WHERE kept.locked_until IS NULL OR kept.locked_until <= :now
    RETURNING failed_attempts
""")


def wait_after(failed_attempts: int) -> timedelta:
    """How long nobody may try, after so many wrong attempts in a row: doubled each time, up to a quarter of an hour."""
    if failed_attempts < FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(failed_attempts - FREE_ATTEMPTS, 10)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)


def _id(login: str) -> bytes:
    return keys.keyed_hash("staff-login", staff_accounts.spelling(login))


def enter(session: Session, *, login: str) -> datetime | None:
    """Count an attempt as failed before it is made, so that many at once count as many.

    Returns None when it may be made, else the instant until which it may not. The caller commits, and calls `passed`
    when the attempt turns out right.
    """
    now = clock.now()
    counted = session.execute(_COUNT, {"id": _id(login), "now": now, "forget": now - FORGET_ATTEMPTS}).scalar()
    row = session.get(LoginThrottle, _id(login), populate_existing=True)
    if counted is None:
        return row.locked_until
    wait = wait_after(counted)
    row.locked_until = now + wait if wait else None
    session.flush()
    if counted == 1:
        session.execute(delete(LoginThrottle).where(LoginThrottle.last_attempt_at < now - FORGET_ATTEMPTS))
    return None


def passed(session: Session, *, login: str) -> None:
    """Forget the wrong attempts of a name."""
    session.execute(delete(LoginThrottle).where(LoginThrottle.login_hash == _id(login)))


def uncount(session: Session, *, login: str) -> None:
    """Take back the last attempt: the first factor was right, the second is still to come."""
    session.execute(
        text("UPDATE login_throttle SET failed_attempts = greatest(failed_attempts - 1, 0), locked_until = NULL "
             "WHERE login_hash = :id"),
        {"id": _id(login)},
    )  # fmt: skip
