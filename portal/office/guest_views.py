"""A new appointment without a login: a telephone or a mail, a code that goes there, and then the same questions.

Whoever comes this way is a contact: no record opens, and no page says whether anybody is known by what was typed.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _

from case_api import clock, directory
from case_api.access.actor import Actor
from case_api.agenda.following import links
from case_api.agenda.guests import GuestDoor, actor_of
from case_api.agenda.values import MODES
from case_api.db import Unit, current_unit, unit_of_work
from case_api.errors import Conflict, Invalid
from channels.contacts import guests
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.office import booking_pages, words
from portal.office.booking_pages import Way
from portal.office.choice import Choice, uuid_or_none
from portal.office.forms import GuestConfirmForm, GuestForm
from portal.office.link_views import CodeForm, key_name
from portal.office.room import blueprint

DESK = Actor.system("guest-booking")  # nobody is logged in: the desk that takes the form in has the right to write
LASTS = timedelta(minutes=30)
WAY = Way("office.guest_booking", "office.guest_confirm", guest=True)


@dataclass(frozen=True, slots=True)
class Here:
    """Who has typed a right code in this browser lately."""

    contact_id: UUID
    reach: str
    by_phone: bool


def _here() -> Here | None:
    kept = session.get("guest") or {}
    try:
        until = datetime.fromisoformat(kept["until"])
        return Here(UUID(kept["contact"]), kept["reach"], kept["phone"]) if clock.now() < until else None
    except (KeyError, ValueError):
        return None


@contextmanager
def _door(here: Here) -> Iterator[tuple[Unit, GuestDoor]]:
    with unit_of_work(actor_of(here.contact_id)) as unit:
        yield unit, GuestDoor(unit, by_phone=here.by_phone)


def _begin():
    return redirect(url_for("office.guest_begin"), code=303)


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
        return _begin()
    form, status = CodeForm(), 200
    if form.is_submitted():
        status = 422
        if form.validate():
            with unit_of_work(DESK) as unit:
                proved = guests.redeem(unit.session, code_id=code_id, typed=form.code.data)
            if proved is not None:
                session.pop("guest_code", None)
                session["guest"] = {
                    "contact": str(proved.contact_id), "reach": proved.reach, "phone": proved.by_phone,
                    "until": (clock.now() + LASTS).isoformat(),
                }  # fmt: skip
                return redirect(url_for("office.guest_appointments"), code=303)
            form.code.errors = [_("Ese código no vale. Mírelo de nuevo o pida otro.")]
    return render_template("pages/office/guest_code.html", form=form, to=asked.get("to", "")), status


@blueprint.get("/cita/mias")
@access("public")
def guest_appointments():
    """What was booked with this telephone or mail; without any, on to the first question."""
    here = _here()
    if here is None:
        return _begin()
    with _door(here) as (_unit, door):
        coming = door.next_appointments()
    if not coming:
        return redirect(url_for("office.guest_booking"), code=303)
    return render_template("pages/office/guest_appointments.html", coming=coming, words=words)


@blueprint.post("/cita/mias/<uuid:appointment_id>")
@access("public")
def guest_open(appointment_id: UUID):
    """To one of them: where it is seen, moved and cancelled."""
    here = _here()
    if here is None:
        return _begin()
    with _door(here) as (unit, door):
        return _to(unit, door.appointment(appointment_id).id)


def _to(unit: Unit, appointment_id: UUID):
    token, link_id, key = links.open_here(unit, appointment_id=appointment_id)
    session[key_name(link_id)] = key
    return redirect(url_for("office.linked_appointment", token=token), code=303)


@blueprint.get("/cita/hora")
@access("public")
def guest_booking():
    """The first question that has no answer yet."""
    here = _here()
    if here is None:
        return _begin()
    choice = replace(Choice.read(request.args), moves=None, hold=None, professional=None)
    with _door(here) as (_unit, door):
        reasons = {one.key: replace(one, modes=door.modes_of(one)) for one in door.reasons()}
        reason = reasons.get(choice.reason or "")
        if reason is None:
            return booking_pages.ask_reason(list(reasons.values()), WAY)
        centres = directory.centres(current_unit().session)
        if choice.mode not in reason.modes or choice.centre not in {centre.id for centre in centres}:
            return booking_pages.ask_place(reason, centres, way=WAY)
        return booking_pages.ask_time(door, reason, choice, way=WAY)


@blueprint.route("/cita/confirmar", methods=["GET", "POST"])
@access("public")
@form_view
def guest_confirm():
    """Everything once more, a name, and the button that books."""
    here = _here()
    values = request.form if request.method == "POST" else request.args
    choice = replace(Choice.read(values), moves=None, hold=None, professional=None)
    if here is None:
        _keep()
        return _begin()
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(url_for("office.guest_booking", **choice.query()), code=303)
    typed = session.get("guest_typed") or {}
    form = GuestConfirmForm(data={**request.args.to_dict(), "clave": str(uuid.uuid4()), **typed})
    if form.validate_on_submit():
        try:
            with _door(here) as (unit, door):
                made = door.book(
                    unit_id=choice.centre, reason=choice.reason, mode=choice.mode, starts_at=choice.starts_at,
                    name=form.nombre.data, reach=here.reach, note=form.nota.data or None,
                    key=(form.clave.data or "")[:64] or None,
                )  # fmt: skip
                answer = _to(unit, made.id)
        except Conflict as conflict:
            _keep()
            return booking_pages.taken(conflict, choice, WAY), 409
        except Invalid as error:
            form.general.append(error.message or _("No hemos podido dar esta cita. Elija otra hora."))
        else:
            session.pop("guest_typed", None)
            flash(
                _("Su cita está confirmada. Le mandamos un aviso con un enlace para cambiarla o anularla."), "success"
            )
            return answer
    with _door(here) as (_unit, door):
        reason = next((one for one in door.reasons() if one.key == choice.reason), None)
    page = render_template(
        "pages/office/guest_confirm.html", form=form, choice=choice, reason=reason, mode=MODES.get(choice.mode),
        centre=directory.centre(current_unit().session, choice.centre),
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _keep() -> None:
    """What was typed, for the next page: nobody writes it twice."""
    if request.method == "POST":
        session["guest_typed"] = {
            "nombre": request.form.get("nombre", "")[:120], "nota": request.form.get("nota", "")[:500]
        }  # fmt: skip
