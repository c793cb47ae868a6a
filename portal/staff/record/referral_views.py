"""Who can see a person's record and why; referrals to other centres, and the named case team."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.levels import Level
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.staff.record.forms import AnswerForm, RecallForm, ReferralForm, TeamForm, identifier
from portal.staff.record.page import case_door, show
from portal.staff.room import blueprint, my_unit


@blueprint.get("/personas/<uuid:person_id>/quien-ve")
def who_sees(person_id: UUID):
    """Everybody who can see something of this record, and why, in words."""
    door = case_door()
    return show(
        "record_who_sees", door, person_id,
        by_law=door.by_law(), ties=door.representatives(person_id), referrals=door.referrals(person_id),
        team=door.case_team(person_id), consents=[one for one in door.consents(person_id) if one.state == "standing"],
    )  # fmt: skip


@blueprint.route("/personas/<uuid:person_id>/derivar", methods=["GET", "POST"])
@form_view
def refer(person_id: UUID):
    """Ask another centre to take part."""
    door, form = case_door(), ReferralForm()
    form.to.choices = [
        (str(one.id), one.name) for one in directory.centres(current_unit().session) if one.id != my_unit()
    ]
    found = door.referrals(person_id)
    if form.validate_on_submit():
        try:
            door.refer(
                person_id, to_unit_id=identifier(form.to.data) or person_id, level=Level(form.level.data),
                reason=form.reason.data, until=form.until.data,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error, to_unit_id="to")
        else:
            flash(_("Enviada. Hasta que la acepten solo ven lo administrativo."), "success")
            return redirect(url_for("staff.refer", person_id=person_id), code=303)
    return show("record_refer", door, person_id, form, referrals=found)


@blueprint.get("/derivaciones")
def referrals_here():
    """What other centres ask of this one."""
    door = case_door()
    return render_template(
        "pages/staff/record_referrals.html", referrals=door.referrals_here(), consented=door.consented_here(),
        recalled=door.recalled_from_me(),
    )  # fmt: skip


@blueprint.route("/permisos-retirados/<uuid:recall_id>", methods=["GET", "POST"])
@form_view
def recall(recall_id: UUID):
    """A permission that somebody took back: say what was done with what the centre or the team had kept."""
    door, form = case_door(), RecallForm()
    one = next((one for one in door.recalled_from_me() if one.id == recall_id), None)
    if one is None:
        raise NotFound()
    if one.acknowledged_at is None and form.validate_on_submit():
        door.answer_recall(recall_id, outcome=form.outcome.data)
        flash(_("Apuntado. La persona ya lo puede leer."), "success")
        return redirect(url_for("staff.referrals_here"), code=303)
    return render_template("pages/staff/record_recall.html", one=one, form=form), 422 if form.is_submitted() else 200


@blueprint.route("/personas/<uuid:person_id>/derivaciones/<uuid:referral_id>", methods=["GET", "POST"])
@form_view
def answer_referral(person_id: UUID, referral_id: UUID):
    """One referral: accept it, give it back, end it."""
    door, form = case_door(), AnswerForm()
    found = next((one for one in door.referrals(person_id) if one.id == referral_id), None)
    if found is None:
        raise NotFound()
    ours = found.to_unit_id == my_unit() and found.state == "sent"
    answers = [("accept", _("La acepta")), ("return", _("La devuelve"))]
    form.what.choices = answers if ours else [("end", _("La termina"))]
    if form.validate_on_submit():
        try:
            if form.what.data == "end":
                door.end_referral(referral_id)
            else:
                accept = form.what.data == "accept"
                door.answer_referral(referral_id, accept=accept, answer=form.answer.data or "")
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Hecho."), "success")
            return redirect(url_for("staff.referrals_here"), code=303)
    return show("record_referral", door, person_id, form, one=found, ours=ours)


@blueprint.route("/personas/<uuid:person_id>/equipo", methods=["GET", "POST"])
@form_view
def team(person_id: UUID):
    """The named case team; somebody more."""
    door, form = case_door(), TeamForm()
    found = door.case_team(person_id)
    if form.validate_on_submit():
        named = directory.professional_by_login(current_unit().session, form.who.data.strip().lower())
        try:
            door.add_to_case_team(person_id, named.id if named else person_id, until=form.until.data)
        except Invalid as error:
            form.refuse(error, professional_id="who")
        else:
            flash(_("Apuntado en el equipo."), "success")
            return redirect(url_for("staff.team", person_id=person_id), code=303)
    return show("record_team", door, person_id, form, team=found)


@blueprint.post("/personas/<uuid:person_id>/equipo/<uuid:member_id>/quitar")
def leave_team(person_id: UUID, member_id: UUID):
    """End somebody's place in the team."""
    case_door().leave_case_team(person_id, member_id)
    flash(_("Ya no está en el equipo."), "success")
    return redirect(url_for("staff.team", person_id=person_id), code=303)
