"""Out: written with its cause, sent once, told truly."""

import threading
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid
from channels.adapters import SendError
from channels.adapters.twilio import client
from channels.conversations import service as conversations
from channels.outbound import dispatch, outbox
from tests.services.channels.conftest import TEST, arrive, change, one, rows, status_arrives, work

PHONE = "whatsapp:+34600000005"


@pytest.fixture
def conversation(database, carrier):
    arrive("SMin1", "Hola")
    work()
    return one("SELECT id FROM conversation")


def answer(conversation, professional, body="Buenos días", channel="whatsapp", **more):
    with unit_of_work(TEST) as unit:
        return conversations.reply(
            unit.session, conversation_id=conversation, channel=channel, body=body, author=professional, **more
        )


def state(message) -> str:
    return one("SELECT state FROM message WHERE id = :id", id=message)


def hurry() -> None:
    """What waits for a time has waited."""
    change("UPDATE outbox SET available_at = now() - interval '1 second' WHERE state IN ('queued', 'unknown')")
    change("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'sending'")


def test_a_reply_leaves_and_its_states_come_back(conversation, professional, carrier):
    message = answer(conversation, professional)
    assert state(message) == "queued"
    work()
    [sent] = carrier.sent
    assert (sent["To"], sent["From"], sent["Body"]) == (PHONE, "whatsapp:+34910000002", "Buenos días")
    assert sent["StatusCallback"].endswith(f"/channels/twilio/status?message={message}")
    assert state(message) == "sent"
    for told in ("delivered", "read"):
        status_arrives(sent["sid"], told, message)
        work()
        assert state(message) == told
    assert one("SELECT due_at FROM conversation") is None


ORDERS = [
    *(pytest.param(order, id=" ".join(order)) for order in permutations(("sent", "delivered", "read"))),
    pytest.param(("sent", "failed", "delivered"), id="failed too"),
    pytest.param(("failed", "sent"), id="failed first"),
]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("before_the_answer", [True, False], ids=["before the answer", "after"])
def test_every_order_ends_the_same(conversation, professional, carrier, order, before_the_answer):
    message = answer(conversation, professional)
    if before_the_answer:
        carrier.answers = [lambda form: [status_arrives(form["sid"], told) for told in order]]
        work()
    else:
        work()
        for told in order * 2:
            status_arrives(carrier.sent[0]["sid"], told)
            work()
    expected = "read" if "read" in order else "delivered" if "delivered" in order else "failed"
    assert state(message) == expected
    assert len(carrier.sent) == 1


ERRORS = [
    pytest.param((429, 20429), "queued", "20429", id="too many requests"),
    pytest.param((401, 20003), "queued", "20003", id="our keys"),
    pytest.param((400, 21211), "failed", "21211", id="no such number"),
    pytest.param((400, 21610), "failed", "21610", id="opted out"),
    pytest.param((400, 63016), "failed", "63016", id="window closed"),
    pytest.param((400, 99999), "failed", "99999", id="a code nobody knows"),
    pytest.param((503, 20503), "unknown", None, id="unavailable"),
    pytest.param("drop", "unknown", None, id="cut off"),
]


@pytest.mark.parametrize(("fault", "expected", "code"), ERRORS)
def test_errors_mean_what_their_code_says(conversation, professional, carrier, fault, expected, code):
    carrier.answers = [fault]
    message = answer(conversation, professional)
    dispatch.send_next()
    assert rows("SELECT state, error_code FROM message WHERE id = :id", id=message) == [(expected, code)]
    assert one("SELECT count(*) FROM opt_out") == (1 if code == "21610" else 0)
    with unit_of_work(TEST) as unit:
        shown = conversations.open_conversation(unit.session, conversation_id=conversation).messages[-1]
    assert bool(shown.error_words) is bool(code)


def test_what_may_be_retried_is_later_and_later(conversation, professional, carrier):
    carrier.answers = [(429, 20429)] * 3
    message = answer(conversation, professional)
    pauses = []
    for _ in range(3):
        hurry()
        dispatch.send_next()
        pauses.append((one("SELECT available_at FROM outbox") - clock.now()).total_seconds())
    assert pauses == sorted(pauses) and pauses[0] > 1
    hurry()
    work()
    assert state(message) == "sent"
    assert len(carrier.sent) == 1


def test_an_answer_that_did_not_arrive_is_none(conversation, professional, carrier):
    due = one("SELECT due_at FROM conversation")
    carrier.answers = [(400, 21211)]
    answer(conversation, professional)
    assert one("SELECT due_at FROM conversation") is None
    work()
    assert abs((one("SELECT due_at FROM conversation") - due).total_seconds()) < 1
    with unit_of_work(TEST) as unit:
        [item] = conversations.inbox(unit.session, view="all").items
    assert item.failed and item.waiting


