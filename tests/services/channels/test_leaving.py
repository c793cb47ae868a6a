"""Out, all of it: other ways, paces, approved words, quiet hours, no more messages, numbers that changed hands."""

import contextvars
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import text

from case_api import clock
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid
from case_api.settings import settings
from channels.contacts import book, hands, opting
from channels.conversations import callbacks, letters
from channels.conversations import service as conversations
from channels.conversations.letters import ByHand
from channels.outbound import approved, dispatch, notices, outbox, pace, sending, shields
from tests.services.channels.conftest import TEST, arrive, change, one, prove, rows, status_arrives, work

ANA = uuid4()
PHONE = "+34600000001"


@pytest.fixture
def ana(database, carrier, professional):
    """Ana proved a WhatsApp and wrote; her conversation."""
    prove(ANA, "whatsapp", PHONE)
    arrive("SMana", "¿Cuándo es mi cita?", f"whatsapp:{PHONE}")
    work()
    carrier.sent.clear()  # what says by itself when somebody will read it
    carrier.posts = 0
    return one("SELECT id FROM conversation WHERE person_id = :p AND state = 'open'", p=ANA)


def reply(conversation, professional, **more):
    values = {"channel": "whatsapp", "body": "Mañana a las diez", "author": professional, "level": "N1"} | more
    with unit_of_work(TEST) as unit:
        return conversations.reply(unit.session, conversation_id=conversation, **values)


def tell(**more):
    with unit_of_work(notices.ACTOR) as unit:
        return notices.tell(unit.session, person_id=ANA, **({"template": "notice_in_folder"} | more))


def shown(conversation):
    with unit_of_work(TEST) as unit:
        return conversations.open_conversation(unit.session, conversation_id=conversation)


# --- another way, with the reason


def test_a_reply_that_fails_goes_by_the_numbers_other_channel(ana, professional, carrier):
    carrier.answers = [(400, 63024)]
    reply(ana, professional)
    work()
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"]
    failed, again = shown(ana).messages[-2:]
    assert (failed.state, again.state, again.channel) == ("failed", "sent", "sms")
    assert "WhatsApp" in str(again.instead_words)
    assert one("SELECT due_at FROM conversation WHERE id = :id", id=ana) is None, "it was answered after all"


def test_what_fails_everywhere_waits_for_a_call(ana, professional, carrier):
    carrier.answers = [(400, 63024), (400, 30005)]
    reply(ana, professional)
    work()
    work()
    assert carrier.sent == []
    with unit_of_work(TEST) as unit:
        [found] = callbacks.waiting(unit.session, everywhere=True)
    assert (found.number, found.source) == (PHONE, "held")
    assert one("SELECT due_at FROM conversation WHERE id = :id", id=ana) is not None


def test_no_channel_is_tried_twice(ana, professional, carrier):
    carrier.answers = [(400, 63024), (400, 30005)]
    tell()
    work()
    work()
    channels = [row[0] for row in rows("SELECT channel FROM message WHERE kind = 'notice' ORDER BY position")]
    assert channels == ["whatsapp", "sms"]


def test_a_necessary_message_finds_another_way_than_the_refused_one(ana, carrier):
    change("INSERT INTO opt_out (address_id, source) SELECT id, 'person' FROM address WHERE kind = 'whatsapp'")
    tell(template="appointment_cancelled", starts_at=clock.now())
    work()
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"]


def test_a_necessary_message_that_no_channel_takes_asks_for_a_call(ana, carrier):
    change("INSERT INTO opt_out (address_id, source) SELECT id, 'person' FROM address")
    tell(template="appointment_cancelled", starts_at=clock.now())
    work()
    assert carrier.posts == 0
    assert one("SELECT count(*) FROM callback WHERE state = 'waiting' AND source = 'held'") == 1
    assert one("SELECT count(*) FROM message WHERE channel = 'portal' AND kind = 'notice'") == 1


# --- what may be said


def test_too_much_goes_into_the_folder_and_a_link_goes_out(ana, professional, carrier):
    message = reply(ana, professional, body="Su prestación está concedida: 500 euros", level="N3")
    work()
    assert one("SELECT channel FROM message WHERE id = :id", id=message) == "portal"
    [sent] = carrier.sent
    assert "/e/" in sent["Body"] and "500" not in sent["Body"] and "prestación" not in sent["Body"]
    assert "/e/" not in one("SELECT body FROM message WHERE channel = 'whatsapp' AND direction = 'out'"), "kept nowhere"
    assert one("SELECT count(*) FROM message WHERE secret IS NOT NULL") == 0, "gone once it is said"


