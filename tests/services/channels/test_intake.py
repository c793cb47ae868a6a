"""The door for carriers: signed, stored once, acknowledged; everything else refused clearly and not kept."""

import threading
from urllib.parse import parse_qs

import psycopg
import pytest
from sqlalchemy import text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.settings import settings
from channels.http import create_intake_app
from channels.inbound import intake, writer
from tests.services.channels.carrier_forms import message_form, signature, signed, status_form

MESSAGES = "/channels/twilio/messages"
STATUS = "/channels/twilio/status"


@pytest.fixture
def carrier(database):
    app = DispatcherMiddleware(Response(status=404), {"/channels": create_intake_app()})
    return Client(app)


def stored() -> list:
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text("SELECT channel, kind, sealed, state FROM raw_event ORDER BY id")).all()


def test_a_signed_message_is_stored_sealed_and_acknowledged(carrier):
    form = message_form("SM1", "Necesito ayuda")
    answer = carrier.post(MESSAGES, data=form, headers=signed(MESSAGES, form))
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert answer.text.endswith("<Response/>")
    [(channel, kind, sealed, state)] = stored()
    assert (channel, kind, state) == ("twilio", "message", "pending")
    assert b"ayuda" not in bytes(sealed)
    payload, _ = intake.open_sealed(sealed)
    assert parse_qs(payload.decode())["Body"] == ["Necesito ayuda"]


def test_a_replay_changes_nothing(carrier):
    form = message_form("SM1")
    for _ in range(3):
        assert carrier.post(MESSAGES, data=form, headers=signed(MESSAGES, form)).status_code == 200
    assert len(stored()) == 1


def test_each_state_of_a_message_counts_once(carrier):
    for status in ("sent", "delivered", "sent", "delivered"):
        form = status_form("SM1", status)
        path = STATUS + "?message=abc"
        assert carrier.post(path, data=form, headers=signed(path, form)).status_code == 200
    assert [row.kind for row in stored()] == ["status", "status"]
    assert intake.open_sealed(stored()[0].sealed)[1] == {"message": "abc"}


def _forged(form):
    return signed(MESSAGES, form, token="0" * 32)


REFUSED = [
    pytest.param(lambda form: {}, 403, id="no signature"),
    pytest.param(_forged, 403, id="another secret"),
    pytest.param(lambda form: {"X-Twilio-Signature": ""}, 403, id="empty signature"),
    pytest.param(lambda form: {"X-Twilio-Signature": "ñ"}, 403, id="not base64"),
    pytest.param(lambda form: signed(MESSAGES, form, base="https://evil.example"), 403, id="signed for another host"),
    pytest.param(lambda form: signed(STATUS, form), 403, id="signed for another path"),
    pytest.param(lambda form: signed(MESSAGES + "/", form), 403, id="trailing slash"),
    pytest.param(lambda form: signed(MESSAGES, form | {"Body": "otra cosa"}), 403, id="another text"),
    pytest.param(lambda form: signed(MESSAGES, form | {"Extra": "x"}), 403, id="a field less"),
    pytest.param(
        lambda form: signed(MESSAGES, form) | {"X-Twilio-Webhooks-Signature-Settings": "key=x,algorithm=MD5"},
        403,
        id="unknown algorithm",
    ),
]


@pytest.mark.parametrize(("headers", "status"), REFUSED)
def test_a_forged_request_stores_nothing(carrier, headers, status):
    form = message_form("SM1")
    answer = carrier.post(MESSAGES, data=form, headers=headers(form))
    assert answer.status_code == status
    assert answer.mimetype == "text/plain"
    assert stored() == []


ACCEPTED = [
    pytest.param(MESSAGES, message_form_extra, id=label)
    for label, message_form_extra in {
        "accents": {"Body": "¿Cuándo abre el centro? Mañana"},
        "emoji": {"Body": "🙂"},
        "empty body": {"Body": ""},
        "plus and spaces": {"Body": "a + b %20"},
    }.items()
] + [pytest.param(MESSAGES + "?a=b%20c&d=+", {}, id="query as it came")]


@pytest.mark.parametrize(("path", "extra"), ACCEPTED)
def test_signed_requests_of_every_look_are_taken(carrier, path, extra):
    form = message_form("SM1", **extra)
    assert carrier.post(path, data=form, headers=signed(path, form)).status_code == 200
    assert len(stored()) == 1


