"""Twilio's forms and codes: what goes in and what comes out, as data."""

import socket
from urllib.parse import urlencode
from uuid import UUID

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)

from channels.adapters import DeliveryStatus, Quarantine, RawEvent
from channels.adapters.twilio.client import judged
from channels.adapters.twilio.codes import CODES, STATES, meaning
from channels.adapters.twilio.parsing import TwilioSource

POOL = HTTPConnectionPool("carrier.example")
BASE = {
    "MessageSid": "SM1",
    "From": "whatsapp:+34600000005",
    "To": "whatsapp:+34910000002",
    "Body": "Hola",
    "NumMedia": "0",
}


def parse(kind: str = "message", headers: dict | None = None, **fields: str):
    return TwilioSource().parse(RawEvent("twilio", kind, urlencode(fields).encode(), headers or {}))[0]


def image(kind: str = "image/jpeg", **more: str) -> dict[str, str]:
    return {"NumMedia": "1", "MediaUrl0": "https://x.example/m", "MediaContentType0": kind, "Body": ""} | more


MESSAGES = [
    pytest.param({}, {"body": "Hola", "channel": "whatsapp", "sender": "+34600000005"}, id="text"),
    pytest.param({"Body": "  Hola \n"}, {"body": "Hola"}, id="spaces at the ends"),
    pytest.param({"Body": "¿Qué tal? 🙂"}, {"body": "¿Qué tal? 🙂"}, id="accents and emoji"),
    pytest.param({"Body": "a\0b"}, {"body": "ab", "notes": ("nul-removed",)}, id="a NUL"),
    pytest.param({"Body": ""}, {"body": "(Mensaje vacío)", "placeholder": True}, id="nothing"),
    pytest.param({"Body": " "}, {"body": "(Mensaje vacío)", "placeholder": True}, id="a space"),
    pytest.param(
        {"From": "+34600000005", "To": "+34910000001"}, {"channel": "sms", "sender": "+34600000005"}, id="SMS"
    ),
    pytest.param({"From": "+34 600-000-005", "To": "+34910000001"}, {"sender": "+34600000005"}, id="a number in dress"),
    pytest.param({"From": "600000005", "To": "+34910000001"}, {"sender": "+34600000005"}, id="without its prefix"),
    pytest.param({"From": "BANCO", "To": "+34910000001"}, {"sender": "BANCO", "channel": "sms"}, id="alphanumeric"),
    pytest.param({"From": "217000", "To": "+34910000001"}, {"channel": "sms"}, id="a short code"),
    pytest.param(
        {"From": "whatsapp:", "ExternalUserId": "ES.1234"}, {"sender": "ES.1234"}, id="a WhatsApp user without number"
    ),
    pytest.param({"ProfileName": "Tomás"}, {"sender_name": "Tomás"}, id="a name claimed"),
    pytest.param(image(), {"body": "(Ha enviado una imagen)", "placeholder": True}, id="image"),
    pytest.param(image(Body="Mire"), {"body": "Mire", "placeholder": False}, id="image with words"),
    pytest.param(image("audio/ogg"), {"body": "(Ha enviado un audio)"}, id="voice note"),
    pytest.param(image("video/mp4"), {"body": "(Ha enviado un vídeo)"}, id="video"),
    pytest.param(image("application/pdf"), {"body": "(Ha enviado un documento)"}, id="document"),
    pytest.param(image("text/vcard"), {"body": "(Ha enviado un documento)"}, id="card"),
    pytest.param(image("rubbish"), {"body": "(Ha enviado un documento)"}, id="media of no type"),
    pytest.param(image("model/gltf"), {"body": "(Ha enviado algo que aquí no se puede ver)"}, id="odd media"),
    pytest.param(image() | {"NumMedia": "rubbish"}, {"body": "(Ha enviado una imagen)"}, id="a broken count"),
    pytest.param(
        {"Body": "", "Latitude": "40.4", "Longitude": "-3.7"}, {"body": "(Ha enviado un lugar) 40.4, -3.7"}, id="place"
    ),
    pytest.param(
        {"Body": "", "Latitude": "40.4", "Longitude": "-3.7", "Label": "Casa", "Address": "Calle 1"},
        {"body": "(Ha enviado un lugar) Casa, Calle 1 (40.4, -3.7)"},
        id="place with a name",
    ),
    pytest.param({"Body": "Sí", "ButtonText": "Sí", "ButtonPayload": "yes"}, {"body": "Sí"}, id="button"),
    pytest.param({"Body": "", "ButtonText": "Sí"}, {"body": "Sí", "placeholder": False}, id="button without body"),
    pytest.param({"Body": "", "ListTitle": "Martes", "ListId": "2"}, {"body": "Martes"}, id="list"),
    pytest.param({"Body": "", "MessageType": "sticker"}, {"body": "(Ha enviado una pegatina)"}, id="sticker"),
    pytest.param({"Body": "", "MessageType": "contacts"}, {"body": "(Ha enviado un contacto)"}, id="contact"),
    pytest.param({"Body": "", "MessageType": "reaction"}, {"body": "(Ha reaccionado a un mensaje)"}, id="reaction"),
    pytest.param(
        {"Body": "", "MessageType": "hologram"},
        {"body": "(Ha enviado algo que aquí no se puede ver)", "placeholder": True},
        id="a type of tomorrow",
    ),
    pytest.param({"Body": "Sí", "OriginalRepliedMessageSid": "SM0"}, {"body": "Sí"}, id="reply to a message"),
]


