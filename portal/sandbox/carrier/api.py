"""Twilio's REST API for messages, as twilio-oai (twilio_api_v2010) describes it."""

import hmac
import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.exceptions import HTTPException

from portal.sandbox.carrier import listing, rules
from portal.sandbox.carrier.errors import Refusal
from portal.sandbox.carrier.listing import resource
from portal.sandbox.carrier.messages import Draft, Message
from portal.sandbox.carrier.webhooks import API_VERSION
from portal.sandbox.services import services
from portal.sandbox.web import authorization

api = Blueprint("carrier_api", __name__, url_prefix=f"/sandbox/carrier/{API_VERSION}/Accounts")


@api.errorhandler(Refusal)
def refused(refusal: Refusal) -> Response:
    """Twilio's error JSON."""
    return refusal.response()


@api.errorhandler(HTTPException)
def http_refused(error: HTTPException) -> Response:
    """Flask's own refusals in Twilio's words."""
    return Refusal(20004 if error.code == 405 else 20001, "request", status=error.code).response()


@api.before_request
def guard() -> None:
    """Basic auth by account sid and token, then the faults that keep a request from being handled."""
    carrier = services().config.carrier
    given = authorization()
    if (
        given is None
        or given.type != "basic"
        or not hmac.compare_digest((given.username or "").encode(), carrier.account_sid.encode())
        or not hmac.compare_digest((given.password or "").encode(), carrier.auth_token.encode())
    ):
        raise Refusal(20003)
    if (request.view_args or {}).get("account") != carrier.account_sid:
        raise Refusal(20404, request.path.removeprefix("/sandbox/carrier"))
    faults = services().faults
    delay = faults.read().delay_ms
    if delay:
        time.sleep(delay / 1000)
    if faults.take("answer_429"):
        raise Refusal(20429)
    if faults.take("answer_5xx"):
        raise Refusal(20503)


@api.get("/<account>.json")
def account_resource(account: str) -> Response:
    """The account itself: enough to see that the keys are right."""
    return jsonify(
        sid=account,
        friendly_name="Entorno de pruebas",
        status="active",
        type="Full",
        owner_account_sid=account,
        date_created=None,
        date_updated=None,
        uri=f"/{API_VERSION}/Accounts/{account}.json",
        subresource_uris={"messages": f"/{API_VERSION}/Accounts/{account}/Messages.json"},
    )


@api.post("/<account>/Messages.json")
def create(account: str) -> Response | tuple[Response, int]:
    """Send a message: stored as queued, 201. May then misbehave as the faults say."""
    parts = services()
    draft = _draft()
    with parts.store.transaction():
        message = parts.messages.add_outbound(draft)
        parts.delivery.accept(message)
    if parts.faults.take("accept_then_503"):
        raise Refusal(20503)
    if parts.faults.take("accept_then_close"):
        return _close()
    if parts.faults.take("accept_then_timeout"):
        time.sleep(parts.faults.read().timeout_ms / 1000)
        return _close()
    return jsonify(resource(message, account)), 201


@api.get("/<account>/Messages.json")
def messages(account: str) -> Response:
    """The account's messages, newest first, filtered and in pages."""
    return jsonify(listing.page(services().store, account, request.args))


@api.get("/<account>/Messages/<sid>.json")
def fetch(account: str, sid: str) -> Response:
    """One message."""
    return jsonify(resource(_message(sid), account))


@api.post("/<account>/Messages/<sid>.json")
def update(account: str, sid: str) -> Response:
    """Redact the text (Body empty). Nothing is ever scheduled here, so nothing can be cancelled."""
    _message(sid)
    if request.form.get("Status"):
        raise Refusal(20409)
    if request.form.get("Body", None) != "":
        raise Refusal(20001, "Body must be empty")
    services().messages.redact(sid)
    return jsonify(resource(_message(sid), account))


@api.delete("/<account>/Messages/<sid>.json")
def delete(account: str, sid: str) -> tuple[str, int]:
    """Take a message off the account's list; one on its way cannot be deleted yet."""
    if _message(sid)["status"] in ("queued", "sending"):
        raise Refusal(20409)
    services().messages.delete(sid)
    return "", 204


@api.get("/<account>/Messages/<message_sid>/Media.json")
def media_list(account: str, message_sid: str) -> Response:
    """The files of a message."""
    _message(message_sid)
    items = [listing.media_resource(item, account) for item in services().messages.media_of(message_sid)]
    path = f"/{API_VERSION}/Accounts/{account}/Messages/{message_sid}/Media.json"
    return jsonify(listing.envelope("media_list", items, path=path, number=0, size=50, start=0, more=False, token=""))


