"""Answers to reminders and invitations, understood as proposals: staff or the person's own link confirm them.

Nothing that somebody writes in passing cancels an appointment: "C" may be a slip, and who holds a phone is not who
the appointment is for.
"""

import re
import unicodedata
from typing import Literal
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock, events
from case_api.agenda import booking
from case_api.db import Unit, new_id
from case_api.errors import Conflict, NotFound

Said = Literal["comes", "cancel", "move", "unclear"]
LONGEST = 160

_EXACT: dict[str, Said] = {
    "1": "comes", "si": "comes", "s": "comes", "ok": "comes", "vale": "comes", "de acuerdo": "comes", "yes": "comes",
    "confirmo": "comes", "confirmado": "comes", "alli estare": "comes", "ire": "comes", "voy": "comes",
    "y": "comes", "asistire": "comes", "نعم": "comes",
    "2": "cancel", "c": "cancel", "no": "cancel", "n": "cancel", "cancelar": "cancel", "anular": "cancel",
    "cancela": "cancel", "anula": "cancel", "cancel": "cancel", "لا": "cancel",
    "3": "move", "cambiar": "move", "cambio": "move", "change": "move", "تغيير": "move",
}  # fmt: skip
_MOVE = re.compile(
    r"\b(cambiar|cambiarla|cambiarme|cambio de|otro dia|otra hora|otra fecha|aplazar|retrasar|adelantar|mover|"
    r"posponer|mas tarde|mas pronto|reschedule|another day|another time)\b"
)
_CANCEL = re.compile(
    r"\b(no puedo (ir|asistir|acudir|llegar)|no podre (ir|asistir|acudir)|no voy a (ir|poder)|no ire|no asistire|"
    r"no (me )?es posible ir|(quiero|quisiera|necesito|por favor) (cancelar|anular)\w*|"
    r"(cancelen|anulen|cancele|anule)\b|"
    r"no puedo|cannot come|can't come|can not come)"
)
_COMES = re.compile(r"\b(confirmo|asistire|alli estare|ahi estare|si (voy|ire|puedo)|i will come)\b")


def _plain(words: str) -> str:
    folded = "".join(
        sign for sign in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(sign)
    )
    return " ".join(re.sub(r"[^\w\s']", " ", folded.replace("’", "'")).split())


def understand(words: str) -> Said | None:
    """What an answer to a reminder says; None when it says nothing about coming, `unclear` when it says two things.

    Only short answers are read: a long message is for a person.
    """
    plain = _plain(words)
    if not plain or len(plain) > LONGEST:
        return None
    if plain in _EXACT:
        return _EXACT[plain]
    found: set[Said] = set()
    if _MOVE.search(plain):
        found.add("move")
    if _CANCEL.search(plain):
        found.add("cancel")
    if not found and _COMES.search(plain):
        found.add("comes")
    if found == {"move", "cancel"}:  # "no puedo ir, ¿otro día?"
        return "move"
    if "?" in words and found == {"comes"}:
        return "unclear"
    return next(iter(found)) if len(found) == 1 else None


def next_reminded(unit: Unit, *, person_id: UUID, only_reminded: bool = False) -> UUID | None:
    """The appointment that an answer is about: the person's next one, when there is one alone in the coming fortnight
    or one that they were reminded of last. None when it could be another.
    """
    rows = unit.session.execute(
        text(
            "SELECT a.id, max(r.told_at) AS told FROM appointment a "
            "LEFT JOIN appointment_reminder r ON r.appointment_id = a.id AND r.starts_at = lower(a.during) "
            "WHERE a.person_id = :person AND a.state = 'booked' AND lower(a.during) > :now "
            "AND lower(a.during) < CAST(:now AS timestamptz) + interval '15 days' GROUP BY a.id, a.during "
            "ORDER BY told DESC NULLS LAST, lower(a.during)"
        ),
        {"person": person_id, "now": clock.now()},
    ).all()
    if not rows:
        return None
    reminded = [row for row in rows if row.told is not None]
    if reminded or (len(rows) == 1 and not only_reminded):
        return (reminded or rows)[0].id
    return None


def next_of_guest(unit: Unit, *, contact_id: UUID) -> UUID | None:
    """The appointment that a guest was last reminded of and that is still to come, or None."""
    return unit.session.execute(
        text(
            "SELECT a.id FROM appointment a JOIN appointment_reminder r ON r.appointment_id = a.id "
            "AND r.starts_at = lower(a.during) WHERE a.contact_id = :contact AND a.state = 'booked' "
            "AND lower(a.during) > :now ORDER BY r.told_at DESC LIMIT 1"
        ),
        {"contact": contact_id, "now": clock.now()},
    ).scalar()


def propose(unit: Unit, *, appointment_id: UUID, said: Said, channel: str, reference: str) -> UUID | None:
    """Keep what somebody answered, once for each `reference` (the message's or the reply's own id); None when known.

    Coming is noted at once, it binds nobody. The rest waits for a confirmation. Raises NotFound.
    """
    row = unit.session.execute(
        text("SELECT person_id, state FROM appointment WHERE id = :id"), {"id": appointment_id}
    ).first()
    if row is None:
        raise NotFound()
    made = unit.session.execute(
        text(
            "INSERT INTO appointment_answer (id, appointment_id, person_id, said, channel, reference, state, "
            "created_at) VALUES (:id, :appointment, :person, :said, :channel, :reference, :state, :now) "
            "ON CONFLICT ON CONSTRAINT uq_appointment_answer_reference DO NOTHING RETURNING id"
        ),
        {
            "id": new_id(),
            "appointment": appointment_id,
            "person": row.person_id,
            "said": said,
            "channel": channel,
            "reference": reference[:200],
            "state": "open" if said != "comes" and row.state == "booked" else "done",
            "now": clock.now(),
        },
    ).scalar()
    if made is not None and said == "comes" and row.state == "booked":
        booking.comes(unit, appointment_id=appointment_id)
    elif made is not None and row.state == "booked":
        events.publish(unit, "appointment.answered", appointment_id=appointment_id, person_id=row.person_id, said=said)
    return made


def decide(unit: Unit, *, answer_id: UUID, accept: bool) -> None:
    """Confirm a proposal (what was to be cancelled is cancelled) or put it aside. Raises NotFound, Conflict."""
    row = unit.session.execute(
        text("SELECT appointment_id, said, state FROM appointment_answer WHERE id = :id FOR UPDATE"), {"id": answer_id}
    ).first()
    if row is None:
        raise NotFound()
    if row.state != "open":
        raise Conflict(_l("Esta respuesta ya está atendida."))
    if accept and row.said == "cancel":
        booking.cancel(unit, appointment_id=row.appointment_id)
    unit.session.execute(
        text("UPDATE appointment_answer SET state = :state, ended_at = :now, ended_by = :by WHERE id = :id"),
        {
            "id": answer_id,
            "state": "done" if accept else "dismissed",
            "now": clock.now(),
            "by": f"{unit.actor.kind}:{unit.actor.id}",
        },
    )
