"""The day's appointments of the centre."""

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.office.choice import uuid_or_none
from portal.staff.room import blueprint, me, my_unit, staff_door

FAR = timedelta(days=3660)  # what is further away is a slip of the keyboard


def _day() -> date:
    try:
        day = date.fromisoformat(request.args.get("dia", ""))
    except ValueError:
        return clock.today()
    return day if abs(day - clock.today()) < FAR else clock.today()


@blueprint.get("/agenda")
def agenda():
    """Who comes on a day: to the centre, or to one professional."""
    day = _day()
    team = directory.professionals_of(current_unit().session, my_unit())
    asked = request.args.get("quien", "centro")
    professional_id = me() if asked == "yo" else uuid_or_none(asked)
    door = staff_door(Purpose.PREPARE_APPOINTMENT)
    found = door.agenda(from_day=day, to_day=day, professional_id=professional_id)
    return render_template(
        "pages/staff/agenda.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        appointments=found,
        names=door.names([one.person_id for one in found]),
        team=team,
        asked=asked,
    )


@blueprint.post("/agenda/<uuid:appointment_id>/<any(attended, no_show, cancelled):state>")
def close_appointment(appointment_id: UUID, state: str):
    """Say how an appointment went, or cancel it."""
    door = staff_door(Purpose.BOOK_APPOINTMENT)
    try:
        if state == "cancelled":
            door.cancel(appointment_id)
        else:
            door.close_appointment(appointment_id, state=state)
    except (Conflict, Invalid) as error:
        flash(error.message or _("Esta cita ya no está como la veía. Mírela otra vez."), "warning")
    else:
        flash(_("Anotado."), "success")
    return redirect(url_for("staff.agenda", dia=request.args.get("dia"), quien=request.args.get("quien")), code=303)
