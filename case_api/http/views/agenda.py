"""Centres, slots and appointments."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, g, jsonify, request, url_for

from case_api import clock, directory
from case_api.agenda.values import Appointment
from case_api.db import current_unit
from case_api.errors import NotFound
from case_api.http import paging
from case_api.http.oauth import clients
from case_api.http.request import actor, door
from case_api.http.schemas import agenda as schemas
from case_api.http.schemas.base import PageQuery
from case_api.http.scopes import PUBLIC, needs

blueprint = APIBlueprint("agenda", __name__, tag="Appointments")
_DAYS = 14


def _etag(appointment: Appointment) -> str:
    return f'"{appointment.version}"'


def _seen(appointment_id: UUID) -> str | None:
    """The version that the client saw (If-Match); None when it does not say, or any will do."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    # Only a strong tag matches (RFC 9110, 13.1.1); what is no tag of ours matches nothing.
    tags = request.if_match.as_set()
    if len(tags) <= 1:
        return next(iter(tags), "") or "none"
    # One of several: that of now, if it is among them, and whoever changes it meanwhile is still noticed.
    now = door().appointment(appointment_id).version
    return now if now in tags else "none"


def _answer(appointment: Appointment, status: int = 200) -> Response:
    body = schemas.AppointmentOut.model_validate(appointment).model_dump(mode="json")
    response = jsonify(body)
    response.status_code = status
    response.headers["ETag"] = _etag(appointment)
    return response


@blueprint.get("/centres")
@needs(PUBLIC)
@blueprint.output(schemas.Centres)
def centres() -> Any:
    """The city's social services centres."""
    return {"items": directory.centres(current_unit().session)}


@blueprint.get("/centres/<uuid:centre_id>")
@needs(PUBLIC)
@blueprint.output(schemas.CentreOut)
def centre(centre_id: UUID) -> Any:
    """One of them."""
    found = directory.centre(current_unit().session, centre_id)
    if found is None:
        raise NotFound()
    return found


@blueprint.get("/appointment-reasons")
@needs("appointments:read")
@blueprint.output(schemas.Reasons)
def reasons() -> Any:
    """What an appointment may be booked for."""
    return {"items": door().reasons()}


@blueprint.get("/slots")
@needs("appointments:read")
@blueprint.input(schemas.SlotQuery, location="query", arg_name="query")
@blueprint.output(schemas.SlotsPage)
def slots(query: schemas.SlotQuery) -> Any:
    """Free slots of a centre, by time; two weeks from today unless told."""
    first = query.from_day or clock.today()
    found = door().free_slots(
        unit_id=query.unit_id,
        reason=query.reason,
        from_day=first,
        to_day=query.to_day or first + timedelta(days=_DAYS - 1),
        professional_id=query.professional_id,
        mode=query.mode,
    )
    found.sort(key=lambda slot: (slot.starts_at, slot.professional_id))
    return paging.after(
        found,
        query.cursor,
        query.limit,
        lambda slot: (slot.starts_at, slot.professional_id),
        newest_first=False,
    )


@blueprint.get("/slots/first")
@needs("appointments:read")
@blueprint.input(schemas.FirstQuery, location="query", arg_name="query")
@blueprint.output(schemas.FirstSlots)
def first_slots(query: schemas.FirstQuery) -> Any:
    """The first free slot of each centre, soonest first: of the city, a district, a centre, a professional."""
    return {"items": door().first_free(**query.model_dump())}


@blueprint.post("/appointment-holds")
@needs("appointments:write")
@blueprint.input(schemas.HoldIn, arg_name="body")
@blueprint.output(schemas.HoldOut, 201)
def keep(body: schemas.HoldIn) -> Any:
    """Keep a free slot for some minutes; the person's hold before it is let go. 409 brings alternatives.

    With an Idempotency-Key, a repeat gives the same hold, as it is by then.
    """
    person_id = body.person_id or actor().person_id
    if person_id is None:
        raise NotFound()
    key = request.headers.get("Idempotency-Key")
    made = door().hold(**body.model_dump() | {"person_id": person_id}, key=key)
    return made, 201, {"Location": url_for("agenda.held", hold_id=made.id)}