def test_a_retry_ends_some_day(conversation, professional, carrier):
    message = answer(conversation, professional)
    carrier.answers = [(429, 20429)] * 20
    for _ in range(outbox.MOST_ATTEMPTS):
        hurry()
        dispatch.send_next()
    assert state(message) == "failed"
    assert carrier.posts == outbox.MOST_ATTEMPTS


@pytest.mark.parametrize("fault", ["drop", (500, 20500)], ids=["accepted, cut off", "5xx and not accepted"])
def test_the_unknown_is_looked_up_before_it_is_sent_again(conversation, professional, carrier, fault):
    carrier.answers = [fault]
    message = answer(conversation, professional)
    dispatch.send_next()
    assert state(message) == "unknown"
    for _ in range(6):
        hurry()
        work()
    assert state(message) == "sent"
    assert len(carrier.sent) == 1
    assert carrier.posts == (1 if fault == "drop" else 2)


def test_a_time_out_is_unknown(conversation, professional, carrier, monkeypatch):
    monkeypatch.setattr(client, "SECONDS", 0.3)
    carrier.slow_seconds = 1.0
    carrier.answers = ["slow"]
    message = answer(conversation, professional)
    dispatch.send_next()
    assert state(message) == "unknown"
    hurry()
    work()
    assert state(message) == "sent"
    assert len(carrier.sent) == 1


def test_nobody_there_is_tried_again_and_not_unknown(conversation, professional, carrier, monkeypatch):
    carrier.close()
    message = answer(conversation, professional)
    dispatch.send_next()
    assert rows("SELECT state, error_code FROM message WHERE id = :id", id=message) == [("queued", "no-connection")]


def test_two_equal_texts_are_two_messages(conversation, professional, carrier):
    carrier.answers = ["ok", "drop"]
    first, second = answer(conversation, professional, "Sí"), answer(conversation, professional, "Sí")
    for _ in range(4):
        work()
        hurry()
    assert state(first) == state(second) == "sent"
    assert len(carrier.sent) == 2
    assert one("SELECT count(DISTINCT external_id) FROM message WHERE direction = 'out'") == 2


def test_a_callback_tells_what_the_answer_did_not(conversation, professional, carrier):
    carrier.answers = ["drop"]
    message = answer(conversation, professional)
    dispatch.send_next()
    status_arrives(carrier.sent[0]["sid"], "delivered", message)
    work()
    assert state(message) == "delivered"
    hurry()
    work()
    assert carrier.posts == 1


def test_a_callback_with_anothers_id_changes_nothing(conversation, professional, carrier):
    first, second = answer(conversation, professional, "uno"), answer(conversation, professional, "dos")
    work()
    status_arrives(carrier.sent[0]["sid"], "read", second)
    work()
    assert (state(first), state(second)) == ("read", "sent")


def test_an_id_that_is_anothers_spoils_only_its_own_message(database, professional, carrier):
    """Three of a batch; the carrier gives two of them one id."""
    for number in range(3):
        arrive(f"SM{number}", "a", f"+3460000001{number}")
    work()
    carrier.sent.clear()
    made = [answer(found, professional, "Hola", "sms") for (found,) in rows("SELECT id FROM conversation")]
    carrier.answers = ["ok", lambda form: form.update(sid=carrier.sent[0]["sid"]), "ok"]
    assert dispatch.send_some(3) == 3
    assert [state(message) for message in made] == ["sent"] * 3
    assert one("SELECT count(DISTINCT external_id) FROM message WHERE direction = 'out'") == 2
    assert rows("SELECT count(*) FROM message m JOIN outbox o ON o.message_id = m.id WHERE o.state = 'sent' "
                "AND m.external_id IS NOT NULL") == [(2,)]  # fmt: skip


def test_a_long_queue_is_left_as_soon_as_enough_is_found(conversation, professional):
    """Also while the planner knows nothing of it: a burst is younger than its figures."""
    answer(conversation, professional)
    change("INSERT INTO address (id, contact_id, kind, value) SELECT gen_random_uuid(), contact_id, 'sms', 'n' || n "
           "FROM address, generate_series(1, 400) n")  # fmt: skip
    change("INSERT INTO message (id, conversation_id, direction, channel, address_id, body, state, state_at, "
           "created_at) SELECT gen_random_uuid(), c.id, 'out', 'sms', a.id, 'Hola', 'queued', now(), now() "
           "FROM conversation c, address a WHERE a.kind = 'sms'")  # fmt: skip
    change("INSERT INTO outbox (message_id, address_id, channel, sender) SELECT id, address_id, 'sms', '+1' "
           "FROM message WHERE channel = 'sms' AND direction = 'out'")  # fmt: skip
    with unit_of_work(TEST) as unit:
        unit.session.execute(outbox._IN_ORDER)
        [plan] = unit.session.execute(
            text(f"EXPLAIN (ANALYZE, FORMAT JSON) {outbox._CLAIM.text}"),
            {"now": clock.now(), "until": clock.now(), "most": 16},
        ).scalar_one()

    def looked_at(node) -> float:
        own = node["Actual Rows"] * node["Actual Loops"] if node.get("Alias") == "o" else 0
        return own + sum(looked_at(part) for part in node.get("Plans", ()))

    assert 0 < looked_at(plan["Plan"]) <= 32


