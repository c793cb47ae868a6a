"""One appointment at the desk: everything about it, to print, to move, to cancel, and what the person answered."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.door import Door
from case_api.agenda.values import MODES, Appointment, Reason
from case_api.clock import MADRID
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.look.dates import day_time
from portal.office.choice import instant, uuid_or_none
from portal.staff.appointments.desk_views import SHOWN, read_slot, slot_choices
from portal.staff.appointments.forms import MoveForm, WhenForm, WhyForm
from portal.staff.appointments.frame import desk_door, professionals
from portal.staff.room import blueprint

_ONE = "/agenda/citas/<uuid:appointment_id>"


@blueprint.get(_ONE)
def desk_appointment(appointment_id: UUID):
    """One appointment: a page to read, to print and hand over, and the ways on from it."""
    door = desk_door()
    one = door.appointment(appointment_id)
    return render_template(
        "pages/staff/desk_appointment.html", one=one, name=_name(door, one),
        day=one.starts_at.astimezone(MADRID).date(),
        answers=door.open_answers([one.id]).get(one.id, []), changes=door.appointment_changes(appointment_id),
    )  # fmt: skip


def _name(door: Door, one: Appointment) -> str | None:
    return door.names([one.person_id]).get(one.person_id) if one.person_id else None


@blueprint.route(_ONE + "/mover", methods=["GET", "POST"])
@form_view
def move_at_desk(appointment_id: UUID):
    """Another hour, way, centre or professional. The old hour stays until the new one is had."""
    door = desk_door()
    one = door.appointment(appointment_id)
    reason = next((known for known in door.reasons() if known.key == one.reason), None)
    centres = {str(found.id): found for found in directory.centres(current_unit().session)}
    ways = _ways(one, reason, centres)
    form = MoveForm(data={"modo": ways.modo.data, "vista": one.version})
    status = 200
    slots = _slots(door, one, ways)
    if form.is_submitted():
        status, at = 422, read_slot(form.hora.data)
        # What was chosen may have gone meanwhile: it is the service that says so, with others instead.
        form.hora.choices = [(form.hora.data or "", "")]
        if form.validate() and at[0]:
            try:
                _move(door, one, form, at)
            except Conflict as conflict:
                status = 409
                form.general.append(conflict.message)
                slots = list(conflict.alternatives) or slots
                form.vista.data, form.hora.data = door.appointment(appointment_id).version, None
            except Invalid as error:
                form.refuse(error, starts_at="hora", mode="hora")
            else:
                flash(_("Cita cambiada. Se avisa a la persona por su canal de siempre, si lo tiene."), "success")
                return redirect(url_for("staff.desk_appointment", appointment_id=appointment_id), code=303)
    form.hora.choices = slot_choices(slots, centres)
    page = render_template(
        "pages/staff/desk_move.html", one=one, name=_name(door, one), form=form, ways=ways, slots=slots,
        more=slots[-1].starts_at if len(slots) == SHOWN else None,
    )  # fmt: skip
    return page, status


def _ways(one: Appointment, reason: Reason | None, centres: dict) -> WhenForm:
    form = WhenForm(request.args)
    modes = reason.modes if reason else (one.mode,)
    form.modo.choices = [(mode, MODES[mode]) for mode in modes]
    form.centro.choices = [(key, f"{found.district}: {found.name}") for key, found in centres.items()]
    if form.modo.data not in modes:
        form.modo.data = one.mode if one.mode in modes else modes[0]
    if form.centro.data not in centres:
        form.centro.data = str(one.unit_id)
    form.con.choices = professionals(uuid_or_none(form.centro.data), first=_("Quien antes pueda"))
    if form.con.data not in dict(form.con.choices):
        form.con.data = str(one.professional_id) if "con" not in request.args and one.chosen else ""
    return form


def _slots(door: Door, one: Appointment, ways: WhenForm) -> list:
    found = door.next_free(
        unit_id=uuid_or_none(ways.centro.data), reason=one.reason, mode=ways.modo.data,
        professional_id=uuid_or_none(ways.con.data), after=instant(request.args.get("desde")), count=SHOWN,
        at_once=one.priority == "emergency",
    )  # fmt: skip
    seen: set = set()
    return [slot for slot in found if not (slot.starts_at in seen or seen.add(slot.starts_at))]


def _move(door: Door, one: Appointment, form: MoveForm, at: tuple) -> None:
    starts_at, professional_id, unit_id = at
    door.reschedule(
        one.id, starts_at=starts_at, professional_id=professional_id, unit_id=unit_id,
        mode=form.modo.data if form.modo.data in MODES else None, seen_version=form.vista.data or None,
        at_once=one.priority == "emergency",
    )  # fmt: skip


@blueprint.route(_ONE + "/anular", methods=["GET", "POST"])
@form_view
def cancel_at_desk(appointment_id: UUID):
    """Cancel: what it is, a reason for the team, and the button."""
    door = desk_door()
    one, form = door.appointment(appointment_id), WhyForm()
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            door.cancel(appointment_id, why=form.why.data or None)
        except Conflict as conflict:
            form.general.append(conflict.message)
            status = 409
        else:
            flash(_("Anulada. Se avisa a la persona por su canal de siempre, si lo tiene."), "success")
            return redirect(url_for("staff.desk_appointment", appointment_id=appointment_id), code=303)
    page = render_template("pages/staff/desk_cancel.html", one=one, name=_name(door, one), form=form)
    return page, status


@blueprint.post(_ONE + "/elegida/<any(esperar, otra):what>")
def choice_at_desk(appointment_id: UUID, what: str):
    """What whoever chose their professional says on the telephone: wait for them, or be seen by a colleague."""
    door = desk_door()
    try:
        door.answer_choice(appointment_id, wait=what == "esperar")
        flash(_("Hecho. Tiene cita el %(when)s.", when=day_time(door.appointment(appointment_id).starts_at)), "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("staff.desk_appointment", appointment_id=appointment_id), code=303)
