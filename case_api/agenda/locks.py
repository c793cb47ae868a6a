"""Locks on what a booking takes, always in one order, so that nobody waits in a circle."""

import hashlib

from sqlalchemy import text
from sqlalchemy.orm import Session


def number_of(name: str) -> int:
    """The number by which PostgreSQL knows the lock of a named thing."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def hold(session: Session, *names: str) -> None:
    """Hold every named thing until the transaction ends or its savepoint is undone; sorted, whatever the order told."""
    numbers = sorted({number_of(name) for name in names})
    session.execute(
        text("SELECT pg_advisory_xact_lock(number) FROM unnest(CAST(:numbers AS bigint[])) AS number"),
        {"numbers": numbers},
    )
