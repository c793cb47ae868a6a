"""Words about what surrounds an appointment: what the waiting list offers, the code of a link without a login."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from case_api.agenda import holds, waiting
from case_api.agenda.following import links
from case_api.db import Unit
from case_api.errors import NotFound

KINDS = ("waiting.offered", "waiting.passed", "waiting.left", "appointment.code")


def handle(unit: Unit, kind: str, payload: dict[str, Any], tell: Callable[..., UUID]) -> None:
    """Turn one of these events into a message; what no longer holds is not said."""
    person_id = UUID(payload["person_id"])
    if kind == "appointment.code":
        try:
            code = links.fresh_code(unit, link_id=UUID(payload["link_id"]))
        except NotFound:
            return
        tell(unit.session, person_id=person_id, template="appointment_code", level="N1", prompt=True, code=code)
    elif kind == "waiting.offered":
        entry = waiting.one(unit.session, UUID(payload["entry_id"]))
        if entry.state != "offered" or entry.hold_id is None:
            return
        offered = holds.one(unit.session, entry.hold_id)
        tell(
            unit.session, person_id=person_id, template="waiting_offered", level="N1", prompt=True,
            starts_at=offered.starts_at, until=offered.expires_at,
        )  # fmt: skip
