"""What people of one's centre have asked about their data: the next due first, and the answer."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api.access.purposes import Purpose
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.staff.rights_forms import AnswerForm, ExtendForm
from portal.staff.room import blueprint, staff_door


@blueprint.get("/derechos")
def rights():
    """The list of what waits. There are no totals."""
    return render_template("pages/staff/rights.html", waiting=staff_door(Purpose.MANAGE_CASE).waiting_requests())


@blueprint.route("/derechos/<uuid:request_id>", methods=["GET", "POST"])
@form_view
def rights_request(request_id: UUID):
    """One request and the form to answer it, or to take longer."""
    door = staff_door(Purpose.MANAGE_CASE)
    one = door.rights_request(request_id)
    longer = request.form.get("que") == "ampliar"
    form = AnswerForm(formdata=None if longer else request.form)
    extend = ExtendForm(formdata=request.form if longer else None)
    status = 422 if request.method == "POST" else 200
    try:
        if longer and extend.validate_on_submit():
            door.extend_request(request_id, why=extend.why.data)
            flash(_("Ampliado. La persona lo ve con su motivo."), "success")
            return redirect(url_for("staff.rights_request", request_id=request_id), code=303)
        if not longer and form.validate_on_submit():
            door.answer_request(request_id, state=form.state.data, answer=form.answer.data)
            flash(_("Contestada. La persona ya puede leerlo."), "success")
            return redirect(url_for("staff.rights"), code=303)
    except (Invalid, Conflict) as error:
        status = (extend if longer else form).refuse(error)
    page = render_template(
        "pages/staff/rights_request.html", one=one, form=form, second_form=extend, person=door.person(one.person_id)
    )
    return page, status
