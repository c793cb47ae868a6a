"""A request that bears a key is done once, however often it arrives (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda.locks import hold
from case_api.db import Unit
from case_api.errors import Conflict, Invalid

LONGEST_KEY = 200
REMEMBERED = timedelta(hours=24)
PATIENCE = "3s"
"""How long a repeat waits for the first before it hears that this one is still under way."""


def once(unit: Unit, *, key: str | None, request: dict, work: Callable[[], UUID]) -> tuple[UUID, bool]:
    """Do the work, or tell what it made the first time: (identifier, whether it was done now).

    The key belongs to the actor and the person whom it acts for. A second request waits for the first, a little. Only
    success is remembered, for a day: after a refusal the same key may try again. Raises Conflict while the first is
    under way, Invalid when the key came before with another request, or cannot be a key.
    """
    if key is None:
        return work(), True
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        message = _l("La clave de repetición no es válida.")
        raise Invalid(message, fields={"Idempotency-Key": message})
    # An application acts for many: the key of one person says nothing to the next.
    actor = f"{unit.actor.kind}:{unit.actor.id}:{unit.actor.person_id or ''}"
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).digest()
    _hold(unit.session, f"repeat:{actor}:{key}")
    known = unit.session.execute(
        text("SELECT request_hash, body FROM idempotency WHERE actor = :actor AND key = :key AND created_at > :since"),
        {"actor": actor, "key": key, "since": clock.now() - REMEMBERED},
    ).first()
    if known is not None:
        if bytes(known.request_hash) != digest:
            message = _l("Esta clave de repetición ya se usó con otros datos.")
            raise Invalid(message, fields={"Idempotency-Key": message})
        return UUID(known.body["id"]), False
    made = work()
    unit.session.execute(
        text(
            "INSERT INTO idempotency (actor, key, request_hash, status, body, created_at) "
            "VALUES (:actor, :key, :digest, 201, CAST(:body AS jsonb), :now) "
            "ON CONFLICT ON CONSTRAINT pk_idempotency DO UPDATE SET request_hash = excluded.request_hash, "
            "body = excluded.body, created_at = excluded.created_at"
        ),
        {"actor": actor, "key": key, "digest": digest, "body": json.dumps({"id": str(made)}), "now": clock.now()},
    )
    return made, True


def _hold(session: Session, name: str) -> None:
    """Hold the key until the transaction ends. Raises Conflict when another request holds it for longer than that."""
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            hold(session, name)
            session.execute(text("SET LOCAL lock_timeout = 0"))
    except OperationalError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            message = _l("Esa petición todavía está en marcha. Espere un momento y repítala igual.")
            raise Conflict(message, in_flight=True) from None
        raise
