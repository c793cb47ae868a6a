"""What each channel sends, as data: the words in, what goes over the wire out, and what an answer means."""

import email
import email.policy
import json
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
import yaml
from twilio.base.exceptions import TwilioRestException
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from case_api.settings import settings
from channels.adapters import SendError
from channels.adapters.email import tokens
from channels.adapters.email.outgoing import compose
from channels.adapters.outgoing import InboundPart, Outgoing, Template
from channels.adapters.registry import adapter
from channels.adapters.twilio import client
from channels.adapters.twilio_voice import spoken
from tests.sayable import sayable

DATA = Path(__file__).parents[2] / "data" / "outgoing"
MESSAGE = UUID("01890000-0000-7000-8000-0000000000bb")
CONVERSATION = UUID("01890000-0000-7000-8000-0000000000aa")
FILES = {name: yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8")) for name in
         ("twilio_sms", "twilio_whatsapp", "email", "phone_and_paper", "whatsapp_cloud")
         if (DATA / f"{name}.yaml").exists()}  # fmt: skip


def cases(name: str, part: str) -> list:
    return [pytest.param(case, id=case["label"]) for case in FILES[name][part]]


def message(case: dict, channel: str, to: str = "+34600000005") -> Outgoing:
    template = case.get("template")
    part = case.get("part")
    return Outgoing(
        MESSAGE,
        CONVERSATION,
        channel,
        case.get("to", to),
        case.get("body") or "a" * case.get("repeat", 0) or "palabra " * case.get("body_repeat", 1),
        subject=case.get("subject") or ("a" * case["subject_repeat"] if "subject_repeat" in case else None),
        sender_name=case.get("sender_name"),
        in_reply_to=case.get("in_reply_to"),
        references=tuple(case.get("references", ())),
        automatic=case.get("automatic", False),
        parts=(InboundPart(part["name"], part["type"], part["content"].encode()),) if part else (),
        template=Template(template["id"], "es", tuple(template["values"])) if template else None,
        language=case.get("language", "es"),
    )


@pytest.mark.parametrize("name", sorted(FILES))
def test_there_are_25_of_each(name):
    labels = [case["label"] for part in FILES[name] for case in FILES[name][part]]
    assert len(labels) >= 25
    for part in FILES[name].values():
        assert len({case["label"] for case in part}) == len(part)


class Carrier:
    """What the official client would be asked, and what it would say."""

    def __init__(self, monkeypatch, answer=None):
        self.asked: list[dict] = []
        self.answer = answer
        self.messages = self.calls = SimpleNamespace(create=self._create)
        monkeypatch.setattr(client, "client", lambda: self)

    def _create(self, **given):
        self.asked.append(given)
        if self.answer is not None:
            raise self.answer
        return SimpleNamespace(sid="SM1")


@pytest.mark.parametrize(
    ("channel", "case"),
    [
        *(pytest.param("sms", *p.values, id=f"sms {p.id}") for p in cases("twilio_sms", "sent")),
        *(pytest.param("whatsapp", *p.values, id=f"whatsapp {p.id}") for p in cases("twilio_whatsapp", "sent")),
    ],
)
def test_what_twilio_is_asked(monkeypatch, channel, case):
    carrier = Carrier(monkeypatch)
    result = adapter(channel).send(sayable(message(case, channel)))
    assert (result.state, result.external_id) == ("sent", "SM1")
    [asked] = carrier.asked
    expect = dict(case["expect"])
    assert all(name not in asked for name in expect.pop("absent", ()))
    if "length" in expect:
        assert len(asked["body"]) == expect.pop("length")
    if "variables" in expect:
        assert json.loads(asked["content_variables"]) == expect.pop("variables")
    if expect.pop("callback", False):
        assert asked["status_callback"] == f"{settings().PUBLIC_URL}/channels/twilio/status?message={MESSAGE}"
    assert {name: asked[name] for name in expect} == expect


POOL = HTTPConnectionPool("carrier.example")
NETWORK = {
    "read-timeout": ReadTimeoutError(POOL, "/", "read timed out"),
    "refused": NewConnectionError(POOL, "refused"),
    "cut": ProtocolError("cut"),
}


