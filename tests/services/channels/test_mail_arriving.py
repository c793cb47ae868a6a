"""Mail beyond one message: domains that are asked, machines that answer each other, strangers with a copied key."""

from datetime import datetime
from email.message import EmailMessage
from uuid import uuid4

import pytest

from case_api import clock
from case_api.clock import MADRID
from case_api.settings import settings
from channels.adapters import registry
from channels.adapters.email import outgoing, tokens
from channels.adapters.email.envelope import raw_event
from channels.inbound import processing
from tests.rules.email.test_checks import PEER, PLAIN, answering, published
from tests.rules.email.test_winmail_and_calendars import event as calendar_event
from tests.rules.email.test_winmail_and_calendars import invitation
from tests.services.channels.conftest import change, one, prove, rows, store, work
from tests.services.channels.test_mail_path import _NoRelay, mail

SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=MADRID)


def arrives(raw: bytes, peer: str, **more) -> dict:
    event = raw_event(raw, mail_from="amparo@correo.example", rcpt_to=[], peer=peer, **more)
    store(**event)
    return event


def test_a_domain_is_asked_with_no_connection_held(database, monkeypatch):
    monkeypatch.setattr(settings(), "MAIL_CHECKS", True)
    adapter = registry.adapter("email")
    asked = []

    def lookup(name: str, kind: str) -> list[str]:
        asked.append(one("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction' "
                         "AND datname = current_database()"))  # fmt: skip
        return answering(published())(name, kind)

    monkeypatch.setattr(adapter, "lookup", lookup)
    arrives(PLAIN, PEER)
    work()
    assert asked and not any(asked)
    assert one("SELECT authenticated, authentication, checks ->> 'by' FROM message") == (True, "dmarc=pass", "us")
    assert one("SELECT kind FROM address") == "email"


def test_a_sender_keeps_their_order_while_a_domain_is_asked(database, monkeypatch):
    monkeypatch.setattr(settings(), "MAIL_CHECKS", True)
    adapter = registry.adapter("email")
    second = PLAIN.replace(b"Buenos", b"Segundos")

    def prepare(raw):
        if raw.payload == PLAIN:
            assert processing.process_next() is False, "the second waits for the first"
        return {"checks": {"by": "us", "spf": "none", "dkim": "none", "dmarc": "none", "domain": "correo.example"}}

    monkeypatch.setattr(type(adapter), "prepare", lambda self, raw: prepare(raw))
    arrives(PLAIN, PEER)
    arrives(second, PEER)
    work()
    bodies = [row[0] for row in rows("SELECT body FROM message ORDER BY position")]
    assert len(bodies) == 2 and bodies[1].startswith("Segundos")


def test_whoever_dies_while_asking_is_followed_by_another(database, monkeypatch):
    monkeypatch.setattr(settings(), "MAIL_CHECKS", True)
    adapter = registry.adapter("email")
    monkeypatch.setattr(type(adapter), "prepare", lambda self, raw: (_ for _ in ()).throw(SystemExit))
    arrives(PLAIN, PEER)
    with pytest.raises(SystemExit):
        processing.process_next()
    assert one("SELECT state, available_at > now() FROM raw_event") == ("pending", True)
    monkeypatch.undo()
    change("UPDATE raw_event SET available_at = '-infinity'")
    work()
    assert one("SELECT count(*) FROM message") == 1


@pytest.mark.parametrize(("attendee", "proved"), [("amparo@correo.example", True), ("otro@correo.example", False)])
def test_an_answer_to_an_invitation_is_handed_to_the_appointments(database, attendee, proved):
    said = f"Authentication-Results: {settings().MAIL_AUTHSERV_ID}; dmarc=pass header.from=correo.example\r\n"
    arrives(said.encode() + invitation(calendar_event("DECLINED", f"mailto:{attendee}")), "127.0.0.1")
    work()
    payload = one("SELECT payload FROM event WHERE kind = 'appointment.reply'")
    assert (payload["uid"], payload["partstat"], payload["sequence"]) == ("cita-1@alma", "DECLINED", 2)
    assert (payload["sender"], payload["proved"]) == ("amparo@correo.example", proved)
    assert one("SELECT count(*) FROM message") == 1, "staff see it as well"