@blueprint.get("/appointment-holds/<uuid:hold_id>")
@needs("appointments:read")
@blueprint.output(schemas.HoldOut)
def held(hold_id: UUID) -> Any:
    """One held slot, live or run out."""
    return door().held(hold_id)


@blueprint.post("/appointment-holds/<uuid:hold_id>/release")
@needs("appointments:write")
@blueprint.output(schemas.HoldOut)
def release(hold_id: UUID) -> Any:
    """Let a held slot go before its time. Doing it twice changes nothing."""
    opened = door()
    opened.let_go(hold_id)
    return opened.held(hold_id)


@blueprint.get("/people/<uuid:person_id>/appointments")
@needs("appointments:read")
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(schemas.AppointmentsPage)
def appointments(person_id: UUID, query: PageQuery) -> Any:
    """A person's appointments, past and to come, latest first."""
    found = door().appointments(person_id, before=paging.read(query.cursor), limit=query.limit + 1)
    return paging.cut(found, query.limit, lambda one: (one.starts_at, one.id))


@blueprint.get("/appointments/<uuid:appointment_id>")
@needs("appointments:read")
@blueprint.output(schemas.AppointmentOut)
def appointment(appointment_id: UUID) -> Any:
    """One appointment, with its ETag."""
    return _answer(door().appointment(appointment_id))


def _peer() -> str | None:
    """What a registered system books for an employee of its own came by that system, not over our desk."""
    token = g.token
    found = clients.find(current_unit().session, token.client_id) if token.actor.kind == "staff" else None
    return "peer" if found and found.kind == "system" else None


@blueprint.post("/appointments")
@needs("appointments:write")
@blueprint.input(schemas.BookingIn, arg_name="body")
@blueprint.output(schemas.AppointmentOut, 201)
def book(body: schemas.BookingIn) -> Any:
    """Book a free slot. With an Idempotency-Key, a repeat books nothing more. 409 brings alternatives."""
    person_id = body.person_id or actor().person_id
    if person_id is None:
        raise NotFound()
    made = door().book(
        person_id=person_id,
        unit_id=body.unit_id,
        reason=body.reason,
        mode=body.mode,
        starts_at=body.starts_at,
        professional_id=body.professional_id,
        override_reason=body.override_reason,
        hold_id=body.hold_id,
        chosen=body.chosen,
        source=body.source or _peer(),
        priority=body.priority,
        key=request.headers.get("Idempotency-Key"),
    )
    response = _answer(made, 201)
    response.headers["Location"] = url_for("agenda.appointment", appointment_id=made.id)
    return response


@blueprint.post("/appointments/<uuid:appointment_id>/cancel")
@needs("appointments:write")
@blueprint.input(schemas.CancelIn, arg_name="body")
@blueprint.output(schemas.AppointmentOut)
def cancel(appointment_id: UUID, body: schemas.CancelIn) -> Any:
    """Cancel an appointment. Honours If-Match; doing it twice changes nothing."""
    return _answer(door().cancel(appointment_id, why=body.why, seen_version=_seen(appointment_id)))


@blueprint.post("/appointments/<uuid:appointment_id>/move")
@needs("appointments:write")
@blueprint.input(schemas.MoveIn, arg_name="body")
@blueprint.output(schemas.AppointmentOut)
def move(appointment_id: UUID, body: schemas.MoveIn) -> Any:
    """Move an appointment to another free slot, of its centre or of another, in one step. Honours If-Match."""
    moved = door().reschedule(
        appointment_id,
        starts_at=body.starts_at,
        professional_id=body.professional_id,
        mode=body.mode,
        unit_id=body.unit_id,
        hold_id=body.hold_id,
        seen_version=_seen(appointment_id),
    )
    return _answer(moved)
