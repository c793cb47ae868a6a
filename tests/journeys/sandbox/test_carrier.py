"""The official Twilio client against the carrier, over sockets."""

import base64
import re
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator

from tests.journeys.sandbox.process import AMPARO, SID, SMS, TOKEN, WHATSAPP, Sandbox, StandIn, eventually

WA_AMPARO, WA_OURS = f"whatsapp:{AMPARO}", f"whatsapp:{WHATSAPP}"
NO_WHATSAPP = "+34600000006"


def _write(sandbox: Sandbox, *, body: str = "Hola", channel: str = "whatsapp", **more: object) -> dict:
    return sandbox.post(
        "/carrier/control/send", **{"from": AMPARO, "channel": channel, "body": body, "wait": True, **more}
    )


def test_an_sms_is_delivered_and_reported(sandbox: Sandbox, alma_place: StandIn) -> None:
    message = sandbox.twilio().messages.create(
        to=AMPARO, from_=SMS, body="Su cita es el lunes", status_callback=f"{alma_place.url}/status"
    )
    assert message.sid.startswith("SM") and len(message.sid) == 34
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "1")
    assert message.price is None and message.error_code is None
    assert abs(message.date_created - datetime.now(UTC)) < timedelta(seconds=10)
    assert message.subresource_uris["media"].endswith(f"{message.sid}/Media.json")
    eventually(lambda: alma_place.statuses(message.sid) == ["sent", "delivered"])
    assert sandbox.twilio().messages(message.sid).fetch().status == "delivered"
    assert [(one["body"], one["status"]) for one in sandbox.phone()] == [("Su cita es el lunes", "delivered")]
    for callback in alma_place.received:
        assert RequestValidator(TOKEN).validate(callback.url, callback.form, callback.signature)


def test_a_whatsapp_message_is_read_when_the_phone_is_opened(sandbox: Sandbox, alma_place: StandIn) -> None:
    _write(sandbox)
    message = sandbox.twilio().messages.create(
        to=WA_AMPARO, from_=WA_OURS, body="Dígame", status_callback=f"{alma_place.url}/status"
    )
    eventually(lambda: alma_place.statuses(message.sid) == ["sent", "delivered"])
    page = httpx.get(f"{sandbox.url}/carrier/phones/{AMPARO}")
    assert page.status_code == 200 and "Dígame" in page.text
    eventually(lambda: alma_place.statuses(message.sid) == ["sent", "delivered", "read"])


@pytest.mark.parametrize(
    ("call", "status", "code"),
    [
        pytest.param({"to": "hola", "from_": SMS, "body": "x"}, 400, 21211, id="To is no number"),
        pytest.param({"to": AMPARO, "from_": "x", "body": "x"}, 400, 21212, id="From is no number"),
        pytest.param({"to": AMPARO, "from_": "+34600000001", "body": "x"}, 400, 21606, id="From is not ours"),
        pytest.param({"to": WA_AMPARO, "from_": f"whatsapp:{SMS}", "body": "x"}, 400, 63007, id="no WhatsApp sender"),
        pytest.param({"to": WA_AMPARO, "from_": SMS, "body": "x"}, 400, 21910, id="channels differ"),
        pytest.param({"to": AMPARO, "body": "x"}, 400, 21603, id="no From"),
        pytest.param({"to": AMPARO, "from_": SMS}, 400, 21602, id="no words"),
        pytest.param({"to": AMPARO, "from_": SMS, "body": "x" * 1601}, 400, 21617, id="too long"),
        pytest.param({"to": "+34910000009", "from_": SMS, "body": "x"}, 400, 21614, id="landline"),
        pytest.param(
            {"to": AMPARO, "from_": SMS, "body": "x", "status_callback": "ftp://x"}, 400, 21609, id="callback"
        ),
        pytest.param({"to": AMPARO, "from_": SMS, "content_sid": "HX1"}, 400, 21655, id="template"),
        pytest.param({"to": AMPARO, "messaging_service_sid": "MG" + "0" * 32, "body": "x"}, 400, 21701, id="service"),
    ],
)
def test_refusals_are_twilios(lasting_sandbox: Sandbox, call: dict, status: int, code: int) -> None:
    with pytest.raises(TwilioRestException) as caught:
        lasting_sandbox.twilio().messages.create(**call)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert lasting_sandbox.twilio().messages.list() == []


