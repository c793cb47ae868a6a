"""SIGKILL, again and again, while people write and are answered: nothing lost, nothing twice."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import psutil
import pytest

from tests.journeys.desk import Desk
from tests.journeys.inside import drained, hurry_sweep, mailbox_of, one, personal_in_logs, phone_of, rows, sandbox
from tests.journeys.running import Alma, wait_for

SEED = 20260302
EACH = 10  # messages of each person, and answers to each
# How often each part is killed, at least and at most, and the longest that it may work before that, in seconds.
PLAN = {"web": (6, 9, 7.0), "worker": (6, 12, 9.0), "smtp": (2, 3, 30.0)}
SENT = "'sent', 'delivered', 'read'"


@dataclass(frozen=True)
class Somebody:
    channel: str
    address: str

    def writes(self, alma: Alma, body: str) -> None:
        """Through the sandbox, whose process is not the one that is killed."""
        if self.channel == "email":
            mail = {"from": self.address, "subject": "Una duda", "text": body}
            assert sandbox(alma, "POST", "mail/control/send", json=mail)["state"] != "refused"
        else:
            message = {"from": self.address, "channel": self.channel, "body": body}
            sandbox(alma, "POST", "carrier/control/send", json=message)


PEOPLE = [
    Somebody("whatsapp", "+34600000001"),
    Somebody("whatsapp", "+34600000002"),
    Somebody("whatsapp", "+34600000003"),
    Somebody("whatsapp", "+34600000005"),
    Somebody("whatsapp", "+34600000071"),
    Somebody("whatsapp", "+34600000072"),
    Somebody("sms", "+34600000073"),
    Somebody("sms", "+34600000074"),
    Somebody("email", "roberto@correo.example"),
    Somebody("email", "nadie@correo.example"),
]


def question(who: int, number: int) -> str:
    return f"Pregunta {who}-{number} de la prueba"


def answer(who: int, number: int) -> str:
    return f"Respuesta {who}-{number} de la prueba"


ALL_IN = [question(who, number) for who in range(len(PEOPLE)) for number in range(EACH)]
ALL_OUT = [answer(who, number) for who in range(len(PEOPLE)) for number in range(EACH)]


def conversation_of(alma: Alma, who: Somebody) -> str | None:
    """The conversation that this person's first message of this test went into."""
    found = rows(
        alma,
        "SELECT m.conversation_id AS id FROM message m JOIN address a ON a.id = m.address_id "
        "WHERE a.kind = %(kind)s AND a.value = %(value)s AND m.body LIKE 'Pregunta %%' ORDER BY m.position LIMIT 1",
        kind=who.channel, value=who.address,
    )  # fmt: skip
    return str(found[0]["id"]) if found else None


def everybody_writes(alma: Alma, chance: random.Random) -> None:
    order = [(who, number) for number in range(EACH) for who in range(len(PEOPLE))]
    for who, number in order:
        PEOPLE[who].writes(alma, question(who, number))
        time.sleep(chance.uniform(0.1, 1.0))


def the_desk_answers(alma: Alma) -> int:
    """Answer everybody in turns, each by their own channel; returns how often a request had to be made again."""
    desk = Desk(alma, "ines")
    for number in range(EACH):
        for who, somebody in enumerate(PEOPLE):
            conversation = wait_for(
                lambda known=somebody: conversation_of(alma, known), 150, f"the first message of {somebody}"
            )
            desk.reply(conversation, somebody.channel, answer(who, number))
    return desk.again


