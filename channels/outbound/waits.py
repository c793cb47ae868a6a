"""Words about what surrounds an appointment: what the waiting list offers, a deadline that moved, the code of a link
without a login.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from case_api.agenda import holds, reasons, waiting
from case_api.agenda.following import links
from case_api.agenda.planning import recounting
from case_api.db import Unit
from case_api.errors import NotFound

KINDS = ("waiting.offered", "waiting.passed", "waiting.left", "appointment.code", recounting.MOVED)


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
        if reasons.one(unit, offered.reason).discreet:  # not even that there was a list for it
            tell(unit.session, person_id=person_id, template="notice_in_folder", level="N0", purpose="appointment",
                 prompt=True)  # fmt: skip
            return
        tell(
            unit.session, person_id=person_id, template="waiting_offered", level="N1", prompt=True,
            starts_at=offered.starts_at, until=offered.expires_at,
        )  # fmt: skip
    elif kind == recounting.MOVED:
        told = recounting.to_tell(
            unit, request_id=UUID(payload["request_id"]), was=datetime.fromisoformat(payload["was"])
        )
        if told is None:
            return
        values = {"last_day_at": told.last_day_at} if not told.discreet else {}
        template, level = ("notice_in_folder", "N0") if told.discreet else ("deadline_moved", "N1")
        tell(unit.session, person_id=person_id, template=template, level=level, purpose="appointment", **values)
    elif kind == "waiting.left":
        entry = waiting.one(unit.session, UUID(payload["entry_id"]))
        if entry.state != "left":
            return
        quiet = reasons.one(unit, entry.reason).discreet
        template, level = ("notice_in_folder", "N0") if quiet else ("waiting_left", "N1")
        tell(unit.session, person_id=person_id, template=template, level=level, purpose="appointment")
