"""The waiting list, what it offers, and the choice of who attends."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from case_api.errors import Conflict, Invalid
from portal.office.choice import Choice
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.post("/citas/espera")
@for_the_known
def wait():
    """Join the waiting list for what was chosen; with an appointment to move, for something earlier."""
    door, choice = my_door(), Choice.read(request.form)
    moved = door.appointment(choice.moves) if choice.moves else None
    if not moved and not (choice.reason and choice.centre and choice.mode):
        return redirect(url_for("office.new_appointment", **choice.query()), code=303)
    try:
        door.wait(
            person_id=my_id(),
            unit_id=moved.unit_id if moved else choice.centre,
            reason=moved.reason if moved else choice.reason,
            mode=moved.mode if moved else choice.mode,
            professional_id=choice.professional,
            before_at=moved.starts_at if moved else None,
        )
    except (Conflict, Invalid) as error:
        flash(error.message or _("No hemos podido apuntarle. Llámenos, por favor."), "warning")
    else:
        flash(_("Ya está en la lista de espera. Le avisamos por su canal de siempre."), "success")
    return redirect(url_for("office.appointments"), code=303)


@blueprint.post("/citas/espera/<uuid:entry_id>/<any(aceptar, dejar):what>")
@for_the_known
def answer_offer(entry_id: UUID, what: str):
    """Take what the list offers, or leave the list."""
    door = my_door()
    try:
        if what == "aceptar":
            made = door.take_offer(entry_id)
            flash(_("Su cita está confirmada. Le avisamos también por su canal de siempre."), "success")
            return redirect(url_for("office.appointment", appointment_id=made.id), code=303)
        door.stop_waiting(entry_id)
        flash(_("Hecho. Ya no está en la lista de espera."), "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("office.appointments"), code=303)


@blueprint.post("/citas/<uuid:appointment_id>/profesional/<any(esperar, otra):what>")
@for_the_known
def answer_choice(appointment_id: UUID, what: str):
    """Whoever chose their professional says what they prefer while that one is away."""
    try:
        my_door().answer_choice(appointment_id, wait=what == "esperar")
        flash(_("Hecho. Esta es su nueva hora."), "success")
    except Conflict as conflict:
        flash(conflict.message, "warning")
    return redirect(url_for("office.appointment", appointment_id=appointment_id), code=303)
