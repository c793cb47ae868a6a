"""One's appointments: next and past, one of them, cancelling it, and a file for one's own calendar."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import clock
from case_api.agenda.calendar import MEDIA_TYPE, calendar
from case_api.agenda.values import STATES
from case_api.errors import Conflict
from portal.office import words
from portal.office.forms import CancelForm
from portal.office.room import blueprint, for_the_known, my_door, my_id

PAST_SHOWN = 20


@blueprint.get("/citas")
@for_the_known
def appointments():
    """Next and past."""
    door, me = my_door(), my_id()
    coming = door.next_appointments(me)
    known = {one.id for one in coming}
    past = [one for one in door.appointments(me, limit=PAST_SHOWN) if one.id not in known]
    entries = door.waiting(me)
    return render_template(
        "pages/office/appointments.html",
        coming=coming,
        past=past,
        offered=[(one, door.held(one.hold_id)) for one in entries if one.state == "offered" and one.hold_id],
        waiting=[one for one in entries if one.state == "waiting"],
        unfinished=door.unfinished(me),
        words=words,
        states=STATES,
    )


@blueprint.get("/citas/<uuid:appointment_id>")
@for_the_known
def appointment(appointment_id: UUID):
    """One appointment."""
    found = my_door().appointment(appointment_id)
    standing = found.state == "booked" and found.starts_at > clock.now()
    return render_template(
        "pages/office/appointment.html", appointment=found, standing=standing, words=words, states=STATES
    )


@blueprint.get("/citas/<uuid:appointment_id>/cita.ics")
@for_the_known
def appointment_calendar(appointment_id: UUID):
    """The appointment as a file for one's own calendar."""
    found = my_door().appointment(appointment_id)
    answer = Response(calendar(found), content_type=MEDIA_TYPE)
    answer.headers["Content-Disposition"] = 'attachment; filename="cita.ics"'
    return answer


@blueprint.route("/citas/<uuid:appointment_id>/anular", methods=["GET", "POST"])
@for_the_known
def cancel_appointment(appointment_id: UUID):
    """Ask, then cancel; opening the page changes nothing."""
    door = my_door()
    found = door.appointment(appointment_id)
    form = CancelForm(version=found.version)
    if form.validate_on_submit():
        try:
            door.cancel(appointment_id, seen_version=form.version.data)
        except Conflict as conflict:
            page = render_template(
                "pages/office/not_cancelled.html", appointment=found, why=conflict.message, words=words
            )
            return page, 409
        flash(_("Su cita está anulada. Si la necesita, puede pedir otra."), "success")
        return redirect(url_for("office.appointments"), code=303)
    return render_template("pages/office/cancel.html", appointment=found, form=form, words=words)