def test_where_others_read_the_words_go_into_the_folder(ana, professional, carrier):
    change("UPDATE address SET may_be_read_by_others = true")
    reply(ana, professional, level="N1")
    work()
    [sent] = carrier.sent
    assert "diez" not in sent["Body"] and "/e/" in sent["Body"]


def test_who_has_no_folder_is_not_told_too_much(database, carrier, professional):
    arrive("SM1", "Hola", "whatsapp:+34600000009")
    work()
    with pytest.raises(Invalid):
        reply(one("SELECT id FROM conversation"), professional, level="N3")
    assert carrier.posts == 0


@pytest.fixture
def shield(monkeypatch):
    """A shield over Ana from when it is raised."""
    raised = set()
    monkeypatch.setattr(shields, "among", lambda _session, people: frozenset(raised) & frozenset(people))
    return lambda: raised.add(ANA)


def test_a_shield_raised_after_the_writing_stops_the_sending(ana, professional, carrier, shield):
    message = reply(ana, professional)
    shield()
    dispatch.send_next()
    assert rows("SELECT state, error_code FROM message WHERE id = :id", id=message) == [("held", "shield")]
    assert carrier.posts == 0


def test_under_a_shield_a_notice_says_nothing(ana, carrier, shield):
    shield()
    tell(template="appointment_booked", starts_at=clock.now(), centre="Centro Secreto", mode="in_person")
    work()
    [sent] = carrier.sent
    assert "Secreto" not in sent["Body"] and "cita" not in sent["Body"]
    with unit_of_work(TEST) as unit:
        choices = conversations.choices(unit.session, conversation_id=ana, level="N1")
    usable = {choice.channel for choice in choices if choice.possible}
    assert usable == {"phone", "in_person"}, "only from person to person"


# --- 24 hours, approved words


def approve(body="Tiene un aviso: {{portal}}", name="notice_in_folder", state="approved", **more):
    values = {"channel": "whatsapp", "name": name, "language": "es", "body": body, "level": "N0", "author": None}
    with unit_of_work(TEST) as unit:
        made = approved.add(unit.session, external_id="HX1", **(values | more))
        approved.set_state(unit.session, template_id=made, state=state)
    return made


def long_ago(hours=24):
    change("UPDATE address_window SET last_inbound_at = :at", at=clock.now() - timedelta(hours=hours))


def test_outside_24_hours_approved_words_go(ana, carrier):
    approve()
    long_ago()
    tell()
    work()
    [sent] = carrier.sent
    assert (sent["ContentSid"], "Body" in sent) == ("HX1", False)
    assert settings().PUBLIC_URL in sent["ContentVariables"]
    assert settings().PUBLIC_URL in one("SELECT body FROM message WHERE kind = 'notice'"), "staff read what was said"


@pytest.mark.parametrize("state", ["pending", "rejected", "paused"])
def test_words_that_are_not_approved_do_not(ana, carrier, state):
    approve(state=state)
    long_ago()
    tell()
    work()
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"], "the next channel"


def test_words_paused_after_the_writing_do_not_leave(ana, carrier):
    template = approve()
    long_ago()
    tell()
    with unit_of_work(TEST) as unit:
        approved.set_state(unit.session, template_id=template, state="paused")
    work()
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"]


def test_each_number_of_ours_has_its_own_24_hours(ana, carrier):
    long_ago()
    change(
        "INSERT INTO address_window (address_id, our_address, last_inbound_at) "
        "SELECT id, '+34910000077', now() FROM address WHERE kind = 'whatsapp'"
    )
    tell()
    work()
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"]


BAD = [
    pytest.param({"body": ""}, "body", id="no words"),
    pytest.param({"body": "x" * 1025}, "body", id="too long"),
    pytest.param({"body": "{{secret}}"}, "body", id="a hole nobody fills"),
    pytest.param({"name": "made_up"}, "name", id="a message that is none"),
    pytest.param({"language": "xx"}, "language", id="a language that is none"),
    pytest.param({"level": "N3"}, "level", id="too much for the channel"),
    pytest.param({"channel": "sms"}, "channel", id="a channel without approval"),
]


@pytest.mark.parametrize(("changed", "field"), BAD)
def test_approved_words_are_checked(unit, changed, field):
    values = {"channel": "whatsapp", "name": "notice_in_folder", "language": "es", "body": "Hola", "level": "N0"}
    with pytest.raises(Invalid) as refused:
        approved.add(unit.session, external_id=None, author=None, **(values | changed))
    assert field in refused.value.fields


