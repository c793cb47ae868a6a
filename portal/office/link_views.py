"""One's own appointment without a login: the link of a reminder, and a code sent apart. Opening it changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from case_api.access.door import Door, open_door
from case_api.access.purposes import Purpose
from case_api.agenda.calendar import MEDIA_TYPE
from case_api.agenda.following import answers, feed, links
from case_api.agenda.following.links import Link
from case_api.agenda.guests import GuestDoor
from case_api.db import Unit, current_unit, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.widgets import Form, Given
from portal.office import words
from portal.office.choice import instant, uuid_or_none
from portal.office.room import blueprint

MOST_HOURS = 6


class CodeForm(Form):
    code = StringField(
        _l("El código que le hemos mandado"),
        [Given(_l("Escriba el código")), Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"},
    )


@contextmanager
def _as_the_person(link: Link) -> Iterator[tuple[Unit, Door | GuestDoor]]:
    """A unit of work of whoever has the link: the person, known for this appointment alone; or a guest."""
    with unit_of_work(link.actor) as unit:
        guest = link.contact_id is not None
        yield unit, GuestDoor(unit) if guest else open_door(unit.actor, Purpose.BOOK_APPOINTMENT, unit=unit)


def _for_a_good_link(view: Callable) -> Callable:
    """Show a view with the link of its token. One that never was, has ended or is over leads to the same page."""

    @wraps(view)
    def answer(token: str) -> Any:
        try:
            found = links.find(current_unit().session, token)
        except NotFound:
            return render_template("pages/office/link_ended.html"), 404
        return view(token, found)

    return answer


def key_name(link_id: UUID) -> str:
    """Under what name the browser's session keeps the key of a link."""
    return f"cita:{link_id}"


@blueprint.route("/c/<token>", methods=["GET", "POST"])
@access("public")
@form_view
@_for_a_good_link
def link(token: str, found: Link):
    """Ask for the code; with the right one, on to the appointment."""
    form = CodeForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            with _as_the_person(found) as (unit, _door):
                key = links.redeem(unit, found, form.code.data)
            if key:
                session[key_name(found.id)] = key
                return redirect(url_for("office.linked_appointment", token=token), code=303)
            form.code.errors = [_("Ese código no es. Mírelo de nuevo o pida otro.")]
    return render_template("pages/office/link.html", form=form, token=token), status


@blueprint.post("/c/<token>/codigo")
@access("public")
@_for_a_good_link
def link_code(token: str, found: Link):
    """Have a code sent to the address that we know and that was proved; never to one typed here."""
    with _as_the_person(found) as (unit, _door):
        links.ask_code(unit, found)
    flash(_("Le mandamos un código por su canal de siempre. Vale 10 minutos."), "success")
    return redirect(url_for("office.link", token=token), code=303)


@blueprint.route("/c/<token>/cita", methods=["GET", "POST"])
@access("public")
@_for_a_good_link
def linked_appointment(token: str, found: Link):
    """The appointment, and what may be done with it: come, cancel, move."""
    with _as_the_person(found) as (unit, door):
        if not links.holds_key(unit.session, found, session.get(key_name(found.id))):
            return redirect(url_for("office.link", token=token), code=303)
        status = 200
        if request.method == "POST":
            status = _act(unit, door, found)
        one = door.appointment(found.appointment_id)
        free = []
        if one.state == "booked":
            with_whom = one.professional_id if one.chosen else None  # who chose somebody goes on with them
            free = door.next_free(
                unit_id=one.unit_id, reason=one.reason, mode=one.mode, professional_id=with_whom, count=MOST_HOURS * 6
            )
        hours = _few_hours([slot for slot in free if slot.starts_at != one.starts_at], one.professional_id)
        page = render_template("pages/office/linked_appointment.html", one=one, hours=hours, token=token, words=words)
    return page, status


def _few_hours(free: list[Any], professional_id: UUID) -> list[Any]:
    """The first hours, each once: with the same professional where they are free then."""
    seen: set[Any] = set()
    ordered = sorted(free, key=lambda slot: (slot.starts_at, slot.professional_id != professional_id))
    return [slot for slot in ordered if not (slot.starts_at in seen or seen.add(slot.starts_at))][:MOST_HOURS]


def _act(unit: Unit, door: Door | GuestDoor, found: Link) -> int:
    """Do what the button says; the status of the page that follows."""
    what = request.form.get("que")
    try:
        if what == "voy" and isinstance(door, GuestDoor):
            door.says_they_come(found.appointment_id)
            flash(_("Gracias. Le esperamos."), "success")
        elif what == "voy":
            answers.propose(
                unit, appointment_id=found.appointment_id, said="comes", channel="link", reference=str(found.id)
            )
            flash(_("Gracias. Le esperamos."), "success")
        elif what == "anular":
            door.cancel(found.appointment_id)
            flash(_("Su cita está anulada."), "success")
        elif what == "cambiar" and (hour := instant(request.form.get("hora"))):
            with_whom = uuid_or_none(request.form.get("con"))
            door.reschedule(found.appointment_id, starts_at=hour, professional_id=with_whom)
            flash(_("Su cita ha cambiado. Esta es la nueva hora."), "success")
    except (Conflict, Invalid) as error:
        flash(error.message or _("No ha podido ser. Elija otra hora."), "warning")
        return error.status
    return 200


@blueprint.get("/agenda/<token>.ics")
@access("public")
def professional_feed(token: str):
    """A professional's busy hours, for their own calendar program."""
    answer = Response(feed.read(current_unit().session, token), content_type=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
