"""Rooms of a centre and reasons for an appointment: kept, changed, ended, opened again. What is booked stays.

Ending one stops new bookings and deletes nothing; it answers with the appointments that still stand on it, so that
somebody places them anew. The database writes each change into the agenda's history.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.agenda import reading
from case_api.agenda.planning.weekly import Noted
from case_api.agenda.reasons import every as every_reason
from case_api.agenda.values import MODES, PRIORITIES, REASONS, Appointment, Reason
from case_api.db import Unit, new_id
from case_api.db.violations import violation
from case_api.errors import Conflict, Invalid, NotFound

violation("uq_room_unit_name", lambda: Conflict(_l("Ya hay una sala con ese nombre en este centro.")))
LONGEST_NAME = 80
GROUP_MODES = ("in_person", "video")
# field: least, most. The database holds to the same.
BOUNDS = {
    "minutes": (5, 480), "step_minutes": (5, 480), "buffer_minutes": (0, 240), "notice_minutes": (0, 60 * 24 * 60),
    "horizon_days": (1, 366), "places": (1, 200),
}  # fmt: skip
FLAGS = ("discreet", "online", "peer", "pair")


@dataclass(frozen=True, slots=True)
class Room:
    id: UUID
    unit_id: UUID
    name: str
    active: bool


def _name(name: str) -> str:
    found = " ".join(name.split())
    if not found or len(found) > LONGEST_NAME:
        raise Invalid(fields={"name": _l("Escriba el nombre, con %(limit)s letras como mucho.", limit=LONGEST_NAME)})
    return found


def rooms(session: Session, *, unit_id: UUID) -> list[Room]:
    """Every room of a centre, the ones in use first."""
    rows = session.execute(
        text("SELECT id, unit_id, name, active FROM room WHERE unit_id = :unit ORDER BY NOT active, name"),
        {"unit": unit_id},
    )
    return [Room(*row) for row in rows]


def room(session: Session, *, unit_id: UUID, room_id: UUID) -> Room:
    """One room of a centre. Raises NotFound, alike for another centre's."""
    found = next((one for one in rooms(session, unit_id=unit_id) if one.id == room_id), None)
    if found is None:
        raise NotFound()
    return found


def save_room(unit: Unit, *, unit_id: UUID, name: str, room_id: UUID | None = None) -> UUID:
    """Add a room to a centre, or give one another name. Raises Invalid, Conflict (the name is taken), NotFound."""
    name = _name(name)
    known = room(unit.session, unit_id=unit_id, room_id=room_id) if room_id else None
    made = known.id if known else new_id()
    with unit.savepoint():
        unit.session.execute(
            text(
                "UPDATE room SET name = :name WHERE id = :id AND name <> :name"
                if known
                else "INSERT INTO room (id, unit_id, name) VALUES (:id, :unit, :name)"
            ),
            {"id": made, "unit": unit_id, "name": name},
        )
    return made


def in_room(session: Session, *, room_id: UUID) -> list[Appointment]:
    """Appointments to come in a room, and the places of groups that meet there, in order."""
    return _standing(
        session,
        "(a.room_id = :it OR EXISTS (SELECT FROM group_session g WHERE g.id = a.session_id AND g.room_id = :it))",
        it=room_id,
    )


def use_room(unit: Unit, *, unit_id: UUID, room_id: UUID, active: bool) -> list[Appointment]:
    """End a room, or open it again; with `active` False the appointments that still stand in it. Raises NotFound."""
    known = room(unit.session, unit_id=unit_id, room_id=room_id)
    if known.active != active:
        unit.session.execute(text("UPDATE room SET active = :active WHERE id = :id"), {"id": room_id, "active": active})
    return [] if active else in_room(unit.session, room_id=room_id)


def _standing(session: Session, where: str, **values: Any) -> list[Appointment]:
    ids = session.execute(
        text(
            f"SELECT a.id FROM appointment a WHERE a.state = 'booked' AND lower(a.during) > :now AND {where} "  # noqa: S608
            "ORDER BY lower(a.during), a.id LIMIT 500"
        ),
        values | {"now": clock.now()},
    ).scalars()
    return [found for one in ids.all() if (found := reading.one(session, one))]


def reasons(unit: Unit) -> list[Reason]:
    """Every reason, the ones in use first."""
    return sorted(every_reason(unit, ended=True), key=lambda one: (not one.active, str(one.name)))