def test_one_template_a_message_and_language(unit):
    values = {"channel": "whatsapp", "name": "notice_in_folder", "language": "es", "body": "Hola", "level": "N0",
              "external_id": None, "author": None}  # fmt: skip
    made = approved.add(unit.session, **values)
    with pytest.raises(Conflict):
        approved.add(unit.session, **values)
    with pytest.raises(Invalid):
        approved.set_state(unit.session, template_id=made, state="approved")


# --- paces, nights


def queue(**many: int) -> None:
    """So many SMS of each priority, 'notice' and 'reply', each to a number of its own."""
    for name, count in many.items():
        for number in range(count):
            arrive(f"SM{name}{number}", "Hola", f"+346{'10' if name == 'notice' else '20'}{number:06d}")
    work()
    with unit_of_work(TEST) as unit:
        for address_id, value in rows("SELECT id, value FROM address WHERE kind = 'sms' ORDER BY id"):
            found = book.address(unit.session, address_id=address_id)
            conversation = unit.session.execute(
                text("SELECT id FROM conversation WHERE contact_id = :c"), {"c": found.contact_id}
            ).scalar_one()
            name = "notice" if value.startswith("+34610") else "reply"
            sending.send(
                unit.session, conversation_id=conversation, address=found, channel="sms", body=name, level="N0",
                priority=outbox.NOTICE if name == "notice" else outbox.REPLY,
            )  # fmt: skip


