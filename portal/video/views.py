"""A person's own video call, and the way in for an interpreter with a link."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.agenda.values import Appointment
from case_api.db import current_unit, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from case_api.video import rooms
from portal.identity.guard import access
from portal.video import call

blueprint = Blueprint("video", __name__)
_OURS = Actor.system("video")


def _mine(appointment_id: UUID) -> Appointment:
    return open_door(current_user.actor, Purpose.OWN_RECORD).appointment(appointment_id)


def _base(appointment_id: UUID) -> str:
    return url_for("video.own_call", appointment_id=appointment_id)


@blueprint.get("/citas/<uuid:appointment_id>/video")
def own_call(appointment_id: UUID) -> Response:
    """Before it begins: try camera and microphone. Then the waiting room and the room."""
    appointment, session = _mine(appointment_id), current_unit().session
    found = rooms.of_appointment(session, appointment)
    seat = rooms.seat(session, found, role="person", name=current_user.name or _("La persona"))
    return call.page(found, seat, base=_base(appointment_id), appointment=appointment, role="person")


@blueprint.post("/citas/<uuid:appointment_id>/video")
def enter_own_call(appointment_id: UUID) -> Response:
    """Into the waiting room."""
    appointment, session = _mine(appointment_id), current_unit().session
    found = rooms.of_appointment(session, appointment)
    seat = rooms.seat(session, found, role="person", name=current_user.name or _("La persona"))
    try:
        return call.enter_here(session, found, seat, back=_base(appointment_id))
    except Conflict as error:
        return call.page(
            found, seat, base=_base(appointment_id), appointment=appointment, role="person", status=409,
            why_not=call.why_not(error),
        )  # fmt: skip


@blueprint.post("/citas/<uuid:appointment_id>/video/interprete")
def ask_interpreter(appointment_id: UUID) -> Response:
    """Say that one needs an interpreter, or none any more; the professional books one for the same hour."""
    found = rooms.of_appointment(current_unit().session, _mine(appointment_id))
    try:
        rooms.need_interpreter(
            current_unit().session,
            found,
            kind=request.form.get("interpreter") or None,
            language=request.form.get("language"),
        )
    except Invalid as error:
        flash(" ".join(str(message) for message in error.fields.values()), "error")
    else:
        flash(_("Anotado. Lo verá quien le atiende."), "success")
    return redirect(_base(appointment_id), code=303)


@contextmanager
def _own_place(appointment_id: UUID) -> Iterator[call.Place]:
    session = current_unit().session
    found = rooms.of_appointment_id(session, appointment_id)
    if current_user.login.person_id is None or found.person_id != current_user.login.person_id:
        raise NotFound()
    seat = next((one for one in rooms.guests(session, found.id) if one.role == "person"), None)
    if seat is None:
        raise NotFound()
    yield call.Place(session, found, seat)


call.add_call_routes(
    blueprint, "/citas/<uuid:appointment_id>/video", _own_place, after_leaving="/citas", open_to="citizen"
)


@blueprint.get("/video/<link>")
@access("public")
def invitation(link: str) -> str:
    """What the link is for. Opening it spends nothing: mail programs open links too."""
    with unit_of_work(_OURS) as unit:
        guest, found = rooms.by_link(unit.session, link)
    return render_template("pages/video/invitation.html", guest=guest, room=found)


@blueprint.post("/video/<link>")
@access("public")
def accept(link: str) -> Response | tuple[str, int]:
    """Spend the link and take the place, on this device."""
    with unit_of_work(_OURS) as unit:
        guest, found = rooms.by_link(unit.session, link)
        try:
            if guest.link_used_at is not None and not call.is_here(guest):
                raise Conflict(reason="used")
            # The hours and the device are asked first: a link tried too early is not used up.
            answer = call.enter_here(unit.session, found, guest, back=url_for("video.guest_call", guest_id=guest.id))
            rooms.spend_link(unit.session, guest)
        except Conflict as error:
            page = render_template("pages/video/invitation.html", guest=guest, room=found, why_not=call.why_not(error))
            return page, 409
    return answer


@blueprint.get("/video/sala/<uuid:guest_id>")
@access("public")
def guest_call(guest_id: UUID) -> Response:
    """The room, for the device that took the place; for any other there is none."""
    with _guest_place(guest_id) as place:
        return call.page(
            place.room, place.guest, base=url_for("video.guest_call", guest_id=guest_id), role="interpreter"
        )


@contextmanager
def _guest_place(guest_id: UUID) -> Iterator[call.Place]:
    with unit_of_work(_OURS) as unit:
        guest = rooms.guest(unit.session, guest_id)
        if guest.role != "interpreter" or not call.is_here(guest):
            raise NotFound()
        yield call.Place(unit.session, rooms.room(unit.session, guest.room_id), guest)


call.add_call_routes(blueprint, "/video/sala/<uuid:guest_id>", _guest_place, after_leaving="/", open_to="public")
