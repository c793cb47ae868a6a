"""Twilio's calls, as far as a machine that reads words aloud needs them: create with TwiML, fetch, list.

The phone lifts the receiver when it is on, hears every <Say>, and hangs up; what it heard is shown on its page.
"""

import time
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from flask import Response, jsonify, request

from portal.sandbox.carrier import rules
from portal.sandbox.carrier.api import api
from portal.sandbox.carrier.control import control
from portal.sandbox.carrier.errors import Refusal
from portal.sandbox.carrier.listing import envelope, rfc2822
from portal.sandbox.carrier.messages import new_sid
from portal.sandbox.carrier.webhooks import API_VERSION
from portal.sandbox.services import services
from portal.sandbox.web import json_error

LONGEST_TWIML = 4000
_ENDS = {"on": "completed", "off": "no-answer", "unreachable": "failed", "blocked": "busy"}


def said(twiml: str) -> list[str]:
    """What a machine would say, piece by piece. Raises Refusal(12100) for TwiML that cannot be read."""
    if "<!" in twiml:
        raise Refusal(12100)  # no document type, so no entities of anybody's making
    try:
        root = ElementTree.fromstring(twiml)  # noqa: S314 (no DTD: checked above)
    except ElementTree.ParseError as error:
        raise Refusal(12100) from error
    if root.tag != "Response":
        raise Refusal(12100)
    return [" ".join((piece.text or "").split()) for piece in root.iter("Say")]


@api.post("/<account>/Calls.json")
def create_call(account: str) -> tuple[Response, int]:
    """Make a call: 201, queued. What is heard depends on the phone."""
    form, parts = request.form, services()
    for name, code in (("To", 21604), ("From", 21603)):
        if not form.get(name):
            raise Refusal(code)
    to, sender = rules.parse_address(form["To"]), rules.parse_address(form["From"])
    if to is None or to.channel != "sms":
        raise Refusal(21211, form["To"])
    if sender is None or sender.number != parts.config.carrier.numbers.sms:
        raise Refusal(21210, form["From"])
    twiml = form.get("Twiml", "")
    if not twiml or len(twiml) > LONGEST_TWIML:
        raise Refusal(21205)
    said(twiml)
    now, sid = time.time(), new_sid("CA")
    with parts.store.transaction():
        phone = parts.messages.phone(to.number)
        status = _ENDS[phone["state"]]
        parts.store.insert(
            "call", sid=sid, recipient=to.number, sender=sender.number, twiml=twiml, status=status, created_at=now
        )
        _tell(form, sid, to.number, sender.number, status)
    faults = parts.faults
    if faults.take("accept_then_503"):
        raise Refusal(20503)
    return jsonify(_resource(_call(sid), account) | {"status": "queued"}), 201


def _tell(form: Any, sid: str, to: str, sender: str, status: str) -> None:
    """Queue the callbacks that were asked for; without a list of events only the last one, as Twilio does."""
    url = form.get("StatusCallback")
    if not url:
        return
    asked = set(form.getlist("StatusCallbackEvent")) or {"completed"}
    states = [("initiated", "initiated"), ("ringing", "ringing")]
    if status == "completed":
        states.append(("answered", "in-progress"))
    states.append(("completed", status))  # the event of every end
    for number, (event, state) in enumerate(states):
        if event in asked:
            services().delivery.call_state(
                url=url,
                fields={
                    "CallSid": sid,
                    "AccountSid": services().config.carrier.account_sid,
                    "From": sender,
                    "To": to,
                    "CallStatus": state,
                    "ApiVersion": API_VERSION,
                    "Direction": "outbound-api",
                    "CallbackSource": "call-progress-events",
                    "SequenceNumber": str(number),
                    **({"CallDuration": "20"} if state == "completed" else {}),
                },
                step=number + 1,
                final=event == "completed",
            )


@api.get("/<account>/Calls.json")
def calls(account: str) -> Response:
    """The account's calls, newest first; To and From filter."""
    store, conditions, values = services().store, ["1 = 1"], []
    for name, column in (("To", "recipient"), ("From", "sender")):
        if request.args.get(name):
            conditions.append(f"{column} = ?")
            values.append(request.args[name])
    asked = request.args.get("PageSize", "")
    size = min(int(asked), 1000) if asked.isdecimal() and len(asked) < 6 else 50
    where = " AND ".join(conditions)
    found = store.rows(f"SELECT * FROM call WHERE {where} ORDER BY position DESC LIMIT ?", *values, size)  # noqa: S608
    filters = {name: request.args[name] for name in ("To", "From") if name in request.args}
    path = f"/{API_VERSION}/Accounts/{account}/Calls.json" + (f"?{urlencode(filters)}" if filters else "")
    shown = [_resource(call, account) for call in found]
    return jsonify(envelope("calls", shown, path=path, number=0, size=size, start=0, more=False, token=""))


@api.get("/<account>/Calls/<sid>.json")
def fetch_call(account: str, sid: str) -> Response:
    """One call."""
    return jsonify(_resource(_call(sid), account))


@control.get("/calls")
def heard() -> Any:
    """What a phone heard, oldest first: `[{sid, status, said: [...], created_at}]`. Query: number."""
    address = rules.parse_address(request.args.get("number", "").replace(" ", "+"))
    if address is None:
        return json_error(422, "bad request", details=["number: is not a telephone number in E.164"])
    return jsonify(calls_of(address.number))


def calls_of(number: str) -> list[dict[str, Any]]:
    """The calls to a phone and what it heard, oldest first; nothing where nobody lifted the receiver."""
    rows = services().store.rows("SELECT * FROM call WHERE recipient = ? ORDER BY position", number)
    return [
        {
            "sid": row["sid"],
            "status": row["status"],
            "said": said(row["twiml"]) if row["status"] == "completed" else [],
            "created_at": row["created_at"],
        }
        for row in rows
    ]


def _call(sid: str) -> dict[str, Any]:
    found = services().store.row("SELECT * FROM call WHERE sid = ?", sid)
    if found is None:
        raise Refusal(20404, request.path.removeprefix("/sandbox/carrier"))
    return found


def _resource(call: dict[str, Any], account: str) -> dict[str, Any]:
    """The Call resource (api.v2010.account.call)."""
    base = f"/{API_VERSION}/Accounts/{account}/Calls/{call['sid']}"
    answered = call["status"] == "completed"
    return {
        "sid": call["sid"],
        "account_sid": account,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "to": call["recipient"],
        "to_formatted": call["recipient"],
        "from": call["sender"],
        "from_formatted": call["sender"],
        "status": call["status"],
        "start_time": rfc2822(call["created_at"]) if answered else None,
        "end_time": rfc2822(call["created_at"] + 20) if answered else None,
        "duration": "20" if answered else None,
        "price": None,
        "price_unit": "USD",
        "direction": "outbound-api",
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "date_created": rfc2822(call["created_at"]),
        "date_updated": rfc2822(call["created_at"]),
        "uri": f"{base}.json",
        "subresource_uris": {"events": f"{base}/Events.json"},
    }