def test_wrong_keys_and_unknown_sids(lasting_sandbox: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as caught:
        lasting_sandbox.twilio(token="falso").messages("SM" + "0" * 32).fetch()
    assert (caught.value.status, caught.value.code) == (401, 20003)
    with pytest.raises(TwilioRestException) as caught:
        lasting_sandbox.twilio().messages("SM" + "0" * 32).fetch()
    assert (caught.value.status, caught.value.code) == (404, 20404)
    answer = httpx.get(
        f"{lasting_sandbox.url}/carrier/2010-04-01/Accounts/AC{'9' * 32}/Messages.json", auth=(SID, TOKEN)
    )
    assert answer.json()["code"] == 20404
    assert answer.json().keys() == {"code", "message", "more_info", "status"}


def test_lists_are_paged_and_filtered(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    other = "+34600000002"
    for number in range(7):
        client.messages.create(to=AMPARO if number % 2 else other, from_=SMS, body=str(number))
    assert [one.body for one in client.messages.list(page_size=3)] == list("6543210")
    assert [one.body for one in client.messages.list(limit=2)] == ["6", "5"]
    assert [one.body for one in client.messages.list(to=AMPARO, page_size=1)] == ["5", "3", "1"]
    assert client.messages.list(from_=AMPARO) == []
    today = datetime.now(UTC)
    assert len(client.messages.list(date_sent_after=today - timedelta(minutes=5))) == 7
    assert client.messages.list(date_sent_before=today - timedelta(minutes=5)) == []
    assert client.messages.list(date_sent_after=today + timedelta(days=2)) == []
    first = client.messages.page(page_size=3)
    client.messages.create(to=AMPARO, from_=SMS, body="mientras tanto")
    assert [one.body for one in first.next_page()] == ["3", "2", "1"]


def test_delete_and_redact(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    message = client.messages.create(to=AMPARO, from_=SMS, body="secreto")
    eventually(lambda: message.fetch().status == "delivered")
    assert message.update(body="").body == ""
    assert message.delete()
    with pytest.raises(TwilioRestException) as caught:
        message.fetch()
    assert caught.value.code == 20404
    assert client.messages.list() == []
    assert [one["body"] for one in sandbox.phone()] == ["secreto"]


def test_stop_opts_out_and_start_back_in(sandbox: Sandbox, alma_place: StandIn) -> None:
    client = sandbox.twilio()
    assert _write(sandbox, body="Stop", channel="sms")["webhook_status"] == 200
    assert alma_place.at("/messages")[-1]["Body"] == "Stop"
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=AMPARO, from_=SMS, body="x")
    assert caught.value.code == 21610
    _write(sandbox, body="START", channel="sms")
    assert client.messages.create(to=AMPARO, from_=SMS, body="x").status == "queued"


def test_the_whatsapp_window(sandbox: Sandbox, alma_place: StandIn) -> None:
    client = sandbox.twilio()
    late = client.messages.create(
        to=WA_AMPARO, from_=WA_OURS, body="Buenos días", status_callback=f"{alma_place.url}/status"
    )
    eventually(lambda: alma_place.statuses(late.sid) == ["failed"])
    assert alma_place.at("/status")[0]["ErrorCode"] == "63016"
    assert late.fetch().error_code == 63016
    template = client.messages.create(
        to=WA_AMPARO, from_=WA_OURS, content_sid="HX" + "0" * 32, content_variables='{"1": "lunes"}'
    )
    eventually(lambda: template.fetch().status == "delivered")
    _write(sandbox)
    answer = client.messages.create(to=WA_AMPARO, from_=WA_OURS, body="Buenos días")
    eventually(lambda: answer.fetch().status == "delivered")


def test_the_window_at_once_and_templates_with_words(sandbox: Sandbox) -> None:
    sandbox.stop()
    sid = "HX" + "1" * 32
    sandbox.config["carrier"] |= {"window": "at_once", "templates": {sid: "Le esperamos el {{1}}."}}
    client = sandbox.start().twilio()
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=WA_AMPARO, from_=WA_OURS, body="Buenos días")
    assert (caught.value.status, caught.value.code) == (400, 63016)
    client.messages.create(to=WA_AMPARO, from_=WA_OURS, content_sid=sid, content_variables='{"1": "lunes"}')
    assert [one["body"] for one in sandbox.phone()] == ["Le esperamos el lunes."]
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=WA_AMPARO, from_=WA_OURS, content_sid="HX" + "2" * 32)
    assert caught.value.code == 21655
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=WA_AMPARO, from_=WA_OURS, content_sid=sid, content_variables="{")
    assert caught.value.code == 21656


