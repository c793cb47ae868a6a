"""What became of a call that a machine made: told by the carrier, signed, in any order, with the reason beside it."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import psycopg
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
from channels.inbound import alerts
from channels.inbound.writer import plain_url
from channels.outbound import paging
from tests.services.channels.carrier_forms import signed
from tests.services.channels.conftest import TEST, arrive, one, rows, work

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


# --- a call to the duty desk

MOBILE, LANDLINE = "+34600000097", "+34910000088"
UNHEARD = "SELECT channel, instead_reason FROM message WHERE instead_of IS NOT NULL ORDER BY position"


@pytest.fixture
def duty(asked, monkeypatch):
    """A duty telephone that rings for words of danger: how to ring it, and what the worker finds to do after that."""
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", f"voice:{MOBILE}")
    monkeypatch.setattr(settings(), "QUIET_HOURS", "")
    monkeypatch.setattr(settings(), "RATE_VOICE", 1000.0)  # an SMS of the same number waits for the call's share of it
    messages = SimpleNamespace(
        create=lambda **given: asked.append(given) or SimpleNamespace(sid=f"SM{len(asked):032d}")
    )
    calls = client.client().calls
    monkeypatch.setattr(client, "client", lambda: SimpleNamespace(calls=calls, messages=messages))

    def ring() -> dict:
        arrive("SM1", "mi marido me pega", "+34600000005")
        work()
        paging.call_due()
        work()
        [made] = [one for one in asked if "twiml" in one and one["to"] in (MOBILE, LANDLINE)]
        return made

    return ring


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled", "completed by a machine"])
def test_an_unanswered_duty_call_becomes_an_sms_at_once(asked, carrier, duty, status):
    call = duty()
    machine = {"AnsweredBy": "machine_start"} if "machine" in status else {}
    for _ in range(2):  # the carrier tells it twice
        told(carrier, path_of(call), status.partition(" ")[0], CallSid="CA" + "1".zfill(32), **machine)
        work()
        paging.call_due()
        paging.call_due()
        work()
    reason = "call-machine" if machine else f"call-{status}"
    assert rows(UNHEARD) == [("sms", reason)]
    [sms] = [given for given in asked if given.get("to") == MOBILE and "body" in given]
    assert sms["body"].endswith("/profesionales/guardia")
    with unit_of_work(TEST) as unit:
        waiting = alerts.waiting(unit.session, unit_id=None, professional_id=None, everywhere=True)
        shown = {(found.channel, found.state) for found in paging.called(unit.session, waiting=waiting)}
    assert shown == {("voice", "failed"), ("sms", "sent")}


def test_the_worker_wakes_for_it(carrier, duty):
    call = duty()
    with psycopg.connect(plain_url(), autocommit=True) as listener:
        listener.execute(f"LISTEN {alerts.WAKE}")
        told(carrier, path_of(call), "no-answer", CallSid="CA" + "1".zfill(32))
        work()
        assert [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)] == [alerts.WAKE]


@pytest.mark.parametrize(
    ("addresses", "status"),
    [
        pytest.param(f"voice:{MOBILE}", "completed", id="somebody has heard it"),
        pytest.param(f"voice:{LANDLINE}", "no-answer", id="a telephone on a wall takes no SMS"),
        pytest.param(f"voice:{MOBILE}, {MOBILE}", "no-answer", id="the SMS went with the call"),
    ],
)
def test_no_sms_where_there_is_none_to_send(carrier, duty, monkeypatch, addresses, status):
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", addresses)
    call = duty()
    told(carrier, path_of(call), status, CallSid="CA" + "1".zfill(32))
    work()
    paging.call_due()
    assert rows(UNHEARD) == []
