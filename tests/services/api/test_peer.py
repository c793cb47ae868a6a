"""The city's corporate booking system as a peer: one agenda, two systems, no hour given twice."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import httpx
import pytest
from flask.sessions import SecureCookieSessionInterface

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda import booking
from case_api.db import unit_of_work
from case_api.http import tokens
from case_api.http.oauth import clients
from case_api.webhooks import sending
from portal.apps import create_staff_app
from portal.identity import sessions, staff_accounts
from tests.services.agenda.city import at, build_as_owner, next_weekday
from tests.services.agenda.test_races import owner
from tests.services.api.server import free_port, start_server, wait_until_up
from tests.services.api.test_webhooks import Receiver, receiver, send_all  # noqa: F401 - a fixture

PEER = "cita-previa"
SCOPES = ["person:read", "appointments:read", "appointments:write", "webhooks:read", "webhooks:write"]
DEADLINE = 90


def register(place) -> str:
    with unit_of_work(Actor.system("test")) as unit:
        return clients.register(
            unit.session, client_id=PEER, name="Cita previa municipal", kind="system", scopes=SCOPES,
            grant_types=[clients.CREDENTIALS], units=[place.unit],
        )  # fmt: skip


def employee_token(api, *, staff=None) -> str:
    return tokens.issue(
        kind="staff", subject=staff or api.place.marta, client_id=PEER, scopes=SCOPES, assurance="substantial"
    )


def test_everything_a_peer_needs(api):
    """List, hold, book with a key, move to its hold, cancel: each as the desk would, and said to be the peer's."""
    register(api.place)
    token, who = employee_token(api), str(api.place.amparo)
    day = next_weekday(clock.today(), 1)
    asked = f"unit_id={api.place.unit}&reason=follow_up&mode=phone&from_day={day}&to_day={day}"
    free = api.call("GET", f"/slots?{asked}", token).json["items"]
    assert len(free) > 10
    first = api.call("GET", f"/slots/first?reason=follow_up&unit_id={api.place.unit}", token).json["items"]
    assert first[0]["unit_id"] == str(api.place.unit)
    body = {"person_id": who, "unit_id": str(api.place.unit), "reason": "follow_up", "mode": "phone",
            "starts_at": free[0]["starts_at"], "professional_id": free[0]["professional_id"]}  # fmt: skip
    held = api.call("POST", "/appointment-holds", token, json=body)
    assert held.status_code == 201, held.text
    again = api.call("GET", f"/slots?{asked}", api.token(api.place.roberto)).json["items"]
    assert (free[0]["starts_at"], free[0]["professional_id"]) not in {
        (s["starts_at"], s["professional_id"]) for s in again
    }
    key = {"Idempotency-Key": str(uuid4())}
    made = api.call("POST", "/appointments", token, json=body | {"hold_id": held.json["id"]}, headers=key)
    assert made.status_code == 201, made.text
    repeat = api.call("POST", "/appointments", token, json=body | {"hold_id": held.json["id"]}, headers=key)
    assert repeat.json["id"] == made.json["id"] and api.count("appointment") == 1
    assert api.execute("SELECT source FROM appointment", {}).scalar() == "peer"
    path, later = f"/appointments/{made.json['id']}", free[8]
    goal = {"starts_at": later["starts_at"], "professional_id": later["professional_id"]}
    hold = api.call("POST", "/appointment-holds", token, json=body | goal | {"moves": made.json["id"]}).json
    moved = api.call("POST", f"{path}/move", token, json=goal | {"hold_id": hold["id"]},
                     headers={"If-Match": made.headers["ETag"]})  # fmt: skip
    assert moved.status_code == 200 and moved.json["starts_at"] == later["starts_at"], moved.text
    stale = api.call("POST", f"{path}/move", token, json=goal, headers={"If-Match": made.headers["ETag"]})
    assert stale.status_code in (409, 412)
    assert api.call("POST", f"{path}/cancel", token, json={}).json["state"] == "cancelled"


