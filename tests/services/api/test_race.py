"""Many clients, real sockets, two server processes: one wins, the others hear it kindly, nobody waits in a circle."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import cycle
from threading import Barrier
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import create_engine, text

from case_api import clock
from case_api.http import tokens
from case_api.settings import settings
from tests.services.agenda.city import Place, at, build_as_owner, next_weekday
from tests.services.api.server import free_port, start_server, wait_until_up

CLIENTS = 50
DEADLINE = 60


class Racers:
    """Clients on two processes, in turn."""

    def __init__(self, ports: list[int], place: Place):
        self.place = place
        self._bases = [f"http://127.0.0.1:{port}/api/v1" for port in ports]

    def wait(self) -> None:
        for base in self._bases:
            wait_until_up(base)

    def race(self, requests: list[tuple[str, object, dict]], **headers: str) -> list[httpx.Response]:
        """Send all (path, person, body) at one moment; the answers in the same order."""
        start = Barrier(len(requests))
        bases = cycle(self._bases)

        def send(base, path, person, body):
            token = tokens.issue(
                kind="citizen", subject=person, client_id="race", scopes=["appointments:write"], assurance="low"
            )
            with httpx.Client(base_url=base, timeout=DEADLINE) as client:
                start.wait(DEADLINE)
                return client.post(path, json=body, headers={"Authorization": f"Bearer {token}"} | headers)

        with ThreadPoolExecutor(len(requests)) as pool:
            waiting = [pool.submit(send, next(bases), *request) for request in requests]
            return [each.result(DEADLINE) for each in waiting]

    def booking(self, hour: int = 10, minute: int = 0, **changes) -> dict:
        day = next_weekday(clock.today(), 1)
        base = {
            "unit_id": str(self.place.unit),
            "reason": "follow_up",
            "mode": "in_person",
            "starts_at": at(day, hour, minute).isoformat(),
            "professional_id": str(self.place.lucia),
        }
        return {name: value for name, value in (base | changes).items() if value is not None}

    def booked(self) -> list:
        engine = create_engine(settings().DATABASE_OWNER_URL)
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT id, person_id, professional_id, room_id, lower(during) AS since, upper(during) AS until "
                    "FROM appointment WHERE state = 'booked' ORDER BY during"
                )
            ).all()
            changes = connection.execute(text("SELECT count(*) FROM event")).scalar()
        engine.dispose()
        assert changes >= len(rows)
        return rows


@pytest.fixture
def racers(database: str) -> Iterator[Racers]:
    made = Racers([free_port(), free_port()], build_as_owner(people=CLIENTS, rooms=1))
    servers = [start_server(int(base.split(":")[2].split("/")[0])) for base in made._bases]
    try:
        made.wait()
        yield made
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def test_the_last_slot(racers):
    """One professional, one slot left of the day: 50 people want it."""
    body = racers.booking()
    answers = racers.race([("/appointments", person, body) for person in racers.place.people])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CLIENTS - 1}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.headers["Content-Type"] == "application/problem+json"
            choice = answer.json()["alternatives"]
            assert choice and choice[0]["professional_id"] == str(racers.place.lucia)
            assert body["starts_at"] not in [
                slot["starts_at"] for slot in choice if slot["professional_id"] == str(racers.place.lucia)
            ]
    assert len(racers.booked()) == 1


def test_overlapping_starts_and_lengths(racers):
    """Half hours, three quarters and hours that begin every quarter, in person, in the only room."""
    reasons = cycle(["follow_up", "first_interview", "family_support"])
    minutes = cycle(range(0, 120, 15))
    staff = cycle([racers.place.lucia, racers.place.marta])
    requests = []
    for person in racers.place.people:
        minute = next(minutes)
        body = racers.booking(10 + minute // 60, minute % 60, reason=next(reasons), professional_id=str(next(staff)))
        requests.append(("/appointments", person, body))
    answers = racers.race(requests)
    assert {answer.status_code for answer in answers} == {201, 409}
    booked = racers.booked()
    assert len(booked) == sum(answer.status_code == 201 for answer in answers) >= 2
    for first, second in zip(booked, booked[1:], strict=False):
        assert first.until <= second.since, "one room, so none may overlap"


def test_moves_in_opposite_directions(racers):
    """Half go from Lucía to Marta and half the other way, each to the hour that another one holds: no deadlock."""
    half = 8
    people = racers.place.people[: 2 * half]
    bodies = []
    for number, person in enumerate(people):
        staff = racers.place.lucia if number < half else racers.place.marta
        hour, minute = divmod((number % half) * 30, 60)
        bodies.append((person, racers.booking(9 + hour, minute, professional_id=str(staff), mode="phone")))
    made = racers.race([("/appointments", person, body) for person, body in bodies])
    assert {answer.status_code for answer in made} == {201}
    moves = []
    for number, (person, _body) in enumerate(bodies):
        other = racers.place.marta if number < half else racers.place.lucia
        hour, minute = divmod((number % half) * 30, 60)
        moved = racers.booking(9 + hour, minute, professional_id=str(other))
        body = {"starts_at": moved["starts_at"], "professional_id": moved["professional_id"], "mode": "phone"}
        moves.append((f"/appointments/{made[number].json()['id']}/move", person, body))
    began = time.monotonic()
    answers = racers.race(moves)
    assert time.monotonic() - began < 20
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(racers.booked()) == 2 * half, "whoever could not move kept the old one"


def test_a_double_click(racers):
    person = racers.place.people[0]
    body = racers.booking(professional_id=None)
    answers = racers.race([("/appointments", person, body)] * 12, **{"Idempotency-Key": str(uuid4())})
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    (only,) = racers.booked()
    assert only.until - only.since == timedelta(minutes=30)
