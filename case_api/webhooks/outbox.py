"""What is to be told, written with the change that it tells of: it commits with it, or not at all."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.levels import Level
from case_api.db import Unit, new_id

WAKE = "webhook"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: which identifier of its payload is the subject, and what one must be allowed to see to hear it.

    `level` None: the recipient alone, because it is about what it was itself given.
    """

    subject: str
    path: str
    object_kind: str
    level: Level | None


KINDS: dict[str, Kind] = {
    "appointment.booked": Kind("appointment_id", "appointments", "appointment", Level.N1),
    "appointment.moved": Kind("appointment_id", "appointments", "appointment", Level.N1),
    "appointment.cancelled": Kind("appointment_id", "appointments", "appointment", Level.N1),
    "consent.given": Kind("consent_id", "consents", "consent", None),
    "consent.withdrawn": Kind("consent_id", "consents", "consent", None),
}
_RECIPIENTS = text("SELECT id, client_id FROM webhook WHERE ended_at IS NULL AND kinds @> ARRAY[:kind]")
_DELIVERY = text("""
    INSERT INTO webhook_delivery (id, webhook_id, client_id, person_id, kind, subject, data, created_at, available_at)
    VALUES (:id, :webhook, :client, :person, :kind, :subject, CAST(:data AS jsonb), :now, :now)
""")
_CONSENT = text("SELECT recipient_kind, recipient_name FROM consent WHERE id = :id")


def enqueue(unit: Unit, kind: str, payload: dict[str, Any]) -> None:
    """Write a delivery for each program that asked for this kind; whether it may hear it is decided when it is sent."""
    known = KINDS.get(kind)
    if known is None:
        return
    recipients = unit.session.execute(_RECIPIENTS, {"kind": kind}).all()
    if not recipients:
        return
    only = _given_to(unit, payload) if known.level is None else None
    data = {"recall_id": str(payload["recall_id"])} if payload.get("recall_id") else {}
    now = clock.now()
    for recipient in recipients:
        if known.level is None and recipient.client_id != only:
            continue
        values = {
            "id": new_id(), "webhook": recipient.id, "client": recipient.client_id, "person": payload["person_id"],
            "kind": kind, "subject": f"{known.path}/{payload[known.subject]}", "data": json.dumps(data), "now": now,
        }  # fmt: skip
        unit.session.execute(_DELIVERY, values)
    unit.notify(WAKE)


def _given_to(unit: Unit, payload: dict[str, Any]) -> str | None:
    row = unit.session.execute(_CONSENT, {"id": payload["consent_id"]}).first()
    return row.recipient_name if row and row.recipient_kind == "client" else None


def subject_id(subject: str) -> UUID:
    """The identifier in a subject such as `appointments/0194…`."""
    return UUID(subject.rpartition("/")[2])
