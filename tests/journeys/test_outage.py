"""The database stands still while 500 messages and 200 mails come in: all there afterwards, once, in order.

Senders do as they do outside: the carrier tries a webhook again for some seconds and then never more (its list of
messages is swept), mail servers try for days (here: every two seconds). `ALMA_TEST_OUTAGE=60` for the whole minute.
"""

import os
import signal
import smtplib
import threading
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import psutil
import pytest

from channels.conversations.reading import TIMELINE
from tests.journeys.inside import drained, hurry_sweep, rows, sandbox
from tests.journeys.running import Alma, wait_for

SECONDS = float(os.environ.get("ALMA_TEST_OUTAGE", "10"))
PHONES = [f"+34600001{number:03d}" for number in range(25)]
EACH = 20
MAILBOXES = [f"persona{number}@correo.example" for number in range(20)]
MAILS_EACH = 10
SPACING = max(1.1, SECONDS * 1.2 / EACH)  # the carrier's list knows whole seconds
MAIL_SERVER_TRIES_FOR = SECONDS + 240


@pytest.fixture
def running(own_alma: Alma) -> Alma:
    return own_alma.start(240)


def postgres_of(alma: Alma) -> list[psutil.Process]:
    return [each for each in alma.tree() if each.name() == "postgres"]


def stand_still(alma: Alma) -> None:
    """Stop every process of the database for SECONDS: connections stay open and answer nothing."""
    stopped = postgres_of(alma)
    assert stopped
    for process in stopped:
        process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(SECONDS)
    finally:
        for process in stopped:
            if process.is_running():
                process.send_signal(signal.SIGCONT)


def from_phone(alma: Alma, number: str) -> None:
    for turn in range(EACH):
        began = time.monotonic()
        message = {"from": number, "channel": "sms", "body": f"{number} escribe {turn}"}
        sandbox(alma, "POST", "carrier/control/send", json=message)
        time.sleep(max(0.0, SPACING - (time.monotonic() - began)))


def from_mailbox(alma: Alma, address: str, answers: Counter) -> None:
    """One mail after another, each kept by its server until it is taken."""
    for turn in range(MAILS_EACH):
        mail = EmailMessage()
        mail["From"], mail["To"] = address, "alma@servicios.alma.example"
        mail["Subject"], mail["Message-ID"] = "Una duda", f"<{turn}.{address}>"
        mail.set_content(f"{address} escribe {turn}")
        deadline = time.monotonic() + MAIL_SERVER_TRIES_FOR
        while True:
            try:
                with smtplib.SMTP("127.0.0.1", alma.ports["SMTP_PORT"], timeout=60) as server:
                    server.send_message(mail)
                answers["250"] += 1
                break
            except smtplib.SMTPResponseException as refused:
                assert 400 <= refused.smtp_code < 500, refused
                answers[str(refused.smtp_code)] += 1
            except (OSError, smtplib.SMTPServerDisconnected):
                answers["cut off"] += 1
            assert time.monotonic() < deadline
            time.sleep(2)
        time.sleep(SECONDS / MAILS_EACH / 2)


def seen(alma: Alma) -> dict[str, list[str]]:
    """What each sender wrote, in the order in which their conversation shows it."""
    found: dict[str, list[str]] = defaultdict(list)
    query = (
        "SELECT a.value AS sender, m.body FROM message m JOIN address a ON a.id = m.address_id "
        f"WHERE m.direction = 'in' AND m.body LIKE '%% escribe %%' ORDER BY {TIMELINE}"
    )
    for row in rows(alma, query):
        found[row["sender"]].append(row["body"].strip())
    return dict(found)


def test_nothing_is_lost_doubled_or_out_of_order_while_the_database_stands_still(running: Alma) -> None:
    alma, answers = running, Counter()
    wanted = {number: [f"{number} escribe {turn}" for turn in range(EACH)] for number in PHONES}
    wanted |= {address: [f"{address} escribe {turn}" for turn in range(MAILS_EACH)] for address in MAILBOXES}
    with ThreadPoolExecutor(len(PHONES) + len(MAILBOXES)) as threads:
        writing = [threads.submit(from_phone, alma, number) for number in PHONES]
        writing += [threads.submit(from_mailbox, alma, address, answers) for address in MAILBOXES]
        outage = threading.Timer(2.0, stand_still, [alma])
        outage.start()
        for one in writing:
            one.result(timeout=SECONDS + 400)
        outage.join()

    def all_there() -> bool:
        hurry_sweep(alma)
        return drained(alma) and sum(map(len, seen(alma).values())) >= sum(map(len, wanted.values()))

    wait_for(all_there, 300, "every message and every mail")
    found = seen(alma)
    assert {sender: sorted(bodies) for sender, bodies in found.items()} == {
        sender: sorted(bodies) for sender, bodies in wanted.items()
    }, "each once"
    assert found == wanted, "in each sender's order"
    print(f"{SECONDS:.0f} s: mail answered {dict(answers)}")
