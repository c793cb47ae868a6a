"""What the record's pages share: the door for the case, errors put where they belong."""

from typing import Any
from uuid import UUID

from flask import render_template

from case_api.access.door import Door
from case_api.access.purposes import Purpose
from case_api.errors import DomainError
from portal.look.widgets import Form
from portal.staff.room import staff_door


def case_door() -> Door:
    """The door for whoever works on a case."""
    return staff_door(Purpose.MANAGE_CASE)


def tell(form: Form, error: DomainError, **names: str) -> None:
    """Put an error on the form; `names` says which of its fields stands for one of the service's."""
    fields = {names.get(name, name): message for name, message in getattr(error, "fields", {}).items()}
    form.add_fields(fields)
    if not fields:
        form.general.append(error.message)


def show(name: str, door: Door, person_id: UUID, form: Any = None, **more: Any) -> tuple[str, int]:
    """A page about a person; 422 when its form has errors."""
    page = render_template(f"pages/staff/{name}.html", person=door.person(person_id), form=form, **more)
    return page, 422 if form is not None and form.is_submitted() else 200
