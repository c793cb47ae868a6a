"""Asking for an appointment: what for, where and how, when, and then the button. Plain forms, one question a page."""

import uuid

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.door import Door
from case_api.agenda.values import MODES
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.office import booking_pages, words
from portal.office.choice import Choice
from portal.office.forms import ConfirmForm
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.get("/citas/nueva")
@for_the_known
def new_appointment():
    """The first question that has no answer yet."""
    door, choice = my_door(), Choice.read(request.args)
    if choice.moves:
        return _move(door, choice)
    reasons = {reason.key: reason for reason in door.reasons()}
    reason = reasons.get(choice.reason or "")
    if reason is None:
        return booking_pages.ask_reason(list(reasons.values()))
    centres = directory.centres(current_unit().session)
    if choice.mode not in reason.modes or choice.centre not in {centre.id for centre in centres}:
        return booking_pages.ask_place(reason, centres, home=door.me().unit_id)
    return booking_pages.ask_time(door, reason, choice)


def _move(door: Door, choice: Choice):
    """Another time for an appointment: everything else is known."""
    found = door.appointment(choice.moves)
    with_whom = choice.professional if "con" in request.args else found.professional_id
    asked = choice.query(motivo=found.reason, centro=found.unit_id, modo=found.mode, con=with_whom)
    reason = next((one for one in door.reasons() if one.key == found.reason), None)
    if reason is None or found.state != "booked":
        return render_template("pages/office/booking_by_hand.html", appointment=found, words=words)
    return booking_pages.ask_time(door, reason, Choice.read(asked), moved=found)


@blueprint.route("/citas/nueva/confirmar", methods=["GET", "POST"])
@for_the_known
@form_view
def confirm_appointment():
    """Everything once more, and the button that books."""
    door = my_door()
    choice = Choice.read(request.form if request.method == "POST" else request.args)
    held = _held(door, choice)
    typed = held.typed.get("nota") if held else session.get("nota_cita")
    form = ConfirmForm(data={**request.args.to_dict(), "clave": str(uuid.uuid4()), "nota": typed or ""})
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(url_for("office.new_appointment", **choice.query()), code=303)
    if form.validate_on_submit():
        try:
            made = _book(door, choice, form, held)
        except Conflict as conflict:
            _remember(door, held, form.nota.data)
            return booking_pages.taken(conflict, choice), 409
        except Invalid as error:
            form.general.append(error.message or _("No hemos podido dar esta cita. Elija otra hora."))
        else:
            session.pop("nota_cita", None)
            flash(_("Su cita está confirmada. Le avisamos también por su canal de siempre."), "success")
            return redirect(url_for("office.appointment", appointment_id=made.id), code=303)
    page = render_template(
        "pages/office/booking_confirm.html", form=form, choice=choice, held=held, **_about(door, choice)
    )
    return page, 422 if form.is_submitted() else 200


def _held(door: Door, choice: Choice):
    """The hold that the page speaks of, when it is of this hour; run out or not."""
    try:
        found = door.held(choice.hold) if choice.hold else None
    except NotFound:
        return None
    return found if found and found.starts_at == choice.starts_at and found.state in ("live", "expired") else None


def _remember(door: Door, held, note: str | None) -> None:
    """What was typed, for the next page: nobody writes it twice."""
    if held:
        door.keep_typed(held.id, {"nota": note or ""})
    session["nota_cita"] = (note or "")[:500]


@blueprint.post("/citas/nueva/reservar")
@for_the_known
@form_view
def hold_appointment():
    """Keep an hour for some minutes, with what was typed so far, and go on where one was."""
    door, form, choice = my_door(), ConfirmForm(), Choice.read(request.form)
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(url_for("office.new_appointment", **choice.query()), code=303)
    if not form.validate():
        page = render_template("pages/office/booking_confirm.html", form=form, choice=choice, **_about(door, choice))
        return page, 422
    try:
        kept = door.hold(
            person_id=my_id(), unit_id=choice.centre, reason=choice.reason, mode=choice.mode,
            starts_at=choice.starts_at, professional_id=choice.professional, chosen=choice.professional is not None,
            moves=choice.moves, typed={"nota": form.nota.data or ""},
        )  # fmt: skip
    except Conflict as conflict:
        _remember(door, None, form.nota.data)
        return booking_pages.taken(conflict, choice), 409
    except Invalid as error:
        flash(error.message or _("No hemos podido guardar esta hora. Elija otra."), "warning")
        return redirect(url_for("office.new_appointment"), code=303)
    return redirect(url_for("office.confirm_appointment", **choice.query(reserva=kept.id)), code=303)


def _book(door: Door, choice: Choice, form: ConfirmForm, held):
    hold_id = held.id if held else None
    # Whoever is held is who was promised, also when anybody would have done.
    professional = choice.professional or (held.professional_id if held else None)
    if choice.moves:
        return door.reschedule(
            choice.moves, starts_at=choice.starts_at, professional_id=professional, mode=choice.mode, hold_id=hold_id
        )
    return door.book(
        person_id=my_id(),
        unit_id=choice.centre,
        reason=choice.reason,
        mode=choice.mode,
        starts_at=choice.starts_at,
        professional_id=professional,
        chosen=choice.professional is not None,
        hold_id=hold_id,
        note=form.nota.data or None,
        key=(form.clave.data or "")[:64] or None,
    )


def _about(door: Door, choice: Choice) -> dict:
    database = current_unit().session
    reason = next((one for one in door.reasons() if one.key == choice.reason), None)
    professional = directory.professional(database, choice.professional) if choice.professional else None
    return {
        "reason": reason,
        "centre": directory.centre(database, choice.centre),
        "mode": MODES.get(choice.mode),
        "professional": professional.given_name if professional else None,
    }
