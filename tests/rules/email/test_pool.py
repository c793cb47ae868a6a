"""The parser process: killed when it takes too long or dies, capped in memory, heir to no secret."""

import os
import threading

import pytest

from channels.adapters import Quarantine
from channels.adapters.email.pool import ParserPool
from tests.data.mail.make import TEXT, build

JOB = {"mail_from": "", "rcpt_to": [], "authserv_id": "mx.example"}
SLOW = build(b"<p>" + b"\n".join(b"palabra <b>una</b>" for _ in range(50_000)), Content_Type="text/html")


@pytest.fixture
def own_pool():
    made = ParserPool(size=1)
    yield made
    made.close()


def child_of(pool: ParserPool):
    child = pool._slots.get()
    pool._slots.put(child)
    return child


def test_time_out_is_a_reason_and_the_next_mail_is_read(own_pool):
    own_pool.read(build(), **JOB)
    with pytest.raises(Quarantine) as caught:
        own_pool.read(SLOW, seconds=0.05, **JOB)
    assert caught.value.reason == "time-out"
    assert own_pool.read(build(), **JOB)[0]["body"] == TEXT


def test_a_killed_parser_costs_nothing(own_pool):
    own_pool.read(build(), **JOB)
    first = child_of(own_pool).process
    first.kill()
    first.wait()
    assert own_pool.read(build(), **JOB)[0]["body"] == TEXT
    assert child_of(own_pool).process.pid != first.pid


def test_limits_and_no_secret_in_the_process(own_pool, monkeypatch):
    monkeypatch.setenv("ALMA_DATA_KEY", "secret")
    own_pool.read(build(), **JOB)
    pid = child_of(own_pool).process.pid
    with open(f"/proc/{pid}/limits") as limits:
        lines = {line[:26].strip(): line[26:46].strip() for line in limits}
    assert int(lines["Max address space"]) <= 1024**3
    assert int(lines["Max file size"]) == 0
    assert lines["Max cpu time"].isdigit()
    with open(f"/proc/{pid}/environ", "rb") as environ:
        assert b"ALMA_" not in environ.read()


def test_the_process_ends_with_its_pool(own_pool):
    own_pool.read(build(), **JOB)
    pid = child_of(own_pool).process.pid
    own_pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_many_threads_each_get_their_own_mail():
    pool, seen = ParserPool(size=2), {}

    def work(number: int) -> None:
        seen[number] = pool.read(build(f"mensaje {number}"), **JOB)[0]["body"]

    threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pool.close()
    assert seen == {number: f"mensaje {number}" for number in range(20)}
