"""What the record's pages share: the door for the case, and the frame around a person."""

from typing import Any
from uuid import UUID

from flask import render_template

from case_api.access.door import Door
from case_api.access.purposes import Purpose
from portal.staff.room import staff_door


def case_door() -> Door:
    """The door for whoever works on a case."""
    return staff_door(Purpose.MANAGE_CASE)


def show(name: str, door: Door, person_id: UUID, form: Any = None, **more: Any) -> tuple[str, int]:
    """A page about a person; 422 when its form has errors."""
    page = render_template(f"pages/staff/{name}.html", person=door.person(person_id), form=form, **more)
    return page, 422 if form is not None and form.is_submitted() else 200
