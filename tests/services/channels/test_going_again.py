"""What Meta never answered about: not sent twice by itself, said as doubtful, sent again when somebody says so."""

from types import SimpleNamespace

import pytest

from case_api import clock
from case_api.db import unit_of_work
from case_api.errors import NotFound
from case_api.settings import settings
from channels.adapters import SendError, registry
from channels.adapters.whatsapp_cloud import WhatsAppCloud
from channels.conversations import answering
from channels.conversations import service as conversations
from channels.outbound.dispatch import look_next
from channels.outbound.outbox import LOOKS
from tests.services.channels.conftest import TEST, arrive, change, one, rows, work


@pytest.fixture
def meta(database, carrier, professional, monkeypatch):
    """A Cloud API that hangs up after each message."""
    posted: list[str] = []

    def send(_self, sayable):
        posted.append(sayable.outgoing.body)
        raise SendError("unknown", "no-answer")

    monkeypatch.setattr(WhatsAppCloud, "send", send)
    monkeypatch.setattr(settings(), "WHATSAPP_PROVIDER", "cloud")
    registry.adapter.cache_clear()
    arrive("SM1")
    work()
    conversation = one("SELECT id FROM conversation")
    with unit_of_work(TEST) as unit:
        message = answering.reply(
            unit.session, conversation_id=conversation, channel="whatsapp", body="Venga el martes", author=professional
        )
    yield SimpleNamespace(posted=posted, conversation=conversation, message=message, author=professional)
    registry.adapter.cache_clear()


def give_up() -> None:
    work()
    for _ in range(len(LOOKS) + 1):
        change("UPDATE outbox SET available_at = now() - interval '1 second' WHERE state = 'unknown'")
        look_next()


def press(meta):
    with unit_of_work(TEST) as unit:
        return answering.send_again(
            unit.session, conversation_id=meta.conversation, message_id=meta.message, author=meta.author
        )


def shown(meta):
    with unit_of_work(TEST) as unit:
        found = conversations.open_conversation(unit.session, conversation_id=meta.conversation)
    return {message.id: message for message in found.messages}


def test_it_is_posted_once_and_said_to_be_doubtful(meta):
    give_up()
    assert meta.posted == ["Venga el martes"]
    told = shown(meta)[meta.message]
    assert told.state == "failed" and str(told.state_words) == "Puede que haya llegado"
    assert "No se sabe si ha llegado" in str(told.error_words) and told.may_go_again


def test_one_press_sends_it_again_and_two_are_one(meta):
    give_up()
    assert press(meta) == press(meta)
    work()
    assert meta.posted == ["Venga el martes"] * 2
    assert not shown(meta)[meta.message].may_go_again, "the repeat is the one that may go again"


def test_a_late_word_of_meta_is_believed(meta):
    give_up()
    change("UPDATE message SET state = 'delivered', error_code = NULL WHERE id = :id", id=meta.message)
    with pytest.raises(NotFound):
        press(meta)
    assert not shown(meta)[meta.message].may_go_again


def test_what_is_still_being_found_out_cannot_be_pressed(meta):
    work()
    with pytest.raises(NotFound):
        press(meta)


def test_what_went_another_way_is_not_repeated(meta):
    change(
        "INSERT INTO address (id, contact_id, kind, value) "
        "SELECT gen_random_uuid(), contact_id, 'sms', value FROM address"
    )
    give_up()
    with clock.frozen(clock.now()):
        work()
    assert [channel for (channel,) in rows("SELECT channel FROM message WHERE instead_of = :id", id=meta.message)] == [
        "sms"
    ]
    with pytest.raises(NotFound):
        press(meta)
