"""What is over before its time. An access token carries its own end; whoever reads one asks here whether it came early.

An end is kept under a key: of one token, of one authorisation, of a professional, of a client. Every token of that key
issued up to that instant is over.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import Unit

# An access token lives an hour at most; what ended before that has nothing left to end.
KEPT = timedelta(days=1)
_ENDED = "SELECT EXISTS (SELECT 1 FROM token_end WHERE key = ANY(%(keys)s) AND at >= %(issued)s) AS ended"


def of_token(jti: str) -> str:
    return f"token:{jti}"


def of_grant(grant_id: UUID | str) -> str:
    return f"grant:{grant_id}"


def of_professional(professional_id: UUID | str) -> str:
    return f"professional:{professional_id}"


def of_client(client_id: str) -> str:
    return f"client:{client_id}"


def end(session: Session, key: str) -> None:
    """End every token of this key issued until now, in the caller's transaction."""
    session.execute(
        text(
            "INSERT INTO token_end (key, at) VALUES (:key, :now) "
            "ON CONFLICT ON CONSTRAINT pk_token_end DO UPDATE SET at = greatest(token_end.at, excluded.at)"
        ),
        {"key": key, "now": clock.now()},
    )


def ended(unit: Unit, keys: Iterable[str], *, issued_at: datetime) -> bool:
    """Whether one of the keys ended at or after the instant (a whole second, UTC) at which the token was issued."""
    (row,) = unit.ask(_ENDED, {"keys": list(keys), "issued": issued_at})
    return row.ended


def forget_old(session: Session) -> int:
    """Forget ends whose tokens are all over by themselves; returns how many."""
    rows = session.execute(
        text("DELETE FROM token_end WHERE at < :before RETURNING key"), {"before": clock.now() - KEPT}
    )
    return len(rows.all())
