"""What an arriving message sets off: answers that say who reads and when, alerts, children first, floods, languages."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from case_api import clock
from case_api.access.actor import Actor
from case_api.clock import MADRID
from case_api.db import new_id, unit_of_work
from case_api.settings import settings
from channels.conversations import service as conversations
from channels.conversations.deciding import decide_minor
from channels.inbound import alerts, flood
from tests.services.channels.conftest import TEST, arrive, change, make_professional, one, prove, rows, work

SUNDAY = datetime(2026, 3, 1, 10, 0, tzinfo=MADRID)
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=MADRID)
AUTOMATIC = "SELECT body FROM message WHERE direction = 'out' AND automatic = 'auto' ORDER BY position"


@pytest.fixture
def closed(database, monkeypatch):
    """Our own opening hours, on a Sunday."""
    monkeypatch.setattr(settings(), "OPENING_HOURS", "")
    with clock.frozen(SUNDAY):
        yield


def write(sid: str, body: str, sender: str = "whatsapp:+34600000005", **extra: str) -> None:
    arrive(sid, body, sender, **extra)
    work()


def conversation():
    with unit_of_work(TEST) as unit:
        [item] = conversations.inbox(unit.session, view="all").items
        return conversations.open_conversation(unit.session, conversation_id=item.id)


def person(born: str = "1980-01-01"):
    made = new_id()
    change(
        "INSERT INTO person (id, given_name, surname1, birth_date, sort_key) "
        "VALUES (:id, 'Ana', 'Inventada', CAST(:born AS date), 'ana')",
        id=made,
        born=born,
    )
    return made


def test_a_question_of_a_stranger_is_answered_and_opens_no_history(closed, carrier):
    write("SM1", "¿Ayudan ustedes a pagar el alquiler?")
    assert one("SELECT count(*) FROM social_history") == one("SELECT count(*) FROM person") == 0
    [said] = [row[0] for row in rows(AUTOMATIC)]
    assert "lunes 2 de marzo" in said and "010" in said and "112" in said
    found = conversation()
    assert found.due_at == datetime(2026, 3, 6, 10, 0, tzinfo=MADRID)  # five working days, the answer ends no wait
    assert found.messages[-1].automatic == "auto"


def test_the_hours_are_said_once_a_conversation_and_period(closed, carrier):
    for number in range(3):
        write(f"SM{number}", f"mensaje {number}")
    assert len(rows(AUTOMATIC)) == 1
    with clock.frozen(SUNDAY + timedelta(days=1, hours=12)):  # Monday evening: another period
        write("SM8", "sigo aquí")
    assert len(rows(AUTOMATIC)) == 2


def test_in_hours_nobody_is_answered_by_a_machine(closed, carrier):
    with clock.frozen(MONDAY):
        write("SM1", "Hola")
    assert rows(AUTOMATIC) == []


def test_a_holiday_is_out_of_hours(closed, carrier):
    with clock.frozen(datetime(2026, 5, 15, 10, 0, tzinfo=MADRID)):
        write("SM1", "Hola")
    assert "lunes 18 de mayo" in rows(AUTOMATIC)[0][0]


def test_an_address_marked_never_gets_no_answer(closed, carrier):
    with clock.frozen(MONDAY):
        write("SM1", "Hola")
    change("UPDATE address SET never = true")
    write("SM2", "tengo 14 años y mi padre me pega", "+34600000005")
    assert rows(AUTOMATIC) == [] and carrier.posts == 0
    assert one("SELECT count(*) FROM message WHERE direction = 'in'") == 2


DANGER = [
    pytest.param("mi marido me pega", ["violence"], id="Spanish"),
    pytest.param("أنا في خطر، زوجي يهددني", ["threat"], id="Arabic"),
    pytest.param("Nu avem unde să dormim", ["street"], id="Romanian"),
]


@pytest.mark.parametrize(("body", "kinds"), DANGER)
def test_danger_goes_to_the_front_and_alerts_the_duty_desk(database, carrier, body, kinds):
    write("SM1", "¿Qué horario tienen?", "+34600000001")
    write("SM2", body, "+34600000002")
    with unit_of_work(TEST) as unit:
        items = conversations.inbox(unit.session, view="all").items
        waiting = alerts.waiting(unit.session, unit_id=None, professional_id=None)
    assert [item.danger for item in items] == [tuple(kinds), ()]
    assert items[0].priority == 1 and items[0].due_at - clock.now() < timedelta(hours=24, minutes=1)
    assert [list(alert.kinds) for alert in waiting] == [kinds] and str(waiting[0].kinds_words[0])
    marta = make_professional("marta")
    with unit_of_work(TEST) as unit:
        assert alerts.seen(unit.session, conversation_id=items[0].id, professional_id=marta) == 1
        assert alerts.waiting(unit.session, unit_id=None, professional_id=None) == []


def test_an_urgent_message_shortens_a_deadline_that_runs(database, carrier):
    write("SM1", "Quería preguntar una cosa")
    write("SM2", "Esta noche dormimos en la calle")
    assert one("SELECT due_at FROM conversation") - clock.now() < timedelta(hours=24, minutes=1)


def test_a_child_is_answered_at_once_and_shown_where_to_call(database, carrier):
    write("SM1", "Hola, tengo 14 años y no quiero volver a casa")
    [said] = [row[0] for row in rows(AUTOMATIC)]
    assert "112" in said and "116 111" in said
    found = conversation()
    assert (found.minor, found.kept_from_representatives) == ("suspected", True)
    assert found.due_at - clock.now() < timedelta(hours=24, minutes=1)
    write("SM2", "tengo 14 años")
    assert len(rows(AUTOMATIC)) == 1


def test_a_child_on_a_parents_phone_is_not_in_the_parents_folder(database, carrier):
    parent = person()
    prove(parent, "whatsapp", "+34600000005")
    write("SM1", "Buenos días, soy la madre")
    write("SM2", "hola tengo 13 años y estoy sola")
    write("SM3", "no se lo digan a mi madre")
    with unit_of_work(TEST) as unit:
        [own] = conversations.for_person(unit.session, person_id=parent)
    assert [message.body for message in own.messages] == ["Buenos días, soy la madre"]
    assert one("SELECT count(DISTINCT conversation_id) FROM message WHERE direction = 'in'") == 2
    assert one("SELECT count(*) FROM message WHERE person_id IS NULL AND direction = 'in'") == 2


@pytest.mark.parametrize(("decision", "seen"), [("keep", False), ("show", True), ("adult", True)])
def test_representatives_see_a_childs_conversation_only_when_somebody_decided(database, carrier, decision, seen):
    child = person("2013-05-05")
    prove(child, "whatsapp", "+34600000005")
    marta = make_professional("marta")
    write("SM1", "Quería preguntar por el comedor")

    def shown() -> bool:
        with unit_of_work(TEST) as unit:
            return bool(conversations.for_person(unit.session, person_id=child, representative=True))

    assert conversation().minor == "known" and not shown()
    with unit_of_work(TEST) as unit:
        assert conversations.for_person(unit.session, person_id=child), "their own folder shows it"
        decide_minor(unit.session, conversation_id=conversation().id, decision=decision, professional_id=marta)
    assert shown() is seen
    write("SM2", "gracias")  # what was decided holds
    assert shown() is seen


def test_the_database_keeps_it_from_everybody_else(database, carrier):
    child = person("2013-05-05")
    prove(child, "whatsapp", "+34600000005")
    write("SM1", "Hola")
    counts = "SELECT (SELECT count(*) FROM conversation) + (SELECT count(*) FROM message WHERE direction = 'in')"
    from sqlalchemy import text

    for actor, count in ((Actor("citizen", "c", person_id=child), 2), (Actor("citizen", "p", person_id=uuid4()), 0)):
        with unit_of_work(actor) as unit:
            assert unit.session.execute(text(counts)).scalar() == count


def test_a_flood_is_kept_whole_and_stays_one_line(closed, carrier, monkeypatch):
    monkeypatch.setattr(flood, "MOST", 5)
    monkeypatch.setattr(flood, "PAUSE", timedelta(0))
    for number in range(12):
        arrive(f"SM{number}", f"mensaje {number}")
    work()
    found = conversation()
    inbound = [message for message in found.messages if message.direction == "in"]
    assert [message.body for message in inbound] == [f"mensaje {number}" for number in range(12)]
    assert [message.flood for message in inbound] == [False] * 5 + [True] * 7
    assert found.flood_since is not None
    assert len(rows(AUTOMATIC)) == 1, "what came before the flood was answered, the flood is not"


def test_whoever_floods_waits_and_the_others_go_first(database, carrier, monkeypatch):
    monkeypatch.setattr(flood, "MOST", 2)
    monkeypatch.setattr(flood, "PAUSE", timedelta(hours=1))
    for number in range(6):
        arrive(f"SM{number}", f"mensaje {number}")
    arrive("SM9", "uno solo", "+34600000009")
    work()
    assert one("SELECT count(*) FROM message WHERE body = 'uno solo'") == 1
    assert one("SELECT count(*) FROM message WHERE direction = 'in'") == 4
    assert one("SELECT count(*) FROM raw_event WHERE state = 'pending'") == 3
    for _ in range(3):
        change("UPDATE raw_event SET available_at = '-infinity' WHERE state = 'pending'")
        work()
    bodies = [row[0] for row in rows("SELECT body FROM message WHERE body LIKE 'mensaje%' ORDER BY position")]
    assert bodies == [f"mensaje {number}" for number in range(6)]


LANGUAGES = [
    pytest.param("Hello, I need an appointment for my mother", "en", "en", id="English"),
    pytest.param("السلام عليكم، أريد موعدًا من فضلك", "ar", "ar", id="Arabic"),
    pytest.param("Am nevoie de ajutor pentru chirie, vă rog", "ro", "es", id="one we do not write in"),
    pytest.param("Hola", None, "es", id="too short to tell"),
]


@pytest.mark.parametrize(("body", "marked", "answered"), LANGUAGES)
def test_each_in_their_language(closed, carrier, body, marked, answered):
    write("SM1", body)
    found = conversation()
    assert found.language == answered
    assert found.messages[0].language == marked
    assert one("SELECT language FROM message WHERE direction = 'out'") == answered


def test_one_foreign_word_does_not_change_somebodys_language(database, carrier):
    write("SM1", "Hello, I need an appointment for my mother")
    write("SM2", "Buenos días, quería pedir una cita para mi madre")
    assert one("SELECT language FROM contact") == "en"
    write("SM3", "¿Qué documentos necesito para solicitar la ayuda a domicilio?")
    assert one("SELECT language FROM contact") == "es"
    change("UPDATE contact SET language = 'ar', language_how = 'said'")
    write("SM4", "Hello, I need an appointment for my mother")
    assert one("SELECT language FROM contact") == "ar"


def test_a_reply_points_at_its_message_and_a_reaction_waits_for_no_answer(database, carrier):
    write("SM1", "¿A qué hora?")
    change("UPDATE conversation SET due_at = NULL")
    write("SM2", "👍", OriginalRepliedMessageSid="SM1", MessageType="reaction")
    found = conversation()
    assert [message.kind for message in found.messages] == ["text", "reaction"]
    assert found.messages[1].answers == "¿A qué hora?" and found.due_at is None
    write("SM3", "Sí", OriginalRepliedMessageSid="SM1")
    assert conversation().messages[2].answers == "¿A qué hora?"
    write("SM4", "Sí", "+34600000009", OriginalRepliedMessageSid="SM1")  # somebody else's message stays unseen
    assert one("SELECT reply_to_id FROM message WHERE external_id = 'SM4'") is None
    assert conversation  # two conversations now


def test_written_in_the_portal_the_same_holds(closed):
    adult = person()
    actor = Actor("citizen", "ana", person_id=adult)
    with unit_of_work(actor) as unit:
        conversations.write_from_portal(unit.session, person_id=adult, body="mi marido me pega", key="k1")
    assert one("SELECT kinds FROM duty_alert") == ["violence"]
    [said] = [row[0] for row in rows(AUTOMATIC)]
    assert "112" in said
    with unit_of_work(actor) as unit:
        [own] = conversations.for_person(unit.session, person_id=adult)
    assert [message.direction for message in own.messages] == ["in", "out"]
