"""Meta's Cloud API: what goes in and what comes out, as data."""

import hashlib
import hmac
import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
import requests
import yaml
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from case_api.settings import settings
from channels.adapters import DeliveryStatus, Inbound, Quarantine, RawEvent, SendError
from channels.adapters import whatsapp_cloud as cloud
from channels.adapters.whatsapp_cloud import webhooks
from channels.adapters.whatsapp_cloud.codes import CODES, STATES
from channels.adapters.whatsapp_cloud.parsing import CloudSource, items
from channels.http import create_intake_app
from tests.rules.channels.test_outgoing import cases, message
from tests.sayable import sayable

IN = yaml.safe_load((Path(__file__).parents[2] / "data" / "inbound_whatsapp_cloud.yaml").read_text(encoding="utf-8"))
SECRET = "a secret of Meta's"
SENT_AT = "1795003200"  # 2026-11-18 12:00 UTC


def value(**more) -> dict:
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "34910000002", "phone_number_id": "1"},
        "contacts": [{"profile": {"name": "Persona Inventada"}, "wa_id": "34600000005"}],
    } | more


def delivery(*values: dict) -> bytes:
    changes = [{"field": "messages", "value": each} for each in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "0", "changes": changes}]}).encode()


def incoming(number: int = 1, **more) -> dict:
    return {"id": f"wamid.{number}", "from": "34600000005", "timestamp": SENT_AT} | more


def parse(body: bytes) -> list:
    found = []
    for item in items(body):
        try:
            found += CloudSource().parse(RawEvent("whatsapp_cloud", item.kind, item.payload))
        except Quarantine as error:
            found.append(error)
    return found


@pytest.mark.parametrize(("sent", "expected"), [pytest.param(sent, what, id=label) for label, sent, what in IN])
def test_messages(sent, expected):
    [found] = parse(delivery(value(messages=[incoming(**sent)])))
    assert isinstance(found, Inbound) and found.body and found.authenticated
    assert (found.external_id, found.sender, found.recipient) == ("wamid.1", "+34600000005", "+34910000002")
    expected = dict(expected)
    if "media" in expected:
        assert [one.url for one in found.media] == expected.pop("media")
    if "media_type" in expected:
        assert found.media[0].media_type == expected.pop("media_type")
    if "notes" in expected:
        assert list(found.notes) == expected.pop("notes")
    if expected.get("provider_at"):
        assert found.provider_at == datetime.fromisoformat(expected.pop("provider_at"))
    assert {name: getattr(found, name) for name in expected} == expected


def test_a_batch_is_parted_and_each_item_is_judged_alone():
    """5 messages, 7 states and one item that cannot be read, over two changes."""
    states = [{"id": "wamid.out", "status": s, "recipient_id": "34600000005"} for s in ("sent", "delivered", "read")]
    more = [{"id": f"wamid.o{n}", "status": "sent", "recipient_id": "34600000006"} for n in range(4)]
    body = delivery(
        value(messages=[incoming(n, type="text", text={"body": f"{n}"}) for n in range(3)], statuses=states),
        value(messages=[incoming(3, type="text"), incoming(4, type="text"), {"from": "34600000005"}], statuses=more),
    )
    found = parse(body)
    assert [sum(isinstance(one, kind) for one in found) for kind in (Inbound, DeliveryStatus, Quarantine)] == [5, 7, 1]
    keys = [item.dedupe for item in items(body)]
    assert len(set(keys)) == 13 and [item.dedupe for item in items(body)] == keys, "the same again is the same"


