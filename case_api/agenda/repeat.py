"""A request that bears a key is done once, however often it arrives (draft-ietf-httpapi-idempotency-key-header)."""

import hashlib
import json
from collections.abc import Callable
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api.agenda.locks import hold
from case_api.db import Unit
from case_api.errors import Invalid

LONGEST_KEY = 200


def once(unit: Unit, *, key: str | None, request: dict, work: Callable[[], UUID]) -> tuple[UUID, bool]:
    """Do the work, or tell what it made the first time: (identifier, whether it was done now).

    The key belongs to the actor. A second request waits for the first. Only success is remembered: after a refusal the
    same key may try again. Raises Invalid when the key came before with another request, or cannot be a key.
    """
    if key is None:
        return work(), True
    if not 1 <= len(key) <= LONGEST_KEY or not key.isprintable():
        message = _l("La clave de repetición no es válida.")
        raise Invalid(message, fields={"Idempotency-Key": message})
    actor = f"{unit.actor.kind}:{unit.actor.id}"
    digest = hashlib.sha256(json.dumps(request, sort_keys=True, default=str).encode()).digest()
    hold(unit.session, f"repeat:{actor}:{key}")
    known = unit.session.execute(
        text("SELECT request_hash, body FROM idempotency WHERE actor = :actor AND key = :key"),
        {"actor": actor, "key": key},
    ).first()
    if known is not None:
        if bytes(known.request_hash) != digest:
            message = _l("Esta clave de repetición ya se usó con otros datos.")
            raise Invalid(message, fields={"Idempotency-Key": message})
        return UUID(known.body["id"]), False
    made = work()
    unit.session.execute(
        text(
            "INSERT INTO idempotency (actor, key, request_hash, status, body) "
            "VALUES (:actor, :key, :digest, 201, CAST(:body AS jsonb))"
        ),
        {"actor": actor, "key": key, "digest": digest, "body": json.dumps({"id": str(made)})},
    )
    return made, True
