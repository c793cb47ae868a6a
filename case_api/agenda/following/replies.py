"""What the floor above heard: answers to invitations (iTIP, RFC 5546) and to reminders. They become proposals."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.agenda import booking
from case_api.agenda.following import answers
from case_api.agenda.following.understanding import Said
from case_api.db import Unit

KINDS = ("appointment.reply", "appointment.words", "guest.words")
MOST = 100


def said_by(*, partstat: str | None, sequence: int | None, current: int) -> Said | None:
    """What a calendar's answer says; None when it speaks of an older version or says nothing (NEEDS-ACTION)."""
    if sequence is not None and sequence < current:
        return None
    words: dict[str, Said] = {"ACCEPTED": "comes", "DECLINED": "cancel", "TENTATIVE": "unclear"}
    return words.get((partstat or "").upper())


def handle(unit: Unit) -> int:
    """Take what was heard, in order; how many. What cannot be made sense of is laid aside, never tried for ever."""
    rows = unit.session.execute(
        text(
            "SELECT id, kind, payload FROM event WHERE handled_at IS NULL AND kind = ANY(:kinds) ORDER BY id "
            "LIMIT :most FOR UPDATE SKIP LOCKED"
        ),
        {"kinds": list(KINDS), "most": MOST},
    ).all()
    for row in rows:
        payload = row.payload if isinstance(row.payload, dict) else json.loads(row.payload)
        _TAKE[row.kind](unit, payload)
        unit.session.execute(
            text("UPDATE event SET handled_at = :now WHERE id = :id"), {"id": row.id, "now": clock.now()}
        )
    return len(rows)


def _reply(unit: Unit, payload: dict[str, Any]) -> None:
    """Only the person's own proved address answers for them; anybody may forward an invitation."""
    if not payload.get("proved") or not payload.get("person_id"):
        return
    row = unit.session.execute(
        text("SELECT id, person_id, sequence, state FROM appointment WHERE uid = :uid"),
        {"uid": str(payload.get("uid"))[:300]},
    ).first()
    if row is None or str(row.person_id) != payload["person_id"] or row.state != "booked":
        return
    said = said_by(partstat=payload.get("partstat"), sequence=payload.get("sequence"), current=row.sequence)
    if said:
        answers.propose(
            unit, appointment_id=row.id, said=said, channel="email", reference=f"message:{payload.get('message_id')}"
        )


def _words(unit: Unit, payload: dict[str, Any]) -> None:
    about = answers.next_reminded(unit, person_id=UUID(payload["person_id"]), only_reminded=True)
    if about is not None:
        answers.propose(
            unit, appointment_id=about, said=payload["said"], channel=payload["channel"],
            reference=f"message:{payload['message_id']}",
        )  # fmt: skip


def _guest_words(unit: Unit, payload: dict[str, Any]) -> None:
    """What a guest answers to a reminder: coming is noted, and the rest is done by their own link, which is sent."""
    contact_id = UUID(payload["contact_id"])
    about = answers.next_of_guest(unit, contact_id=contact_id)
    if about is None:
        return
    if payload["said"] == "comes":
        booking.comes(unit, appointment_id=about)
    else:
        booking.tell(unit, "answered", about, None, contact_id)


_TAKE = {"appointment.reply": _reply, "appointment.words": _words, "guest.words": _guest_words}