def test_the_host_header_is_not_believed(carrier):
    form = message_form("SM1")
    headers = signed(MESSAGES, form, base="http://evil.example")
    assert carrier.post(MESSAGES, base_url="http://evil.example", data=form, headers=headers).status_code == 403
    good = signed(MESSAGES, form)
    assert carrier.post(MESSAGES, base_url="http://evil.example", data=form, headers=good).status_code == 200


NOT_FORMS = [
    pytest.param({"json": {"a": 1}}, 415, id="json"),
    pytest.param({"data": b"\xff\xfe", "content_type": "text/plain"}, 415, id="text"),
    pytest.param({}, 415, id="nothing"),
    pytest.param(
        {"data": b"a=" + b"x" * 300_000, "content_type": "application/x-www-form-urlencoded"}, 413, id="too long"
    ),
    pytest.param({"data": b"%ff=%fe&&&==", "content_type": "application/x-www-form-urlencoded"}, 403, id="rubbish"),
]


@pytest.mark.parametrize(("request_", "status"), NOT_FORMS)
def test_what_is_not_a_form_gets_a_clear_answer(carrier, request_, status):
    answer = carrier.post(MESSAGES, headers={"X-Twilio-Signature": "x"}, **request_)
    assert answer.status_code == status
    assert answer.text.strip()
    assert stored() == []


def test_other_methods_and_paths(carrier):
    assert carrier.get(MESSAGES).status_code == 405
    assert carrier.post("/channels/twilio/nothing").status_code == 404


def test_signed_but_without_an_id_is_kept(carrier):
    form = {"Body": "Hola"}
    for _ in range(2):
        assert carrier.post(MESSAGES, data=form, headers=signed(MESSAGES, form)).status_code == 200
    assert len(stored()) == 1


def test_sha256_signatures_hold(carrier):
    from twilio.request_validator import RequestValidator

    form = message_form("SM1")
    made = RequestValidator(settings().CARRIER_AUTH_TOKEN).compute_signature(
        settings().PUBLIC_URL + MESSAGES, form, "HMAC_SHA256"
    )
    headers = {"X-Twilio-Signature": made, "X-Twilio-Webhooks-Signature-Settings": "key=k,algorithm=HMAC_SHA256"}
    assert carrier.post(MESSAGES, data=form, headers=headers).status_code == 200


def test_503_when_it_cannot_be_stored(carrier, monkeypatch):
    form = message_form("SM1")
    monkeypatch.setattr(settings(), "DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    answer = carrier.post(MESSAGES, data=form, headers=signed(MESSAGES, form))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_the_same_message_many_times_at_once_is_one(carrier, database):
    form = message_form("SM1")
    header = {"X-Twilio-Signature": signature(MESSAGES, form)}
    answers = []

    def post():
        answers.append(carrier.post(MESSAGES, data=form, headers=header).status_code)

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 20
    assert len(stored()) == 1


def test_the_writer_comes_back_after_its_connection_was_cut(database, cluster):
    made = writer.shared_writer()

    def keep(name: str) -> str:
        return made.store(intake.row_of(channel="t", kind="k", dedupe=name, payload=b"", headers={}, contact_key="c"))

    assert keep("one") == "stored"
    with cluster.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alma-intake'"
        )
    assert keep("two") == "stored"
    assert keep("two") == "duplicate"


def test_a_batch_with_a_row_the_database_refuses_loses_no_neighbour(database):
    made = writer.Writer(writer.plain_url())
    good = intake.row_of(channel="t", kind="k", dedupe="one", payload=b"", headers={}, contact_key="c")
    bad = ("t", "nul\0", b"x", 1, b"")
    waiting = [writer._Waiting(good), writer._Waiting(bad)]
    made._write(waiting)
    assert waiting[0].outcome == "stored"
    assert isinstance(waiting[1].error, (psycopg.Error, ValueError))


def test_store_joins_the_callers_transaction(database):
    event = {"channel": "email", "kind": "mail", "dedupe": "d", "payload": b"x", "headers": {}, "contact_key": "a@b"}
    with pytest.raises(ZeroDivisionError), unit_of_work(Actor.system("test")) as unit:
        assert intake.store(unit.session, **event) == "stored"
        raise ZeroDivisionError
    assert stored() == []
    for expected in ("stored", "duplicate"):
        with unit_of_work(Actor.system("test")) as unit:
            assert intake.store(unit.session, **event) == expected
