"""Whose words are whose: proof, links, shared phones, forged mails."""

from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, NotFound
from channels.adapters import DeliveryReport, Inbound, Quarantine
from channels.contacts import book as contacts
from channels.contacts import linking, proof
from channels.conversations import service as conversations
from channels.inbound.receiving import receive
from tests.services.channels.conftest import TEST, arrive, change, one, prove, rows, work

PHONE = "whatsapp:+34600000005"
ANA, BLAS = uuid4(), uuid4()


def citizen(person_id) -> Actor:
    return Actor("citizen", str(person_id), person_id=person_id, assurance="substantial")


def code_of(person_id) -> str:
    with unit_of_work(citizen(person_id)) as unit:
        return proof.start(unit.session, person_id=person_id).text


def seen_by(person_id) -> list[str]:
    """What a person reads in their folder."""
    with unit_of_work(citizen(person_id)) as unit:
        found = conversations.for_person(unit.session, person_id=person_id)
        return [message.body for conversation in found for message in conversation.messages]


def mail(number: int, body: str = "Hola", sender: str = "ana@correo.example", **changed):
    values = {
        "channel": "email",
        "external_id": f"<{number}@correo.example>",
        "sender": sender,
        "recipient": "alma@servicios.alma.example",
        "body": body,
        "subject": "Mi consulta",
        "authenticated": True,
        "authentication": "dmarc=pass",
        "message_id": f"<{number}@correo.example>",
    } | changed
    with unit_of_work(Actor.system("process_inbound")) as unit:
        return receive(unit.session, inbound=Inbound(**values))


def test_a_code_sent_back_links_the_address(database, carrier):
    arrive("SM1", "antes")
    work()
    arrive("SM2", f"Mi código es {code_of(ANA)}, ¿me ayudan?", PHONE)
    arrive("SM3", "después")
    work()
    assert one("SELECT person_id FROM address WHERE kind = 'whatsapp'") == ANA
    assert one("SELECT proved_how FROM address WHERE kind = 'whatsapp'") == "code"
    # what was said before stays with whoever said it, nobody knows who
    bodies = seen_by(ANA)
    assert "antes" not in bodies
    assert "después" in bodies
    assert one("SELECT count(*) FROM conversation") == 2
    assert "unida a su carpeta" in carrier.sent[0]["Body"]
    assert one("SELECT kind FROM message WHERE direction = 'out'") == "confirmation"


def test_a_code_alone_asks_nobody_for_an_answer(database, carrier):
    arrive("SM1", code_of(ANA).lower())
    work()
    assert one("SELECT due_at FROM conversation") is None


def test_a_code_works_once(database, carrier):
    code = code_of(ANA)
    arrive("SM1", code)
    arrive("SM2", code, "whatsapp:+34600000006")
    work()
    assert rows("SELECT value FROM address WHERE person_id IS NOT NULL") == [("+34600000005",)]


def test_a_code_expires(database, carrier):
    code = code_of(ANA)
    change("UPDATE proof_code SET expires_at = now() - interval '1 second'")
    arrive("SM1", code)
    work()
    assert one("SELECT person_id FROM address") is None
    assert carrier.posts == 0


def test_wrong_codes_are_counted(database, carrier):
    for number in range(proof.MOST_TRIES):
        arrive(f"SM{number}", f"ALMA 0000 000{number}")
    work()
    arrive("SMright", code_of(ANA))
    work()
    assert one("SELECT person_id FROM address WHERE kind = 'whatsapp'") is None
    change("UPDATE proof_try SET at = at - interval '2 hours'")
    arrive("SMagain", code_of(ANA))
    work()
    assert one("SELECT person_id FROM address WHERE kind = 'whatsapp'") == ANA


def test_a_forged_mail_with_a_code_links_nothing(database):
    mail(1, code_of(ANA), authenticated=False, authentication="dmarc=fail")
    assert one("SELECT person_id FROM address") is None
    assert one("SELECT used_at FROM proof_code") is None