STATES_IN = [
    pytest.param({"status": said}, {"state": state}, id=said) for said, state in STATES.items()
] + [
    pytest.param({"status": "failed", "errors": [{"code": 131047}]}, {"error_code": "131047"}, id="why it failed"),
    pytest.param({"status": "failed", "errors": "x"}, {"error_code": None}, id="errors that are none"),
    pytest.param({"status": "failed", "errors": [{"code": "x"}]}, {"error_code": None}, id="a code that is none"),
    pytest.param(
        {"status": "sent", "biz_opaque_callback_data": "01941f29-7c00-7000-8000-000000000001"},
        {"message_id": UUID("01941f29-7c00-7000-8000-000000000001")}, id="our own id",
    ),
    pytest.param({"status": "sent", "biz_opaque_callback_data": "x"}, {"message_id": None}, id="an id that is none"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), STATES_IN)
def test_states(sent, expected):
    [found] = parse(delivery(value(statuses=[{"id": "wamid.1", "recipient_id": "34600000005"} | sent])))
    assert {name: getattr(found, name) for name in expected} == expected


REFUSED = [
    pytest.param(b"rubbish", "unknown-kind", id="no JSON"),
    pytest.param(b"{}", "unknown-kind", id="no entry"),
    pytest.param(b"[" * 100_000, "unknown-kind", id="too deep"),
    pytest.param(delivery(value(messages=[{}])), "no-id", id="an empty message"),
    pytest.param(delivery(value(messages=["x"])), "unknown-kind", id="a message that is a word"),
    pytest.param(delivery(value(messages=[{"id": "wamid.1"}])), "no-sender", id="from nobody"),
    pytest.param(delivery(value(metadata=None, messages=[incoming()])), "no-recipient", id="to nobody"),
    pytest.param(delivery(value(statuses=[{"id": "wamid.1", "status": "lost"}])), "unknown-status", id="an odd state"),
]


@pytest.mark.parametrize(("body", "reason"), REFUSED)
def test_what_cannot_be_read_is_set_aside(body, reason):
    [found] = parse(body)
    assert isinstance(found, Quarantine) and found.reason in (reason, "not-json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "from", "type", "text", "body", "messages", "statuses", "metadata", "contacts", "errors", "image"]
    ), part, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(value=JSON)
def test_no_shape_breaks_it(value):
    for found in parse(delivery(value)):
        assert isinstance(found, Inbound | DeliveryStatus | Quarantine)


def test_nothing_new_is_in_a_delivery_without_items():
    assert parse(delivery(value())) == []


# --- out


@pytest.mark.parametrize("case", cases("whatsapp_cloud", "sent"))
def test_what_meta_is_asked(case):
    made = cloud.composed(message(case, "whatsapp"))
    assert {name: made[name] for name in case["expect"]} == case["expect"]


NETWORK = {
    "read-timeout": requests.exceptions.ReadTimeout(),
    "refused": requests.exceptions.ConnectionError(MaxRetryError(None, "/", NewConnectionError(None, "refused"))),
    "cut": requests.exceptions.ConnectionError(ProtocolError("cut")),
}


class Meta:
    def __init__(self, case: dict):
        self.case, self.asked = case, []

    def post(self, url, **given):
        self.asked.append((url, given))
        if "network" in self.case:
            raise NETWORK[self.case["network"]]
        body = {} if self.case.get("empty") else {"messages": [{"id": "wamid.9"}]}
        if self.case["http"] != 200:
            body = {"error": {"code": self.case["code"], "message": "+34600000005"}} if "code" in self.case else {}
        return SimpleNamespace(status_code=self.case["http"], json=lambda: body)


@pytest.mark.parametrize("case", cases("whatsapp_cloud", "answers"))
def test_what_metas_answer_means(monkeypatch, case):
    meta = Meta(case)
    monkeypatch.setattr(cloud, "_http", lambda: meta)
    monkeypatch.setattr(settings(), "META_PHONE_ID", "77")
    try:
        became = cloud.WhatsAppCloud().send(sayable(message({"body": "x"}, "whatsapp"))).state
    except SendError as told:
        became = told.kind
        assert "600000005" not in str(told)
    assert became == case["becomes"]
    assert meta.asked[0][0].endswith("/77/messages")


def test_it_takes_nothing_but_what_the_gate_made():
    with pytest.raises(TypeError):
        cloud.WhatsAppCloud().send(message({"body": "x"}, "whatsapp"))


