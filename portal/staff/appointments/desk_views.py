"""Giving an appointment at the desk or on the telephone: who, what for and until when, which hour, and the button."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from case_api import clock, directory
from case_api.access.actor import Actor
from case_api.access.door import Door, open_door
from case_api.access.purposes import Purpose
from case_api.agenda import requests
from case_api.agenda.search.finding import Offer
from case_api.agenda.values import MODES, Reason, Slot
from case_api.db import current_unit, unit_of_work
from case_api.errors import Conflict, Invalid
from case_api.people.enrolment import Newcomer
from case_api.video import rooms
from portal.look.csrf import form_view
from portal.look.dates import by_day, day, time
from portal.office.choice import instant, uuid_or_none
from portal.staff.appointments.forms import DESK_SOURCES, GiveForm, NewPersonForm, OutOfHoursForm, WhatForm
from portal.staff.appointments.frame import attend, desk_door, professionals
from portal.staff.forms import SearchForm
from portal.staff.room import blueprint, my_unit, staff_door

SHOWN = 24
ELSEWHERE = 3


@blueprint.get("/agenda/dar")
def give():
    """Who it is for: somebody of one's centre, or somebody to be written down."""
    form = SearchForm(request.args)
    typed = (form.q.data or "").strip()
    found = staff_door(Purpose.FIND_PERSON).find_people(typed) if typed and form.validate() else None
    return render_template("pages/staff/give_who.html", form=form, found=found, typed=typed)


@blueprint.route("/agenda/dar/persona", methods=["GET", "POST"])
@form_view
def give_newcomer():
    """Somebody who is in no list: a name is enough for an appointment. It opens no social history."""
    form = NewPersonForm()
    if form.validate_on_submit():
        newcomer = Newcomer(form.given_name.data, form.surnames.data, form.document.data or "", None, "es")
        try:
            with unit_of_work(Actor.system("desk")) as unit:
                person_id = open_door(unit.actor, Purpose.PROCESS_INBOUND, unit=unit).write_down(
                    newcomer, unit_id=my_unit()
                )
        except Invalid as error:
            form.refuse(error)
        else:
            attend(person_id)
            return redirect(url_for("staff.give_hours", person_id=person_id), code=303)
    return render_template("pages/staff/give_newcomer.html", form=form), 422 if form.is_submitted() else 200


def _what(door: Door, values: Any, unit_of_person: UUID | None) -> tuple[WhatForm, dict]:
    """The choices so far and the form that changes them; what cannot be is replaced by what usually is."""
    form = WhatForm(values)
    reasons = {one.key: one for one in door.reasons()}
    centres = {str(one.id): one for one in directory.centres(current_unit().session)}
    reason = reasons.get(form.motivo.data or "")
    form.motivo.choices = [("", _("Elija de la lista")), *((one.key, one.name) for one in reasons.values())]
    modes = reason.modes if reason else tuple(MODES)
    form.modo.choices = [(mode, MODES[mode]) for mode in modes]
    form.centro.choices = [(key, f"{one.district}: {one.name}") for key, one in centres.items()]
    if form.modo.data not in modes:
        form.modo.data = modes[0]
    if form.plazo.data not in requests.URGENCY:
        form.plazo.data = reason.priority if reason else "ordinary"
    if form.via.data not in DESK_SOURCES:
        form.via.data = "desk"
    if form.centro.data not in centres:
        form.centro.data = next((str(one) for one in (my_unit(), unit_of_person) if str(one) in centres), "")
        form.centro.data = form.centro.data or next(iter(centres), "")
    unit_id = uuid_or_none(form.centro.data)
    form.con.choices = professionals(unit_id, first=_("Quien antes pueda"))
    if form.con.data not in dict(form.con.choices):
        form.con.data = ""
    chosen = {
        "motivo": form.motivo.data if reason else "", "modo": form.modo.data, "plazo": form.plazo.data,
        "via": form.via.data, "centro": form.centro.data, "con": form.con.data,
    }  # fmt: skip
    return form, {"reason": reason, "unit_id": unit_id, "centres": centres, "query": chosen}


