"""What became of a call that a machine made: told by the carrier, signed, in any order, with the reason beside it."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.settings import settings
from channels.adapters.twilio import client
from channels.contacts import voice
from channels.conversations.explain import error_words, state_words
from channels.http import create_intake_app
from tests.services.channels.carrier_forms import signed
from tests.services.channels.conftest import TEST, one, rows, work

ANA = uuid4()
CALLS = "/channels/twilio/calls"


@pytest.fixture
def asked(database, monkeypatch) -> list[dict]:
    made: list[dict] = []

    def create(**given):
        made.append(given)
        return SimpleNamespace(sid=f"CA{len(made):032d}")

    monkeypatch.setattr(client, "client", lambda: SimpleNamespace(calls=SimpleNamespace(create=create)))
    return made


@pytest.fixture
def carrier(database) -> Client:
    return Client(DispatcherMiddleware(Response(status=404), {"/channels": create_intake_app()}))


def ring(*, work_now: bool = True) -> None:
    with unit_of_work(Actor.system("voice_code")) as unit:
        voice.call(unit.session, person_id=ANA, number="910 000 555", actor=TEST)
    if work_now:
        work()


def told(carrier: Client, path: str, status: str, *, headers: dict | None = None, **extra: str) -> int:
    form = {"CallSid": f"CA{1:032d}", "CallStatus": status, "AccountSid": "AC1", "From": "+34910000001",
            "To": "+34910000555"} | extra  # fmt: skip
    return carrier.post(path, data=form, headers=signed(path, form) if headers is None else headers).status_code


def path_of(call: dict) -> str:
    parts = urlsplit(call["status_callback"])
    assert f"{parts.scheme}://{parts.netloc}" == settings().PUBLIC_URL and parts.path == CALLS
    return f"{CALLS}?{parts.query}"


def state() -> tuple:
    return tuple(one("SELECT state, error_code FROM message WHERE channel = 'voice'"))


def test_every_event_is_asked_for_with_our_own_id(asked):
    ring()
    assert asked[0]["status_callback_event"] == ["initiated", "ringing", "answered", "completed"]
    query = parse_qs(urlsplit(asked[0]["status_callback"]).query)
    assert query == {"message": [str(one("SELECT id FROM message WHERE channel = 'voice'"))]}


@pytest.mark.parametrize(
    ("states", "expected", "words"),
    [
        pytest.param(["initiated"], ("sent", None), "Llamando", id="begun"),
        pytest.param(["initiated", "ringing", "in-progress"], ("sent", None), "Llamando", id="lifted"),
        pytest.param(
            ["initiated", "ringing", "in-progress", "completed"], ("delivered", None), "La han cogido", id="heard"
        ),
        pytest.param(["completed", "ringing", "in-progress"], ("delivered", None), "La han cogido", id="disordered"),
        pytest.param(["ringing", "no-answer"], ("failed", "call-no-answer"), "Nadie ha cogido", id="nobody"),
        pytest.param(
            ["no-answer", "ringing", "initiated"], ("failed", "call-no-answer"), "Nadie", id="nobody, disordered"
        ),
        pytest.param(["busy"], ("failed", "call-busy"), "comunicaba", id="busy"),
        pytest.param(["failed"], ("failed", "call-failed"), "No se ha podido llamar", id="no line"),
        pytest.param(["canceled"], ("failed", "call-canceled"), "se ha cortado", id="cut"),
    ],
)
def test_the_state_moves_forward(asked, carrier, states, expected, words):
    ring()
    for status in [*states, *states]:
        assert told(carrier, path_of(asked[0]), status) == 200
        work()
    assert state() == expected
    assert words in str(error_words(expected[1]) if expected[1] else state_words(expected[0], "voice"))


def test_a_voice_box_has_not_heard_it(asked, carrier):
    ring()
    told(carrier, path_of(asked[0]), "completed", AnsweredBy="machine_end_beep")
    work()
    assert state() == ("failed", "call-machine")


def test_a_word_that_comes_before_our_own_answer_counts(asked, carrier, monkeypatch):
    ring(work_now=False)
    message = one("SELECT id FROM message WHERE channel = 'voice'")
    assert told(carrier, f"{CALLS}?message={message}", "ringing") == 200
    work()
    assert state()[0] == "sent"


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no signature"),
        pytest.param({"X-Twilio-Signature": "AAAA"}, id="another's"),
        pytest.param(signed("/channels/twilio/status", {"CallStatus": "busy"}), id="for another address"),
    ],
)
def test_what_is_not_signed_is_not_stored(asked, carrier, headers):
    ring()
    assert told(carrier, path_of(asked[0]), "no-answer", headers=headers) == 403
    assert rows("SELECT 1 FROM raw_event") == [] and state()[0] == "sent"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        pytest.param({"CallSid": "CA1", "CallStatus": "dancing"}, "unknown-status", id="a state nobody knows"),
        pytest.param({"CallStatus": "busy"}, "no-id", id="no call"),
    ],
)
def test_what_cannot_be_read_waits_in_quarantine(asked, carrier, form, reason):
    assert carrier.post(CALLS, data=form, headers=signed(CALLS, form)).status_code == 200
    work()
    assert one("SELECT reason FROM raw_event") == reason


def test_a_message_id_that_is_another_channels_changes_nothing(asked, carrier, database):
    ring()
    told(carrier, f"{CALLS}?message={uuid4()}", "no-answer", CallSid="CA" + "9" * 32)
    work()
    assert state()[0] == "sent"


def test_who_asked_for_the_call_is_told_why_nobody_heard_it(asked, carrier):
    ring()
    told(carrier, path_of(asked[0]), "no-answer")
    work()
    with unit_of_work(Actor.system("voice_code")) as unit:
        assert voice.last_call(unit.session, person_id=ANA) == ("failed", "call-no-answer")
        assert voice.last_call(unit.session, person_id=uuid4()) is None