def reason(unit: Unit, key: str) -> Reason:
    """One reason, in use or ended. Raises NotFound."""
    found = next((one for one in every_reason(unit, ended=True) if one.key == key), None)
    if found is None:
        raise NotFound()
    return found


def for_reason(session: Session, *, key: str, but_modes: Iterable[str] = ()) -> list[Appointment]:
    """Appointments to come for a reason, but those held in one of these ways."""
    return _standing(session, "a.reason = :key AND NOT a.mode = ANY(:modes)", key=key, modes=list(but_modes))


def _checked(values: dict[str, Any]) -> dict[str, Any]:
    wrong: dict[str, Any] = {}
    for field, (least, most) in BOUNDS.items():
        if not isinstance(values.get(field), int) or not least <= values[field] <= most:
            wrong[field] = _l("Escriba un número del %(least)s al %(most)s.", least=least, most=most)
    modes = [mode for mode in MODES if mode in set(values.get("modes") or ())]
    if not modes:
        wrong["modes"] = _l("Elija al menos una manera.")
    elif "places" not in wrong and values["places"] > 1 and not set(modes) <= set(GROUP_MODES):
        wrong["modes"] = _l("Un grupo se reúne en el centro o por videollamada.")
    if values.get("priority") not in PRIORITIES:
        wrong["priority"] = _l("Elija una opción de la lista.")
    if wrong:
        raise Invalid(_l("Revise los datos de este motivo."), fields=wrong)
    return values | {"modes": modes} | {flag: bool(values.get(flag)) for flag in FLAGS}


def save_reason(unit: Unit, *, key: str | None = None, name: str = "", **values: Any) -> tuple[str, list[Appointment]]:
    """Add a reason, or change one: its key, and the appointments to come in a way it is no longer held.

    `values` are those of `Reason`. What is booked keeps its length; a new length holds for what is booked or moved from
    now on. A reason that every install starts with keeps its name, which is in every language. Raises Invalid,
    NotFound, and Conflict where an individual reason with appointments would become a group's, or the other way.
    """
    values = _checked(values)
    known = reason(unit, key) if key else None
    if known is None or known.key not in REASONS:
        values["name"] = _name(name)
    if known and (known.places > 1) != (values["places"] > 1) and for_reason(unit.session, key=known.key):
        message = _l("Hay citas dadas con este motivo. Cree otro motivo para el grupo, o espere a que pasen.")
        raise Conflict(message)
    if known is None:
        values["key"] = _key(unit, values["name"])
        columns = ", ".join(values)
        statement = f"INSERT INTO appointment_reason ({columns}) VALUES ({', '.join(f':{one}' for one in values)})"  # noqa: S608
    else:
        changes = ", ".join(f"{one} = :{one}" for one in values)
        statement = f"UPDATE appointment_reason SET {changes} WHERE key = :key"  # noqa: S608
    made = values.get("key") or key
    unit.session.execute(text(statement), values | {"key": made})
    return made, for_reason(unit.session, key=made, but_modes=values["modes"]) if known else []


def use_reason(unit: Unit, *, key: str, active: bool) -> list[Appointment]:
    """End a reason, or open it again; with `active` False the appointments that still stand on it. Raises NotFound."""
    known = reason(unit, key)
    if known.active != active:
        unit.session.execute(
            text("UPDATE appointment_reason SET active = :active WHERE key = :key"), {"key": key, "active": active}
        )
    return [] if active else for_reason(unit.session, key=key)


def _key(unit: Unit, name: str) -> str:
    """A key of small letters from a name, not taken yet."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "_".join("".join(letter if letter.isalpha() else " " for letter in plain).split())[:50] or "cita"
    taken = {one.key for one in every_reason(unit, ended=True)}
    key = words
    while key in taken:
        key += "_x"
    return key


def history(session: Session, *, what: str, unit_id: UUID | None = None, it: str | None = None) -> list[Noted]:
    """The latest changes of a kind of thing (`room`, `appointment_reason`, `group_session`), of a centre or of one."""
    rows = session.execute(
        text(
            "SELECT what, before, after, changed_at, changed_by FROM agenda_history WHERE what = :what "
            "AND unit_id IS NOT DISTINCT FROM CAST(:unit AS uuid) "
            "AND (CAST(:it AS text) IS NULL OR coalesce(after, before) ->> :name = :it) ORDER BY id DESC LIMIT 50"
        ),
        {"what": what, "unit": unit_id, "it": it, "name": "key" if what == "appointment_reason" else "id"},
    )
    return [Noted(*row) for row in rows]
