"""The dates of a centre's groups: what there is, one more, another hour, who comes, and calling one off."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from case_api import clock
from case_api.agenda.planning import catalogue, sessions
from case_api.agenda.planning.catalogue import GROUP_MODES
from case_api.agenda.planning.sessions import GroupDate
from case_api.agenda.values import MODES
from case_api.clock import MADRID
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.office.choice import uuid_or_none
from portal.staff.appointments.forms import GroupForm, WhyForm
from portal.staff.appointments.frame import PLANNERS, names_of, only, professionals
from portal.staff.room import actor, blueprint, my_unit


@blueprint.get("/agenda/grupos")
def groups_page():
    """The dates to come of the groups of one's centre."""
    found = sessions.dates(current_unit().session, unit_id=my_unit(), since=clock.now())
    return render_template(
        "pages/staff/groups.html", dates=found, may=actor().role in PLANNERS, kinds=_kinds(),
        history=catalogue.history(current_unit().session, what="group_session", unit_id=my_unit()),
    )  # fmt: skip


def _kinds() -> list:
    return [one for one in catalogue.reasons(current_unit()) if one.active and one.places > 1]


def _form(known: GroupDate | None = None) -> GroupForm:
    data: dict = {"reason": request.args.get("motivo"), "mode": "in_person"}
    if known:
        local = known.starts_at.astimezone(MADRID)
        data = {
            "reason": known.reason, "mode": known.mode, "day": local.date(), "hour": local.time(),
            "professional_id": str(known.professional_id), "room_id": str(known.room_id or ""),
            "second_professional_id": str(known.second_professional_id or ""), "places": known.places,
        }  # fmt: skip
    elif asked := next((one for one in _kinds() if one.key == data["reason"]), None):
        data["places"] = asked.places
    form = GroupForm(data=data)
    form.reason.choices = [("", _("Elija de la lista")), *((one.key, one.name) for one in _kinds())]
    form.mode.choices = [(mode, MODES[mode]) for mode in GROUP_MODES]
    form.professional_id.choices = professionals()
    form.second_professional_id.choices = professionals(first=_("Nadie más"))
    rooms = [one for one in catalogue.rooms(current_unit().session, unit_id=my_unit()) if one.active]
    form.room_id.choices = [("", _("Ninguna")), *((str(one.id), one.name) for one in rooms)]
    if known:
        # What a date is for and how it meets is what people said yes to.
        del form.reason, form.mode
    return form


def _values(form: GroupForm) -> dict:
    return {
        "starts_at": form.moment(),
        "professional_id": uuid_or_none(form.professional_id.data),
        "second_professional_id": uuid_or_none(form.second_professional_id.data),
        "room_id": uuid_or_none(form.room_id.data),
        "places": form.places.data,
    }


@blueprint.route("/agenda/grupos/nuevo", methods=["GET", "POST"])
@form_view
def new_group():
    """One more date."""
    only(PLANNERS)
    form = _form()
    if form.validate_on_submit():
        values = _values(form)
        try:
            if values["starts_at"]:
                sessions.add(
                    current_unit(), unit_id=my_unit(), reason=form.reason.data, mode=form.mode.data, **values
                )  # fmt: skip
                flash(_("Fecha añadida. Ya se pueden dar sus plazas."), "success")
                return redirect(url_for("staff.groups_page"), code=303)
        except (Invalid, Conflict) as error:
            form.refuse(error, starts_at="hour")
    page = render_template("pages/staff/group.html", form=form, group=None, people=[], names={}, history=[])
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/agenda/grupos/<uuid:session_id>", methods=["GET", "POST"])
@form_view
def group(session_id: UUID):
    """One date: who comes, another hour or professional, its history."""
    session = current_unit().session
    found = sessions.one(session, unit_id=my_unit(), session_id=session_id)
    form = _form(found)
    if form.is_submitted():
        only(PLANNERS)
    status, clash = 422 if form.is_submitted() else 200, []
    if form.validate_on_submit():
        values = _values(form)
        try:
            if values["starts_at"]:
                told = sessions.change(current_unit(), unit_id=my_unit(), session_id=session_id, **values)
                words = ngettext(
                    "Guardado. Se avisa a %(num)s persona.", "Guardado. Se avisa a %(num)s personas.", told
                )
                flash(words if told else _("Guardado."), "success")
                return redirect(url_for("staff.group", session_id=session_id), code=303)
        except Invalid as error:
            form.refuse(error, starts_at="hour")
        except Conflict as conflict:
            form.general.append(conflict.message)
            status, clash = 409, conflict.details.get("people", [])
    people = sessions.places(session, session_id)
    page = render_template(
        "pages/staff/group.html", form=form, group=found, people=people, names=names_of(people), clash=clash,
        may=actor().role in PLANNERS,
        history=catalogue.history(session, what="group_session", unit_id=my_unit(), it=str(session_id)),
    )  # fmt: skip
    return page, status


@blueprint.route("/agenda/grupos/<uuid:session_id>/anular", methods=["GET", "POST"])
@form_view
def call_off_group(session_id: UUID):
    """Call a date off: first who would be told, then the button."""
    only(PLANNERS)
    session, form = current_unit().session, WhyForm()
    found = sessions.one(session, unit_id=my_unit(), session_id=session_id)
    if form.validate_on_submit():
        try:
            told = sessions.call_off(current_unit(), session_id=session_id, why=form.why.data or None)
        except Conflict as conflict:
            flash(conflict.message, "warning")
            return redirect(url_for("staff.group", session_id=session_id), code=303)
        words = ngettext("Anulada. Se avisa a %(num)s persona.", "Anulada. Se avisa a %(num)s personas.", told)
        flash(words if told else _("Anulada. No había ninguna plaza dada."), "success")
        return redirect(url_for("staff.groups_page"), code=303)
    people = sessions.places(session, session_id)
    page = render_template("pages/staff/group_off.html", form=form, group=found, people=people, names=names_of(people))
    return page, 422 if form.is_submitted() else 200
