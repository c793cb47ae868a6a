"""Reports at the desk: written, signed, released, told in person first; a part for each member of the household."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api.access.levels import Level
from case_api.errors import Conflict, Invalid, Refused
from portal.look.csrf import form_view
from portal.staff.record.forms import PartForm, ReleaseForm, ReportForm, identifier
from portal.staff.record.page import case_door, show
from portal.staff.room import blueprint, me

STATES = {
    "draft": lambda: _("Sin firmar"),
    "signed": lambda: _("Firmado, sin publicar"),
    "held": lambda: _("Se lo va a decir en persona"),
    "to_decide": lambda: _("Hay que decidir si se publica"),
    "released": lambda: _("En su carpeta"),
}


@blueprint.route("/personas/<uuid:person_id>/informes", methods=["GET", "POST"])
@form_view
def reports(person_id: UUID):
    """The reports of a person in every state; one more."""
    door, form = case_door(), ReportForm()
    found = door.reports(person_id)
    if form.validate_on_submit():
        sent = form.document.data
        try:
            made = door.write_report(
                person_id, title=form.title.data, name=sent.filename or "", content=sent.read(),
                level=Level(form.level.data), audience=form.audience.data,
            )  # fmt: skip
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Guardado sin firmar: la persona todavía no lo ve."), "success")
            return redirect(url_for("staff.report", document_id=made.id), code=303)
    return show("record_reports", door, person_id, form, reports=found, states=STATES)


@blueprint.get("/informes")
def my_reports():
    """One's own reports that wait for something, whoever they are about."""
    found = case_door().reports_to_decide()
    return render_template("pages/staff/record_my_reports.html", reports=found, states=STATES)


@blueprint.route("/informes/<uuid:document_id>", methods=["GET", "POST"])
@form_view
def report(document_id: UUID):
    """One report: sign it, release it now, or tell the person first."""
    door, form = case_door(), ReleaseForm()
    found = door.report(document_id)
    form.what.choices = _choices(found)
    if form.validate_on_submit():
        try:
            if form.what.data == "sign":
                door.sign_report(document_id)
            elif form.what.data == "release":
                door.release_report(document_id)
            else:
                door.release_report(
                    document_id, reason=form.reason.data or " ", until=form.until.data, then=form.then.data
                )
        except (Invalid, Conflict, Refused) as error:
            form.refuse(error)
        else:
            flash(_("Hecho."), "success")
            return redirect(url_for("staff.report", document_id=document_id), code=303)
    return show("record_report", door, found.person_id, form, one=found, states=STATES)


@blueprint.route("/informes/<uuid:document_id>/parte", methods=["GET", "POST"])
@form_view
def report_part(document_id: UUID):
    """The part of a report for one member of the household: a copy that names nobody else."""
    door, form = case_door(), PartForm()
    found = door.report(document_id)
    household = door.household(found.person_id)
    form.member.choices = [(str(one.person_id), one.name) for one in household.others] if household else []
    if form.validate_on_submit():
        sent = form.document.data
        try:
            made = door.add_part(
                document_id, identifier(form.member.data) or document_id, title=form.title.data,
                name=sent.filename or "", content=sent.read(),
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Guardada sin firmar. Fírmela y publíquela como cualquier informe."), "success")
            return redirect(url_for("staff.report", document_id=made.id), code=303)
    return show("record_part", door, found.person_id, form, one=found)


def _choices(found) -> list[tuple[str, str]]:
    if found.state == "draft":
        return [("sign", _("Firmarlo"))] if found.author_id == me() else []
    if found.state == "released" or found.audience == "staff":
        return []
    return [("release", _("Publicarlo ya en su carpeta")), ("tell", _("Decírselo antes en persona"))]