def test_a_move_to_another_centre_goes_there(api):
    """The field was taken and forgotten once: whoever is told 200 must find the appointment in the other centre."""
    register(api.place)
    token = employee_token(api)
    made = api.call("POST", "/appointments", token, json=api.booking(person_id=str(api.place.amparo))).json
    goal = {"starts_at": api.booking()["starts_at"], "unit_id": str(api.place.other_unit)}
    moved = api.call("POST", f"/appointments/{made['id']}/move", token, json=goal)
    assert moved.status_code == 200 and moved.json["unit_id"] == str(api.place.other_unit), moved.text
    assert moved.json["professional_id"] == str(api.place.omar)


def test_what_the_city_keeps_from_the_peer_is_not_booked_by_it(api):
    register(api.place)
    api.execute("UPDATE appointment_reason SET peer = false WHERE key = 'follow_up'", {})
    refused = api.call("POST", "/appointments", employee_token(api), json=api.booking(person_id=str(api.place.amparo)))
    assert refused.status_code == 422 and api.count("appointment") == 0
    ours = api.token(staff=api.place.marta)
    made = api.call("POST", "/appointments", ours, json=api.booking(person_id=str(api.place.amparo)))
    assert made.status_code == 201 and api.execute("SELECT source FROM appointment", {}).scalar() == "desk"


HEARD = ["appointment.booked", "appointment.moved", "appointment.cancelled"]


def test_the_peer_hears_what_happens_in_its_centres_alone(api, receiver):  # noqa: F811
    """What the person does in the portal: thin, with no consent asked, because it is the centre's own agenda."""
    register(api.place)
    own = tokens.issue(kind="client", subject=PEER, client_id=PEER, scopes=["webhooks:read", "webhooks:write"])
    made = api.call("POST", "/webhooks", own, json={"url": f"http://{receiver.place}/hook", "kinds": HEARD})
    assert made.status_code == 201, made.text
    citizen = api.token(api.place.amparo)
    one = api.call("POST", "/appointments", citizen, json=api.booking()).json
    later = {"starts_at": (datetime.fromisoformat(one["starts_at"]) + timedelta(hours=1)).isoformat()}
    api.call("POST", f"/appointments/{one['id']}/move", citizen, json=later)
    api.call("POST", f"/appointments/{one['id']}/cancel", citizen, json={})
    send_all()
    assert receiver.kinds == HEARD, api.execute("SELECT kind, state, last_error FROM webhook_delivery", {}).all()
    told = json.loads(receiver.heard[0][1])
    assert told["subject"] == f"appointments/{one['id']}" and told["data"] == {"person_id": str(api.place.amparo)}
    looks = api.execute(
        "SELECT DISTINCT actor_id, role, unit_id FROM access_entry WHERE actor_id = :peer", {"peer": PEER}
    )
    assert [tuple(row) for row in looks] == [(PEER, "administrative", api.place.unit)], "being told is a look"
    elsewhere = api.booking(unit_id=str(api.place.other_unit), professional_id=str(api.place.omar))
    api.call("POST", "/appointments", citizen, json=elsewhere)
    api.execute("UPDATE person SET shielded_at = now() WHERE id = :who", {"who": api.place.roberto})
    with unit_of_work(Actor.system("test")) as unit:
        starts_at = datetime.fromisoformat(api.booking()["starts_at"])
        booking.book(unit, person_id=api.place.roberto, unit_id=api.place.unit, reason="follow_up", mode="phone",
                     starts_at=starts_at, professional_id=api.place.lucia)  # fmt: skip
    send_all()
    assert len(receiver.heard) == 3, "another centre's, and a shielded person's, are nothing to it"
    assert sending.send_next() is False


