"""Accounts of professionals: a password and, always, a one-time code (RFC 6238)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update
from sqlalchemy.orm import Session

from case_api import clock, directory, keys
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import NotFound
from case_api.http.oauth import ends
from case_api.secrets import install_secrets
from case_api.settings import settings
from portal.identity import sessions
from portal.identity.limits import TOTP_PERIOD
from portal.identity.tables import StaffAccount

_TOTP = "staff-totp"
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a login name leads to; the hash of nobody's password when it leads nowhere, so that both take as long."""

    professional_id: UUID | None
    password_hash: str


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


def spelling(login: str) -> str:
    """The one spelling of a login name: what finds the account is what counts the attempts."""
    return "".join(sign for sign in login if sign.isprintable()).strip().lower()


def candidate(session: Session, *, login: str) -> Candidate:
    """The account behind a login name, open or not existing: the caller cannot tell which."""
    found = directory.professional_by_login(session, spelling(login))
    account = session.get(StaffAccount, found.id, populate_existing=True) if found else None
    if account is None or account.disabled_at is not None:
        return Candidate(None, _nobody())
    return Candidate(account.professional_id, account.password_hash)


def password_matches(who: Candidate, password: str) -> bool:
    """Whether the password is right. Takes as long for an account that does not exist; needs no database."""
    try:
        _hasher.verify(who.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return who.professional_id is not None


def _steps() -> tuple[int, int, int]:
    step = int(clock.now().timestamp()) // TOTP_PERIOD
    return step - 1, step, step + 1


def _code(seed: str, step: int) -> str:
    return pyotp.TOTP(seed, interval=TOTP_PERIOD).at(step * TOTP_PERIOD)


def take_code(session: Session, *, professional_id: UUID, code: str) -> bool:
    """Whether the one-time code is right for now (one step of 30 seconds either way) and was not used before.

    Taking it uses it up, and every earlier one with it, also when two requests bring it at the same moment.
    """
    account = session.get(StaffAccount, professional_id, populate_existing=True)
    if account is None or account.disabled_at is not None:
        return False
    seed = keys.unseal(_TOTP, account.totp_sealed).decode()
    given = "".join(code.split())
    step = next((s for s in _steps() if pyotp.utils.strings_equal(_code(seed, s), given)), None)
    if step is None:
        return False
    taken = session.execute(
        update(StaffAccount)
        .where(StaffAccount.professional_id == professional_id, StaffAccount.disabled_at.is_(None))
        .where((StaffAccount.last_totp_step.is_(None)) | (StaffAccount.last_totp_step < step))
        .values(last_totp_step=step)
        .execution_options(synchronize_session=False)
    )
    return taken.rowcount == 1


def is_open(session: Session, *, professional_id: UUID) -> bool:
    """Whether the account exists and is not disabled."""
    account = session.get(StaffAccount, professional_id, populate_existing=True)
    return account is not None and account.disabled_at is None


def save(session: Session, *, professional_id: UUID, password: str, totp_seed: str) -> None:
    """Make an account, or give it a new password and a new second factor; ends the logins it had."""
    account = session.get(StaffAccount, professional_id) or StaffAccount(professional_id=professional_id)
    account.password_hash = _hasher.hash(password)
    account.totp_sealed = keys.seal(_TOTP, totp_seed.encode())
    account.last_totp_step = None
    account.disabled_at = None
    session.add(account)
    sessions.end_all_of(session, professional_id=professional_id)
    session.flush()


def disable(session: Session, *, professional_id: UUID) -> int:
    """Close an account and end its logins and its tokens in this transaction; returns how many logins there were."""
    session.execute(
        update(StaffAccount)
        .where(StaffAccount.professional_id == professional_id, StaffAccount.disabled_at.is_(None))
        .values(disabled_at=clock.now())
    )
    ends.end(session, ends.of_professional(professional_id))
    return sessions.end_all_of(session, professional_id=professional_id)


def _sample_logins() -> list[str]:
    from case_api.city.sample import STAFF

    return [one.login for one in STAFF]


def ensure_sample_accounts(logins: Iterable[str] | None = None) -> list[str]:
    """Give the sample professionals an account each, with this install's password and second factor.

    Accounts that are there already stay as they are. Returns the logins that got one. Raises RuntimeError outside
    development: there every professional has secrets of their own.
    """
    if not settings().development:
        raise RuntimeError("sample accounts are for development")
    known = install_secrets(settings().VAR_DIR)
    made = []
    with unit_of_work(Actor.system("setup")) as unit:
        for login in _sample_logins() if logins is None else logins:
            found = directory.professional_by_login(unit.session, login)
            if found is None or unit.session.get(StaffAccount, found.id) is not None:
                continue
            save(
                unit.session,
                professional_id=found.id,
                password=known["STAFF_PASSWORD"],
                totp_seed=known["STAFF_TOTP_SEED"],
            )
            made.append(login)
    return made


def current_code(login: str) -> str:
    """A one-time code of a sample professional that will be taken now: the next one when the present one is used up.

    Raises NotFound for a login without an account, RuntimeError outside development.
    """
    if not settings().development:
        raise RuntimeError("codes are on the professional's own device")
    with unit_of_work(Actor.system("setup")) as unit:
        found = directory.professional_by_login(unit.session, login)
        account = unit.session.get(StaffAccount, found.id, populate_existing=True) if found else None
        if account is None:
            raise NotFound()
        seed = keys.unseal(_TOTP, account.totp_sealed).decode()
        used = account.last_totp_step or 0
    _earlier, present, later = _steps()
    return _code(seed, present if used < present else later)