@api.get("/<account>/Messages/<message_sid>/Media/<sid>.json")
def media_fetch(account: str, message_sid: str, sid: str) -> Response:
    """What a file is."""
    return jsonify(listing.media_resource(_media(message_sid, sid), account))


@api.get("/<account>/Messages/<message_sid>/Media/<sid>")
def media_content(account: str, message_sid: str, sid: str) -> Any:
    """The file itself; one that Alma sent by its address is a redirect there."""
    item = _media(message_sid, sid)
    if item["content"] is None:
        return redirect(item["source_url"], 307)
    answer = Response(item["content"], mimetype=item["type"])
    answer.headers["Content-Disposition"] = "attachment"
    return answer


@api.delete("/<account>/Messages/<message_sid>/Media/<sid>.json")
def media_delete(account: str, message_sid: str, sid: str) -> tuple[str, int]:
    """Delete a file."""
    _media(message_sid, sid)
    services().messages.delete_media(message_sid, sid)
    return "", 204


@api.route("/<account>/<path:rest>", methods=["GET", "POST", "DELETE"])
def unknown(account: str, rest: str) -> Response:
    """Anything else of Twilio's API is not here."""
    raise Refusal(20404, f"/{API_VERSION}/Accounts/{account}/{rest}")


def _message(sid: str) -> Message:
    found = services().messages.get(sid)
    if found is None:
        raise Refusal(20404, request.path.removeprefix("/sandbox/carrier"))
    return found


def _media(message_sid: str, sid: str) -> dict[str, Any]:
    _message(message_sid)
    found = services().messages.media(message_sid, sid)
    if found is None:
        raise Refusal(20404, request.path.removeprefix("/sandbox/carrier"))
    return found


def _draft() -> Draft:
    """The checked form of a new message, in the order in which Twilio complains."""
    form, parts = request.form, services()
    numbers = parts.config.carrier.numbers
    if not form.get("To"):
        raise Refusal(21604)
    if form.get("SendAt") or form.get("ScheduleType"):
        raise Refusal(35118)
    if form.get("MessagingServiceSid"):
        raise Refusal(21701)
    if not form.get("From"):
        raise Refusal(21603)
    recipient = rules.parse_address(form["To"])
    if recipient is None:
        raise Refusal(21211, form["To"])
    sender = rules.parse_address(form["From"])
    if sender is None:
        raise Refusal(21212, form["From"])
    if sender.channel != recipient.channel:
        raise Refusal(21910)
    if sender.channel == "whatsapp" and sender.number != numbers.whatsapp:
        raise Refusal(63007)
    if sender.channel == "sms" and sender.number != numbers.sms:
        raise Refusal(21606, form["From"])
    if sender.channel == "sms" and rules.is_landline(recipient.number):
        raise Refusal(21614, form["To"])
    content_sid, body, media_urls = _content()
    if sender.channel == "sms" and parts.messages.opted_out(phone=recipient.number, sender=sender.number):
        raise Refusal(21610)
    callback = form.get("StatusCallback") or None
    if callback is not None and not _is_web_address(callback):
        raise Refusal(21609, callback)
    if (
        parts.config.carrier.window == "at_once"
        and content_sid is None
        and not parts.messages.in_window(phone=recipient, sender=sender)
    ):
        raise Refusal(63016)
    return Draft(sender, recipient, body, callback, content_sid, media_urls)


def _content() -> tuple[str | None, str, list[str]]:
    """The content sid, the words (a template's filled in) and the media addresses."""
    form = request.form
    body, content_sid = form.get("Body", ""), form.get("ContentSid") or None
    media_urls = form.getlist("MediaUrl")
    if content_sid is not None:
        body = _template_words(content_sid, form.get("ContentVariables", ""))
    elif not body and not media_urls:
        raise Refusal(21602)
    if len(body) > rules.MAX_BODY:
        raise Refusal(21617)
    if len(media_urls) > 10 or not all(_is_web_address(url) for url in media_urls):
        raise Refusal(21620)
    return content_sid, body, media_urls


def _template_words(content_sid: str, variables_text: str) -> str:
    templates = services().config.carrier.templates
    well_formed = len(content_sid) == 34 and content_sid.startswith("HX") and content_sid[2:].isalnum()
    if content_sid not in templates and (templates or not well_formed):
        raise Refusal(21655)
    try:
        variables = json.loads(variables_text or "{}")
    except ValueError as error:
        raise Refusal(21656) from error
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise Refusal(21656)
    if content_sid in templates:
        return rules.render_template(templates[content_sid], variables)
    filled = " · ".join(f"{name}: {value}" for name, value in variables.items())
    return f"[Plantilla {content_sid}] {filled}".rstrip()


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _close() -> Response:
    """Hang up without an answer: the caller cannot know what became of its request."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response(status=503)
