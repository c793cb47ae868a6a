"""Rooms and their guests. Callers have decided who is asking: a person's or a professional's door, or a link's hash.

A guest is a place in a room, for one device at a time. Nobody gets what a call needs before the professional has let
somebody in, and then only who was let in.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda.values import Appointment
from case_api.db import new_id
from case_api.errors import Conflict, Invalid, NotFound
from case_api.video.rules import EARLY, LATE, Moment, moment

Role = Literal["person", "professional", "interpreter"]
HERE = timedelta(seconds=20)
"""A guest not seen for so long is away."""
SEEN_EVERY = timedelta(seconds=4)
MOST_GUESTS = 4  # a mesh: each browser sends to every other


@dataclass(frozen=True, slots=True)
class Room:
    """A room, and the hours of its appointment as they are now: a call follows a move."""

    id: UUID
    appointment_id: UUID
    person_id: UUID
    interpreter: str | None
    interpreter_language: str | None
    opened_at: datetime | None
    closed_at: datetime | None
    starts_at: datetime
    ends_at: datetime
    state: str
    professional_id: UUID

    def moment(self, now: datetime) -> Moment:
        """Whether it may be entered at that instant; an appointment that no longer stands has no room."""
        over = self.closed_at is not None or self.state != "booked"
        return moment(now=now, starts_at=self.starts_at, ends_at=self.ends_at, closed=over)

    @property
    def until(self) -> datetime:
        """When everything given out for this room has run out."""
        return self.ends_at + LATE


@dataclass(frozen=True, slots=True)
class Guest:
    id: UUID
    room_id: UUID
    role: Role
    name: str
    device_sha256: bytes | None
    entered_at: datetime | None
    admitted_at: datetime | None
    wants_phone_at: datetime | None
    left_at: datetime | None
    seen_at: datetime | None
    link_used_at: datetime | None

    @property
    def here(self) -> bool:
        """Whether the guest's device has been heard of just now."""
        return self.left_at is None and self.seen_at is not None and clock.now() - self.seen_at < HERE

    @property
    def waits(self) -> bool:
        return self.here and self.admitted_at is None


@dataclass(frozen=True, slots=True)
class Signal:
    id: int
    sender_id: UUID
    kind: str
    payload: str


_ROOM = """
    SELECT r.id, r.appointment_id, r.person_id, r.interpreter, r.interpreter_language, r.opened_at, r.closed_at,
        lower(a.during), upper(a.during), a.state, a.professional_id
    FROM video_room r JOIN appointment a ON a.id = r.appointment_id WHERE """
# What happened before this hour's waiting room opened was another hour's: the appointment has moved since, and nobody
# is let in by it.
_NOW_OPEN = "FROM video_room r JOIN appointment a ON a.id = r.appointment_id WHERE r.id = g.room_id"
_OF_THIS_HOUR = (
    f"g.entered_at >= (SELECT lower(a.during) - interval '{EARLY // timedelta(minutes=1)} minutes' {_NOW_OPEN})"
)
_GUEST = f"""
    SELECT id, room_id, role, name, CASE WHEN fresh THEN device_sha256 END, CASE WHEN fresh THEN entered_at END,
        CASE WHEN fresh THEN admitted_at END, CASE WHEN fresh THEN wants_phone_at END, left_at, seen_at, link_used_at
    FROM (SELECT g.*, {_OF_THIS_HOUR} AS fresh FROM video_guest g) guests WHERE """


