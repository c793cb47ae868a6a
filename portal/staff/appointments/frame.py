"""What the pages of appointments share: who may plan, lists to choose from, who was attended at this desk."""

from collections.abc import Iterable
from uuid import UUID

from flask import session
from flask_babel import gettext as _

from case_api import directory
from case_api.access.door import Door
from case_api.access.purposes import Purpose
from case_api.agenda.values import Appointment
from case_api.db import current_unit
from case_api.errors import NotFound
from portal.staff.room import actor, my_unit, staff_door

# Who keeps the rooms and groups of a centre; and the reasons, which are the whole city's: the history says who.
PLANNERS = frozenset({"coordinator", "administrative"})
KEEPS_REASONS = PLANNERS
_ATTENDED = "attended"
_MOST_ATTENDED = 20


def only(roles: Iterable[str]) -> None:
    """Raise NotFound for anybody else."""
    if actor().role not in roles:
        raise NotFound()


def names_of(found: Iterable[Appointment]) -> dict[UUID, str]:
    """The names of whoever these appointments of one's own centre are for, as far as one may know them."""
    people = [one.person_id for one in found if one.person_id]
    return staff_door(Purpose.BOOK_APPOINTMENT, handling=people).names(people)


def professionals(unit_id: UUID | None = None, *, first: str | None = None) -> list[tuple[str, str]]:
    """A choice of the professionals of a centre, with words for nobody in particular."""
    team = directory.professionals_of(current_unit().session, unit_id or my_unit())
    return [("", first if first is not None else _("Elija de la lista")), *((str(one.id), one.name) for one in team)]


def attend(person_id: UUID) -> None:
    """Remember that this desk wrote this person down, or was told their whole document: it may give them a time."""
    kept = [one for one in session.get(_ATTENDED, []) if one != str(person_id)]
    session[_ATTENDED] = [str(person_id), *kept][:_MOST_ATTENDED]


def desk_door(person_id: UUID | None = None) -> Door:
    """The door for giving appointments; whoever this desk attends is handled, which opens no more than N1."""
    mine = person_id is not None and str(person_id) in session.get(_ATTENDED, [])
    return staff_door(Purpose.BOOK_APPOINTMENT, handling=[person_id] if mine and person_id else [])
