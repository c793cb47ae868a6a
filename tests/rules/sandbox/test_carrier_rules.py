"""The carrier's rules as Twilio states them."""

import pytest
from twilio.request_validator import RequestValidator

from portal.sandbox.carrier import rules
from portal.sandbox.carrier.rules import Address, Step
from portal.sandbox.carrier.webhooks import sign


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("", 1, id="empty"),
        pytest.param("a" * 160, 1, id="160 of GSM-7"),
        pytest.param("a" * 161, 2, id="161 of GSM-7"),
        pytest.param("a" * 306, 2, id="two joined parts full"),
        pytest.param("a" * 307, 3, id="one more"),
        pytest.param("é" * 160, 1, id="é is GSM-7"),
        pytest.param("€" * 80, 1, id="extension characters count twice"),
        pytest.param("€" * 81, 2, id="81 extension characters"),
        pytest.param("í" * 70, 1, id="í forces UCS-2"),
        pytest.param("í" * 71, 2, id="71 of UCS-2"),
        pytest.param("🙂" * 36, 2, id="an emoji is two units"),
    ],
)
def test_segments(body: str, expected: int) -> None:
    assert rules.segments(body) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("+34600000001", Address("sms", "+34600000001"), id="mobile"),
        pytest.param("whatsapp:+34600000001", Address("whatsapp", "+34600000001"), id="WhatsApp"),
        pytest.param("600000001", None, id="no country"),
        pytest.param("+3460000000", None, id="too short"),
        pytest.param("+34 hola", None, id="words"),
        pytest.param("whatsapp:whatsapp:+34600000001", None, id="prefix twice"),
    ],
)
def test_addresses(text: str, expected: Address | None) -> None:
    assert rules.parse_address(text) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("STOP", "stop", id="plain"),
        pytest.param("  stop \n", "stop", id="any case, spaces"),
        pytest.param("Unsubscribe", "stop", id="another word"),
        pytest.param("START", "start", id="back in"),
        pytest.param("stop it please", None, id="inside a sentence"),
        pytest.param("BAJA", None, id="Spanish is Alma's own affair"),
    ],
)
def test_keywords(body: str, expected: str | None) -> None:
    assert rules.keyword(body) == expected


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        pytest.param(None, 0.0, False, id="never wrote"),
        pytest.param(0.0, 86_399.0, True, id="a second before the end"),
        pytest.param(0.0, 86_400.0, False, id="24 hours later"),
    ],
)
def test_window(last: float | None, now: float, expected: bool) -> None:
    assert rules.window_open(last_inbound=last, now=now) is expected


def _step(**changes: object) -> Step | None:
    usual: dict = {
        "channel": "whatsapp",
        "status": "queued",
        "phone_state": "on",
        "phone_channels": ["sms", "whatsapp"],
        "in_window": True,
        "templated": False,
    }
    return rules.next_step(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, Step("sent"), id="queued goes out"),
        pytest.param({"in_window": False}, Step("failed", 63016), id="outside the window"),
        pytest.param({"in_window": False, "templated": True}, Step("sent"), id="a template goes outside the window"),
        pytest.param({"channel": "sms", "in_window": False}, Step("sent"), id="SMS has no window"),
        pytest.param({"phone_channels": ["sms"]}, Step("failed", 63024), id="no WhatsApp"),
        pytest.param({"status_default": "failed"}, Step("failed", 30008), id="all fail"),
        pytest.param({"status": "sent"}, Step("delivered"), id="arrives"),
        pytest.param({"status": "sent", "phone_state": "off"}, None, id="switched off waits"),
        pytest.param({"status": "sent", "phone_state": "unreachable"}, Step("undelivered", 30003), id="out of reach"),
        pytest.param({"status": "sent", "phone_state": "blocked"}, Step("undelivered", 30004), id="blocked"),
        pytest.param({"status": "sent", "status_default": "sent"}, None, id="rests at sent"),
        pytest.param({"status": "delivered"}, None, id="delivered is the network's end"),
        pytest.param({"status": "failed"}, None, id="failed is an end"),
    ],
)
def test_next_step(changes: dict, expected: Step | None) -> None:
    assert _step(**changes) == expected


def test_states_only_move_forward() -> None:
    order = ["queued", "sent", "delivered", "read"]
    for index, before in enumerate(order):
        for after in order[: index + 1]:
            assert not rules.may_follow(before, after)
    assert not any(rules.may_follow(end, after) for end in ("failed", "undelivered", "read") for after in rules.FOLLOWS)


@pytest.mark.parametrize(
    ("fragment", "again", "not_again"),
    [
        pytest.param("", [], [], id="nothing said, nothing tried again"),
        pytest.param("#rc=5&rp=all", ["ct", "rt", 500, 404], [200, 302], id="all"),
        pytest.param("#rc=2&rp=5xx", [503], ["ct", "rt", 404, 200], id="5xx only"),
        pytest.param("#rc=1", ["ct"], ["rt", 500], id="connection by default"),
        pytest.param("#rc=99&rp=4xx,rt", ["rt", 429], ["ct", 500], id="count cut to 5"),
    ],
)
def test_retries(fragment: str, again: list, not_again: list) -> None:
    address, policy = rules.retries(f"https://alma.example/in?a=1{fragment}")
    assert address == "https://alma.example/in?a=1"
    assert policy.count == (0 if not fragment else min(5, int(fragment.split("rc=")[1].split("&")[0])))
    assert all(policy.again(outcome) for outcome in again)
    assert not any(policy.again(outcome) for outcome in not_again)


def test_retry_times_are_twilios() -> None:
    assert rules.retries("https://alma.example/")[1].total == 15.0
    assert rules.retries("https://alma.example/#tt=99999&ct=1&rt=oops")[1] == rules.Retries(
        total=15.0, connect=0.1, read=15.0
    )


def test_signature_is_twilios_published_vector() -> None:
    # https://www.twilio.com/docs/usage/security, the example of validating requests.
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    assert sign(url, fields, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert RequestValidator("12345").validate(url, fields, sign(url, fields, "12345"))
    assert not RequestValidator("54321").validate(url, fields, sign(url, fields, "12345"))


def test_templates_are_filled() -> None:
    assert rules.render_template("Hola, {{1}}: {{2}}", {"1": "Amparo"}) == "Hola, Amparo: {{2}}"
