"""From raw event to conversation: one of each, in order, nothing lost, the broken ones aside."""

import threading
from datetime import timedelta

import pytest

from case_api import clock
from case_api.db import unit_of_work
from case_api.errors import NotFound
from channels.adapters import DeliveryStatus, Inbound, Quarantine
from channels.adapters import registry as adapters
from channels.conversations import service as conversations
from channels.inbound import intake, processing, quarantine
from tests.services.channels.conftest import TEST, arrive, change, one, rows, status_arrives, store, work


def drain(threads: int = 4) -> None:
    def run():
        while one("SELECT count(*) FROM raw_event WHERE state = 'pending' AND available_at <= now()"):
            processing.process_next()

    running = [threading.Thread(target=run) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def test_a_first_message_opens_a_conversation_with_a_deadline(database):
    arrive("SM1", "Necesito ayuda", ProfileName="Tomás")
    work()
    with unit_of_work(TEST) as unit:
        [item] = conversations.inbox(unit.session, view="all").items
        opened = conversations.open_conversation(unit.session, conversation_id=item.id)
    assert (item.label, item.preview, item.channel, item.waiting) == ("Tomás", "Necesito ayuda", "whatsapp", True)
    assert item.person_id is None and item.verified
    assert item.due_at > clock.now() + timedelta(days=4)
    message, *answers = opened.messages  # out of hours, one of ours says when somebody reads it
    assert all(answer.direction == "out" and answer.automatic for answer in answers)
    assert (message.direction, message.body, message.address) == ("in", "Necesito ayuda", "+34600000005")


def test_fifty_first_messages_at_once_are_one_contact_one_conversation(database):
    for number in range(50):
        arrive(f"SM{number}", f"mensaje {number}")
    drain()
    assert one("SELECT count(*) FROM contact") == 1
    assert one("SELECT count(*) FROM conversation") == 1
    bodies = [row[0] for row in rows("SELECT body FROM message ORDER BY position")]
    assert bodies == [f"mensaje {number}" for number in range(50)]


def test_each_sender_in_order_while_others_go_on(database):
    for number in range(10):
        for phone in range(5):
            arrive(f"SM{phone}-{number}", str(number), f"+3460000000{phone}")
    drain()
    for phone in range(5):
        found = rows(
            "SELECT m.body FROM message m JOIN address a ON a.id = m.address_id WHERE a.value = :v ORDER BY position",
            v=f"+3460000000{phone}",
        )
        assert [row[0] for row in found] == [str(number) for number in range(10)]
    assert one("SELECT count(*) FROM conversation") == 5


def test_the_same_message_again_is_the_same(database):
    for _ in range(3):
        arrive("SM1")
        work()
    # also when its dedupe hash was lost: the provider's id is unique among messages too
    store("twilio", "message", "another key", b"MessageSid=SM1&From=whatsapp%3A%2B34600000005&To=x&Body=Hola", {}, "k")
    work()
    assert one("SELECT count(*) FROM message") == 1
    assert one("SELECT count(*) FROM raw_event WHERE state = 'done'") == 2


def test_sms_and_whatsapp_of_one_number_are_one_contact(database):
    arrive("SM1", "por WhatsApp")
    arrive("SM2", "por SMS", "+34600000005")
    work()
    assert one("SELECT count(*) FROM contact") == 1
    assert one("SELECT count(*) FROM conversation") == 1
    assert rows("SELECT kind FROM address ORDER BY kind") == [("sms",), ("whatsapp",)]


@pytest.mark.parametrize(("days", "count"), [(13, 1), (15, 2)])
def test_a_closed_conversation_reopens_within_fourteen_days(database, days, count):
    arrive("SM1")
    work()
    with unit_of_work(TEST) as unit:
        [item] = conversations.inbox(unit.session, view="all").items
        conversations.close(unit.session, conversation_id=item.id)
    change("UPDATE conversation SET closed_at = now() - make_interval(days => :days)", days=days)
    arrive("SM2")
    work()
    assert one("SELECT count(*) FROM conversation") == count
    assert one("SELECT count(*) FROM conversation WHERE state = 'open'") == 1


BROKEN = [
    pytest.param(b"\xff\xfe", "message", "not-text", id="not text"),
    pytest.param(b"Body=Hola", "message", "no-sender", id="no sender"),
    pytest.param(b"From=%2B34600000005&Body=x", "message", "no-recipient", id="no recipient"),
    pytest.param(b"From=%2B34600000005&To=%2B34910000001", "message", "no-id", id="no id"),
    pytest.param(b"MessageSid=SM1&MessageStatus=flying", "status", "unknown-status", id="unknown status"),
    pytest.param(b"MessageSid=SM1", "poem", "unknown-kind", id="unknown kind"),
]


@pytest.mark.parametrize(("payload", "kind", "reason"), BROKEN)
def test_what_cannot_be_read_is_set_aside_with_a_reason(database, payload, kind, reason):
    store("twilio", kind, "broken", payload, {}, "+34600000005")
    arrive("SM2", "la siguiente")
    work()
    assert rows("SELECT state, reason FROM raw_event ORDER BY id") == [("quarantined", reason), ("done", None)]
    assert one("SELECT body FROM message") == "la siguiente"
    with unit_of_work(TEST) as unit:
        [found] = quarantine.listing(unit.session)
        assert (found.reason, str(found.reason_words) != "") == (reason, True)
        assert quarantine.content(unit.session, event_id=found.id) == payload


def test_reprocessing_after_mending(database, monkeypatch):
    arrive("SM1", "Hola")
    monkeypatch.setattr(processing, "source", lambda channel: _Fails(Quarantine("not-text")))
    work()
    assert one("SELECT state FROM raw_event") == "quarantined"
    monkeypatch.undo()
    with unit_of_work(TEST) as unit:
        [found] = quarantine.listing(unit.session)
        quarantine.reprocess(unit.session, event_id=found.id)
    work()
    assert one("SELECT body FROM message") == "Hola"
    with pytest.raises(NotFound), unit_of_work(TEST) as unit:
        quarantine.reprocess(unit.session, event_id=found.id)


class _Fails:
    def __init__(self, error):
        self.error = error

    def parse(self, raw):
        raise self.error


def test_a_fault_of_ours_is_tried_again_and_then_set_aside(database, monkeypatch):
    arrive("SM1")
    monkeypatch.setattr(processing, "source", lambda channel: _Fails(ZeroDivisionError()))
    for attempt in range(1, 6):
        change("UPDATE raw_event SET available_at = '-infinity'")
        processing.process_next()
        assert one("SELECT attempts FROM raw_event") == min(attempt, 4)
    assert one("SELECT state, reason FROM raw_event") == ("quarantined", "error:ZeroDivisionError")


def _entry(number: int, **changed) -> Inbound:
    values = {
        "channel": "whatsapp",
        "external_id": f"B{number}",
        "sender": "+34600000005",
        "recipient": "+34910000002",
        "body": f"{number}",
        "authenticated": True,
    } | changed
    return Inbound(**values)


def test_every_entry_of_a_batch_stands_alone(database, monkeypatch):
    entries = [_entry(n) for n in range(3)]
    entries += [_entry(9, sender="")]  # a bad one in the middle
    entries += [_entry(n) for n in range(3, 5)]
    entries += [DeliveryStatus("whatsapp", f"S{n}", "sent") for n in range(7)]
    monkeypatch.setitem(adapters.SOURCES, "batch", "unused")

    class Batch:
        def parse(self, raw):
            return entries

    real = processing.source
    monkeypatch.setattr(processing, "source", lambda channel: Batch() if channel == "batch" else real(channel))
    store("batch", "delivery", "d", b"{}", {}, "k")
    work()
    assert one("SELECT count(*) FROM message") == 5
    assert one("SELECT count(*) FROM delivery_event") == 7
    assert rows("SELECT state FROM raw_event ORDER BY id") == [("done",), ("quarantined",)]
    # mended, the one entry is read alone
    entries[3] = _entry(9)
    with unit_of_work(TEST) as unit:
        quarantine.reprocess(unit.session, event_id=quarantine.listing(unit.session)[0].id)
    work()
    assert one("SELECT count(*) FROM message") == 6
    assert one("SELECT count(*) FROM delivery_event") == 7


def test_an_import_hears_what_became_of_each(database):
    arrive("SM1")
    arrive("SM2")
    assert processing.process_stored(channel="twilio", dedupe="message\0SM2") == "done"
    assert one("SELECT count(*) FROM message") == 2
    with pytest.raises(KeyError):
        processing.process_stored(channel="twilio", dedupe="nothing")


def test_statuses_before_their_message_wait(database):
    status_arrives("SM77", "delivered")
    work()
    assert one("SELECT message_id FROM delivery_event") is None


def test_old_events_lose_their_content_and_keep_their_key(database):
    from channels.inbound.retention import expire_some

    arrive("SM1")
    work()
    change("UPDATE raw_event SET processed_at = now() - interval '31 days'")
    expire_some()
    assert one("SELECT sealed FROM raw_event") is None
    arrive("SM1")
    assert one("SELECT count(*) FROM raw_event") == 1
    assert intake.dedupe_hash("twilio", "message\0SM1") == bytes(one("SELECT dedupe FROM raw_event"))