def test_a_sender_keeps_its_pace_whoever_asks_and_replies_go_first(database, carrier, monkeypatch):
    queue(notice=12, reply=6)
    carrier.sent.clear()
    change("DELETE FROM sender_pace")
    monkeypatch.setattr(settings(), "RATE_SMS", 8.0)
    at = clock.now()
    with clock.frozen(at):
        here = [contextvars.copy_context() for _ in range(3)]  # the clock is held in each
        threads = [
            threading.Thread(target=context.run, args=(lambda: [dispatch.send_some(3) for _ in range(6)],))
            for context in here
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(carrier.sent) == 8, "one second's worth, for all workers together"
        assert sorted(sent["Body"] for sent in carrier.sent) == ["notice"] * 2 + ["reply"] * 6, "replies first"
    with clock.frozen(at + timedelta(seconds=0.5)):
        for _ in range(4):
            dispatch.send_some(16)
        assert len(carrier.sent) == 12, "half a second later, half as many more"


def test_replies_keep_their_share_of_the_pace_while_another_worker_takes_them(database, carrier, monkeypatch):
    queue(notice=12, reply=6)
    carrier.sent.clear()
    change("DELETE FROM sender_pace")
    monkeypatch.setattr(settings(), "RATE_SMS", 8.0)
    with clock.frozen(clock.now()):
        with unit_of_work(TEST) as other:
            other.session.execute(text("SELECT id FROM outbox WHERE priority = 0 AND state = 'queued' FOR UPDATE"))
            for _ in range(4):
                dispatch.send_some(3)
            assert [sent["Body"] for sent in carrier.sent] == ["notice"] * 2, "six of the eight are the replies'"
        for _ in range(4):
            dispatch.send_some(3)
    assert [sent["Body"] for sent in carrier.sent] == ["notice"] * 2 + ["reply"] * 6


def test_a_slow_sender_does_not_hold_another(database, carrier, monkeypatch):
    queue(notice=3)
    carrier.sent.clear()
    monkeypatch.setattr(settings(), "RATE_SMS", 0.01)
    change("DELETE FROM sender_pace")
    for _ in range(3):
        dispatch.send_some(16)
    assert [sent["From"] for sent in carrier.sent] == ["+34910000001"]
    assert rows(pace.RESTING, until=clock.now() + pace.BURST) == [("+34910000001",)]


def test_at_night_a_notice_waits_and_what_was_just_asked_for_does_not(ana, carrier, monkeypatch):
    at = clock.now().astimezone(clock.MADRID).replace(hour=23, minute=30) + timedelta(days=1)
    monkeypatch.setattr(settings(), "QUIET_HOURS", "22:00-08:00")
    with clock.frozen(at):
        long_ago(3)
        tell()
        work()
        assert carrier.posts == 0
        due = one("SELECT available_at FROM outbox WHERE state = 'queued'").astimezone(clock.MADRID)
        assert (due.hour, due.minute, due.day) == (8, 0, (at + timedelta(days=1)).day)
        change("DELETE FROM outbox")
        tell(prompt=True)
        work()
        assert carrier.posts == 1


# --- no more messages


def test_the_yes_to_a_baja_and_then_silence(ana, professional, carrier):
    arrive("SM2", "No me escriban más", f"whatsapp:{PHONE}")
    work()
    assert "no le escribimos más" in carrier.sent[-1]["Body"]
    count = carrier.posts
    with pytest.raises(Invalid):
        reply(ana, professional)
    arrive("SM3", "ALTA", f"whatsapp:{PHONE}")
    work()
    assert "volvemos" in carrier.sent[-1]["Body"] and carrier.posts == count + 1
    reply(ana, professional)
    work()
    assert carrier.posts == count + 2


def test_the_carriers_own_word_is_confirmed_by_the_carrier_alone(database, carrier):
    arrive("SM1", "STOP", "+34600000009")
    work()
    assert carrier.posts == 0
    assert one("SELECT source FROM opt_out") == "person"


def test_no_reminders_is_not_no_messages(ana, professional, carrier):
    arrive("SM2", "No quiero más recordatorios", f"whatsapp:{PHONE}")
    work()
    assert one("SELECT purpose FROM opt_out") == "appointment"
    reply(ana, professional)
    work()
    assert carrier.sent[-1]["Body"] == "Mañana a las diez"


def test_doubtful_words_change_nothing_and_ask(ana, professional, carrier):
    arrive("SM2", "Vale, pero no me manden más avisos al móvil de mi hijo", f"whatsapp:{PHONE}")
    work()
    assert one("SELECT count(*) FROM opt_out") == 0
    with unit_of_work(TEST) as unit:
        [question] = opting.questions(unit.session, conversation_id=ana)
        opting.answer(unit.session, question_id=question.id, conversation_id=ana, out=True, author=professional)
    work()
    assert one("SELECT source FROM opt_out") == "staff"
    assert "no le escribimos más" in carrier.sent[-1]["Body"]


def test_two_machines_do_not_talk_for_ever(database, carrier):
    """Ours confirms and theirs answers each confirmation with a keyword: it ends by itself."""
    for number in range(20):
        arrive(f"SM{number}", "AYUDA", "whatsapp:+34600000009")
        work()
    assert one("SELECT count(*) FROM message WHERE purpose = 'consent'") == opting.MOST_CONFIRMED


# --- a number that changed hands


def test_after_a_long_silence_nothing_said_is_the_persons_until_it_is_proved_again(ana, carrier, professional):
    later = clock.now() + relativedelta(months=settings().REPROOF_MONTHS, days=1)
    with clock.frozen(later):
        arrive("SM9", "Soy quien tiene ahora este número", f"whatsapp:{PHONE}")
        work()
        assert one("SELECT person_id FROM message WHERE external_id = 'SM9'") is None
        assert one("SELECT unsafe_reason FROM address WHERE kind = 'whatsapp'") == "silence"
        arrive("SM10", "Y sigo siéndolo", f"whatsapp:{PHONE}")
        work()
        assert one("SELECT person_id FROM message WHERE external_id = 'SM10'") is None
        from channels.contacts import proof

        with unit_of_work(TEST) as unit:
            code = proof.start(unit.session, person_id=ANA).text
        arrive("SM11", code, f"whatsapp:{PHONE}")
        arrive("SM12", "Ahora sí", f"whatsapp:{PHONE}")
        work()
        assert one("SELECT person_id FROM message WHERE external_id = 'SM12'") == ANA
    acts = [row[0] for row in rows("SELECT act FROM address_history WHERE act IN ('unsafe', 'confirmed') ORDER BY id")]
    assert acts == ["unsafe", "confirmed"]


@pytest.mark.parametrize(("days", "whose"), [(-1, ANA), (1, None)], ids=["a day before", "a day after"])
def test_how_long_a_silence_is(ana, carrier, days, whose):
    change("UPDATE address SET proved_at = proved_at - interval '20 years'")
    with clock.frozen(clock.now() + relativedelta(months=settings().REPROOF_MONTHS, days=days)):
        arrive("SM9", "Hola", f"whatsapp:{PHONE}")
        work()
        assert one("SELECT person_id FROM message WHERE external_id = 'SM9'") == whose


def test_a_providers_hint_makes_every_channel_of_the_number_unsafe(ana, carrier, professional):
    with unit_of_work(TEST) as unit:
        assert hands.hint(unit.session, kind="whatsapp", value=PHONE, actor=TEST) == 2
    tell(template="appointment_cancelled", starts_at=clock.now())
    work()
    assert carrier.posts == 0
    assert one("SELECT count(*) FROM callback WHERE source = 'held'") == 1


# --- calls, paper, by hand


def test_a_call_answers_in_one_step(ana, professional, carrier):
    with unit_of_work(TEST) as unit:
        callbacks.ask(unit.session, number=PHONE, actor=TEST, person_id=ANA)
    reply(ana, professional, channel="phone", body="Le he dicho que es mañana", level="N3")
    assert one("SELECT state FROM callback") == "done"
    assert one("SELECT due_at FROM conversation WHERE id = :id", id=ana) is None
    assert carrier.posts == 0


def test_a_typed_number_joins_nobodys_conversation(ana, professional):
    with unit_of_work(TEST) as unit:
        callbacks.ask(unit.session, number="600 000 001", actor=TEST, name="Quien sea", words="Llámenme")
        callbacks.ask(unit.session, number="600000001", actor=TEST)
        callbacks.call_came(
            unit.session, number=PHONE, body="Dice ser Ana", author=professional, actor=TEST, waits=True
        )
    assert one("SELECT count(*) FROM callback") == 0 + one("SELECT count(*) FROM callback WHERE state = 'done'") == 1
    assert "Llámenme" not in [message.body for message in shown(ana).messages]
    assert one("SELECT count(*) FROM message WHERE channel = 'phone' AND person_id IS NOT NULL") == 0


@pytest.mark.parametrize("number", ["", "12", "seis", "+34 600 00", "0000000000000"])
def test_who_cannot_be_called(unit, number):
    with pytest.raises(Invalid) as refused:
        callbacks.ask(unit.session, number=number, actor=TEST)
    assert "number" in refused.value.fields


def test_somebody_without_any_address_is_told_by_hand(database, professional):
    with unit_of_work(TEST) as unit:
        book.contact_of_person(unit.session, person_id=ANA)
        conversation = conversations.write_from_portal(unit.session, person_id=ANA, body="Vivo en la calle")
        message = conversations.reply(
            unit.session, conversation_id=conversation, channel="in_person", body="Tiene sitio esta noche",
            author=professional, level="N1", by_hand=ByHand("street_team", "Equipo de la zona centro"),
        )  # fmt: skip
        [letter] = letters.waiting(unit.session, unit_id=None, everywhere=True)
        assert "Tiene sitio esta noche" in letters.sheet(unit.session, letter_id=letter.id)
        letters.step(unit.session, letter_id=letter.id, state="printed", author=professional)
        letters.step(unit.session, letter_id=letter.id, state="handed", author=professional)
        with pytest.raises(Conflict):
            letters.step(unit.session, letter_id=letter.id, state="returned", author=professional)
    assert one("SELECT state FROM message WHERE id = :id", id=message) == "delivered"


def test_a_letter_that_comes_back_leaves_the_person_waiting(ana, professional):
    message = reply(ana, professional, channel="paper", by_hand=ByHand("post", "Calle Inventada 3"))
    assert one("SELECT due_at FROM conversation WHERE id = :id", id=ana) is None
    with unit_of_work(TEST) as unit:
        [letter] = letters.waiting(unit.session, unit_id=None, everywhere=True)
        letters.step(unit.session, letter_id=letter.id, state="returned", author=professional)
    assert one("SELECT state FROM message WHERE id = :id", id=message) == "failed"
    assert one("SELECT due_at FROM conversation WHERE id = :id", id=ana) is not None


def test_a_letter_is_asked_about_again_when_it_is_printed(ana, professional, shield):
    reply(ana, professional, channel="paper", by_hand=ByHand("post", "Calle Inventada 3"))
    shield()
    from case_api.errors import Refused

    with unit_of_work(TEST) as unit:
        [letter] = letters.waiting(unit.session, unit_id=None, everywhere=True)
        with pytest.raises(Refused):
            letters.sheet(unit.session, letter_id=letter.id)


def test_seeing_each_other_by_video_is_proposed_in_the_folder(ana, professional, carrier):
    at = clock.now() + timedelta(days=2)
    with pytest.raises(Invalid):
        reply(ana, professional, channel="video", proposed_at=clock.now() - timedelta(hours=1))
    message = reply(ana, professional, channel="video", proposed_at=at)
    work()
    assert rows("SELECT channel, proposed_at FROM message WHERE id = :id", id=message) == [("video", at)]
    assert len(carrier.sent) == 1 and "Mañana" not in carrier.sent[0]["Body"]


def test_a_late_failure_of_what_was_told_otherwise_changes_nothing(ana, professional, carrier):
    carrier.answers = [(400, 63024)]
    first = reply(ana, professional)
    work()
    status_arrives("SMother", "delivered", first)
    work()
    assert len(carrier.sent) == 1