@pytest.fixture
def both(database: str):
    """The API in one process and Alma's own desk in another, on one database."""
    place = build_as_owner(people=24, rooms=2)
    ports = [free_port(), free_port()]
    servers = [start_server(ports[0]), start_server(ports[1], "tests.services.api.serve_desk")]
    try:
        wait_until_up(f"http://127.0.0.1:{ports[0]}/api/v1")
        wait_until_up_page(f"http://127.0.0.1:{ports[1]}/entrar")
        yield place, f"http://127.0.0.1:{ports[0]}/api/v1", f"http://127.0.0.1:{ports[1]}"
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(20)


def wait_until_up_page(address: str) -> None:
    import time

    until = time.monotonic() + DEADLINE
    while True:
        try:
            if httpx.get(address, timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until, "the desk did not come up"
        time.sleep(0.05)


def desk_cookie(place) -> str:
    with unit_of_work(Actor.system("test")) as unit:
        staff_accounts.save(unit.session, professional_id=place.marta, password="invented", totp_seed="A" * 32)
        token = sessions.begin_staff(unit.session, professional_id=place.marta)
    signer = SecureCookieSessionInterface().get_signing_serializer(create_staff_app())
    return signer.dumps({"_user_id": token})


def test_two_systems_on_one_agenda_never_give_an_hour_twice(both):
    """Ten hours of one professional. The peer by its API and the desk by its pages want each of them at one moment."""
    place, api_base, desk_base = both
    register(place)
    cookie = desk_cookie(place)
    day = next_weekday(clock.today(), 1)
    hours = [at(day, 9 + n // 2, 30 * (n % 2)).isoformat() for n in range(10)]
    people = place.people[:20]
    start = Barrier(len(people))
    token = tokens.issue(kind="staff", subject=place.marta, client_id=PEER, scopes=SCOPES, assurance="substantial")
    what = {"motivo": "follow_up", "modo": "phone", "plazo": "ordinary", "via": "desk", "centro": str(place.unit),
            "con": str(place.lucia)}  # fmt: skip

    def peer(hour, who):
        body = {"person_id": str(who), "unit_id": str(place.unit), "reason": "follow_up", "mode": "phone",
                "starts_at": hour, "professional_id": str(place.lucia)}  # fmt: skip
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        with httpx.Client(timeout=DEADLINE) as client:
            start.wait(DEADLINE)
            return client.post(f"{api_base}/appointments", json=body, headers=headers).status_code

    def desk(hour, who):
        with httpx.Client(timeout=DEADLINE) as client:
            path = f"{desk_base}/agenda/dar/{who}/confirmar"
            page = client.get(path, params=what | {"hora": hour}, headers={"Cookie": f"alma_staff={cookie}"})
            assert page.status_code == 200, page.text[:500]
            now = {"Cookie": f"alma_staff={page.cookies.get('alma_staff', cookie)}"}
            client.cookies.clear()
            csrf = page.text.partition('name="csrf_token" value="')[2].partition('"')[0]
            start.wait(DEADLINE)
            form = what | {"hora": hour, "csrf_token": csrf, "clave": str(uuid4())}
            return {303: 201}.get(found := client.post(path, data=form, headers=now).status_code, found)

    with ThreadPoolExecutor(len(people)) as pool:
        waiting = [pool.submit((peer, desk)[n % 2], hours[n // 2], who) for n, who in enumerate(people)]
        answers = [one.result(DEADLINE * 2) for one in waiting]
    assert Counter(answers) == {201: 10, 409: 10}, answers
    booked = owner("SELECT source, count(*) FROM appointment WHERE state = 'booked' GROUP BY source")
    assert sum(count for _source, count in booked) == 10 and {source for source, _count in booked} <= {"peer", "desk"}
    assert owner("""SELECT count(*) FROM appointment a JOIN appointment b ON a.id < b.id
        AND a.professional_id = b.professional_id AND a.during && b.during""") == [(0,)]  # fmt: skip
