"""WhatsApp over Meta's own Cloud API: JSON out with a bearer token, batches of messages and states in."""

import threading
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from case_api.settings import settings
from channels.adapters import Entry, Media, Outgoing, RawEvent, SendError, SendResult
from channels.adapters.outgoing import Sayable, opened
from channels.adapters.whatsapp_cloud.codes import meaning
from channels.adapters.whatsapp_cloud.parsing import MEDIA, CloudSource

SECONDS = 10.0
_local = threading.local()


def _http() -> requests.Session:
    if not hasattr(_local, "http"):
        _local.http = requests.Session()
        _local.http.trust_env = False  # no proxy and no netrc of the machine stands between us and them
    return _local.http


class WhatsAppCloud:
    channel = "whatsapp"
    # Nobody can ask Meta what became of a message. One that may have left is not sent again: its state comes back with
    # our own id in it, or somebody calls.
    repeatable = False

    def parse(self, raw: RawEvent) -> list[Entry]:
        """See CloudSource."""
        return CloudSource().parse(raw)

    def send(self, sayable: Sayable) -> SendResult:
        """Raises SendError."""
        outgoing = opened(sayable)
        try:
            answer = _http().post(
                f"{settings().META_URL}/{settings().META_PHONE_ID}/messages",
                json=composed(outgoing),
                headers={"Authorization": f"Bearer {settings().META_ACCESS_TOKEN}"},
                timeout=(5, SECONDS),
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            raise _network(error) from None
        return _read(answer)

    def fetch(self, url: str, *, largest: int) -> Media:
        """A file by its id: Meta says where it lies, on its base or its own file hosts alone. See MediaSource."""
        if not url.startswith(MEDIA):
            raise SendError("permanent", "foreign-address")
        bearer = {"Authorization": f"Bearer {settings().META_ACCESS_TOKEN}"}
        try:
            told = _http().get(
                f"{settings().META_URL}/{url.removeprefix(MEDIA)}", headers=bearer, timeout=(5, SECONDS),
                allow_redirects=False,
            )  # fmt: skip
            if told.status_code in (404, 410):
                raise SendError("permanent", "gone")
            place = str(_json(told).get("url") or "")
            if not _of_theirs(place):
                raise SendError("permanent", "foreign-address")
            with _http().get(place, headers=bearer, timeout=(5, SECONDS), stream=True, allow_redirects=False) as answer:
                return _file(answer, largest)
        except requests.exceptions.RequestException as error:
            raise SendError("retry", type(error).__name__) from None


def composed(outgoing: Outgoing) -> dict[str, Any]:
    """The request for one message. Free words, or the approved ones by their name with what fills them."""
    made: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": outgoing.recipient.removeprefix("+"),
        "biz_opaque_callback_data": str(outgoing.id),
    }
    if outgoing.template is None:
        return made | {"type": "text", "text": {"preview_url": False, "body": outgoing.body}}
    template: dict[str, Any] = {
        "name": outgoing.template.external_id,
        "language": {"code": outgoing.template.language},
    }
    if outgoing.template.values:
        holes = [{"type": "text", "text": value} for value in outgoing.template.values]
        template["components"] = [{"type": "body", "parameters": holes}]
    return made | {"type": "template", "template": template}


def _json(answer: requests.Response) -> dict[str, Any]:
    try:
        read = answer.json()
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def _read(answer: requests.Response) -> SendResult:
    read = _json(answer)
    if answer.status_code == 200:
        taken = read.get("messages")
        first = taken[0] if isinstance(taken, list) and taken and isinstance(taken[0], dict) else {}
        if first.get("id"):
            return SendResult("sent", str(first["id"]))
        raise SendError("unknown", "no-id")
    error = read.get("error") if isinstance(read.get("error"), dict) else {}
    code = str(error.get("code", ""))
    raise SendError(meaning(code, answer.status_code), code or f"http-{answer.status_code}")


def _network(error: requests.exceptions.RequestException) -> SendError:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    never = isinstance(error, requests.exceptions.ConnectTimeout) or isinstance(
        reason, NewConnectionError | ConnectTimeoutError | NameResolutionError
    )
    return SendError("retry", "no-connection") if never else SendError("unknown", "no-answer")


def _of_theirs(place: str) -> bool:
    """Whether a file lies where Meta keeps files: under the base we are told, or on its own hosts over TLS."""
    base, found = urlsplit(settings().META_URL), urlsplit(place)
    if (found.scheme, found.netloc) == (base.scheme, base.netloc):
        return "/../" not in found.path and "\\" not in place
    host = (found.hostname or "").lower()
    return (
        found.scheme == "https"
        and found.port in (None, 443)
        and not found.username
        and (host == "lookaside.fbsbx.com" or host.endswith(".whatsapp.net"))
    )


def _file(answer: requests.Response, largest: int) -> Media:
    if answer.status_code in (404, 410):
        raise SendError("permanent", "gone")
    if answer.status_code != 200:
        raise SendError("retry", f"http-{answer.status_code}")
    content = bytearray()
    for piece in answer.iter_content(64 * 1024):
        content += piece
        if len(content) > largest:
            raise SendError("permanent", "too-large")
    kind = answer.headers.get("Content-Type", "application/octet-stream").partition(";")[0].strip().lower()
    return Media(None, kind[:100], bytes(content))