def _offer(door: Door, person_id: UUID, what: dict, after: datetime | None) -> tuple[Offer, list[Slot]]:
    """The deadline, what keeps it, here or elsewhere, and the next hours of the centre."""
    reason: Reason = what["reason"]
    query, unit_id = what["query"], what["unit_id"]
    asked = {"reason": reason.key, "mode": query["modo"]}
    urgent = query["plazo"] == "emergency"
    known = door.open_request(person_id, reason.key)
    since = known.requested_at if known else clock.now()
    hours = door.next_free(
        **asked, unit_id=unit_id, professional_id=uuid_or_none(query["con"]), after=after, count=SHOWN, at_once=urgent
    )
    if not urgent:
        centre = what["centres"][query["centro"]]
        offer = door.offer_in_time(
            **asked, unit_id=unit_id, priority=query["plazo"], requested_at=since, district=centre.district
        )
        return offer, hours
    # No notice counts in an emergency, so every centre is asked anew. The 24 hours begin when it is called one.
    due = requests.due_at(current_unit().session, unit_id=unit_id, priority="emergency", requested_at=clock.now())
    first = door.next_free(**asked, unit_id=unit_id, at_once=True)
    if first and first[0].starts_at < due:
        return Offer(first[0], due, True), hours
    others = []
    for one in what["centres"].values():
        if one.id != unit_id:
            others += [slot for slot in door.next_free(**asked, unit_id=one.id, at_once=True) if slot.starts_at < due]
    others.sort(key=lambda slot: slot.starts_at)
    return Offer(first[0] if first else None, due, False, tuple(others[:ELSEWHERE])), hours


@blueprint.get("/agenda/dar/<uuid:person_id>")
def give_hours(person_id: UUID):
    """What for and how; then until when it must be, the first hour that keeps it, and the next ones."""
    door = desk_door(person_id)
    person = door.person(person_id)
    form, what = _what(door, request.args, person.unit_id)
    offer, hours, after = None, [], instant(request.args.get("desde"))
    if what["reason"]:
        offer, hours = _offer(door, person_id, what, after)
    return render_template(
        "pages/staff/give_hours.html", person=person, form=form, offer=offer, days=by_day(hours),
        more=hours[-1].starts_at + timedelta(minutes=1) if len(hours) == SHOWN else None, **what,
    )  # fmt: skip


def slot_value(slot: Slot) -> str:
    """A slot as the value of a button: hour, professional, centre."""
    return f"{slot.starts_at.isoformat()}|{slot.professional_id}|{slot.unit_id}"


def read_slot(value: str | None) -> tuple[datetime | None, UUID | None, UUID | None]:
    """What `slot_value` wrote; None for each part that cannot be read."""
    parts = [*(value or "").split("|"), "", "", ""]
    return instant(parts[0]), uuid_or_none(parts[1]), uuid_or_none(parts[2])


def slot_choices(slots: list[Slot], centres: dict) -> list[SelectChoice]:
    """Slots to choose from: day and centre once, over the hours and who is there."""
    made = []
    for slot in slots:
        centre = centres.get(str(slot.unit_id))
        where = _("%(day)s, en %(centre)s", day=day(slot.starts_at), centre=centre.name if centre else "")
        words = _("%(when)s, con %(name)s", when=time(slot.starts_at), name=slot.professional)
        made.append(SelectChoice(slot_value(slot), words, optgroup=where))
    return made


@blueprint.route("/agenda/dar/<uuid:person_id>/confirmar", methods=["GET", "POST"])
@form_view
def give_confirm(person_id: UUID):
    """Everything once more, what the person needs, and the button."""
    door = desk_door(person_id)
    person = door.person(person_id)
    form = GiveForm(data=request.args.to_dict() | {"clave": str(uuid4())})
    return _confirm(door, person, form)


