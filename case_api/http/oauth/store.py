"""What people authorised and what was issued because of it: authorisations, codes, refresh tokens. Hashes only."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Assurance
from case_api.db import new_id
from case_api.http.oauth import ends

CODE_LIVES = timedelta(seconds=60)
REFRESH_LIVES = timedelta(days=30)
GRANT_LIVES = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Authorisation:
    """A person's yes to an application. `authenticated_at` is the login behind it."""

    id: UUID
    client_id: str
    person_id: UUID
    scopes: tuple[str, ...]
    assurance: Assurance
    authenticated_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Code:
    """A single-use code, as Authlib reads it."""

    authorisation: Authorisation
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return " ".join(self.authorisation.scopes)


@dataclass(frozen=True, slots=True)
class Refresh:
    """A refresh token, as Authlib reads it."""

    authorisation: Authorisation
    hash: bytes

    def check_client(self, client: Any) -> bool:
        return self.authorisation.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.authorisation.scopes)


_GRANT = "g.id, g.client_id, g.person_id, g.scopes, g.assurance, g.authenticated_at, g.created_at"
_STANDS = (
    "g.ended_at IS NULL AND g.created_at > :oldest "
    "AND EXISTS (SELECT 1 FROM oauth_client k WHERE k.id = g.client_id AND k.disabled_at IS NULL)"
)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def _authorisation(row: Any) -> Authorisation:
    values = list(row[:7])
    values[3] = tuple(values[3])
    return Authorisation(*values)


def authorise(
    session: Session, *, client_id: str, person_id: UUID, scopes: list[str], assurance: Assurance,
    authenticated_at: datetime,
) -> UUID:  # fmt: skip
    """Record a person's yes; returns its identifier."""
    made = new_id()
    session.execute(
        text(
            "INSERT INTO oauth_grant (id, client_id, person_id, scopes, assurance, authenticated_at, created_at) "
            "VALUES (:id, :client, :person, :scopes, :assurance, :authenticated, :now)"
        ),
        {
            "id": made, "client": client_id, "person": person_id, "scopes": scopes, "assurance": assurance,
            "authenticated": authenticated_at, "now": clock.now(),
        },
    )  # fmt: skip
    return made


def keep_code(session: Session, *, code: str, grant_id: UUID, person_id: UUID, redirect_uri: str, challenge: str):
    """Keep a code, good for one use within CODE_LIVES."""
    now = clock.now()
    session.execute(
        text(
            "INSERT INTO oauth_code (hash, grant_id, person_id, redirect_uri, challenge, created_at, expires_at) "
            "VALUES (:hash, :grant, :person, :uri, :challenge, :now, :end)"
        ),
        {
            "hash": _hash(code), "grant": grant_id, "person": person_id, "uri": redirect_uri, "challenge": challenge,
            "now": now, "end": now + CODE_LIVES,
        },
    )  # fmt: skip


def take_code(session: Session, *, code: str, client_id: str) -> Code | None:
    """Use a code up. One that comes a second time ends what the first use began (RFC 6749, 4.1.2)."""
    now = clock.now()
    row = session.execute(
        text(
            f"SELECT {_GRANT}, c.redirect_uri, c.challenge, c.used_at, c.expires_at FROM oauth_code c "
            f"JOIN oauth_grant g ON g.id = c.grant_id WHERE c.hash = :hash AND {_STANDS} FOR UPDATE OF c, g"
        ),
        {"hash": _hash(code), "oldest": now - GRANT_LIVES},
    ).first()
    # Somebody else's code stays usable for whom it is: a thief cannot spoil it.
    if row is None or row.client_id != client_id:
        return None
    if row.used_at is not None:
        end_authorisation(session, grant_id=row.id, why="code_replayed")
        return None
    if row.expires_at <= now:
        return None
    session.execute(text("UPDATE oauth_code SET used_at = :now WHERE hash = :hash"), {"now": now, "hash": _hash(code)})
    return Code(_authorisation(row), row.redirect_uri, row.challenge)


def new_refresh(session: Session, *, grant_id: UUID) -> str:
    """A refresh token of an authorisation, good for one use within REFRESH_LIVES."""
    made, now = secrets.token_urlsafe(32), clock.now()
    session.execute(
        text("INSERT INTO oauth_refresh (hash, grant_id, created_at, expires_at) VALUES (:hash, :grant, :now, :end)"),
        {"hash": _hash(made), "grant": grant_id, "now": now, "end": now + REFRESH_LIVES},
    )
    return made


def find_refresh(session: Session, *, token: str, client_id: str | None = None) -> Refresh | None:
    """A refresh token that may be used now. A used one that comes again ends its whole family (RFC 9700, 4.14.2)."""
    now = clock.now()
    row = session.execute(
        text(
            f"SELECT {_GRANT}, r.used_at, r.expires_at FROM oauth_refresh r JOIN oauth_grant g ON g.id = r.grant_id "
            f"WHERE r.hash = :hash AND {_STANDS} FOR UPDATE OF r, g"
        ),
        {"hash": _hash(token), "oldest": now - GRANT_LIVES},
    ).first()
    if row is None or client_id not in (None, row.client_id):
        return None
    if row.used_at is not None:
        if client_id is not None:
            end_authorisation(session, grant_id=row.id, why="refresh_replayed")
        return None
    return Refresh(_authorisation(row), _hash(token)) if row.expires_at > now else None


def use_refresh(session: Session, refresh: Refresh) -> None:
    """It was used: the next one replaces it."""
    session.execute(
        text("UPDATE oauth_refresh SET used_at = :now WHERE hash = :hash"), {"now": clock.now(), "hash": refresh.hash}
    )


Why = Literal["revoked", "code_replayed", "refresh_replayed", "person"]


def end_authorisation(session: Session, *, grant_id: UUID, why: Why) -> None:
    """End an authorisation with its refresh tokens and the access tokens issued by it."""
    session.execute(
        text("UPDATE oauth_grant SET ended_at = :now, ended_why = :why WHERE id = :id AND ended_at IS NULL"),
        {"id": grant_id, "now": clock.now(), "why": why},
    )
    ends.end(session, ends.of_grant(grant_id))


def authorisations(session: Session, *, person_id: UUID) -> list[tuple[Authorisation, str]]:
    """The applications that a person has let in and that still are, newest first, with their names."""
    rows = session.execute(
        text(
            f"SELECT {_GRANT}, c.name FROM oauth_grant g JOIN oauth_client c ON c.id = g.client_id "
            f"WHERE g.person_id = :person AND {_STANDS} "
            "ORDER BY g.created_at DESC"
        ),
        {"person": person_id, "oldest": clock.now() - GRANT_LIVES},
    )
    return [(_authorisation(row), row.name) for row in rows]


def belongs_to(session: Session, *, person_id: UUID, client_ids: list[str]) -> bool:
    """Whether the person has let one of these clients in, and it still stands."""
    return bool(
        session.execute(
            text(f"SELECT EXISTS (SELECT 1 FROM oauth_grant g WHERE g.person_id = :person AND {_STANDS} "
                 "AND g.client_id = ANY(:clients))"),
            {"person": person_id, "clients": client_ids, "oldest": clock.now() - GRANT_LIVES},
        ).scalar()
    )  # fmt: skip
