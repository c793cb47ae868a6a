"""The carrier's REST API: send one message, look for one, fetch what came with one.

Its faults become SendError of five kinds. What may have been accepted although we heard no answer is `unknown`:
POST Messages knows no idempotency key, so it is looked up before it is sent again.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote, urlsplit

import httpx
import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from case_api import egress
from case_api.settings import settings
from channels.adapters import Media, Outgoing, SendError, SendResult
from channels.adapters.outgoing import Sayable, opened
from channels.adapters.twilio.codes import STATES, meaning
from channels.adapters.twilio.wire import Wire

SECONDS = 10.0  # the client's own default is to wait for ever
LOOK_BACK = timedelta(seconds=90)  # their clock is not ours
STATUS_PATH = "/channels/twilio/status"
CALLS_PATH = "/channels/twilio/calls"


def client() -> Client:
    """The official client at CARRIER_URL, one for all threads of this process."""
    return _client(settings().CARRIER_URL, settings().CARRIER_ACCOUNT_SID, settings().CARRIER_AUTH_TOKEN, SECONDS)


@lru_cache(maxsize=2)
def _client(url: str, account: str, token: str, seconds: float) -> Client:
    made = Client(account, token, http_client=Wire(url, seconds=seconds))
    made.api.base_url = url
    return made


def callback_url(message_id: object, path: str = STATUS_PATH) -> str:
    """Where the states of one message of ours come back to; its id is inside what the carrier signs."""
    return f"{settings().PUBLIC_URL}{path}?message={quote(str(message_id), safe='')}"


def send(sayable: Sayable, *, sender: str, prefix: str = "") -> SendResult:
    """Hand one message over from `sender`; the carrier writes a channel in front of numbers. Raises SendError."""
    outgoing = opened(sayable)
    try:
        made = client().messages.create(
            to=prefix + outgoing.recipient,
            from_=sender,
            status_callback=callback_url(outgoing.id),
            **_content(outgoing),
        )
    except Exception as error:  # noqa: BLE001 (judged one by one; what nobody knows is unknown)
        raise judged(error) from None
    return SendResult("sent", made.sid)


def _content(outgoing: Outgoing) -> dict[str, str]:
    """Free words, or the approved ones by their id: a template's text as Body fails with 63016 like any other."""
    if outgoing.template is None:
        return {"body": outgoing.body}
    holes = {str(number): value for number, value in enumerate(outgoing.template.values, 1)}
    return {"content_sid": outgoing.template.external_id, "content_variables": json.dumps(holes, ensure_ascii=False)}


def find(
    outgoing: Outgoing, *, sender: str, recipient: str, since: datetime, known: Callable[[str], bool]
) -> SendResult | None:
    """The message as the carrier has it, or None. Newest first, back to a little before `since`.

    Not by DateSent, which a message that is still queued there has not got.
    """
    try:
        listed = client().messages.list(to=recipient, from_=sender, limit=200)
    except Exception as error:  # noqa: BLE001
        raise SendError("retry", judged(error).code, "look-up") from None
    for found in listed:
        if found.date_created and found.date_created.replace(tzinfo=UTC) < since - LOOK_BACK:
            break
        # Approved words are put together there: only free ones are compared.
        other = outgoing.template is None and found.body != outgoing.body
        if found.direction == "inbound" or other or known(found.sid):
            continue
        if STATES.get(str(found.status), "queued") == "failed":
            continue  # it did not arrive; its callback says why
        return SendResult("sent", found.sid)
    return None


def judged(error: Exception) -> SendError:
    """What an exception of the client means. Its text may hold a number, so only codes are kept."""
    if isinstance(error, TwilioRestException):
        code = str(error.code or "")
        return SendError(meaning(code, error.status), code or f"http-{error.status}")
    if isinstance(error, ConnectTimeoutError | NewConnectionError):
        return SendError("retry", "no-connection")
    if isinstance(error, HTTPError | TwilioException | OSError):
        return SendError("unknown", "no-answer")
    return SendError("unknown", type(error).__name__)


def fetch(url: str, *, largest: int) -> Media:
    """Fetch an attachment, from the carrier's own address only. Where the carrier sends us on (to its store), that
    one step is taken through the guard for addresses that others supply, and without our password.

    Raises SendError: 'permanent' (`foreign-address`, `too-large`, `gone`), else 'retry'.
    """
    base, wanted = urlsplit(settings().CARRIER_URL), urlsplit(url)
    prefix = base.path.rstrip("/") + "/"
    own = (wanted.scheme, wanted.netloc) == (base.scheme, base.netloc) and wanted.path.startswith(prefix)
    if not own or "/../" in wanted.path or "\\" in url:
        raise SendError("permanent", "foreign-address")
    auth = (settings().CARRIER_ACCOUNT_SID, settings().CARRIER_AUTH_TOKEN)
    try:
        with requests.get(url, auth=auth, timeout=(5, SECONDS), stream=True, allow_redirects=False) as answer:
            elsewhere = answer.headers.get("Location", "") if answer.is_redirect else ""
            if not elsewhere:
                return _read(answer, largest)
    except requests.exceptions.RequestException as error:
        raise SendError("retry", type(error).__name__) from None
    return _from_elsewhere(elsewhere, largest)


def _from_elsewhere(url: str, largest: int) -> Media:
    try:
        answer = egress.send("GET", url, seconds=2 * SECONDS, largest=largest)
    except egress.Forbidden:
        raise SendError("permanent", "foreign-address") from None
    except httpx.HTTPError as error:
        raise SendError("retry", type(error).__name__) from None
    if answer.status in (404, 410):
        raise SendError("permanent", "gone")
    if answer.status != 200:
        raise SendError("retry", f"http-{answer.status}")
    if not answer.whole:
        raise SendError("permanent", "too-large")
    return Media(None, _kind(dict(answer.headers).get("content-type")), answer.content)


def _kind(said: str | None) -> str:
    return (said or "application/octet-stream").partition(";")[0].strip().lower()[:100]


def _read(answer: requests.Response, largest: int) -> Media:
    if answer.status_code in (404, 410):
        raise SendError("permanent", "gone")
    if answer.status_code != 200:
        raise SendError("retry", f"http-{answer.status_code}")
    content = bytearray()
    for piece in answer.iter_content(64 * 1024):
        content += piece
        if len(content) > largest:
            raise SendError("permanent", "too-large")
    return Media(None, _kind(answer.headers.get("Content-Type")), bytes(content))
