"""One's rights over one's data: a copy of everything, requests with their deadline, and what is not shown here."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from case_api.errors import Conflict, Invalid
from case_api.rights.exports import Section
from case_api.rights.held import REASONS
from channels.http.conversation_copy import TALKS
from portal.look.csrf import form_view
from portal.office.forms import PressForm
from portal.office.rights_forms import RightsForm
from portal.office.room import blueprint, for_the_known, my_door, my_id
from portal.simulators.keeping import service as keeping

# What the floors above the record hold of a person.
MORE = (*TALKS, Section("kept_results", _l("Los cálculos que guardó"), keeping.listing))


@blueprint.get("/carpeta/derechos")
@for_the_known
def rights():
    """The copies, the requests, and what the folder does not show, said alike to everybody."""
    door, me = my_door(), my_id()
    return render_template(
        "pages/office/rights.html",
        copies=door.exports(me),
        asked=door.rights_requests(me),
        more_after_login=door.more_after_login(me),
        withheld=REASONS,
        form=PressForm(formdata=None),
    )


@blueprint.post("/carpeta/derechos/copia")
@for_the_known
@form_view
def ask_for_copy():
    """Make a copy ready to be fetched."""
    form = PressForm()
    if form.validate_on_submit():
        my_door().ask_for_copy(my_id(), MORE)
        flash(_("Su copia está lista. Puede guardarla durante siete días."), "success")
    return redirect(url_for("office.rights"), code=303)


@blueprint.get("/carpeta/derechos/copia/<uuid:export_id>")
@for_the_known
def fetch_copy(export_id: UUID):
    """The copy, written while it is sent."""
    answer = Response(my_door().fetch_copy(export_id, MORE), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="mis-datos.zip"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/carpeta/derechos/pedir", methods=["GET", "POST"])
@for_the_known
@form_view
def ask_about_data():
    """Ask for a correction, or for another right."""
    form, status = RightsForm(), 200
    if request.method == "GET" and request.args.get("que") in dict(form.kind.choices):
        form.kind.data = request.args["que"]
    if form.validate_on_submit():
        try:
            made = my_door().ask_about_data(
                my_id(), kind=form.kind.data, about=form.about.data, wanted=form.wanted.data or ""
            )
        except Invalid as error:
            form.add_fields(error.fields)
        except Conflict as error:
            form.general.append(error.message)
            status = 409
        else:
            flash(_("Recibida. Le contestamos dentro del plazo."), "success")
            return redirect(url_for("office.rights_request", request_id=made.id), code=303)
    page = render_template("pages/office/rights_ask.html", form=form)
    return page, 422 if form.is_submitted() and status == 200 else status


@blueprint.get("/carpeta/derechos/peticiones/<uuid:request_id>")
@for_the_known
def rights_request(request_id: UUID):
    """One request: what was asked, until when, and the answer."""
    return render_template("pages/office/rights_request.html", one=my_door().rights_request(request_id))
