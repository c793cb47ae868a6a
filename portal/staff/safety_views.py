"""Protecting a person in danger; opening the record of somebody out of reach in an emergency."""

from datetime import timedelta
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.purposes import Purpose
from case_api.access.shields import KINDS
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.staff.room import blueprint, me, my_unit, staff_door
from portal.staff.safety_forms import GlassForm, LiftForm, ShieldForm


@blueprint.route("/personas/<uuid:person_id>/proteccion", methods=["GET", "POST"])
@form_view
def shield(person_id: UUID):
    """The protection that stands, for its team; or the form to set one, with what follows said before."""
    door = staff_door(Purpose.PROTECT)
    person, standing = door.person(person_id), door.shield(person_id)
    form = ShieldForm()
    form.kind.choices = list(KINDS.items())
    team = directory.professionals_of(current_unit().session, my_unit())
    form.team.choices = [(str(one.id), one.name) for one in team if one.id != me()]
    if form.review_on.data is None and not form.is_submitted():
        form.review_on.process(None, clock.today() + timedelta(days=180))
    status = 422 if form.is_submitted() else 200
    if standing is None and door.may_shield and form.validate_on_submit():
        try:
            covered = door.set_shield(
                person_id, kind=form.kind.data, reason=form.reason.data, review_on=form.review_on.data,
                team=[UUID(one) for one in form.team.data],
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            flash(_("Protección puesta. Alcanza a %(count)s personas desde ahora.", count=len(covered)), "success")
            return redirect(url_for("staff.shield", person_id=person_id), code=303)
    lift = LiftForm(formdata=None)
    page = render_template(
        "pages/staff/shield.html", person=person, standing=standing, form=form, lift=lift, may=door.may_shield
    )
    return page, status


@blueprint.post("/personas/<uuid:person_id>/proteccion/levantar")
@form_view
def lift_shield(person_id: UUID):
    """Lift it: everybody who attends the person sees again where they are."""
    door = staff_door(Purpose.PROTECT)
    person, standing = door.person(person_id), door.shield(person_id)
    if standing is None:
        raise NotFound()
    form = LiftForm()
    if form.validate():
        try:
            door.lift_shield(person_id, why=form.why.data)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Protección levantada."), "success")
            return redirect(url_for("staff.person", person_id=person_id), code=303)
    page = render_template(
        "pages/staff/shield.html", person=person, standing=standing, form=None, lift=form, may=True, forms=[form]
    )
    return page, 422


@blueprint.route("/urgencia", methods=["GET", "POST"])
@form_view
def break_glass():
    """Start from a complete identifier and a reason. What comes next is the same whether or not anybody bears it."""
    form = GlassForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            made = staff_door(Purpose.URGENCY).break_glass(form.identifier.data, reason=form.reason.data)
        except (Invalid, Conflict) as error:
            status = form.refuse(error)
        else:
            return redirect(url_for("staff.glass", glass_id=made.id), code=303)
    return render_template("pages/staff/glass_break.html", form=form), status


@blueprint.get("/urgencia/<uuid:glass_id>")
def glass(glass_id: UUID):
    """What was opened, for how long, and the way to it."""
    return render_template("pages/staff/glass.html", glass=staff_door(Purpose.URGENCY).glass(glass_id))


@blueprint.get("/urgencia/<uuid:glass_id>/ficha")
def glass_person(glass_id: UUID):
    """The person's record while the hour lasts; nothing to keep or to print."""
    door = staff_door(Purpose.URGENCY)
    found = door.glass(glass_id)
    if not found.running:
        raise NotFound()
    person = door.person(found.person_id)
    page = render_template(
        "pages/staff/glass_person.html",
        glass=found,
        person=person,
        files=door.files(person.id),
        documents=door.documents(person.id),
        appointments=door.next_appointments(person.id, limit=5),
    )
    return page, 200, {"Cache-Control": "no-store"}