def kill_one(alma: Alma, name: str, chance: random.Random) -> bool:
    """SIGKILL one process of a part, its first or a child; False when it is not there at the moment."""
    alive = [process for process in alma.part(name) if process.is_running()]
    if not alive:
        return False
    victim = alive[0] if chance.random() < 0.6 else chance.choice(alive)
    try:
        victim.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def at_work(alma: Alma, name: str) -> bool:
    """Whether a part does its work, not only lives: one that is killed while it starts has nothing to lose."""
    if name == "web":
        return _answers(alma, "/healthz")
    if name == "smtp":
        return bool(alma.part(name))
    processes = alma.part(name)
    if not processes:
        return False
    beat = one(alma, "SELECT extract(epoch FROM max(beat_at)) FROM heartbeat WHERE process = 'worker'")
    return beat is not None and beat > processes[0].create_time()


def kill_at_random(alma: Alma, name: str, chance: random.Random, over: threading.Event) -> int:
    """Kill a part whenever it has worked for some seconds, until the messages are all given away; how often."""
    least, most, longest = PLAN[name]
    killed = 0
    while killed < least or (killed < most and not over.is_set()):
        wait_for(lambda: at_work(alma, name), 120, f"{name} to be at work again")
        time.sleep(chance.uniform(0.1, longest))
        killed += kill_one(alma, name, chance)
    return killed


def arrived_on_phones(alma: Alma) -> Counter:
    numbers = {who.address for who in PEOPLE if who.channel != "email"}
    bodies = [
        message["body"] for number in numbers for message in phone_of(alma, number) if message["direction"] != "inbound"
    ]
    return Counter(body for body in bodies if body.startswith("Respuesta "))


def arrived_in_mailboxes(alma: Alma) -> dict[str, set[str]]:
    """The Message-IDs under which each answer came."""
    found: dict[str, set[str]] = {}
    for who in PEOPLE:
        for mail in mailbox_of(alma, who.address) if who.channel == "email" else []:
            if mail["direction"] == "in" and "Respuesta " in mail["text"]:
                body = next(line for line in mail["text"].splitlines() if line.startswith("Respuesta "))
                found.setdefault(body.strip(), set()).add(mail["message_id"])
    return found


def in_conversations(alma: Alma, direction: str, beginning: str) -> Counter:
    found = rows(
        alma,
        "SELECT body FROM message WHERE direction = %(direction)s AND body LIKE %(beginning)s",
        direction=direction, beginning=beginning + "%",
    )  # fmt: skip
    return Counter(row["body"] for row in found)


def at_rest(alma: Alma) -> bool:
    """Everything is in, everything is out, nothing waits; what no webhook brought was found in the carrier's list."""
    hurry_sweep(alma)
    return drained(alma) and sum(in_conversations(alma, "in", "Pregunta ").values()) >= len(ALL_IN)


@pytest.fixture
def started(own_alma: Alma) -> Alma:
    return own_alma.start(240)


def test_web_and_worker_are_killed_while_200_messages_flow_both_ways(started):
    alma, over = started, threading.Event()
    with ThreadPoolExecutor(5) as threads:
        killing = {
            name: threads.submit(kill_at_random, alma, name, random.Random(SEED + 10 + number), over)
            for number, name in enumerate(PLAN)
        }
        writing = threads.submit(everybody_writes, alma, random.Random(SEED + 1))
        answering = threads.submit(the_desk_answers, alma)
        try:
            writing.result()
            again = answering.result()
        finally:
            over.set()
        killed = {name: each.result() for name, each in killing.items()}
    assert all(killed[name] >= least for name, (least, _, _) in PLAN.items()), killed
    wait_for(lambda: at_rest(alma), 300, "everything to be in and out")

    assert in_conversations(alma, "in", "Pregunta ") == Counter(ALL_IN), "in: each once"
    assert in_conversations(alma, "out", "Respuesta ") == Counter(ALL_OUT), "out: each written once"
    by_phone = Counter(body for body in ALL_OUT if PEOPLE[int(body.split()[1].split("-")[0])].channel != "email")
    assert arrived_on_phones(alma) == by_phone, "on the phones: each once"
    mails = arrived_in_mailboxes(alma)
    assert set(mails) == set(ALL_OUT) - set(by_phone), "in the mailboxes: each"
    assert {body: len(ids) for body, ids in mails.items() if len(ids) != 1} == {}, "one Message-ID each"
    wrong = f"SELECT count(*) FROM message WHERE body LIKE 'Respuesta %%' AND state NOT IN ({SENT})"
    assert one(alma, wrong) == 0
    assert one(alma, "SELECT count(*) FROM raw_event WHERE state = 'quarantined'") == 0
    wait_for(lambda: _answers(alma), 90, "the parts that were killed last")
    assert personal_in_logs(alma, "Pregunta ", "Respuesta ") == []
    print(f"killed {killed}; {again} requests made again")


