"""Killed at every step between receiving and sent, and with the database gone: nothing lost, nothing twice."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import pytest

from case_api.db import unit_of_work
from case_api.settings import ROOT, settings
from channels import worker
from channels.conversations import service as conversations
from channels.failpoints import PLACES
from tests.services.channels.conftest import TEST, arrive, change, one, rows, status_arrives, work

STEP = """
from channels.inbound.processing import process_next
from channels.outbound.dispatch import look_next, send_next
while process_next() or send_next() or look_next():
    pass
"""


def child(failpoint: str = "", code: str = STEP, **more: str) -> subprocess.Popen:
    environment = os.environ | {
        "ALMA_ENV": "test",
        "ALMA_DATABASE_URL": settings().DATABASE_URL,
        "ALMA_CARRIER_URL": settings().CARRIER_URL,
        "ALMA_CARRIER_ACCOUNT_SID": settings().CARRIER_ACCOUNT_SID,
        "ALMA_CARRIER_AUTH_TOKEN": settings().CARRIER_AUTH_TOKEN,
        "ALMA_FAILPOINT": failpoint,
    }
    return subprocess.Popen([sys.executable, "-c", code], env=environment | more, stderr=subprocess.DEVNULL)


def settle(deadline: float = 20.0) -> None:
    ends = time.monotonic() + deadline
    open_rows = "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'unknown')"
    while time.monotonic() < ends:
        change("UPDATE outbox SET available_at = now() WHERE state IN ('queued', 'unknown')")
        change("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'sending'")
        work()
        if not one(open_rows) and not one("SELECT count(*) FROM raw_event WHERE state = 'pending'"):
            return
    raise AssertionError("it did not come to rest")


@pytest.mark.parametrize("failpoint", ["raw.parsed", "raw.processed", "raw.committed"])
def test_killed_while_receiving(database, carrier, failpoint):
    for number in range(3):
        arrive(f"SM{number}", f"{number}")
    assert child(failpoint).wait(30) == -signal.SIGKILL
    settle()
    assert [row[0] for row in rows("SELECT body FROM message ORDER BY position")] == ["0", "1", "2"]
    assert one("SELECT count(*) FROM conversation") == 1


def test_the_list_of_failpoints_is_the_path_of_a_message():
    found = set()
    for path in (ROOT / "channels").rglob("*.py"):
        found |= set(re.findall(r'reached\("([a-z.-]+)"\)', path.read_text(encoding="utf-8")))
    assert found == set(PLACES)


WEBHOOK = """
from case_api.settings import settings
from channels.http import create_intake_app
from tests.services.channels.carrier_forms import message_form
from twilio.request_validator import RequestValidator
form = message_form("SM1", "Hola", "whatsapp:+34600000005")
signed = RequestValidator(settings().CARRIER_AUTH_TOKEN).compute_signature(
    settings().PUBLIC_URL + "/channels/twilio/messages", form)
answer = create_intake_app().test_client().post("/twilio/messages", data=form, headers={"X-Twilio-Signature": signed})
assert answer.status_code == 200, answer.status_code
"""


def test_killed_before_the_provider_heard_that_it_is_stored(database, carrier):
    here = {"ALMA_PUBLIC_URL": settings().PUBLIC_URL, "ALMA_DATA_KEY": settings().DATA_KEY}
    assert child("raw.stored", WEBHOOK, **here).wait(60) == -signal.SIGKILL
    assert child("", WEBHOOK, **here).wait(60) == 0, "it comes again, and is taken"
    settle()
    assert [row[0] for row in rows("SELECT body FROM message WHERE direction = 'in'")] == ["Hola"]


MANY = """
from channels.outbound.dispatch import look_next, send_some
while send_some() or look_next():
    pass
