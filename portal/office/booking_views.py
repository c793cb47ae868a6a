"""Asking for an appointment: what for, where and how, when, and then the button. Plain forms, one question a page."""

import uuid
from dataclasses import replace
from datetime import timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.door import Door
from case_api.agenda.values import MODES, Reason
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.office import words
from portal.office.choice import WEEK, Choice, monday, weeks
from portal.office.forms import ConfirmForm, PlaceForm, ReasonForm, WithWhomForm
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
        return _ask_reason(list(reasons.values()))
    centres = directory.centres(current_unit().session)
    if choice.mode not in reason.modes or choice.centre not in {centre.id for centre in centres}:
        return _ask_place(door, reason, centres)
    return _ask_time(door, reason, choice)


def _move(door: Door, choice: Choice):
    """Another time for an appointment: everything else is known."""
    found = door.appointment(choice.moves)
    with_whom = choice.professional if "con" in request.args else found.professional_id
    asked = choice.query(motivo=found.reason, centro=found.unit_id, modo=found.mode, con=with_whom)
    reason = next((one for one in door.reasons() if one.key == found.reason), None)
    if reason is None or found.state != "booked":
        return render_template("pages/office/booking_by_hand.html", appointment=found, words=words)
    return _ask_time(door, reason, Choice.read(asked), moved=found)


def _ask_reason(reasons: list[Reason]):
    form = ReasonForm(request.args)
    form.motivo.choices = [
        (one.key, one.name, {"hint": _("Dura unos %(minutes)s minutos.", minutes=one.minutes)}) for one in reasons
    ]
    status = 422 if request.args.get("paso") == "motivo" and not form.validate() else 200
    return render_template("pages/office/booking_reason.html", form=form, reasons=reasons), status


def _ask_place(door: Door, reason: Reason, centres: list[directory.Centre]):
    person = door.me()
    form = PlaceForm(request.args)
    form.centro.choices = [
        ("", _("Elija un centro")),
        *((str(one.id), _("%(district)s: %(name)s", district=one.district, name=one.name)) for one in centres),
    ]
    form.modo.choices = [(mode, MODES[mode]) for mode in reason.modes]
    if not form.centro.data and person.unit_id:
        form.centro.data = str(person.unit_id)
    if not form.modo.data and len(reason.modes) == 1:
        form.modo.data = reason.modes[0]
    status = 422 if request.args.get("paso") == "lugar" and not form.validate() else 200
    return render_template("pages/office/booking_place.html", form=form, reason=reason, person=person), status


def _ask_time(door: Door, reason: Reason, choice: Choice, moved=None):
    professionals = directory.professionals_of(current_unit().session, choice.centre)
    asked = {"unit_id": choice.centre, "reason": reason.key, "mode": choice.mode}
    if choice.professional not in {one.id for one in professionals}:
        choice = replace(choice, professional=None)
    first = door.next_free(**asked, professional_id=choice.professional, count=1)
    week = choice.week or monday(first[0].starts_at.astimezone(clock.MADRID).date() if first else clock.today())
    slots = door.free_slots(
        **asked, from_day=week, to_day=week + WEEK - timedelta(days=1), professional_id=choice.professional
    )
    earlier, later = weeks(week, horizon_days=reason.horizon_days)
    with_whom = WithWhomForm(data=choice.query())
    with_whom.con.choices = [("", _("Quien antes pueda")), *((str(one.id), one.given_name) for one in professionals)]
    with_whom.con.data = str(choice.professional or "")
    return render_template(
        "pages/office/booking_time.html",
        reason=reason,
        choice=choice,
        centre=directory.centre(current_unit().session, choice.centre),
        mode=MODES[choice.mode],
        days=words.few(words.by_day(_one_a_time(slots)), whole=choice.day),
        first=first[0] if first else None,
        offer=None if moved or choice.professional else _deadline(door, reason, choice),
        centres={one.id: one for one in directory.centres(current_unit().session)},
        week=week,
        earlier=earlier,
        later=later,
        with_whom=with_whom,
        moved=moved,
        words=words,
    )


def _deadline(door: Door, reason: Reason, choice: Choice):
    """Until when it should be, and what other centres have when this one comes later."""
    centre = directory.centre(current_unit().session, choice.centre)
    return door.offer_in_time(
        unit_id=choice.centre, reason=reason.key, mode=choice.mode, district=centre.district if centre else None
    )


def _one_a_time(slots):
    """One line a start: who holds it is told at the next page, and the first who is free will do."""
    seen = set()
    return [slot for slot in slots if not (slot.starts_at in seen or seen.add(slot.starts_at))]


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
            return _taken(conflict, choice), 409
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
        return _taken(conflict, choice), 409
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


def _taken(conflict: Conflict, choice: Choice) -> str:
    """Somebody was first: what may be chosen instead, with everything else as it was."""
    return render_template(
        "pages/office/booking_taken.html",
        message=conflict.message,
        choice=choice,
        words=words,
        days=words.by_day(sorted(_one_a_time(conflict.alternatives), key=lambda slot: slot.starts_at)),
    )