@pytest.mark.parametrize(
    ("channel", "case"),
    [
        *(pytest.param("sms", *p.values, id=f"sms {p.id}") for p in cases("twilio_sms", "answers")),
        *(pytest.param("whatsapp", *p.values, id=f"whatsapp {p.id}") for p in cases("twilio_whatsapp", "answers")),
    ],
)
def test_what_twilios_answer_means(monkeypatch, channel, case):
    answer = None
    if "network" in case:
        answer = NETWORK[case["network"]]
    elif case["http"] >= 400:
        answer = TwilioRestException(case["http"], "/", code=case.get("code"))
    Carrier(monkeypatch, answer)
    if case["becomes"] == "sent":
        assert adapter(channel).send(sayable(message({"body": "Hola"}, channel))).state == "sent"
        return
    with pytest.raises(SendError) as told:
        adapter(channel).send(sayable(message({"body": "Hola"}, channel)))
    assert told.value.kind == case["becomes"]
    assert "600000005" not in str(told.value)


def composed(case: dict) -> email.message.EmailMessage:
    made = compose(message(case, "email", "amparo@correo.example"), settings())
    return email.message_from_bytes(made.as_bytes(), policy=email.policy.default)


@pytest.mark.parametrize("case", cases("email", "sent"))
def test_what_a_mail_looks_like(case):
    mail = composed(case)
    body = mail.get_body()
    text = body.get_content().replace("\r\n", "\n").strip("\n")
    expect = dict(case["expect"])
    assert all(mail[name] is None for name in expect.pop("absent", ()))
    for name, found in (
        ("text", text.replace("\n From", "\nFrom").removeprefix(" ")),
        ("type", body.get_content_type()),
        ("charset", body.get_content_charset()),
    ):
        if name in expect:
            assert found == expect.pop(name)
    if expect.pop("whole", False):
        assert text.replace(" \n", " ").split() == ("palabra " * 300).split()
    if "subject_length" in expect:
        assert len(mail["Subject"]) == expect.pop("subject_length")
    if expect.pop("reply_token", False):
        assert tokens.read(str(mail["Reply-To"])) == CONVERSATION
    if expect.pop("message_id_token", False):
        assert tokens.read(str(mail["Message-ID"])) == CONVERSATION
        assert composed(case)["Message-ID"] == mail["Message-ID"], "a repeat bears the same id"
    if "from_name" in expect:
        assert mail["From"].addresses[0].display_name == expect.pop("from_name")
    if "attachment" in expect:
        [part] = mail.iter_attachments()
        assert part.get_filename() == expect.pop("attachment")
        if "method" in expect:
            assert part["Content-Type"].params["method"] == expect.pop("method")
    assert {name: str(mail[name]) for name in expect} == expect


@pytest.mark.parametrize("case", cases("email", "refused"))
def test_addresses_that_are_none(case):
    with pytest.raises(SendError) as told:
        compose(message(case | {"body": "x"}, "email"), settings())
    assert told.value.kind == "permanent"


@pytest.mark.parametrize("case", cases("phone_and_paper", "spoken"))
def test_what_a_machine_says(case):
    said = spoken(message(case, "voice"))
    assert all(piece in said for piece in case.get("expect", ()))
    assert not any(piece in said for piece in case.get("absent", ()))
    assert said.count("<Say ") == case.get("count", 3)
    assert len(said) <= case.get("longest", 4000)


@pytest.mark.parametrize("case", cases("phone_and_paper", "sheet"))
def test_what_is_on_a_sheet(case):
    sheet = adapter("paper").sheet(sayable(message(case, "paper", "")), help_line="Llame al 010")
    assert all(piece in sheet for piece in case.get("expect", ()))
    assert not any(piece in sheet for piece in case.get("absent", ()))


@pytest.mark.parametrize("case", cases("phone_and_paper", "by_people"))
def test_what_is_left_to_people(case):
    try:
        became = adapter(case["channel"]).send(sayable(message({"body": "x"}, case["channel"]))).state
    except SendError as told:
        became = f"{told.kind} {told.code}"
    assert became == case["becomes"]


def test_a_code_read_aloud_is_called_to_its_number(monkeypatch):
    carrier = Carrier(monkeypatch)
    adapter("voice").send(sayable(message({"body": "El código es 123456"}, "voice", "+34910000555")))
    [asked] = carrier.asked
    assert (asked["to"], asked["from_"]) == ("+34910000555", settings().SMS_SENDER)
    assert "1, 2, 3, 4, 5, 6" in asked["twiml"]