def test_what_a_phone_sends_reaches_alma_signed(sandbox: Sandbox, alma_place: StandIn) -> None:
    first = _write(sandbox, body="Ññ € í & = +", channel="whatsapp")
    replied = sandbox.twilio().messages.create(to=WA_AMPARO, from_=WA_OURS, body="¿Sí?")
    _write(sandbox, body="Sí", original_replied_sid=replied.sid)
    _write(sandbox, body="por SMS", channel="sms")
    one, two, three = alma_place.received
    assert one.form["MessageSid"] == one.form["SmsSid"] == first["sid"]
    assert (one.form["From"], one.form["To"], one.form["WaId"]) == (WA_AMPARO, WA_OURS, "34600000001")
    assert (one.form["Body"], one.form["ProfileName"], one.form["NumMedia"]) == ("Ññ € í & = +", "Amparo", "0")
    assert (one.form["SmsStatus"], one.form["ApiVersion"], one.form["AccountSid"]) == ("received", "2010-04-01", SID)
    assert two.form["OriginalRepliedMessageSid"] == replied.sid
    assert two.form["OriginalRepliedMessageSender"] == WA_OURS
    assert three.form["From"] == AMPARO and "WaId" not in three.form
    for each in alma_place.received:
        assert each.url.endswith("/messages?a=1")
        assert RequestValidator(TOKEN).validate(each.url, each.form, each.signature)


def test_media_of_a_phone_want_the_accounts_keys(sandbox: Sandbox, alma_place: StandIn) -> None:
    picture = b"\x89PNG not really"
    item = {"name": "foto.png", "type": "image/png", "base64": base64.b64encode(picture).decode()}
    sid = _write(sandbox, body="", media=[item])["sid"]
    form = alma_place.at("/messages")[0]
    assert sid.startswith("MM")
    assert (form["NumMedia"], form["MediaContentType0"], form["MessageType"]) == ("1", "image/png", "image")
    assert form["MediaUrl0"].startswith(f"{sandbox.url}/carrier/")
    assert httpx.get(form["MediaUrl0"]).status_code == 401
    assert httpx.get(form["MediaUrl0"], auth=(SID, TOKEN)).content == picture
    media = sandbox.twilio().messages(sid).media.list()
    assert [(one.content_type, one.parent_sid) for one in media] == [("image/png", sid)]
    assert media[0].delete()
    assert httpx.get(form["MediaUrl0"], auth=(SID, TOKEN)).status_code == 404


@pytest.mark.parametrize(
    ("answers", "status", "attempts"),
    [
        pytest.param([503, 500], 200, 3, id="well at the third time"),
        pytest.param([503] * 9, 503, 4, id="gives up after rc tries"),
        pytest.param([403], 403, 4, id="rp=all tries 4xx too"),
    ],
)
def test_webhooks_are_retried_as_the_address_says(
    sandbox: Sandbox, alma_place: StandIn, answers: list[int], status: int, attempts: int
) -> None:
    alma_place.answers = answers if answers != [403] else [403] * 9
    assert _write(sandbox)["webhook_status"] == status
    assert len(alma_place.at("/messages")) == attempts
    assert len({one["MessageSid"] for one in alma_place.at("/messages")}) == 1
    assert sandbox.phone()[0]["webhook_attempts"] == attempts


def test_replay_and_forgery(sandbox: Sandbox, alma_place: StandIn) -> None:
    sid = _write(sandbox)["sid"]
    assert sandbox.post("/carrier/control/replay", sid=sid, times=2) == {"webhook_statuses": [200, 200]}
    sandbox.post("/carrier/control/replay", sid=sid, forged=True)
    *honest, forged = alma_place.received
    assert len({one.signature for one in honest}) == 1
    assert not RequestValidator(TOKEN).validate(forged.url, forged.form, forged.signature)