def test_an_unproved_answer_to_an_invitation_proves_nothing(database):
    arrives(invitation(calendar_event()), PEER)
    work()
    assert one("SELECT payload -> 'proved' FROM event WHERE kind = 'appointment.reply'") is False


def test_two_machines_stop_talking_to_each_other(database, monkeypatch):
    """The other one marks nothing: not its sender, not its subject, not its headers."""
    monkeypatch.setattr(settings(), "OPENING_HOURS", "")
    answers = []
    monkeypatch.setattr(outgoing, "_hand_over", lambda client, made, *_: answers.append(made))
    monkeypatch.setattr(outgoing.smtplib, "SMTP", _NoRelay)
    with clock.frozen(SUNDAY):
        mail("Estoy de vacaciones, le contestaré a la vuelta.")
        work()
        for turn in range(20):
            if len(answers) <= turn:
                break
            mail("Estoy de vacaciones, le contestaré a la vuelta.", to=str(answers[turn]["Reply-To"]), X_Turn=str(turn))
            work()
    assert len(answers) == 1
    assert answers[0]["Auto-Submitted"] == "auto-generated"
    assert one("SELECT count(*) FROM message WHERE direction = 'in'") == 2


MACHINES = [
    pytest.param({"Auto_Submitted": "auto-replied"}, id="says that it is automatic"),
    pytest.param({"Precedence": "bulk"}, id="bulk"),
    pytest.param({"X_Autoreply": "yes"}, id="an old header"),
    pytest.param({"List_Id": "<vecinos.lista.example>"}, id="a list"),
]


@pytest.mark.parametrize("headers", MACHINES)
def test_a_machine_gets_no_answer_and_no_deadline(database, monkeypatch, headers):
    monkeypatch.setattr(settings(), "OPENING_HOURS", "")
    with clock.frozen(SUNDAY):
        mail("Estoy de vacaciones", **headers)
        work()
    assert one("SELECT count(*) FROM message WHERE direction = 'out'") == 0
    assert one("SELECT due_at FROM conversation") is None


def test_a_stranger_with_copied_subject_reference_and_plus_address_never_joins(database):
    ana = uuid4()
    prove(ana, "email", "ana@correo.example")
    mail("¿Qué papeles llevo?")
    conversation = one("SELECT id FROM conversation")
    to = tokens.reply_address(conversation, settings().MAIL_ADDRESS)
    message_id = tokens.message_id(conversation, uuid4(), "servicios.alma.example")
    for number, (sender, passed) in enumerate((("malo@evil.example", True), ("ana@correo.example", False))):
        mail(f"Soy Ana {number}", to=to, sender=sender, passed=passed, References=message_id, In_Reply_To=message_id)
    assert one("SELECT count(*) FROM message WHERE conversation_id = :c", c=conversation) == 1
    assert one("SELECT count(*) FROM message WHERE person_id = :p", p=ana) == 1


def test_old_mail_that_is_taken_in_sets_nothing_off(database, monkeypatch):
    monkeypatch.setattr(settings(), "OPENING_HOURS", "")
    made = EmailMessage()
    made["From"], made["To"] = "ana@correo.example", settings().MAIL_ADDRESS
    made.set_content("mi marido me pega")
    with clock.frozen(SUNDAY):
        arrives(made.as_bytes(), "127.0.0.1", source="import")
        work()
    assert one("SELECT danger FROM message") == ["violence"]
    assert one("SELECT count(*) FROM duty_alert") == one("SELECT count(*) FROM automatic_answer") == 0
