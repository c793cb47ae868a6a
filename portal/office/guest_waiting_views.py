"""What surrounds a guest's booking: an hour kept while they write, the waiting list and what it offers."""

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.agenda.values import MODES
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.office import booking_pages
from portal.office.forms import GuestHoldForm, GuestWaitForm
from portal.office.guest_place import begin, door_of, here, lead_to
from portal.office.guest_views import WAY, chosen, confirm_page, keep_typed, typed_now
from portal.office.room import blueprint


@blueprint.post("/cita/reservar")
@access("public")
@form_view
def guest_hold():
    """Keep an hour for some minutes, with what was typed so far, and go on where one was."""
    guest, choice, form = here(), chosen(request.form), GuestHoldForm()
    if guest is None:
        keep_typed()
        return begin()
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(url_for("office.guest_booking", **choice.query()), code=303)
    if not form.validate():
        return confirm_page(guest, form, choice, None), 422
    try:
        with door_of(guest) as (_unit, door):
            kept = door.hold(
                unit_id=choice.centre, reason=choice.reason, mode=choice.mode, starts_at=choice.starts_at,
                typed=typed_now(),
            )  # fmt: skip
    except Conflict as conflict:
        keep_typed()
        return booking_pages.taken(conflict, choice, WAY), 409
    except Invalid as error:
        flash(error.message or _("No hemos podido guardar esta hora. Elija otra."), "warning")
        return redirect(url_for("office.guest_booking"), code=303)
    return redirect(url_for("office.guest_confirm", **choice.query(reserva=kept.id)), code=303)


@blueprint.post("/cita/soltar")
@access("public")
def guest_let_go():
    """Leave the hour that was kept, for somebody else, and look at the others."""
    guest, choice = here(), chosen(request.form)
    if guest is None:
        return begin()
    if choice.hold:
        with door_of(guest) as (_unit, door):
            door.let_go(choice.hold)
    return redirect(url_for("office.guest_booking", **choice.query(hora=None, reserva=None)), code=303)


@blueprint.route("/cita/espera", methods=["GET", "POST"])
@access("public")
@form_view
def guest_wait():
    """The waiting list for what was chosen: a name, and the button."""
    guest = here()
    values = request.form if request.method == "POST" else request.args
    choice = replace(chosen(values), starts_at=None, hold=None)
    if guest is None:
        return begin()
    typed = session.get("guest_typed") or {}
    form = GuestWaitForm(data=request.args.to_dict() | {"nombre": typed.get("nombre", "")})
    with door_of(guest) as (_unit, door):
        reason = next((one for one in door.reasons() if one.key == choice.reason), None)
        modes = door.modes_of(reason) if reason else ()
    centre = directory.centre(current_unit().session, choice.centre) if choice.centre else None
    if reason is None or centre is None or choice.mode not in modes:
        return redirect(url_for("office.guest_booking", **choice.query()), code=303)
    status = 422 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            with door_of(guest) as (_unit, door):
                door.wait(
                    reason=reason.key, mode=choice.mode, unit_id=centre.id, name=form.nombre.data, reach=guest.reach
                )
        except (Conflict, Invalid) as error:
            form.general.append(error.message or _("No hemos podido apuntarle. Llámenos, por favor."))
            status = error.status
        else:
            flash(_("Ya está en la lista de espera. Le avisamos en su móvil o correo."), "success")
            return redirect(url_for("office.guest_appointments"), code=303)
    page = render_template(
        "pages/office/guest_wait.html", form=form, choice=choice, reason=reason, centre=centre,
        mode=MODES[choice.mode],
    )  # fmt: skip
    return page, status


@blueprint.post("/cita/mias/<uuid:appointment_id>/antes")
@access("public")
def guest_earlier(appointment_id: UUID):
    """Be told of an hour before one's own; the own one stays."""
    guest = here()
    if guest is None:
        return begin()
    try:
        with door_of(guest) as (_unit, door):
            door.wait_for_earlier(appointment_id)
    except (Conflict, Invalid) as error:
        flash(error.message or _("No hemos podido apuntarle. Llámenos, por favor."), "warning")
    else:
        flash(_("Hecho. Le avisamos si queda libre una hora antes. Mientras, no pierde la suya."), "success")
    return redirect(url_for("office.guest_appointments"), code=303)


@blueprint.post("/cita/espera/<uuid:entry_id>/<any(aceptar, dejar):what>")
@access("public")
def guest_answers_offer(entry_id: UUID, what: str):
    """Take what the list offers, or leave the list."""
    guest = here()
    if guest is None:
        return begin()
    try:
        with door_of(guest) as (unit, door):
            if what == "aceptar":
                answer = lead_to(unit, door.take_offer(entry_id).id)
            else:
                door.stop_waiting(entry_id)
    except Conflict as conflict:
        flash(conflict.message, "warning")
        return redirect(url_for("office.guest_appointments"), code=303)
    if what == "aceptar":
        flash(_("Su cita está confirmada. Le mandamos un aviso con un enlace para cambiarla o anularla."), "success")
        return answer
    flash(_("Hecho. Ya no está en la lista de espera."), "success")
    return redirect(url_for("office.guest_appointments"), code=303)