def test_a_phone_that_is_off_gets_its_messages_later(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.post("/carrier/control/phones", number=AMPARO, state="off")
    message = sandbox.twilio().messages.create(to=AMPARO, from_=SMS, body="x")
    eventually(lambda: message.fetch().status == "sent")
    eventually(lambda: httpx.get(f"{sandbox.url}/carrier/control/pending").json() == {"pending": 0})
    assert message.fetch().status == "sent"
    sandbox.post("/carrier/control/phones", number=AMPARO, state="on")
    eventually(lambda: message.fetch().status == "delivered")
    sandbox.post("/carrier/control/phones", number=AMPARO, state="unreachable")
    lost = sandbox.twilio().messages.create(to=AMPARO, from_=SMS, body="x")
    eventually(lambda: lost.fetch().status == "undelivered")
    assert lost.fetch().error_code == 30003


def test_a_number_without_whatsapp(sandbox: Sandbox) -> None:
    message = sandbox.twilio().messages.create(to=f"whatsapp:{NO_WHATSAPP}", from_=WA_OURS, content_sid="HX" + "0" * 32)
    eventually(lambda: message.fetch().error_code == 63024)


def test_faults_that_refuse(sandbox: Sandbox) -> None:
    client = sandbox.twilio()
    sandbox.faults(answer_429=1)
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=AMPARO, from_=SMS, body="x")
    assert (caught.value.status, caught.value.code) == (429, 20429)
    sandbox.faults(answer_5xx=1)
    with pytest.raises(TwilioRestException) as caught:
        client.messages.create(to=AMPARO, from_=SMS, body="x")
    assert caught.value.status == 503
    assert client.messages.list() == []
    assert client.messages.create(to=AMPARO, from_=SMS, body="x").status == "queued"


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        pytest.param({"accept_then_503": 1}, TwilioRestException, id="503"),
        pytest.param({"accept_then_close": 1}, requests.exceptions.ConnectionError, id="hang up"),
        pytest.param({"accept_then_timeout": 1, "timeout_ms": 3000}, requests.exceptions.Timeout, id="time-out"),
    ],
)
def test_faults_after_storing(sandbox: Sandbox, fault: dict[str, int], raised: type[Exception]) -> None:
    sandbox.faults(**fault)
    client = sandbox.twilio(timeout=0.7)
    with pytest.raises(raised):
        client.messages.create(to=AMPARO, from_=SMS, body="x")
    stored = client.messages.list(to=AMPARO)
    assert len(stored) == 1
    eventually(lambda: stored[0].fetch().status == "delivered")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param({"drop_callbacks": -1}, [], id="lost"),
        pytest.param({"duplicate_callbacks": -1}, ["sent", "sent", "delivered", "delivered"], id="doubled"),
        pytest.param({"disorder_callbacks": 1}, ["delivered", "sent"], id="disordered"),
    ],
)
def test_faults_of_callbacks(sandbox: Sandbox, alma_place: StandIn, fault: dict[str, int], expected: list[str]) -> None:
    sandbox.faults(**fault)
    message = sandbox.twilio().messages.create(
        to=AMPARO, from_=SMS, body="x", status_callback=f"{alma_place.url}/status"
    )
    eventually(lambda: message.fetch().status == "delivered")
    eventually(lambda: httpx.get(f"{sandbox.url}/carrier/control/pending").json() == {"pending": 0})
    assert alma_place.statuses(message.sid) == expected


