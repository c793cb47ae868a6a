"""Twilio's webhooks. Signature, store, commit, answer; everything else happens later."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from channels.adapters.twilio.signature import signed_by_carrier
from channels.inbound import intake
from channels.inbound.writer import NotStored

MESSAGES = "/channels/twilio/messages"
STATUS = "/channels/twilio/status"
CALLS = "/channels/twilio/calls"
SOURCE = "twilio"
FORM = "application/x-www-form-urlencoded"
EMPTY_TWIML = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'


def _text(status: int, words: str, **headers: str) -> Response:
    return Response(words + "\n", status=status, mimetype="text/plain", headers=headers)


def _kept(kind: str, dedupe: str, contact_key: str, query: dict[str, Any] | None = None) -> Response:
    try:
        intake.store_committed(
            channel=SOURCE,
            kind=kind,
            dedupe=dedupe,
            payload=request.get_data(),
            headers=query or {},
            contact_key=contact_key,
        )
    except NotStored:
        return _text(503, "Cannot store it now; try again later", **{"Retry-After": "5"})
    return Response(EMPTY_TWIML, mimetype="text/xml")


def _refusal(path: str) -> Response | None:
    if request.mimetype != FORM:
        return _text(415, f"Send a form ({FORM})")
    request.get_data(cache=True)  # before the form is read, so that the bytes can be stored as they came
    if not signed_by_carrier(request, path):
        return _text(403, "The signature does not match")
    return None


def number_of(address: str) -> str:
    """`whatsapp:+34…` and `+34…` are one sender: their messages stay in order across the two channels."""
    return address.removeprefix("whatsapp:")


def message_dedupe(sid: str) -> str:
    """The key of a message, whether its webhook brings it or the carrier's list shows it."""
    return f"message\0{sid}"


def receive_message() -> Response:
    """A message from a phone."""
    refusal = _refusal(MESSAGES)
    if refusal is not None:
        return refusal
    form = request.form
    # What is signed and has no id is stored all the same, and lands in quarantine; its bytes are its id.
    dedupe = form.get("MessageSid") or form.get("SmsSid") or "bytes:" + request.get_data().hex()
    return _kept("message", message_dedupe(dedupe), number_of(form.get("From", "")))


def receive_status() -> Response:
    """A delivery state of a message of ours. `?message=` is our own id, under the carrier's signature."""
    refusal = _refusal(STATUS)
    if refusal is not None:
        return refusal
    form = request.form
    sid = form.get("MessageSid") or form.get("SmsSid") or "bytes:" + request.get_data().hex()
    status = form.get("MessageStatus") or form.get("SmsStatus") or ""
    ours = request.args.get("message", "")[:64]
    # The state is part of the id: a callback may be replayed for ever, each state counts once.
    return _kept("status", f"status\0{sid}\0{status}", sid, {"message": ours} if ours else None)


def receive_call() -> Response:
    """What became of a call that a machine made for us. `?message=` as above."""
    refusal = _refusal(CALLS)
    if refusal is not None:
        return refusal
    form = request.form
    sid = form.get("CallSid") or "bytes:" + request.get_data().hex()
    ours = request.args.get("message", "")[:64]
    return _kept("call", f"call\0{sid}\0{form.get('CallStatus', '')}", sid, {"message": ours} if ours else None)


def blueprint() -> Blueprint:
    """The routes, below the mount at /channels."""
    made = Blueprint("twilio", __name__)
    made.add_url_rule("/twilio/messages", view_func=receive_message, methods=["POST"])
    made.add_url_rule("/twilio/status", view_func=receive_status, methods=["POST"])
    made.add_url_rule("/twilio/calls", view_func=receive_call, methods=["POST"])
    return made
