"""The day's appointments of the centre."""

from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.purposes import Purpose
from case_api.agenda.planning import holidays
from case_api.clock import MADRID
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.look.dates import by_day
from portal.office.choice import uuid_or_none
from portal.staff.appointments.frame import PLANNERS
from portal.staff.room import actor, blueprint, me, my_unit, staff_door

FAR = timedelta(days=3660)  # what is further away is a slip of the keyboard


def _day() -> date:
    try:
        day = date.fromisoformat(request.args.get("dia", ""))
    except ValueError:
        return clock.today()
    return day if abs(day - clock.today()) < FAR else clock.today()


def _local_day(one) -> date:
    return one.starts_at.astimezone(MADRID).date()


@blueprint.get("/agenda")
def agenda():
    """Who comes on a day: to the centre, or to one professional."""
    day = _day()
    team = directory.professionals_of(current_unit().session, my_unit())
    asked = request.args.get("quien", "centro")
    professional_id = me() if asked == "yo" else uuid_or_none(asked)
    door = staff_door(Purpose.PREPARE_APPOINTMENT)
    view = request.args.get("vista") if request.args.get("vista") in ("semana", "lista") else "dia"
    first, last = (day, day) if view == "dia" else (day - timedelta(days=day.weekday()), None)
    last = last or (first + timedelta(days=6) if view == "semana" else first + timedelta(days=27))
    found = door.agenda(from_day=first, to_day=last, professional_id=professional_id)
    step = last - first + timedelta(days=1)
    return render_template(
        "pages/staff/agenda.html",
        day=day,
        before=first - step,
        after=first + step,
        first=first,
        view=view,
        days=by_day(found),
        queue=[one for one in found if one.arrived_at and not one.called_at and one.state == "booked"],
        answers=door.open_answers([one.id for one in found]),
        warn=holidays.unconfirmed(current_unit().session),
        appointments=found,
        names=door.names([one.person_id for one in found]),
        team=team,
        asked=asked,
        plans=actor().role in PLANNERS,
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