def test_faults_of_webhooks(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(drop_webhooks=1)
    assert _write(sandbox, body="perdido")["webhook_status"] is None
    sandbox.faults(duplicate_webhooks=1)
    _write(sandbox, body="doble")
    eventually(lambda: [one["Body"] for one in alma_place.at("/messages")] == ["doble", "doble"])
    assert len(sandbox.twilio().messages.list(from_=WA_AMPARO)) == 2
    assert httpx.delete(f"{sandbox.url}/carrier/control/faults").json()["drop_webhooks"] == 0


def _bodies(place: StandIn) -> list[str]:
    return [one["Body"] for one in place.at("/messages")]


def test_a_message_is_brought_after_a_later_one(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(disorder_webhooks=1)
    assert _write(sandbox, body="uno")["webhook_status"] is None
    _write(sandbox, body="dos", wait=False)
    _write(sandbox, body="tres", wait=False)
    eventually(lambda: sorted(_bodies(alma_place)) == ["dos", "tres", "uno"])
    assert _bodies(alma_place)[0] == "dos"


def test_what_is_disordered_comes_even_when_nothing_follows(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(disorder_webhooks=1)
    _write(sandbox, body="solo", wait=False)
    eventually(lambda: _bodies(alma_place) == ["solo"])


def test_a_message_is_brought_again_after_a_later_one(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(late_webhooks=1)
    _write(sandbox, body="uno")
    _write(sandbox, body="dos")
    eventually(lambda: _bodies(alma_place) == ["uno", "dos", "uno"])


def test_messages_wait_for_one_another_and_come_together(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(batch_webhooks=4)
    for number in range(3):
        _write(sandbox, body=str(number), wait=False)
    assert _bodies(alma_place) == []
    _write(sandbox, body="3", wait=False)
    eventually(lambda: sorted(_bodies(alma_place)) == ["0", "1", "2", "3"])


def test_a_webhook_is_late(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.faults(webhook_delay_ms=400)
    started = time.monotonic()
    _write(sandbox, body="tarde", wait=False)
    eventually(lambda: _bodies(alma_place) == ["tarde"])
    assert time.monotonic() - started >= 0.4


def test_the_faults_are_a_page(sandbox: Sandbox) -> None:
    page = f"{sandbox.url}/carrier/faults"
    with httpx.Client() as person:
        token = re.search(r'name="form_token" value="(\w+)"', person.get(page).text)[1]
        assert person.post(page, data={"disorder_webhooks": "2"}).status_code == 403
        form = {"form_token": token, "disorder_webhooks": "2", "batch_webhooks": ""}
        assert person.post(page, data=form).status_code == 303
        assert httpx.get(f"{sandbox.url}/carrier/control/faults").json()["disorder_webhooks"] == 2
        wrong = person.post(page, data=form | {"delay_ms": "mucho"})
        assert wrong.status_code == 422 and "Error: " in wrong.text and 'value="mucho"' in wrong.text
        assert person.post(page, data={"form_token": token, "well": "1"}).status_code == 303
        assert not any(
            v for k, v in httpx.get(f"{sandbox.url}/carrier/control/faults").json().items() if k != "timeout_ms"
        )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        pytest.param("on", ["initiated", "ringing", "in-progress", "completed"], id="answered"),
        pytest.param("off", ["initiated", "ringing", "no-answer"], id="nobody lifts"),
        pytest.param("blocked", ["initiated", "ringing", "busy"], id="busy"),
        pytest.param("unreachable", ["initiated", "ringing", "failed"], id="no line"),
    ],
)
def test_a_call_says_what_became_of_it(sandbox: Sandbox, alma_place: StandIn, state: str, expected: list) -> None:
    sandbox.post("/carrier/control/phones", number="+34910000555", state=state)
    made = sandbox.twilio().calls.create(
        to="+34910000555",
        from_=SMS,
        twiml="<Response><Say>Hola</Say></Response>",
        status_callback=f"{alma_place.url}/calls?message=x",
        status_callback_event=["initiated", "ringing", "answered", "completed"],
    )
    eventually(lambda: len(alma_place.at("/calls")) == len(expected))
    assert [form["CallStatus"] for form in alma_place.at("/calls")] == expected
    for callback in alma_place.received:
        assert callback.form["CallSid"] == made.sid
        assert RequestValidator(TOKEN).validate(callback.url, callback.form, callback.signature)


def test_a_call_without_a_list_of_events_says_its_end_alone(sandbox: Sandbox, alma_place: StandIn) -> None:
    sandbox.twilio().calls.create(
        to="+34910000555", from_=SMS, twiml="<Response><Say>Hola</Say></Response>",
        status_callback=f"{alma_place.url}/calls",
    )  # fmt: skip
    eventually(lambda: [form["CallStatus"] for form in alma_place.at("/calls")] == ["completed"])


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        pytest.param("send", {"from": "600", "channel": "sms", "body": "x"}, "from", id="number"),
        pytest.param("send", {"from": AMPARO, "channel": "fax", "body": "x"}, "channel", id="channel"),
        pytest.param("send", {"from": AMPARO, "channel": "sms"}, "body", id="nothing to send"),
        pytest.param("send", ["x"], "body", id="not an object"),
        pytest.param("phones", {"number": AMPARO, "state": "roto"}, "state", id="state"),
    ],
)
def test_bad_control_calls_are_told_why(lasting_sandbox: Sandbox, path: str, content: object, words: str) -> None:
    answer = httpx.post(f"{lasting_sandbox.url}/carrier/control/{path}", json=content)
    assert answer.status_code == 422
    assert words in str(answer.json()["details"])


def test_a_foreign_site_cannot_use_the_control_endpoints(lasting_sandbox: Sandbox) -> None:
    send = f"{lasting_sandbox.url}/carrier/control/send"
    assert (
        httpx.post(send, content='{"from": "+34600000001"}', headers={"Content-Type": "text/plain"}).status_code == 422
    )
    assert httpx.get(f"{lasting_sandbox.url}/carrier/phones", headers={"Host": "evil.example"}).status_code == 403
    assert httpx.post(f"{lasting_sandbox.url}/carrier/phones/{AMPARO}", data={"body": "x"}).status_code == 403
    assert lasting_sandbox.phone() == []
