"""A new appointment without a login: a telephone or a mail, a code that goes there, and then the same questions.

Whoever comes this way is a contact: no record opens, and no page says whether anybody is known by what was typed.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.actor import Actor
from case_api.agenda.guests import GuestDoor
from case_api.agenda.holds import Hold
from case_api.agenda.values import MODES
from case_api.db import current_unit, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from channels.contacts import guests
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.office import booking_pages, words
from portal.office.booking_pages import Way
from portal.office.choice import Choice, uuid_or_none
from portal.office.forms import GuestConfirmForm, GuestForm
from portal.office.guest_place import Here, begin, come_in, door_of, here, lead_to
from portal.office.link_views import CodeForm
from portal.office.room import blueprint

DESK = Actor.system("guest-booking")  # nobody is logged in: the desk that takes the form in has the right to write
WAY = Way("office.guest_booking", "office.guest_confirm", guest=True)


def chosen(values: Mapping[str, str]) -> Choice:
    """What a guest has chosen: they choose no professional, and what they move is behind its link."""
    return replace(Choice.read(values), moves=None, professional=None)


@blueprint.route("/cita", methods=["GET", "POST"])
@access("public")
@form_view
def guest_begin():
    """Where to send a code."""
    form, status = GuestForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                with unit_of_work(DESK) as unit:
                    made = guests.ask(
                        unit.session, typed=form.address.data.strip(), actor=DESK,
                        language=language().tag.split("-")[0].split("@")[0],
                    )  # fmt: skip
            except Invalid as error:
                form.add_fields(error.fields)
            except Conflict as conflict:
                form.general.append(conflict.message)
                status = 429
            else:
                session["guest_code"] = {"id": str(made), "to": form.address.data.strip()}
                return redirect(url_for("office.guest_code"), code=303)
    return render_template("pages/office/guest_begin.html", form=form), status


@blueprint.route("/cita/codigo", methods=["GET", "POST"])
@access("public")
@form_view
def guest_code():
    """The code comes back."""
    asked = session.get("guest_code") or {}
    code_id = uuid_or_none(asked.get("id"))
    if code_id is None:
        return begin()
    form, status = CodeForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            with unit_of_work(DESK) as unit:
                proved = guests.redeem(unit.session, code_id=code_id, typed=form.code.data)
            if proved is not None:
                session.pop("guest_code", None)
                come_in(proved)
                return redirect(url_for("office.guest_appointments"), code=303)
            form.code.errors = [_("Ese código no vale. Mírelo de nuevo o pida otro.")]
    return render_template("pages/office/guest_code.html", form=form, to=asked.get("to", "")), status


@blueprint.get("/cita/mias")
@access("public")
def guest_appointments():
    """What was booked with this telephone or mail, and what is waited for; without any, on to the first question."""
    guest = here()
    if guest is None:
        return begin()
    with door_of(guest) as (_unit, door):
        coming, waiting = door.next_appointments(), door.waiting()
    if not (coming or waiting):
        return redirect(url_for("office.guest_booking"), code=303)
    listed = {(entry.unit_id, entry.reason) for entry, _hold in waiting}
    return render_template(
        "pages/office/guest_appointments.html", coming=coming, words=words,
        offered=[(entry, hold) for entry, hold in waiting if hold],
        waiting=[entry for entry, hold in waiting if not hold],
        may_wait={one.id for one in coming if (one.unit_id, one.reason) not in listed},
        centres={one.id: one for one in directory.centres(current_unit().session)},
    )  # fmt: skip


@blueprint.post("/cita/mias/<uuid:appointment_id>")
@access("public")
def guest_open(appointment_id: UUID):
    """To one of them: where it is seen, moved and cancelled."""
    guest = here()
    if guest is None:
        return begin()
    with door_of(guest) as (unit, door):
        return lead_to(unit, door.appointment(appointment_id).id)


@blueprint.get("/cita/hora")
@access("public")
def guest_booking():
    """The first question that has no answer yet."""
    guest = here()
    if guest is None:
        return begin()
    choice = replace(chosen(request.args), hold=None)
    with door_of(guest) as (_unit, door):
        whole = {one.key: one for one in door.reasons()}
        reasons = {key: replace(one, modes=door.modes_of(one)) for key, one in whole.items()}
        reason = reasons.get(choice.reason or "")
        if reason is None:
            return booking_pages.ask_reason(list(reasons.values()), WAY)
        centres = directory.centres(current_unit().session)
        if choice.mode not in reason.modes or choice.centre not in {centre.id for centre in centres}:
            left_out = [mode for mode in whole[reason.key].modes if mode not in reason.modes]
            return booking_pages.ask_place(reason, centres, way=WAY, left_out=left_out)
        return booking_pages.ask_time(door, reason, choice, way=WAY)


@blueprint.route("/cita/confirmar", methods=["GET", "POST"])
@access("public")
@form_view
def guest_confirm():
    """Everything once more, a name, and the button that books."""
    guest = here()
    choice = chosen(request.form if request.method == "POST" else request.args)
    if guest is None:
        keep_typed()
        return begin()
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(url_for("office.guest_booking", **choice.query()), code=303)
    with door_of(guest) as (_unit, door):
        held = _held(door, choice)
    typed = held.typed if held else session.get("guest_typed") or {}
    form = GuestConfirmForm(data={**request.args.to_dict(), "clave": str(uuid.uuid4()), **typed})
    if form.validate_on_submit():
        try:
            with door_of(guest) as (unit, door):
                made = door.book(
                    unit_id=choice.centre, reason=choice.reason, mode=choice.mode, starts_at=choice.starts_at,
                    name=form.nombre.data, reach=guest.reach, note=form.nota.data or None,
                    key=(form.clave.data or "")[:64] or None, hold_id=held.id if held else None,
                )  # fmt: skip
                answer = lead_to(unit, made.id)
        except Conflict as conflict:
            keep_typed()
            return booking_pages.taken(conflict, choice, WAY), 409
        except Invalid as error:
            form.general.append(error.message or _("No hemos podido dar esta cita. Elija otra hora."))
        else:
            session.pop("guest_typed", None)
            flash(
                _("Su cita está confirmada. Le mandamos un aviso con un enlace para cambiarla o anularla."), "success"
            )
            return answer
    return confirm_page(guest, form, choice, held), 422 if form.is_submitted() else 200


def confirm_page(guest: Here, form: GuestConfirmForm, choice: Choice, held: Hold | None) -> str:
    """The last page: everything once more, and what is kept."""
    with door_of(guest) as (_unit, door):
        reason = next((one for one in door.reasons() if one.key == choice.reason), None)
    return render_template(
        "pages/office/guest_confirm.html", form=form, choice=choice, reason=reason, mode=MODES.get(choice.mode),
        centre=directory.centre(current_unit().session, choice.centre), held=held,
    )  # fmt: skip


def _held(door: GuestDoor, choice: Choice) -> Hold | None:
    """The hold that the page speaks of, when it is of this hour; run out or not."""
    try:
        found = door.held(choice.hold) if choice.hold else None
    except NotFound:
        return None
    return found if found and found.starts_at == choice.starts_at and found.state in ("live", "expired") else None


def typed_now() -> dict[str, str]:
    """What stands in the form that was sent."""
    return {"nombre": request.form.get("nombre", "")[:120], "nota": request.form.get("nota", "")[:500]}


def keep_typed() -> None:
    """What was typed, for the next page: nobody writes it twice."""
    if request.method == "POST":
        session["guest_typed"] = typed_now()
