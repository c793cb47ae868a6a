"""Fifty clients on two processes: groups, pairs and rooms, moves to one hour. No 5xx, no circle of waiting."""

import time
from collections import Counter
from itertools import cycle

from sqlalchemy import create_engine, text

from case_api import clock
from case_api.settings import settings
from tests.services.agenda.city import at, next_weekday
from tests.services.api.test_race import CLIENTS, racers  # noqa: F401 - a fixture


def owner(sql, **values):
    engine = create_engine(settings().DATABASE_OWNER_URL, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.execute(text(sql), values)
        rows = found.all() if found.returns_rows else []
    engine.dispose()
    return rows


def test_a_group_of_twelve(racers):  # noqa: F811
    owner("UPDATE appointment_reason SET places = 12, modes = '{in_person}' WHERE key = 'family_support'")
    starts = at(next_weekday(clock.today(), 1), 11)
    owner(
        "INSERT INTO group_session (id, unit_id, professional_id, second_professional_id, room_id, reason, mode, "
        "during, places, created_by) VALUES (gen_random_uuid(), :unit, :lucia, :marta, :room, 'family_support', "
        "'in_person', tstzrange(:at, CAST(:at AS timestamptz) + interval '1 hour'), 12, 'test')",
        unit=racers.place.unit, lucia=racers.place.lucia, marta=racers.place.marta, room=racers.place.rooms[0],
        at=starts,
    )  # fmt: skip
    body = racers.booking(11, reason="family_support", professional_id=None)
    answers = racers.race([("/appointments", person, body) for person in racers.place.people])
    assert Counter(answer.status_code for answer in answers) == {201: 12, 409: CLIENTS - 12}
    assert owner("SELECT taken, (SELECT count(*) FROM appointment) FROM group_session") == [(12, 12)]


def test_pairs_and_the_only_room_in_opposite_order(racers):  # noqa: F811
    """Half ask for Lucía first and Marta beside her, half the other way; others want one of them or the room alone."""
    owner("UPDATE appointment_reason SET pair = true, modes = '{in_person,phone}' WHERE key = 'family_support'")
    staff = cycle([str(racers.place.lucia), str(racers.place.marta)])
    kinds = cycle([("family_support", "in_person"), ("family_support", "in_person"), ("follow_up", "in_person"),
                   ("follow_up", "phone"), ("family_support", "phone")])  # fmt: skip
    minutes = cycle([0, 15, 30])
    requests = []
    for person in racers.place.people:
        reason, mode = next(kinds)
        body = racers.booking(10, next(minutes), reason=reason, mode=mode, professional_id=next(staff))
        requests.append(("/appointments", person, body))
    began = time.monotonic()
    answers = racers.race(requests)
    assert time.monotonic() - began < 30
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = sum(answer.status_code == 201 for answer in answers)
    assert made >= 1
    clashes = owner("""
        WITH taken AS (
            SELECT a.id, resource, during FROM appointment a,
                   unnest(ARRAY[professional_id, second_professional_id, room_id]) resource
            WHERE state = 'booked' AND resource IS NOT NULL)
        SELECT count(*) FROM taken x JOIN taken y ON x.resource = y.resource AND x.id < y.id AND x.during && y.during
    """)
    assert clashes == [(0,)] and owner("SELECT count(*) FROM appointment") == [(made,)]


def test_many_move_to_one_hour_and_keep_what_they_had(racers):  # noqa: F811
    people = racers.place.people[:16]
    staff = cycle([str(racers.place.lucia), str(racers.place.marta)])
    bodies = []
    for number, person in enumerate(people):
        hour, minute = divmod((number // 2) * 30, 60)
        bodies.append((person, racers.booking(9 + hour, minute, mode="phone", professional_id=next(staff))))
    made = racers.race([("/appointments", person, body) for person, body in bodies])
    assert {answer.status_code for answer in made} == {201}
    before = {answer.json()["id"]: answer.json()["starts_at"] for answer in made}
    goal = racers.booking(13, 30)
    moves = [
        (f"/appointments/{made[number].json()['id']}/move", person,
         {"starts_at": goal["starts_at"], "professional_id": goal["professional_id"]})
        for number, person in enumerate(people)
    ]  # fmt: skip
    answers = racers.race(moves)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: len(people) - 1}
    moved = next(answer.json()["id"] for answer in answers if answer.status_code == 200)
    for row in racers.booked():
        if str(row.id) != moved:
            assert row.since.isoformat().startswith(before[str(row.id)].replace("Z", "")[:19])


def test_holds_and_bookings_for_one_hour(racers):  # noqa: F811
    """Half keep the slot, half book it at once: one has it, and a hold that has run out gives way without a circle."""
    body = racers.booking(mode="phone")
    owner(
        "INSERT INTO appointment_hold (id, person_id, unit_id, reason, mode, professional_id, during, created_at, "
        "created_by, expires_at) VALUES (gen_random_uuid(), :who, :unit, 'follow_up', 'phone', :lucia, "
        "tstzrange(:at, CAST(:at AS timestamptz) + interval '30 minutes'), now() - interval '1 hour', 'test', "
        "now() - interval '50 minutes')",
        who=racers.place.people[0], unit=racers.place.unit, lucia=racers.place.lucia, at=body["starts_at"],
    )  # fmt: skip
    requests = []
    for number, person in enumerate(racers.place.people[1:]):
        requests.append(("/appointments" if number % 2 else "/appointment-holds", person, body))
    answers = racers.race(requests)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: len(requests) - 1}
