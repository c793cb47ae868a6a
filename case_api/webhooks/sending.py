"""Telling: claimed with a lease, decided again, signed, sent; tried again later, and given up in the end.

No connection to the database is held while the network is waited for. Whatever dies here is taken up again when its
lease is over: a receiver may hear the same identifier twice, and says 2xx twice.
"""

import json
import threading
from datetime import timedelta
from random import uniform
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from case_api import clock, egress, log
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import DomainError
from case_api.settings import settings
from case_api.webhooks.outbox import KINDS, subject_id
from case_api.webhooks.recipients import secret_of
from case_api.webhooks.signing import signature

ACTOR = Actor.system("webhooks")
LEASE = timedelta(seconds=60)
SECONDS = 10.0
# After how many seconds it is tried again: in all about two days.
PAUSES = (5, 30, 120, 600, 3600, 6 * 3600, 18 * 3600, 24 * 3600)
TYPE = "es.alma."
_CLAIM = text("""
    UPDATE webhook_delivery SET state = 'sending', attempts = attempts + 1, available_at = :lease WHERE id = (
        SELECT id FROM webhook_delivery WHERE state IN ('queued', 'sending') AND available_at <= :now
        ORDER BY available_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, webhook_id, client_id, person_id, kind, subject, data, created_at, attempts
""")
_WHERE = text("""
    SELECT w.url, w.secret_sealed, c.scopes, c.kind FROM webhook w JOIN oauth_client c ON c.id = w.client_id
    WHERE w.id = :id AND w.ended_at IS NULL AND c.disabled_at IS NULL
""")
# A program is no professional: nobody's reference, on no team.
_NOBODY = UUID(int=0)
_THEIRS = text("""
    SELECT a.unit_id FROM appointment a JOIN oauth_client_unit u ON u.unit_id = a.unit_id AND u.client_id = :client
    WHERE a.id = :appointment
""")
_DONE = text("UPDATE webhook_delivery SET state = :state, last_error = :error, sent_at = :sent WHERE id = :id")
_LATER = text("UPDATE webhook_delivery SET state = 'queued', last_error = :error, available_at = :at WHERE id = :id")


def send_next() -> bool:
    """Tell the next thing that waits. False when nothing does."""
    now = clock.now()
    with unit_of_work(ACTOR) as unit:
        claimed = unit.session.execute(_CLAIM, {"now": now, "lease": now + LEASE}).first()
        place = unit.session.execute(_WHERE, {"id": claimed.webhook_id}).first() if claimed else None
    if claimed is None:
        return False
    if place is None:
        _finish(claimed.id, "dropped", "ended")
    elif not _may_hear(claimed, place.scopes, system=place.kind == "system"):
        _finish(claimed.id, "dropped", "not-allowed")
    else:
        _tell(claimed, place)
    return True


def _hears_as(claimed: Any, *, system: bool) -> tuple[Actor, list[UUID]]:
    """As whom a program hears, and whom it handles. A system that works for centres hears of an appointment held in one
    of them as the reception there would: it shares their agenda, and must not give an hour twice. Any other program
    hears what the person opened to it.
    """
    if system and KINDS[claimed.kind].object_kind == "appointment":
        with unit_of_work(ACTOR) as unit:
            unit_id = unit.session.execute(
                _THEIRS, {"appointment": subject_id(claimed.subject), "client": claimed.client_id}
            ).scalar()
        if unit_id is not None:
            return Actor("staff", claimed.client_id, None, _NOBODY, unit_id, "administrative"), [claimed.person_id]
    return Actor("client", claimed.client_id, claimed.person_id), []


def _may_hear(claimed: Any, scopes: list[str], *, system: bool = False) -> bool:
    """The decision of this moment, by the same door as a request; what is told is in the log and among the releases."""
    kind = KINDS.get(claimed.kind)
    if kind is None:
        return False
    if kind.level is None:
        return True  # of a consent, its own recipient hears that it stands, and that it ended
    actor, handling = _hears_as(claimed, system=system)
    try:
        with unit_of_work(actor) as unit:
            open_door(actor, "api", unit=unit, scopes=scopes, handling=handling).require(
                person_id=claimed.person_id,
                level=kind.level,
                object_kind=kind.object_kind,
                object_id=subject_id(claimed.subject),
            )
    except DomainError:
        return False
    return True


def event_of(claimed: Any) -> dict[str, Any]:
    """The CloudEvent 1.0: what happened to which thing, and where to ask for it. Nobody's data."""
    return {
        "specversion": "1.0",
        "id": str(claimed.id),
        "source": f"{settings().PUBLIC_URL}/api/v1",
        "type": TYPE + claimed.kind,
        "subject": claimed.subject,
        "time": claimed.created_at.isoformat(),
        "datacontenttype": "application/json",
        "data": {"person_id": str(claimed.person_id), **(claimed.data or {})},
    }


def _tell(claimed: Any, place: Any) -> None:
    body = json.dumps(event_of(claimed), separators=(",", ":")).encode()
    timestamp = int(clock.now().timestamp())
    signed = signature(secret_of(place.secret_sealed), identifier=str(claimed.id), timestamp=timestamp, body=body)
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Alma-Webhooks/1",
        "webhook-id": str(claimed.id),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }
    try:
        answer = egress.send("POST", place.url, content=body, headers=headers, seconds=SECONDS, largest=1024)
    except egress.Forbidden as error:
        return _again(claimed, error.reason)
    except httpx.HTTPError as error:
        return _again(claimed, type(error).__name__)
    if 200 <= answer.status < 300:
        return _finish(claimed.id, "sent", None)
    if answer.status == 410:
        return _gone(claimed)
    return _again(claimed, f"status-{answer.status}")


def _again(claimed: Any, error: str) -> None:
    log.logger().info("webhook not taken", code=error, attempt=claimed.attempts)
    if claimed.attempts > len(PAUSES):
        return _finish(claimed.id, "failed", error)
    pause = PAUSES[claimed.attempts - 1] * uniform(0.8, 1.2)  # noqa: S311 - to spread, not to hide
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(_LATER, {"id": claimed.id, "error": error, "at": clock.now() + timedelta(seconds=pause)})
    return None


def _gone(claimed: Any) -> None:
    """The receiver says that it is no more: nothing is told there again."""
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(
            text("UPDATE webhook SET ended_at = :now WHERE id = :id AND ended_at IS NULL"),
            {"id": claimed.webhook_id, "now": clock.now()},
        )
    _finish(claimed.id, "failed", "status-410")


def _finish(delivery_id: UUID, state: str, error: str | None) -> None:
    with unit_of_work(ACTOR) as unit:
        unit.session.execute(
            _DONE,
            {"id": delivery_id, "state": state, "error": error, "sent": clock.now() if state == "sent" else None},
        )


def send_forever(stop: threading.Event, *, pause: float = 1.0) -> None:
    """Tell what waits until told to stop; a round that fails is logged and tried again."""
    while not stop.is_set():
        try:
            busy = send_next()
        except Exception:
            log.logger().exception("sending webhooks failed")
            busy = False
        if not busy:
            stop.wait(pause)