def test_nothing_of_a_killed_part_is_left_behind(started):
    """The web server's first process dies and its child keeps the port: both go, and the next one serves."""
    alma = started
    before = alma.part("web")
    assert len(before) > 1
    before[0].kill()
    psutil.wait_procs(before, timeout=10)
    assert not [process for process in before if process.is_running()], "the child of a killed server lives on"
    wait_for(lambda: alma.part("web") and _answers(alma), 90, "the next web process")
    alma.part("web")[0].kill()
    assert alma.stop() == []
    assert not [process for process in psutil.process_iter() if _is_of(process, alma)]


def _answers(alma: Alma, path: str = "/readyz") -> bool:
    try:
        return httpx.get(alma.base + path, timeout=20).status_code == 200
    except httpx.HTTPError:
        return False


def _is_of(process: psutil.Process, alma: Alma) -> bool:
    try:
        return process.environ().get("ALMA_VAR_DIR") == str(alma.var)
    except psutil.Error:
        return False


def test_the_supervisor_is_killed_and_started_again(started):
    """Its parts end with it, so that the next start finds its ports free; what was under way goes on there."""
    alma = started
    bodies = [f"Pregunta {number} antes del apagón" for number in range(12)]
    for number, body in enumerate(bodies):
        Somebody("whatsapp", f"+3460000009{number % 4}").writes(alma, body)
    everything = alma.tree()
    alma.process.kill()
    alma.process.wait()
    _, alive = psutil.wait_procs(everything, timeout=40)
    assert not alive
    alma.start(240)

    def counted() -> Counter:
        hurry_sweep(alma)
        return in_conversations(alma, "in", "Pregunta ")

    wait_for(lambda: drained(alma) and sum(counted().values()) >= len(bodies), 120, "every message")
    assert counted() == Counter(bodies), "each once"


def test_the_database_is_killed_in_the_middle_of_50_webhooks(started):
    """What was acknowledged is there; what was not comes again, or is found in the carrier's list."""
    alma = started
    [postgres] = [each for each in alma.tree() if each.name() == "postgres" and each.ppid() == alma.process.pid]
    bodies = [f"Pregunta {number} a una base de datos" for number in range(50)]

    def write(number: int) -> int:
        if number == 20:
            postgres.kill()
        message = {"from": f"+346000000{60 + number % 10}", "channel": "whatsapp", "body": bodies[number], "wait": True}
        return sandbox(alma, "POST", "carrier/control/send", json=message)["webhook_status"]

    with ThreadPoolExecutor(6) as threads:
        statuses = list(threads.map(write, range(50)))
    wait_for(lambda: _answers(alma), 90, "the database to be back")
    assert not postgres.is_running() and "the database is back" in alma.said.read_text()
    accepted = [body for body, status in zip(bodies, statuses, strict=True) if status == 200]
    assert len(accepted) > 20, Counter(statuses)

    def counted() -> Counter:
        hurry_sweep(alma)
        return in_conversations(alma, "in", "Pregunta ")

    wait_for(lambda: drained(alma) and set(accepted) <= set(counted()), 60, "what was accepted")
    wait_for(lambda: sum(counted().values()) >= 50, 150, "what was not accepted, by the sweep")
    assert counted() == Counter(bodies), "each once"
    print(f"webhooks answered {dict(Counter(statuses))}")