def _confirm(door: Door, person: Any, form: GiveForm, *, fresh: bool = False) -> Any:
    _form, what = _what(door, form_values(form), person.unit_id)
    at = instant(form.hora.data)
    chosen, who, where = read_slot(form.otra.data)
    if chosen and where and str(where) in what["centres"]:
        at, what["unit_id"], what["query"]["con"] = chosen, where, str(who or "")
        what["query"]["centro"] = str(where)
    form.otra.choices = []
    if not (what["reason"] and at):
        return redirect(url_for("staff.give_hours", person_id=person.id, **what["query"]), code=303)
    form.hora.data, form.centro.data, form.con.data = at.isoformat(), what["query"]["centro"], what["query"]["con"]
    status = 200
    if form.is_submitted() and not fresh:
        status = 422
        if form.validate():
            try:
                made = _give(door, person.id, form, what, at)
            except Conflict as conflict:
                status = 409
                form.general.append(conflict.message)
                form.otra.choices = slot_choices(conflict.alternatives, what["centres"])
                form.otra.data = None
                form.clave.data = str(uuid4())
            except Invalid as error:
                form.refuse(error, note="nota", starts_at="hora", override_reason="fuera")
            else:
                flash(_("Cita dada. Se avisa a la persona por su canal de siempre, si lo tiene."), "success")
                return redirect(url_for("staff.desk_appointment", appointment_id=made), code=303)
    professional = directory.professional(current_unit().session, uuid_or_none(what["query"]["con"]) or UUID(int=0))
    page = render_template(
        "pages/staff/give_confirm.html", person=person, form=form, at=at, professional=professional,
        centre=what["centres"].get(what["query"]["centro"]), mode=MODES[what["query"]["modo"]], **what,
        due=_due(door, person.id, what), taken=status == 409,
    )  # fmt: skip
    return page, status


def form_values(form: GiveForm) -> Any:
    """The choices of a form as the address would carry them."""
    from werkzeug.datastructures import MultiDict

    names = ("motivo", "modo", "plazo", "via", "centro", "con")
    return MultiDict({name: form[name].data or "" for name in names})


def _due(door: Door, person_id: UUID, what: dict) -> Offer:
    known = door.open_request(person_id, what["reason"].key)
    priority = what["query"]["plazo"]
    since = known.requested_at if known and priority != "emergency" else clock.now()
    due = requests.due_at(current_unit().session, unit_id=what["unit_id"], priority=priority, requested_at=since)
    return Offer(None, due, False)


def _give(door: Door, person_id: UUID, form: GiveForm, what: dict, at: datetime) -> UUID:
    query = what["query"]
    key = (form.clave.data or "")[:64] or None
    made = door.book(
        person_id=person_id, unit_id=what["unit_id"], reason=query["motivo"], mode=query["modo"], starts_at=at,
        professional_id=uuid_or_none(query["con"]), override_reason=form.fuera.data or None, source=query["via"],
        priority=query["plazo"], chosen=bool(form.elegida.data), note=_note(form), key=key,
    )  # fmt: skip
    if made.mode == "video" and form.interprete.data:
        room = rooms.of_appointment(current_unit().session, made)
        rooms.need_interpreter(
            current_unit().session, room, kind=form.interprete.data, language=form.idioma.data or None
        )
    return made.id


def _note(form: GiveForm) -> str | None:
    needs = []
    if form.interprete.data == "sign":
        needs.append(_("Intérprete de lengua de signos."))
    elif form.interprete.data == "language":
        needs.append(_("Intérprete de %(language)s.", language=(form.idioma.data or "").strip()))
    if form.telefono.data:
        needs.append(_("Teléfono: %(phone)s.", phone=form.telefono.data.strip()))
    return " ".join([*needs, (form.nota.data or "").strip()]).strip() or None


@blueprint.route("/agenda/dar/<uuid:person_id>/fuera", methods=["GET", "POST"])
@form_view
def give_out_of_hours(person_id: UUID):
    """An hour that the agenda does not offer, with its reason written down."""
    door = desk_door(person_id)
    person = door.person(person_id)
    _form, what = _what(door, request.args, person.unit_id)
    if not what["reason"]:
        return redirect(url_for("staff.give_hours", person_id=person_id), code=303)
    form = OutOfHoursForm(data={"con": what["query"]["con"]})
    form.con.choices = professionals(what["unit_id"])
    at = None
    if form.validate_on_submit() and (at := form.moment()):
        values = what["query"] | {
            "con": form.con.data, "fuera": form.fuera.data, "hora": at.isoformat(), "clave": str(uuid4()),
        }  # fmt: skip
        page, _status = _confirm(door, person, GiveForm(formdata=None, data=values), fresh=True)
        return page
    page = render_template("pages/staff/give_out.html", person=person, form=form, **what)
    return page, 422 if form.is_submitted() else 200
