"""Household and representatives of a person, at the desk."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from case_api import clock
from case_api.access.levels import Level
from case_api.access.purposes import Purpose
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.staff.record.forms import HouseholdForm, RepresentativeForm, TieForm
from portal.staff.record.page import case_door, show
from portal.staff.room import blueprint, staff_door


@blueprint.route("/personas/<uuid:person_id>/familia", methods=["GET", "POST"])
@form_view
def family(person_id: UUID):
    """Whom the person lives with; somebody more."""
    door, form = case_door(), HouseholdForm()
    found = door.household(person_id)
    if form.validate_on_submit():
        others = staff_door(Purpose.FIND_PERSON).find_people(form.document.data)
        try:
            if len(others) != 1:
                raise Invalid(fields={"document": _("No hay nadie de su centro con ese documento.")})
            door.add_to_household(person_id, others[0].id, relationship=form.relationship.data)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Apuntado."), "success")
            return redirect(url_for("staff.family", person_id=person_id), code=303)
    return show("record_family", door, person_id, form, household=found)


@blueprint.post("/personas/<uuid:person_id>/familia/salir")
def leave_family(person_id: UUID):
    """The person lives there no more."""
    case_door().leave_household(person_id)
    flash(_("Apuntado: ya no vive ahí."), "success")
    return redirect(url_for("staff.family", person_id=person_id), code=303)


@blueprint.route("/personas/<uuid:person_id>/representantes", methods=["GET", "POST"])
@form_view
def representatives(person_id: UUID):
    """Who acts for the person; somebody more, having seen the paper."""
    door, form = case_door(), RepresentativeForm()
    found = door.representatives(person_id, ended=True)
    if form.validate_on_submit():
        try:
            door.record_representation(
                person_id, kind=form.kind.data, name=form.name.data, document=form.document.data,
                scope=Level(form.scope.data), evidence=form.evidence.data, starts_on=clock.today(),
                ends_on=form.ends_on.data,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Apuntado."), "success")
            return redirect(url_for("staff.representatives", person_id=person_id), code=303)
    return show("record_representatives", door, person_id, form, ties=found)


@blueprint.route("/personas/<uuid:person_id>/representantes/<uuid:tie_id>", methods=["GET", "POST"])
@form_view
def representative(person_id: UUID, tie_id: UUID):
    """One tie: confirm, suspend by a court's order, end."""
    door, form = case_door(), TieForm()
    found = next((one for one in door.representatives(person_id, ended=True) if one.id == tie_id), None)
    if found is None:
        raise NotFound()
    if form.validate_on_submit():
        paper = form.paper.data or ""
        try:
            if form.what.data == "confirm":
                door.confirm_representation(tie_id, evidence=paper)
            elif form.what.data == "suspend":
                door.suspend_representation(tie_id, order=paper)
            else:
                door.end_representation(tie_id)
        except (Invalid, Conflict) as error:
            form.refuse(error, evidence="paper", order="paper")
        else:
            flash(_("Hecho. Vale desde ahora mismo."), "success")
            return redirect(url_for("staff.representatives", person_id=person_id), code=303)
    return show("record_tie", door, person_id, form, one=found)
