"""Logins that live on the server: begun, looked up at each request, ended at once."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from case_api import clock, keys
from case_api.access.actor import Assurance
from portal.identity.limits import ABSOLUTE, IDLE, KEEP_ENDED, SEEN_EVERY
from portal.identity.tables import LoginSession
from portal.identity.tokens import Identity

_CLAIMS = "login-session-claims"
_ID_TOKEN = "login-session-id-token"


@dataclass(frozen=True, slots=True)
class Login:
    """A login that holds now. `owner` is a keyed hash of who it is, steady from one login to the next."""

    kind: str
    token: str
    owner: bytes
    person_id: UUID | None
    professional_id: UUID | None
    assurance: Assurance
    authenticated_at: datetime
    given_name: str = ""
    family_name: str = ""
    document: str = ""
    birth_date: str = ""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def subject_hash(subject: str) -> bytes:
    """The issuer's name for somebody, so that only this install can recognise it."""
    return keys.keyed_hash("login-subject", subject)


def begin_citizen(session: Session, *, identity: Identity, id_token: str, person_id: UUID | None) -> str:
    """Record a citizen's login and return the token for the cookie; `person_id` is None without a record."""
    claims = {
        "given_name": identity.given_name,
        "family_name": identity.family_name,
        "document": identity.document,
        "birth_date": identity.birth_date,
    }
    return _begin(
        session,
        kind="citizen",
        subject_hash=subject_hash(identity.subject),
        person_id=person_id,
        assurance=identity.assurance,
        authenticated_at=identity.authenticated_at,
        claims_sealed=keys.seal(_CLAIMS, json.dumps(claims).encode()),
        id_token_sealed=keys.seal(_ID_TOKEN, id_token.encode()),
    )


def belongs_to(session: Session, *, owner: bytes, person_id: UUID) -> int:
    """Tie every open login of somebody who has just entered the record to their row; returns how many."""
    tied = session.execute(
        update(LoginSession)
        .where(LoginSession.subject_hash == owner, LoginSession.person_id.is_(None), LoginSession.ended_at.is_(None))
        .values(person_id=person_id)
    )
    return tied.rowcount


def begin_staff(session: Session, *, professional_id: UUID) -> str:
    """Record a professional's login, after both factors, and return the token for the cookie."""
    return _begin(
        session,
        kind="staff",
        professional_id=professional_id,
        assurance="substantial",
        authenticated_at=clock.now(),
    )


def _begin(session: Session, **values: object) -> str:
    now = clock.now()
    token = secrets.token_urlsafe(32)
    session.add(LoginSession(id=_hash(token), created_at=now, last_seen_at=now, **values))
    session.flush()
    session.execute(delete(LoginSession).where(LoginSession.created_at < now - KEEP_ENDED))
    return token


def _over(row: LoginSession, now: datetime) -> bool:
    return now >= row.last_seen_at + IDLE[row.kind] or now >= row.created_at + ABSOLUTE[row.kind]


def _login(row: LoginSession, token: str) -> Login:
    claims = json.loads(keys.unseal(_CLAIMS, row.claims_sealed)) if row.claims_sealed else {}
    owner = row.subject_hash or keys.keyed_hash("login-professional", row.professional_id.bytes)
    return Login(
        row.kind, token, owner, row.person_id, row.professional_id, row.assurance, row.authenticated_at, **claims
    )


def find(session: Session, *, kind: str, token: str) -> Login | None:
    """The login of a cookie's token, when it holds; notes that it was seen, and ends it when its time is over."""
    row = session.get(LoginSession, _hash(token), populate_existing=True)
    if row is None or row.kind != kind or row.ended_at is not None:
        return None
    now = clock.now()
    if _over(row, now):
        row.ended_at = now
        return None
    if now - row.last_seen_at >= SEEN_EVERY:
        row.last_seen_at = now
    return _login(row, token)


def owner_of_ended(session: Session, *, kind: str, token: str) -> bytes | None:
    """Whose cookie this was, when its session timed out (not when it was ended): to keep what they had typed."""
    row = session.get(LoginSession, _hash(token))
    if row is None or row.kind != kind or row.ended_at is None:
        return None
    timed_out = row.ended_at >= min(row.last_seen_at + IDLE[kind], row.created_at + ABSOLUTE[kind])
    return _login(row, token).owner if timed_out else None


def end(session: Session, *, token: str) -> str | None:
    """End a login of either kind; returns the issuer's ID token, for the logout at its end, when there is one."""
    row = session.get(LoginSession, _hash(token), populate_existing=True)
    if row is None:
        return None
    row.ended_at = row.ended_at or clock.now()
    sealed, row.id_token_sealed = row.id_token_sealed, None
    session.flush()
    return keys.unseal(_ID_TOKEN, sealed).decode() if sealed else None


def end_all_of(session: Session, *, professional_id: UUID) -> int:
    """End every login of a professional; returns how many there were."""
    ended = session.execute(
        update(LoginSession)
        .where(LoginSession.professional_id == professional_id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    return ended.rowcount


def open_logins(session: Session, *, professional_id: UUID) -> int:
    """How many logins of a professional hold now."""
    rows = session.scalars(
        select(LoginSession).where(LoginSession.professional_id == professional_id, LoginSession.ended_at.is_(None))
    )
    now = clock.now()
    return sum(not _over(row, now) for row in rows)