"""


@pytest.mark.parametrize("failpoint", [name for name in PLACES if name.startswith("outbox.")][:4])
def test_killed_with_many_in_hand(database, carrier, professional, failpoint):
    for number in range(6):
        arrive(f"SM{number}", "Hola", f"whatsapp:+3460000010{number}")
    work()
    carrier.sent.clear()
    for (conversation,) in rows("SELECT id FROM conversation"):
        with unit_of_work(TEST) as unit:
            conversations.reply(
                unit.session, conversation_id=conversation, channel="whatsapp", body="Sí", author=professional
            )
    assert child(failpoint, MANY).wait(60) == -signal.SIGKILL
    settle()
    assert len(carrier.sent) == len({message["To"] for message in carrier.sent}) == 6, "each once"
    assert one("SELECT count(*) FROM message WHERE professional_id IS NOT NULL AND state = 'sent'") == 6


@pytest.mark.parametrize("failpoint", ["outbox.doubted", "outbox.looked-up"])
def test_killed_while_asking_what_became_of_it(database, carrier, professional, failpoint):
    arrive("SM1")
    work()
    carrier.sent.clear()
    conversation = one("SELECT id FROM conversation")
    with unit_of_work(TEST) as unit:
        conversations.reply(
            unit.session, conversation_id=conversation, channel="whatsapp", body="Sí", author=professional
        )
    assert child("outbox.handed-over").wait(60) == -signal.SIGKILL
    change("UPDATE outbox SET lease_until = now() - interval '1 second'")
    assert child(failpoint).wait(60) == -signal.SIGKILL
    settle()
    assert [message["Body"] for message in carrier.sent] == ["Sí"]


@pytest.mark.parametrize(
    "failpoint", ["outbox.claimed", "outbox.handed-over", "outbox.written-down", "outbox.recorded"]
)
def test_killed_while_sending(database, carrier, professional, failpoint):
    arrive("SM1")
    work()
    conversation = one("SELECT id FROM conversation")
    for number in range(3):
        with unit_of_work(TEST) as unit:
            conversations.reply(
                unit.session, conversation_id=conversation, channel="whatsapp", body=f"{number}", author=professional
            )
    assert child(failpoint).wait(30) == -signal.SIGKILL
    settle()
    assert [message["Body"] for message in carrier.sent] == ["0", "1", "2"]
    states = [row[0] for row in rows("SELECT state FROM message WHERE direction = 'out' ORDER BY position")]
    assert states == ["sent"] * 3


def test_failpoints_are_dead_outside_of_tests(database, carrier):
    arrive("SM1")
    secrets = {
        "ALMA_SECRET_KEY": "s",
        "ALMA_DATA_KEY": settings().DATA_KEY,
        "ALMA_OIDC_CLIENT_ID": "c",
        "ALMA_OIDC_CLIENT_SECRET": "c",
    }
    assert child("raw.parsed", ALMA_ENV="development", **secrets).wait(30) == 0


WORKER = """
import threading
from channels.worker import serve
serve(threading.Event())
"""


def test_workers_killed_at_random_while_messages_flow_both_ways(database, carrier, professional):
    """Three workers, killed again and again, while forty people write and are answered."""
    running = [child(code=WORKER) for _ in range(2)]
    try:
        for number in range(40):
            arrive(f"SM{number}", f"{number}", f"whatsapp:+3460000{number:04d}")
            if number % 10 == 9:
                time.sleep(0.7)
                victim = running.pop(0)
                victim.kill()
                victim.wait()
                running.append(child(code=WORKER))
        wait_for("SELECT count(*) = 40 FROM message WHERE direction = 'in'", 30)
        for number, (conversation,) in enumerate(rows("SELECT id FROM conversation")):
            with unit_of_work(TEST) as unit:
                conversations.reply(
                    unit.session, conversation_id=conversation, channel="whatsapp", body="Sí", author=professional
                )
            if number % 13 == 12:
                victim = running.pop(0)
                victim.kill()
                victim.wait()
                running.append(child(code=WORKER))
        ends = time.monotonic() + 150
        while time.monotonic() < ends and one("SELECT count(*) FROM outbox WHERE state <> 'sent'"):
            change(
                "UPDATE outbox SET lease_until = now() WHERE state = 'sending' AND claimed_at < now() - interval '12 s'"
            )
            time.sleep(0.2)
    finally:
        for process in running:
            process.kill()
            process.wait()
    assert one("SELECT count(*) FROM conversation") == 40
    assert one("SELECT count(*) FROM message WHERE direction = 'out' AND state = 'sent'") == 40
    assert len({message["To"] for message in carrier.sent}) == len(carrier.sent) == 40


def wait_for(query: str, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if one(query):
            return
        time.sleep(0.1)
    raise AssertionError(query)


def test_the_worker_survives_its_database(database, carrier, cluster):
    stop = threading.Event()
    thread = threading.Thread(target=worker.serve, args=(stop,))
    thread.start()
    try:
        arrive("SM1", "antes")
        wait_for("SELECT count(*) = 1 FROM message", 10)
        name = settings().DATABASE_URL.rsplit("/", 1)[1].split("?")[0]
        for _ in range(3):
            with cluster.connect() as connection:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
            time.sleep(0.2)
        arrive("SM2", "después")
        status_arrives("SM9", "sent")
        wait_for("SELECT count(*) = 2 FROM message", 15)
        wait_for("SELECT count(*) = 1 FROM heartbeat WHERE process = 'worker'", 5)
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
