"""What the three doors to a room share: the device, the page, and how two browsers are brought together.

The page asks `pulso` again and again: who is here, what was sent to me, and, once the professional has let somebody in,
where to meet. Opening the room goes through the record's door and is logged there; a pulse is held to the device that
was bound then, so that a call of an hour is one entry and not a thousand.
"""

import json
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Conflict, Invalid
from case_api.settings import settings
from case_api.video import rooms, turn
from case_api.video.rooms import Guest, Room
from portal.identity.guard import access

_COOKIE = "alma_video"


@dataclass(frozen=True, slots=True)
class Place:
    """A guest in a room, for this request."""

    session: Session
    room: Room
    guest: Guest


Resolve = Callable[..., AbstractContextManager[Place]]


def device() -> str | None:
    """The secret of this browser, when it has one."""
    return request.cookies.get(_COOKIE)


def enter_here(session: Session, found: Room, guest: Guest, *, back: str) -> Response:
    """Bind this browser to a place and go to its page. Raises Conflict as `rooms.enter`."""
    secret = device() or secrets.token_urlsafe(32)
    rooms.enter(session, found, guest, device=secret)
    answer = redirect(back, code=303)
    answer.set_cookie(
        _COOKIE,
        secret,
        httponly=True,
        samesite="Lax",
        secure=settings().PUBLIC_URL.startswith("https://"),
        path="/",
    )
    return answer


def is_here(guest: Guest) -> bool:
    """Whether this browser is the one that holds the place."""
    secret = device()
    return secret is not None and guest.device_sha256 == rooms.sha256(secret)


def page(found: Room, guest: Guest | None, *, base: str, status: int = 200, **words: Any) -> Response:
    """The page of a room in the state that this browser is in; camera and microphone are let into no other page."""
    inside = guest is not None and is_here(guest)
    html = render_template(
        "pages/video/call.html",
        room=found,
        guest=guest,
        inside=inside,
        moment=str(found.moment(clock.now())),
        base=base,
        relayed=bool(settings().TURN_URLS),
        **words,
    )
    answer = Response(html, status=status, content_type="text/html; charset=utf-8")
    answer.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"
    return answer


def why_not(error: Conflict) -> str:
    """Why somebody could not enter: early, over, device."""
    return str(error.details.get("reason", ""))


def _pulse(place: Place, after: int) -> dict[str, Any]:
    session, found, guest = place.session, place.room, place.guest
    everybody = rooms.guests(session, found.id)
    told: dict[str, Any] = {
        "state": str(found.moment(clock.now())),
        "admitted": guest.admitted_at is not None,
        "me": str(guest.id),
        "peers": [_who(one) for one in rooms.in_call(found, guest, everybody)],
        "signals": [
            {"id": one.id, "from": str(one.sender_id), "kind": one.kind, "payload": json.loads(one.payload)}
            for one in rooms.received(session, found, guest, after=after)
        ],
    }
    if guest.role == "professional":
        told["waiting"] = [_who(one) for one in everybody if one.waits and one.id != guest.id]
        told["phone"] = [one.name for one in everybody if one.wants_phone_at is not None]
    if rooms.may_talk(found, guest, everybody):
        ours = settings()
        told["media"] = turn.meeting_place(
            ours.TURN_URLS, ours.TURN_SECRET, guest_id=guest.id, until=found.until, direct=ours.development
        )
    return told


def _who(guest: Guest) -> dict[str, str]:
    return {"id": str(guest.id), "name": guest.name, "role": guest.role}


def _signal() -> tuple[UUID, str, str]:
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise Invalid(_("Esto no es de una videollamada."))
    try:
        return UUID(str(sent.get("to"))), str(sent.get("kind")), json.dumps(sent.get("payload"))
    except ValueError:
        raise Invalid(_("Esto no es de una videollamada.")) from None


def add_call_routes(blueprint: Blueprint, prefix: str, resolve: Resolve, *, after_leaving: str, open_to: str) -> None:
    """The routes of a call under `prefix`: pulso, senales, telefono, salir. `resolve` finds who is asking, or 404."""

    @access(open_to)
    def pulse(**where: Any) -> Response:
        after = request.args.get("despues", "0")
        with resolve(**where) as place:
            rooms.present(place.session, place.guest, device=device())
            return jsonify(_pulse(place, int(after[:18]) if after.isascii() and after.isdigit() else 0))

    @access(open_to)
    def signal(**where: Any) -> tuple[str, int]:
        to, kind, payload = _signal()
        with resolve(**where) as place:
            rooms.present(place.session, place.guest, device=device())
            rooms.send(place.session, place.room, place.guest, to=to, kind=kind, payload=payload)
        return "", 204

    @access(open_to)
    def phone(**where: Any) -> Response:
        with resolve(**where) as place:
            rooms.present(place.session, place.guest, device=device())
            rooms.ask_for_phone(place.session, place.guest)
        return redirect(request.path.rpartition("/")[0], code=303)

    @access(open_to)
    def leave(**where: Any) -> Response:
        with resolve(**where) as place:
            rooms.present(place.session, place.guest, device=device())
            rooms.leave(place.session, place.guest)
        return redirect(request.script_root + after_leaving, code=303)

    name = blueprint.name + prefix.translate(str.maketrans("/<>:-", "_____"))
    for rule, view, methods in (
        ("pulso", pulse, ["GET"]),
        ("senales", signal, ["POST"]),
        ("telefono", phone, ["POST"]),
        ("salir", leave, ["POST"]),
    ):
        blueprint.add_url_rule(f"{prefix}/{rule}", f"{name}_{rule}", view, methods=methods)
