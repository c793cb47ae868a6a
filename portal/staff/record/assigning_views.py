"""Giving somebody who came here their centre and their professional of reference."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound, Refused
from portal.look.csrf import form_view
from portal.staff.record.forms import AssignForm, identifier
from portal.staff.record.page import case_door
from portal.staff.room import blueprint, me, my_unit


@blueprint.get("/personas/sin-centro")
def unassigned():
    """People of no centre with an appointment in this one."""
    door = case_door()
    if not door.assigns:
        raise Refused()
    return render_template("pages/staff/record_unassigned.html", found=door.to_assign())


@blueprint.route("/personas/sin-centro/<uuid:person_id>", methods=["GET", "POST"])
@form_view
def give_centre(person_id: UUID):
    """Who attends this person from now on; what follows is said before the button."""
    door, form = case_door(), AssignForm()
    one = next((one for one in door.to_assign() if one.person_id == person_id), None)
    if one is None:
        raise NotFound()
    team = directory.professionals_of(current_unit().session, my_unit())
    form.who.choices = [(str(each.id), each.name) for each in team if each.role == "social_worker" and each.id != me()]
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            door.assign(person_id, identifier(form.who.data) or person_id)
        except (Invalid, Conflict) as error:
            form.refuse(error, professional_id="who")
            status = error.status
        else:
            flash(_("Hecho. Ya tiene centro y profesional de referencia."), "success")
            return redirect(url_for("staff.unassigned"), code=303)
    return render_template("pages/staff/record_assign.html", one=one, form=form), status
