"""The same message three times at once on each of two processes, and a first message fifty times over."""

import json
import os
import subprocess
import sys
import time

import pytest

from case_api.settings import settings
from tests.services.channels.carrier_forms import message_form, signed
from tests.services.channels.conftest import arrive, one, rows

MESSAGES = "/channels/twilio/messages"
POSTS = """
import json, sys, threading, time
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client
from werkzeug.wrappers import Response
from channels.http import create_intake_app
client = lambda: Client(DispatcherMiddleware(Response(status=404), {"/channels": create_intake_app()}))
form, headers, at = json.loads(sys.argv[1])
clients, answers = [client() for _ in range(3)], []
def post(one):
    time.sleep(max(0, at - time.time()))
    answers.append(one.post("/channels/twilio/messages", data=form, headers=headers).status_code)
threads = [threading.Thread(target=post, args=(one,)) for one in clients]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps(answers))
"""
WORK = "from channels.inbound.processing import process_next\nwhile process_next(): pass"


def process(code: str, *arguments: str) -> subprocess.Popen:
    environment = os.environ | {
        "ALMA_DATABASE_URL": settings().DATABASE_URL,
        "ALMA_PUBLIC_URL": settings().PUBLIC_URL,
        "ALMA_CARRIER_AUTH_TOKEN": settings().CARRIER_AUTH_TOKEN,
    }
    return subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, stdout=subprocess.PIPE)


def test_three_times_at_once_on_two_processes_is_one_message(database):
    form = message_form("SM" + "0" * 32, "Una sola vez")
    asked = json.dumps([form, signed(MESSAGES, form), time.time() + 6])
    answers = [json.loads(one.communicate(timeout=60)[0]) for one in [process(POSTS, asked), process(POSTS, asked)]]
    assert answers == [[200] * 3, [200] * 3]
    assert one("SELECT count(*) FROM raw_event") == 1
    for worker in [process(WORK), process(WORK)]:
        assert worker.wait(60) == 0
    assert rows("SELECT body FROM message") == [("Una sola vez",)]


@pytest.mark.parametrize("workers", [3])
def test_fifty_first_messages_read_by_several_processes_are_one_contact(database, workers):
    for number in range(50):
        arrive(f"SM{number}", f"mensaje {number}")
    for worker in [process(WORK) for _ in range(workers)]:
        assert worker.wait(120) == 0
    left = process(WORK)
    assert left.wait(60) == 0
    assert one("SELECT count(*) FROM contact") == one("SELECT count(*) FROM conversation") == 1
    bodies = [row[0] for row in rows("SELECT body FROM message ORDER BY position")]
    assert bodies == [f"mensaje {number}" for number in range(50)]