def test_a_phone_of_two_is_nobodys(database, carrier):
    arrive("SM1", code_of(ANA))
    work()
    arrive("SM2", code_of(BLAS))
    arrive("SM3", "¿quién soy?")
    work()
    assert one("SELECT person_id, shared FROM address WHERE kind = 'whatsapp'") == (ANA, True)
    assert seen_by(BLAS) == []
    assert "¿quién soy?" not in seen_by(ANA)
    assert one("SELECT count(*) FROM address_history WHERE act = 'conflict'") == 1


def test_untying_is_possible_and_stays_written(database, carrier):
    arrive("SM1", code_of(ANA))
    work()
    address = one("SELECT id FROM address WHERE kind = 'whatsapp'")
    with pytest.raises(NotFound), unit_of_work(citizen(BLAS)) as unit:
        linking.unlink(unit.session, address_id=address, actor=unit.actor)
    with unit_of_work(citizen(ANA)) as unit:
        linking.unlink(unit.session, address_id=address, actor=unit.actor)
    arrive("SM2", "otra vida")
    work()
    assert "otra vida" not in seen_by(ANA)
    acts = [row[0] for row in rows("SELECT act FROM address_history WHERE address_id = :id ORDER BY id", id=address)]
    assert acts == ["made", "proved", "unlinked"]
    with pytest.raises(DBAPIError), unit_of_work(TEST) as unit:
        unit.session.execute(text("DELETE FROM address_history"))


def test_staff_never_take_an_address_from_another(database):
    prove(ANA, "whatsapp", "+34600000005")
    with pytest.raises(Conflict):
        prove(BLAS, "whatsapp", "600 00 00 05")
    with unit_of_work(TEST) as unit:
        [found] = contacts.addresses_of_person(unit.session, person_id=ANA)
    assert (found.kind, found.value) == ("whatsapp", "+34600000005")


def test_one_conversation_on_every_channel(database, carrier):
    prove(ANA, "whatsapp", "+34600000005")
    prove(ANA, "email", "Ana@Correo.example")
    arrive("SM1", "por WhatsApp")
    work()
    mail(1, "por correo")
    with unit_of_work(citizen(ANA)) as unit:
        conversations.write_from_portal(unit.session, person_id=ANA, body="por la carpeta")
    assert seen_by(ANA) == ["por WhatsApp", "por correo", "por la carpeta"]
    assert one("SELECT count(*) FROM conversation") == 1


def test_a_mail_joins_only_after_its_address_is_proved(database, carrier):
    prove(ANA, "whatsapp", "+34600000005")
    arrive("SM1", "por WhatsApp")
    work()
    mail(1, "antes")
    assert one("SELECT count(*) FROM conversation") == 2
    mail(2, code_of(ANA))
    mail(3, "después")
    assert [body for body in seen_by(ANA) if not body.startswith(("ALMA", "Hecho"))] == ["por WhatsApp", "después"]


def test_a_forged_mail_is_kept_marked_and_joins_nothing(database):
    prove(ANA, "email", "ana@correo.example")
    mail(1, "de verdad")
    token = str(one("SELECT id FROM conversation"))
    for number in (2, 3):
        mail(number, "soy Ana", authenticated=False, authentication="dmarc=fail", reply_token=token)
    assert seen_by(ANA) == ["de verdad"]
    assert one("SELECT count(*) FROM conversation") == 3
    with unit_of_work(TEST) as unit:
        items = conversations.inbox(unit.session, view="all").items
        forged = [item for item in items if not item.verified]
        assert (len(items), len(forged)) == (3, 2)
        shown = conversations.open_conversation(unit.session, conversation_id=forged[0].id)
    assert "unverified-sender" in shown.messages[0].notes
    assert str(shown.messages[0].notes_words[-1])
    assert shown.person_id is None
    [choice] = [choice for choice in shown.choices if choice.channel == "email"]
    assert choice.warning == "unverified-sender"


def test_a_keyed_reply_joins_its_own_conversation(database):
    prove(ANA, "email", "ana@correo.example")
    mail(1, "uno")
    first = one("SELECT id FROM conversation")
    change("UPDATE conversation SET state = 'closed', closed_at = now() - interval '60 days'")
    mail(2, "dos")
    mail(3, "al primero", reply_token=str(first))
    assert one("SELECT count(*) FROM conversation") == 2
    assert one("SELECT conversation_id FROM message WHERE body = 'al primero'") == first
    assert one("SELECT state FROM conversation WHERE id = :id", id=first) == "open"