def test_one_address_is_served_in_order_by_many_workers(conversation, professional, carrier):
    for number in range(20):
        answer(conversation, professional, f"{number}")
    carrier.answers = ["ok", (429, 20429), "ok"]

    def run():
        while one("SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending')"):
            change("UPDATE outbox SET available_at = now() WHERE state = 'queued'")
            dispatch.send_next()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [message["Body"] for message in carrier.sent] == [str(number) for number in range(20)]


def test_replies_go_before_notices(database, professional, carrier):
    arrive("SM1", "a", "+34600000011")
    arrive("SM2", "b", "+34600000012")
    work()
    found = dict(rows("SELECT a.value, c.id FROM conversation c JOIN address a ON a.contact_id = c.contact_id"))
    answer(found["+34600000011"], professional, "aviso", "sms")
    change("UPDATE outbox SET priority = 1")
    answer(found["+34600000012"], professional, "respuesta", "sms")
    work()
    assert [message["Body"] for message in carrier.sent] == ["respuesta", "aviso"]


def test_no_connection_is_held_while_the_carrier_thinks(conversation, professional, carrier, monkeypatch):
    from case_api.db.engine import session_factory

    held = []
    pool = session_factory().kw["bind"].pool  # whose connections the work is done on
    real = client.send

    def watch(*args, **kwargs):
        held.append(pool.checkedout())
        return real(*args, **kwargs)

    monkeypatch.setattr(client, "send", watch)
    answer(conversation, professional)
    work()
    assert held == [0]


def test_an_adapter_that_breaks_is_not_simply_run_again(conversation, professional, carrier, monkeypatch):
    def breaks(*args, **kwargs):
        raise RuntimeError("after the wire?")

    monkeypatch.setattr(client, "send", breaks)
    message = answer(conversation, professional)
    dispatch.send_next()
    assert state(message) == "unknown"


GATE = [
    pytest.param("UPDATE address SET never = true", "never", id="never"),
    pytest.param(
        "INSERT INTO opt_out (address_id, source) SELECT id, 'person' FROM address", "opted-out", id="opt-out"
    ),
    pytest.param(
        "UPDATE address_window SET last_inbound_at = now() - interval '24 hours'", "window-closed", id="window"
    ),
]


@pytest.mark.parametrize(("change_", "reason"), GATE)
def test_the_gate_is_asked_again_when_it_leaves(conversation, professional, carrier, change_, reason):
    message = answer(conversation, professional)
    change(change_)
    work()
    assert rows("SELECT state, error_code FROM message WHERE id = :id", id=message) == [("held", reason)]
    assert carrier.posts == 0
    with pytest.raises(Invalid) as refused:
        answer(conversation, professional)
    assert refused.value.fields["channel"]


def test_hours_hold_it_until_they_begin(conversation, professional, carrier):
    change(
        "UPDATE address SET hours_from = (now() AT TIME ZONE 'Europe/Madrid' + interval '1 hour')::time, "
        "hours_until = (now() AT TIME ZONE 'Europe/Madrid' + interval '2 hours')::time"
    )
    message = answer(conversation, professional)
    dispatch.send_next()
    assert state(message) == "queued"
    assert carrier.posts == 0
    assert timedelta(minutes=50) < one("SELECT available_at FROM outbox") - clock.now() < timedelta(minutes=70)


def test_a_reply_to_what_is_no_longer_the_newest_is_refused(conversation, professional, carrier):
    seen = one("SELECT id FROM message")
    arrive("SMin2", "Ya está resuelto")
    work()
    with pytest.raises(Conflict):
        answer(conversation, professional, seen_message_id=seen)
    newest = one("SELECT id FROM message ORDER BY position DESC LIMIT 1")
    answer(conversation, professional, seen_message_id=newest)


@pytest.mark.parametrize("body", ["", "   ", "x" * 1601], ids=["empty", "blank", "too long"])
def test_a_text_that_cannot_go_is_refused_with_words(conversation, professional, carrier, body):
    with pytest.raises(Invalid) as refused:
        answer(conversation, professional, body)
    assert refused.value.fields["body"]


def test_send_errors_carry_no_number():
    assert "600" not in str(SendError("permanent", "21211"))