@pytest.mark.parametrize(
    ("place", "ours"),
    [
        ("https://lookaside.fbsbx.com/x", True),
        ("https://mmg.whatsapp.net/x", True),
        ("https://graph.facebook.com/v23.0/x", True),
        ("http://lookaside.fbsbx.com/x", False),
        ("https://evil.example/x", False),
        ("https://lookaside.fbsbx.com.evil.example/x", False),
        ("https://u:p@lookaside.fbsbx.com/x", False),
        ("https://lookaside.fbsbx.com:8443/x", False),
        ("http://169.254.169.254/latest", False),
        ("", False),
    ],
)
def test_where_a_file_may_lie(place, ours):
    assert cloud._of_theirs(place) is ours


def test_every_code_has_words():
    assert all(code.isdigit() and str(found.words) for code, found in CODES.items())


# --- the webhook


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(settings(), "META_APP_SECRET", SECRET)
    monkeypatch.setattr(settings(), "META_VERIFY_TOKEN", "the word")
    kept = []
    monkeypatch.setattr(webhooks.intake, "store_committed", lambda **event: kept.append(event))
    client = create_intake_app().test_client()
    client.kept = kept
    return client


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def test_a_signed_delivery_is_kept_item_by_item(web):
    body = delivery(value(messages=[incoming(n, type="text", text={"body": "x"}) for n in range(3)]))
    assert web.post("/whatsapp", data=body, headers={"X-Hub-Signature-256": sign(body)}).status_code == 200
    assert [event["dedupe"] for event in web.kept] == [f"message\0wamid.{n}" for n in range(3)]
    assert {event["contact_key"] for event in web.kept} == {"+34600000005"}, "in order for each sender"


BODY = delivery(value(messages=[incoming()]))
FORGED = [
    pytest.param({}, id="none"),
    pytest.param({"X-Hub-Signature-256": "sha256=" + "0" * 64}, id="another"),
    pytest.param({"X-Hub-Signature-256": sign(BODY, "x")}, id="by another key"),
    pytest.param({"X-Hub-Signature-256": sign(BODY + b" ")}, id="of other bytes"),
    pytest.param({"X-Hub-Signature-256": sign(BODY)[7:]}, id="without its name"),
    pytest.param({"X-Hub-Signature": sign(BODY)}, id="under the old name"),
]


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_delivery_is_kept_nowhere(web, headers):
    assert web.post("/whatsapp", data=BODY, headers=headers).status_code == 403
    assert web.kept == []


def test_without_a_secret_nothing_is_taken(web, monkeypatch):
    monkeypatch.setattr(settings(), "META_APP_SECRET", "")
    assert web.post("/whatsapp", data=BODY, headers={"X-Hub-Signature-256": sign(BODY, "")}).status_code == 403


def test_what_cannot_be_kept_is_asked_for_again(web, monkeypatch):
    def full(**_):
        raise webhooks.NotStored

    monkeypatch.setattr(webhooks.intake, "store_committed", full)
    assert web.post("/whatsapp", data=BODY, headers={"X-Hub-Signature-256": sign(BODY)}).status_code == 503


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("hub.mode=subscribe&hub.verify_token=the+word&hub.challenge=77", 200, "77"),
        ("hub.mode=subscribe&hub.verify_token=another&hub.challenge=77", 403, None),
        ("hub.mode=unsubscribe&hub.verify_token=the+word&hub.challenge=77", 403, None),
        ("", 403, None),
        ("hub.mode=subscribe&hub.verify_token=the+word&hub.challenge=%3Cscript%3E", 200, "<script>"),
    ],
    ids=["the word", "another word", "another act", "nothing", "markup stays plain text"],
)
def test_the_handshake(web, query, status, said):
    answer = web.get(f"/whatsapp?{query}")
    assert answer.status_code == status
    if said is not None:
        assert answer.text == said and answer.mimetype == "text/plain"
