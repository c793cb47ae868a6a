"""Mail through the whole path: stored as the listener stores it, read in the capped process, joined or kept apart."""

from email.message import EmailMessage
from uuid import uuid4

import pytest

from case_api.db import unit_of_work
from case_api.settings import settings
from channels.adapters.email import outgoing, tokens
from channels.adapters.email.envelope import raw_event
from channels.conversations import service as conversations
from channels.inbound.processing import process_stored
from tests.services.channels.conftest import TEST, one, prove, rows, store, work

ANA = uuid4()


def mail(body: str, *, sender: str = "ana@correo.example", to: str = "", passed: bool = True, **headers: str) -> str:
    made = EmailMessage()
    result = "pass" if passed else "fail"
    made["Authentication-Results"] = f"{settings().MAIL_AUTHSERV_ID}; dmarc={result} header.from=correo.example"
    made["From"], made["To"] = sender, to or settings().MAIL_ADDRESS
    made["Subject"] = "Una duda"
    made["Message-ID"] = f"<{uuid4()}@correo.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    event = raw_event(made.as_bytes(), mail_from=sender, rcpt_to=[made["To"]], peer="127.0.0.1")
    store(**event)
    return process_stored(channel=event["channel"], dedupe=event["dedupe"])


def test_mail_in_answer_out_answer_in(database, professional, monkeypatch):
    prove(ANA, "email", "ana@correo.example")
    assert mail("¿Qué papeles llevo?") == "done"
    conversation = one("SELECT id FROM conversation WHERE person_id = :p", p=ANA)
    with unit_of_work(TEST) as unit:
        message = conversations.reply(
            unit.session, conversation_id=conversation, channel="email", body="El DNI.", author=professional
        )
    composed = []
    monkeypatch.setattr(outgoing, "_hand_over", lambda client, made, *_: composed.append(made))
    monkeypatch.setattr(outgoing.smtplib, "SMTP", _NoRelay)
    work()
    assert one("SELECT state FROM message WHERE id = :id", id=message) == "sent"
    [sent] = composed
    assert sent["Subject"] == "Re: Una duda"
    assert sent["In-Reply-To"] == one("SELECT header_id FROM message WHERE direction = 'in'") or sent["In-Reply-To"]
    # she answers to the plus-address, months later and with another conversation open
    with unit_of_work(TEST) as unit:
        conversations.close(unit.session, conversation_id=conversation)
    to = tokens.reply_address(conversation, settings().MAIL_ADDRESS)
    assert mail("Gracias", to=to) == "done"
    assert one("SELECT conversation_id FROM message WHERE body = 'Gracias'") == conversation
    # a stranger who copied the address does not join
    assert mail("Soy Ana", to=to, sender="malo@evil.example", passed=False) == "done"
    assert one("SELECT conversation_id = :c FROM message WHERE body = 'Soy Ana'", c=conversation) is False


class _NoRelay:
    def __init__(self, *_, **__):
        pass

    def __getattr__(self, name):
        return lambda *_, **__: None


@pytest.mark.parametrize("passed", [True, False])
def test_dmarc_decides_who_it_is(database, passed):
    prove(ANA, "email", "ana@correo.example")
    mail("Hola", passed=passed)
    assert one("SELECT person_id FROM message") == (ANA if passed else None)
    assert one("SELECT authentication FROM message") == ("dmarc=pass" if passed else "dmarc=fail")


def test_what_is_no_mail_is_set_aside(database):
    event = raw_event(b"", mail_from=None, rcpt_to=[], peer=None)
    store(**event)
    assert process_stored(channel="email", dedupe=event["dedupe"]) == "quarantined"
    assert rows("SELECT reason FROM raw_event") == [("empty",)]