def sha256(secret: str) -> bytes:
    """What is kept of a link or a device: secrets of 256 bits need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def of_appointment(session: Session, appointment: Appointment) -> Room:
    """The room of a video appointment, made when first asked for. Raises NotFound for any other appointment."""
    if appointment.mode != "video" or appointment.person_id is None:
        raise NotFound()
    session.execute(
        text(
            "INSERT INTO video_room (id, appointment_id, person_id) VALUES (:id, :appointment, :person) "
            "ON CONFLICT ON CONSTRAINT uq_video_room_appointment DO NOTHING"
        ),
        {"id": new_id(), "appointment": appointment.id, "person": appointment.person_id},
    )
    return Room(*session.execute(text(_ROOM + "r.appointment_id = :id"), {"id": appointment.id}).one())


def of_appointment_id(session: Session, appointment_id: UUID) -> Room:
    """The room of an appointment, when there is one. Raises NotFound."""
    found = session.execute(text(_ROOM + "r.appointment_id = :id"), {"id": appointment_id}).first()
    if found is None:
        raise NotFound()
    return Room(*found)


def room(session: Session, room_id: UUID) -> Room:
    """A room. Raises NotFound."""
    found = session.execute(text(_ROOM + "r.id = :id"), {"id": room_id}).first()
    if found is None:
        raise NotFound()
    return Room(*found)


def guests(session: Session, room_id: UUID) -> list[Guest]:
    """Everybody with a place in a room."""
    rows = session.execute(text(_GUEST + "room_id = :room ORDER BY role DESC, id"), {"room": room_id})
    return [Guest(*row) for row in rows]


def guest(session: Session, guest_id: UUID) -> Guest:
    """One guest. Raises NotFound."""
    found = session.execute(text(_GUEST + "id = :id"), {"id": guest_id}).first()
    if found is None:
        raise NotFound()
    return Guest(*found)


def seat(session: Session, found: Room, *, role: Role, name: str) -> Guest:
    """The one place of the person or of the professional, made when first asked for."""
    session.execute(
        text(
            "INSERT INTO video_guest (id, room_id, person_id, role, name) VALUES (:id, :room, :person, :role, :name) "
            "ON CONFLICT (room_id, role) WHERE role <> 'interpreter' DO NOTHING"
        ),
        {"id": new_id(), "room": found.id, "person": found.person_id, "role": role, "name": name},
    )
    if role == "professional":  # a colleague attends now: the place is theirs, on a device of theirs
        session.execute(
            text(
                "UPDATE video_guest SET name = :name, device_sha256 = NULL, entered_at = NULL, admitted_at = NULL, "
                "admitted_by = NULL, seen_at = NULL WHERE room_id = :room AND role = 'professional' AND name <> :name"
            ),
            {"room": found.id, "name": name},
        )
    row = session.execute(text(_GUEST + "room_id = :room AND role = :role"), {"room": found.id, "role": role}).one()
    return Guest(*row)


def need_interpreter(session: Session, found: Room, *, kind: str | None, language: str | None) -> None:
    """Note that the person needs an interpreter (`sign`, `language` with which one) or none any more."""
    if kind not in (None, "sign", "language"):
        raise Invalid(fields={"interpreter": _l("Elija una opción")})
    if kind == "language" and not (language or "").strip():
        raise Invalid(fields={"language": _l("Escriba el idioma")})
    session.execute(
        text("UPDATE video_room SET interpreter = :kind, interpreter_language = :language WHERE id = :id"),
        {"id": found.id, "kind": kind, "language": language.strip()[:60] if kind == "language" else None},
    )


def invite(session: Session, found: Room, *, name: str) -> tuple[Guest, str]:
    """A place for an interpreter, and the secret of its link: shown once, good once, for this room's hours only."""
    name = " ".join(name.split())[:60]
    if not name:
        raise Invalid(fields={"name": _l("Escriba el nombre")})
    if len(guests(session, found.id)) >= MOST_GUESTS:
        raise Conflict(_l("En una videollamada caben cuatro personas como mucho."))
    link, made = secrets.token_urlsafe(32), new_id()
    session.execute(
        text(
            "INSERT INTO video_guest (id, room_id, person_id, role, name, link_sha256) "
            "VALUES (:id, :room, :person, 'interpreter', :name, :link)"
        ),
        {"id": made, "room": found.id, "person": found.person_id, "name": name, "link": sha256(link)},
    )
    return guest(session, made), link