@pytest.mark.parametrize("token", ["{real}", str(new_id()), "rubbish"], ids=["a stranger's copy", "of none", "rubbish"])
def test_a_token_in_other_hands_opens_nothing(database, token):
    mail(1, "uno")
    first = one("SELECT id FROM conversation")
    mail(2, "hola", sender="malo@evil.example", reply_token=token.replace("{real}", str(first)))
    assert one("SELECT count(*) FROM conversation") == 2
    assert "reply-key-of-another" in one("SELECT notes FROM message WHERE body = 'hola'")


def test_a_bounce_tells_its_message_and_writes_no_conversation(database, professional):
    mail(1, "uno")
    conversation = one("SELECT id FROM conversation")
    with unit_of_work(TEST) as unit:
        message = conversations.reply(
            unit.session, conversation_id=conversation, channel="email", body="Hola", author=professional
        )
    change(
        "UPDATE message SET state = 'sent', external_id = 'alma.k@servicios.alma.example' WHERE id = :id", id=message
    )
    report = DeliveryReport("<alma.k@servicios.alma.example>", "5.1.1", "failed", "ana@correo.example")
    mail(
        2, "Undelivered", sender="mailer-daemon@correo.example", automatic="bounce", authenticated=False, report=report
    )
    assert one("SELECT state, error_code FROM message WHERE id = :id", id=message) == ("failed", "5.1.1")
    assert one("SELECT count(*) FROM conversation") == 1
    with pytest.raises(Quarantine):
        mail(3, "Undelivered", automatic="bounce", report=DeliveryReport("<x@y>", "5.1.1", "failed", None))


def test_an_automatic_answer_asks_for_nothing(database):
    mail(1, "uno")
    change("UPDATE conversation SET due_at = NULL, last_inbound_at = NULL")
    mail(2, "Estoy de vacaciones", automatic="auto-reply")
    assert one("SELECT due_at, last_inbound_at FROM conversation") == (None, None)


def test_a_citizen_sees_only_their_own_even_when_a_query_forgets_to_ask(database, carrier, professional):
    prove(ANA, "whatsapp", "+34600000005")
    arrive("SM1", "de Ana")
    arrive("SM2", "de nadie", "whatsapp:+34600000006")
    work()
    conversation = one("SELECT id FROM conversation WHERE person_id = :p", p=ANA)
    with unit_of_work(TEST) as unit:
        conversations.note(unit.session, conversation_id=conversation, body="nota", author=professional)
    for person, expected in ((ANA, ["de Ana"]), (BLAS, [])):
        with unit_of_work(citizen(person)) as unit:
            assert [row[0] for row in unit.session.execute(text("SELECT body FROM message"))] == expected
            assert unit.session.execute(text("SELECT count(*) FROM conversation")).scalar() == len(expected)
    with unit_of_work(Actor.anonymous()) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM message")).scalar() == 0


def test_nobody_writes_into_anothers_conversation(database, carrier):
    prove(ANA, "whatsapp", "+34600000005")
    arrive("SM1", "de Ana")
    work()
    conversation = one("SELECT id FROM conversation")
    with pytest.raises(NotFound), unit_of_work(citizen(BLAS)) as unit:
        conversations.write_from_portal(unit.session, person_id=BLAS, body="hola", conversation_id=conversation)


@pytest.mark.parametrize("word", ["BAJA", "Stop.", "baja"])
def test_who_says_stop_gets_nothing_more(database, carrier, word):
    arrive("SM1", word, "+34600000005")
    work()
    conversation = one("SELECT id FROM conversation")
    with unit_of_work(TEST) as unit:
        reasons = {c.channel: c.reason for c in conversations.choices(unit.session, conversation_id=conversation)}
    assert reasons["sms"] == "opted-out"
    arrive("SM2", "ALTA", "+34600000005")
    work()
    assert one("SELECT count(*) FROM opt_out") == 0
