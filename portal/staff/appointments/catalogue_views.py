"""Rooms of the centre and reasons for an appointment: a list, a form, an end that deletes nothing."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api.agenda.planning import catalogue
from case_api.agenda.values import REASONS
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.look.csrf import form_view
from portal.staff.appointments.forms import ReasonForm, RoomForm
from portal.staff.appointments.frame import KEEPS_REASONS, PLANNERS, names_of, only
from portal.staff.room import actor, blueprint, my_unit

NEW = {
    "minutes": 30, "step_minutes": 15, "buffer_minutes": 0, "notice_minutes": 720, "horizon_days": 60, "places": 1,
    "online": True, "peer": True, "priority": "ordinary", "modes": ["in_person"],
}  # fmt: skip


@blueprint.route("/agenda/salas", methods=["GET", "POST"])
@form_view
def rooms():
    """The rooms of one's centre, and one more."""
    only(PLANNERS)
    session, form = current_unit().session, RoomForm()
    if form.validate_on_submit():
        try:
            catalogue.save_room(current_unit(), unit_id=my_unit(), name=form.name.data)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Sala añadida."), "success")
            return redirect(url_for("staff.rooms"), code=303)
    page = render_template(
        "pages/staff/rooms.html", form=form, rooms=catalogue.rooms(session, unit_id=my_unit()),
        history=catalogue.history(session, what="room", unit_id=my_unit()),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/agenda/salas/<uuid:room_id>", methods=["GET", "POST"])
@form_view
def room(room_id: UUID):
    """One room: its name, what is booked in it, its history."""
    only(PLANNERS)
    session = current_unit().session
    found = catalogue.room(session, unit_id=my_unit(), room_id=room_id)
    form = RoomForm(data={"name": found.name})
    if form.validate_on_submit():
        try:
            catalogue.save_room(current_unit(), unit_id=my_unit(), name=form.name.data, room_id=room_id)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Guardado."), "success")
            return redirect(url_for("staff.rooms"), code=303)
    standing = catalogue.in_room(session, room_id=room_id)
    page = render_template(
        "pages/staff/room.html", form=form, room=found, standing=standing, names=names_of(standing),
        history=catalogue.history(session, what="room", unit_id=my_unit(), it=str(room_id)),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/agenda/salas/<uuid:room_id>/<any(cerrar, abrir):what>")
def use_room(room_id: UUID, what: str):
    """End a room, or open it again. What is booked in it still stands, and is listed."""
    only(PLANNERS)
    left = catalogue.use_room(current_unit(), unit_id=my_unit(), room_id=room_id, active=what == "abrir")
    if left:
        flash(_("Ya no se da ninguna cita en esta sala. Las que había siguen en pie: cámbielas."), "warning")
    else:
        flash(_("Hecho."), "success")
    return redirect(url_for("staff.room", room_id=room_id) if left else url_for("staff.rooms"), code=303)


@blueprint.get("/agenda/motivos")
def reasons():
    """What appointments are given for, in the whole city."""
    return render_template(
        "pages/staff/reasons.html", reasons=catalogue.reasons(current_unit()), may=actor().role in KEEPS_REASONS
    )


@blueprint.route("/agenda/motivos/nuevo", methods=["GET", "POST"])
@form_view
def new_reason():
    """One more reason."""
    only(KEEPS_REASONS)
    form = ReasonForm(data=NEW)
    if form.validate_on_submit():
        try:
            catalogue.save_reason(current_unit(), name=form.name.data, **form.values())
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Motivo añadido."), "success")
            return redirect(url_for("staff.reasons"), code=303)
    page = render_template("pages/staff/reason.html", form=form, reason=None, standing=[], names={}, history=[])
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/agenda/motivos/<key>", methods=["GET", "POST"])
@form_view
def reason(key: str):
    """One reason: what it asks of a time, who stands on it, its history."""
    only(KEEPS_REASONS)
    unit = current_unit()
    found = catalogue.reason(unit, key)
    form = ReasonForm(obj=found)
    if key in REASONS:  # its name is in every language: it is shown, and not asked for
        del form.name
    if form.validate_on_submit():
        try:
            _key, left = catalogue.save_reason(
                unit, key=key, name=form.name.data if "name" in form else "", **form.values()
            )
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            flash(_("Guardado. Vale para lo que se dé desde ahora."), "success")
            if left:
                flash(_("Hay citas dadas de una manera que ya no se ofrece. Siguen en pie: cámbielas."), "warning")
            return redirect(url_for("staff.reason", key=key) if left else url_for("staff.reasons"), code=303)
    standing = catalogue.for_reason(unit.session, key=key, but_modes=found.modes if found.active else ())
    page = render_template(
        "pages/staff/reason.html", form=form, reason=found, standing=standing, names=names_of(standing),
        history=catalogue.history(unit.session, what="appointment_reason", it=key),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/agenda/motivos/<key>/<any(cerrar, abrir):what>")
def use_reason(key: str, what: str):
    """End a reason, or open it again. What is booked for it still stands, and is listed."""
    only(KEEPS_REASONS)
    left = catalogue.use_reason(current_unit(), key=key, active=what == "abrir")
    if left:
        flash(_("Ya no se da ninguna cita con este motivo. Las que había siguen en pie."), "warning")
    else:
        flash(_("Hecho."), "success")
    return redirect(url_for("staff.reason", key=key) if left else url_for("staff.reasons"), code=303)