def by_link(session: Session, link: str) -> tuple[Guest, Room]:
    """Whose link this is. Reading spends nothing. Raises NotFound for one that is unknown."""
    found = session.execute(text(_GUEST + "link_sha256 = :link"), {"link": sha256(link)}).first()
    if found is None:
        raise NotFound()
    whose = Guest(*found)
    return whose, room(session, whose.room_id)


def spend_link(session: Session, found: Guest) -> bool:
    """Use a link up; False when it was already, by whoever was first."""
    done = session.execute(
        text("UPDATE video_guest SET link_used_at = :now WHERE id = :id AND link_used_at IS NULL"),
        {"id": found.id, "now": clock.now()},
    )
    return bool(done.rowcount)


def enter(session: Session, found: Room, who: Guest, *, device: str) -> None:
    """Come into the waiting room with this device, the first that does. Raises Conflict (`reason` early, over, device).

    One that left may come back; the same device any time; another only when the professional has let go of the first.
    """
    now = clock.now()
    when = found.moment(now)
    if when is not Moment.OPEN:
        raise Conflict(
            _l("Todavía es pronto para entrar.") if when is Moment.EARLY else _l("Esta videollamada ya ha terminado."),
            reason=str(when),
        )
    done = session.execute(
        text(
            "UPDATE video_guest g SET device_sha256 = :device, left_at = NULL, seen_at = :now, "
            f"entered_at = CASE WHEN {_OF_THIS_HOUR} THEN entered_at ELSE CAST(:now AS timestamptz) END, "
            f"admitted_at = CASE WHEN {_OF_THIS_HOUR} THEN admitted_at END, "
            f"admitted_by = CASE WHEN {_OF_THIS_HOUR} THEN admitted_by END, "
            f"wants_phone_at = CASE WHEN {_OF_THIS_HOUR} THEN wants_phone_at END "
            f"WHERE id = :id AND (device_sha256 IS NULL OR device_sha256 = :device OR NOT {_OF_THIS_HOUR})"
        ),
        {"id": who.id, "device": sha256(device), "now": now},
    )
    if not done.rowcount:
        raise Conflict(_l("Esta videollamada está abierta en otro dispositivo."), reason="device")


def present(session: Session, who: Guest, *, device: str | None) -> None:
    """That this is the guest's own device; noted now and then. Raises NotFound for any other."""
    if device is None or who.device_sha256 is None or who.device_sha256 != sha256(device):
        raise NotFound()
    now = clock.now()
    if who.left_at is None and (who.seen_at is None or now - who.seen_at > SEEN_EVERY):
        session.execute(text("UPDATE video_guest SET seen_at = :now WHERE id = :id"), {"id": who.id, "now": now})


def admit(session: Session, found: Room, guest_id: UUID, *, professional_id: UUID) -> None:
    """Let a guest who waits come in; the room is open from then on, and the professional is in it."""
    now = clock.now()
    if found.moment(now) is not Moment.OPEN:
        raise Conflict(_l("Esta videollamada ya ha terminado."), reason="over")
    let_in = session.execute(
        text(
            "UPDATE video_guest SET admitted_at = :now, admitted_by = :by WHERE room_id = :room "
            "AND admitted_at IS NULL AND entered_at IS NOT NULL AND (id = :id OR role = 'professional') RETURNING id"
        ),
        {"room": found.id, "id": guest_id, "by": professional_id, "now": now},
    )
    if guest_id not in {row.id for row in let_in}:
        if guest(session, guest_id).admitted_at is None:
            raise Conflict(_l("Esa persona ya no está esperando."), reason="away")
        return
    session.execute(
        text("UPDATE video_room SET opened_at = coalesce(opened_at, :now) WHERE id = :id"),
        {"id": found.id, "now": now},
    )


