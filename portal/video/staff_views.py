"""The professional's side of a video call: who waits, letting them in, an interpreter's link, the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.agenda.values import Appointment
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from case_api.settings import settings
from case_api.video import rooms
from case_api.video.rooms import Guest, Room
from portal.video import call

blueprint = Blueprint("staff_video", __name__)


def _open(appointment_id: UUID) -> tuple[Appointment, Room, Guest]:
    """The room of one's own appointment; a colleague's has none. Raises NotFound."""
    appointment = open_door(current_user.actor, Purpose.PREPARE_APPOINTMENT).appointment(appointment_id)
    if appointment.professional_id != current_user.professional.id:
        raise NotFound()
    session = current_unit().session
    found = rooms.of_appointment(session, appointment)
    return appointment, found, rooms.seat(session, found, role="professional", name=current_user.name)


def _page(appointment: Appointment, found: Room, seat: Guest, **more: object) -> Response:
    return call.page(
        found,
        seat,
        base=url_for("staff_video.call_page", appointment_id=appointment.id),
        appointment=appointment,
        role="professional",
        guests=[one for one in rooms.guests(current_unit().session, found.id) if one.role != "professional"],
        **more,
    )


@blueprint.get("/agenda/<uuid:appointment_id>/video")
def call_page(appointment_id: UUID) -> Response:
    """Who waits, and the room."""
    return _page(*_open(appointment_id))


@blueprint.post("/agenda/<uuid:appointment_id>/video")
def enter(appointment_id: UUID) -> Response:
    """Open the room on this device."""
    appointment, found, seat = _open(appointment_id)
    try:
        return call.enter_here(
            current_unit().session, found, seat, back=url_for("staff_video.call_page", appointment_id=appointment_id)
        )
    except Conflict as error:
        return _page(appointment, found, seat, status=409, why_not=call.why_not(error))


def _back(appointment_id: UUID) -> Response:
    return redirect(url_for("staff_video.call_page", appointment_id=appointment_id), code=303)


@blueprint.post("/agenda/<uuid:appointment_id>/video/<any(admitir, esperar):what>/<uuid:guest_id>")
def admit(appointment_id: UUID, what: str, guest_id: UUID) -> Response:
    """Let somebody in, or send them back to wait and free their device."""
    _appointment, found, _seat = _open(appointment_id)
    session = current_unit().session
    if guest_id not in {one.id for one in rooms.guests(session, found.id)}:
        raise NotFound()
    try:
        if what == "admitir":
            rooms.admit(session, found, guest_id, professional_id=current_user.professional.id)
        else:
            rooms.put_out(session, found, guest_id)
    except Conflict as error:
        flash(str(error.message), "warning")
    return _back(appointment_id)


@blueprint.post("/agenda/<uuid:appointment_id>/video/interprete")
def invite(appointment_id: UUID) -> Response:
    """A link for an interpreter, shown this once."""
    appointment, found, seat = _open(appointment_id)
    try:
        guest, link = rooms.invite(current_unit().session, found, name=request.form.get("name", ""))
    except (Conflict, Invalid) as error:
        message = error.message or " ".join(str(one) for one in getattr(error, "fields", {}).values())
        flash(str(message), "error")
        return _back(appointment_id)
    return _page(appointment, found, seat, invited=guest, link=f"{settings().PUBLIC_URL}/video/{link}")


@blueprint.post("/agenda/<uuid:appointment_id>/video/terminar")
def end(appointment_id: UUID) -> Response:
    """The end, for everybody."""
    _appointment, found, _seat = _open(appointment_id)
    rooms.close(current_unit().session, found)
    flash(_("La videollamada ha terminado. No se ha grabado nada."), "success")
    return redirect(url_for("staff.agenda"), code=303)


@contextmanager
def _place(appointment_id: UUID) -> Iterator[call.Place]:
    session = current_unit().session
    found = rooms.of_appointment_id(session, appointment_id)
    if found.professional_id != current_user.professional.id:  # whose it was before a move hears nothing any more
        raise NotFound()
    seat = next((one for one in rooms.guests(session, found.id) if one.role == "professional"), None)
    if seat is None:
        raise NotFound()
    # The device was bound when the door opened; a colleague's browser holds another secret.
    yield call.Place(session, found, seat)


call.add_call_routes(blueprint, "/agenda/<uuid:appointment_id>/video", _place, after_leaving="/agenda", open_to="staff")