@pytest.mark.parametrize(("fields", "expected"), MESSAGES)
def test_messages(fields, expected):
    found = parse(**(BASE | fields))
    assert {name: getattr(found, name) for name in expected} == expected
    assert found.authenticated and found.external_id == "SM1" and found.body


def test_ten_media_are_ten():
    fields = {f"MediaUrl{n}": f"https://x.example/{n}" for n in range(10)}
    assert len(parse(**BASE, **fields).media) == 10


REFUSED = [
    pytest.param(BASE | {"MessageSid": ""}, "no-id", id="no id"),
    pytest.param(BASE | {"MessageSid": "SM 1\n"}, "no-id", id="an odd id"),
    pytest.param(BASE | {"From": ""}, "no-sender", id="no sender"),
    pytest.param(BASE | {"To": ""}, "no-recipient", id="no recipient"),
]


@pytest.mark.parametrize(("fields", "reason"), REFUSED)
def test_messages_that_cannot_be_read(fields, reason):
    with pytest.raises(Quarantine) as refused:
        parse(**fields)
    assert refused.value.reason == reason


OURS = UUID("01941f29-7c00-7000-8000-000000000001")
STATUSES = [pytest.param({"MessageStatus": said}, {}, {"state": state}, id=said) for said, state in STATES.items()] + [
    pytest.param({"MessageStatus": "DELIVERED"}, {}, {"state": "delivered"}, id="capitals"),
    pytest.param({"SmsStatus": "sent"}, {}, {"state": "sent"}, id="the old name"),
    pytest.param(
        {"MessageStatus": "failed", "ErrorCode": "63016"}, {}, {"error_code": "63016", "state": "failed"}, id="code"
    ),
    pytest.param({"MessageStatus": "sent", "ErrorCode": "0"}, {}, {"error_code": None}, id="no error"),
    pytest.param({"MessageStatus": "sent", "ErrorCode": "x"}, {}, {"error_code": None}, id="no code"),
    pytest.param({"MessageStatus": "sent"}, {"message": str(OURS)}, {"message_id": OURS}, id="our id"),
    pytest.param({"MessageStatus": "sent"}, {"message": "rubbish"}, {"message_id": None}, id="not an id"),
]


@pytest.mark.parametrize(("fields", "headers", "expected"), STATUSES)
def test_statuses(fields, headers, expected):
    common = {"MessageSid": "SM1", "From": "whatsapp:+34910000002", "To": "whatsapp:+34600000005"}
    found = parse("status", headers, **common, **fields)
    assert isinstance(found, DeliveryStatus) and found.channel == "whatsapp"
    assert {name: getattr(found, name) for name in expected} == expected


MEANINGS = [
    ("20429", 429, "retry"),
    ("", 429, "retry"),
    ("20003", 401, "retry"),
    ("", 403, "retry"),
    ("21211", 400, "permanent"),
    ("21610", 400, "blocked"),
    ("63016", 400, "window_closed"),
    ("99999", 400, "permanent"),
    ("", 400, "permanent"),
    ("", 500, "unknown"),
    ("20503", 503, "unknown"),
    ("21610", 502, "unknown"),
]


@pytest.mark.parametrize(("code", "status", "kind"), MEANINGS)
def test_what_an_error_means(code, status, kind):
    assert meaning(code, status) == kind


def test_every_code_has_words():
    """Error codes are numbers; a call that nobody heard is named by how it ended."""
    ends = {f"call-{end}" for end in ("busy", "no-answer", "canceled", "failed", "machine")}
    assert all((code.isdigit() or code in ends) and str(found.words) for code, found in CODES.items())


NETWORK = [
    pytest.param(ReadTimeoutError(POOL, "/", "read timed out"), "unknown", id="no answer in time"),
    pytest.param(ConnectTimeoutError(), "retry", id="never connected in time"),
    pytest.param(NewConnectionError(POOL, "refused"), "retry", id="refused"),
    pytest.param(NameResolutionError("carrier.example", POOL, socket.gaierror()), "retry", id="no such name"),
    pytest.param(ProtocolError("aborted"), "unknown", id="cut off"),
    pytest.param(IncompleteRead(3, 9), "unknown", id="cut off in the answer"),
    pytest.param(SSLError("a stranger's certificate"), "unknown", id="not who it should be"),
    pytest.param(ConnectionResetError(), "unknown", id="reset"),
    pytest.param(TwilioException("odd"), "unknown", id="the client itself"),
    pytest.param(TwilioRestException(400, "/", code=21211), "permanent", id="an answer"),
    pytest.param(TwilioRestException(500, "/", code=None), "unknown", id="5xx"),
    pytest.param(ValueError("+34600000005"), "unknown", id="anything else"),
]


@pytest.mark.parametrize(("error", "kind"), NETWORK)
def test_faults_of_the_network(error, kind):
    found = judged(error)
    assert found.kind == kind
    assert "600000005" not in str(found)


def test_the_published_vector():
    """twilio-python's own: tests/unit/test_request_validator.py."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    made = RequestValidator("12345").compute_signature("https://mycompany.com/myapp.php?foo=1&bar=2", form)
    assert made == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