def put_out(session: Session, found: Room, guest_id: UUID) -> None:
    """Send a guest back to the waiting room and let go of their device: to change it, or to talk apart."""
    session.execute(
        text(
            "UPDATE video_guest SET admitted_at = NULL, admitted_by = NULL, device_sha256 = NULL, seen_at = NULL "
            "WHERE room_id = :room AND id = :id AND role <> 'professional'"
        ),
        {"room": found.id, "id": guest_id},
    )
    _forget_signals(session, "sender_id = :id OR recipient_id = :id", id=guest_id)


def leave(session: Session, who: Guest) -> None:
    """Go; the place and the admission stay, the device is free."""
    session.execute(
        text("UPDATE video_guest SET left_at = :now, device_sha256 = NULL WHERE id = :id"),
        {"id": who.id, "now": clock.now()},
    )
    _forget_signals(session, "sender_id = :id OR recipient_id = :id", id=who.id)


def ask_for_phone(session: Session, who: Guest) -> None:
    """The guest would rather be called: the professional sees it."""
    session.execute(
        text("UPDATE video_guest SET wants_phone_at = :now WHERE id = :id"), {"id": who.id, "now": clock.now()}
    )


def close(session: Session, found: Room) -> None:
    """End the call for everybody; what passed between the browsers is gone."""
    session.execute(
        text("UPDATE video_room SET closed_at = coalesce(closed_at, :now) WHERE id = :id"),
        {"id": found.id, "now": clock.now()},
    )
    # The devices stay known, so that each is told of the end.
    session.execute(text("UPDATE video_guest SET link_sha256 = NULL WHERE room_id = :id"), {"id": found.id})
    _forget_signals(session, "room_id = :id", id=found.id)


def in_call(found: Room, who: Guest, everybody: Sequence[Guest]) -> list[Guest]:
    """The others whom this guest may see and hear now: let in and here. Nobody, before this guest was let in."""
    if who.admitted_at is None or found.opened_at is None or found.moment(clock.now()) is not Moment.OPEN:
        return []
    return [one for one in everybody if one.id != who.id and one.admitted_at is not None and one.here]


def may_talk(found: Room, who: Guest, everybody: Sequence[Guest]) -> bool:
    """Whether this guest gets what a call needs: let in, and somebody besides the professional was let in too."""
    others = [one for one in everybody if one.role != "professional" and one.admitted_at is not None]
    return who.admitted_at is not None and bool(others) and found.moment(clock.now()) is Moment.OPEN


def send(session: Session, found: Room, who: Guest, *, to: UUID, kind: str, payload: str) -> None:
    """Pass something to another guest of the same call. Raises NotFound unless both were let in."""
    everybody = guests(session, found.id)
    if to not in {one.id for one in in_call(found, who, everybody)}:
        raise NotFound()
    if kind not in ("description", "candidate") or len(payload) > 65536:
        raise Invalid(_l("Esto no es de una videollamada."))
    session.execute(
        text(
            "INSERT INTO video_signal (room_id, person_id, sender_id, recipient_id, kind, payload, sent_at) "
            "VALUES (:room, :person, :sender, :recipient, :kind, :payload, :now)"
        ),
        {
            "room": found.id, "person": found.person_id, "sender": who.id, "recipient": to, "kind": kind,
            "payload": payload, "now": clock.now(),
        },
    )  # fmt: skip


def received(session: Session, found: Room, who: Guest, *, after: int) -> list[Signal]:
    """What was sent to this guest after that number, in order; what came before is gone. Nothing unless let in."""
    if who.admitted_at is None or found.moment(clock.now()) is not Moment.OPEN:
        return []
    _forget_signals(session, "recipient_id = :id AND id <= :after", id=who.id, after=after)
    rows = session.execute(
        text(
            "SELECT id, sender_id, kind, payload FROM video_signal WHERE recipient_id = :id AND id > :after "
            "ORDER BY id LIMIT 200"
        ),
        {"id": who.id, "after": after},
    )
    return [Signal(*row) for row in rows]


def _forget_signals(session: Session, which: str, **values: object) -> None:
    session.execute(text(f"DELETE FROM video_signal WHERE {which}"), values)
