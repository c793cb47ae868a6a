"""Who gets into a video call, from which device, when; and that nobody gets anything before they were let in."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import Conflict, NotFound
from case_api.video import rooms

OURS = Actor.system("test")


def token(browser, path: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)[1]


def post(browser, base: str, path: str = "", **fields):
    return browser.post(base + path, data={"csrf_token": token(browser, base), **fields})


def seats(appointment_id) -> dict[str, rooms.Guest]:
    with unit_of_work(OURS) as unit:
        found = rooms.of_appointment_id(unit.session, appointment_id)
        return {one.role: one for one in rooms.guests(unit.session, found.id)}


@pytest.fixture
def pair(call, log_in, at_desk):
    """Amparo and Marta, both in the waiting room: browsers, bases, and the appointment."""
    made = call()
    amparo, marta = log_in("amparo"), at_desk("marta")
    mine, hers = f"/citas/{made}/video", f"/agenda/{made}/video"
    assert post(amparo, mine).status_code == 303 and post(marta, hers).status_code == 303
    return made, (amparo, mine), (marta, hers)


def admit(pair):
    made, _, (marta, hers) = pair
    return post(marta, hers, f"/admitir/{seats(made)['person'].id}")


def test_before_admission_neither_gets_anything_to_call_with(pair):
    _, (amparo, mine), (marta, hers) = pair
    for browser, base in ((amparo, mine), (marta, hers)):
        told = browser.get(f"{base}/pulso").json
        assert "media" not in told and told["peers"] == [] and told["signals"] == []
    assert [one["role"] for one in marta.get(f"{hers}/pulso").json["waiting"]] == ["person"]
    assert "waiting" not in amparo.get(f"{mine}/pulso").json


def test_after_it_both_do_and_see_each_other(pair):
    made, (amparo, mine), (marta, hers) = pair
    assert admit(pair).status_code == 303
    for browser, base, other in ((amparo, mine, "professional"), (marta, hers, "person")):
        told = browser.get(f"{base}/pulso").json
        assert told["media"]["iceTransportPolicy"] in ("all", "relay")
        assert [one["role"] for one in told["peers"]] == [other]


def test_what_one_sends_the_other_gets_once_and_nothing_is_left(pair):
    made, (amparo, mine), (marta, hers) = pair
    admit(pair)
    to = str(seats(made)["professional"].id)
    headers = {"X-CSRFToken": token(amparo, mine)}
    for number in range(3):
        sent = amparo.post(
            f"{mine}/senales", json={"to": to, "kind": "candidate", "payload": {"n": number}}, headers=headers
        )
        assert sent.status_code == 204
    got = marta.get(f"{hers}/pulso").json["signals"]
    assert [one["payload"]["n"] for one in got] == [0, 1, 2]
    assert marta.get(f"{hers}/pulso?despues={got[-1]['id']}").json["signals"] == []
    with unit_of_work(OURS) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM video_signal")).scalar() == 0


@pytest.mark.parametrize("when", ["before admission", "after being sent out", "after the end", "to a stranger"])
def test_nothing_passes_that_should_not(pair, when):
    made, (amparo, mine), (marta, hers) = pair
    to = str(seats(made)["professional"].id)
    headers = {"X-CSRFToken": token(amparo, mine)}
    if when != "before admission":
        admit(pair)
    if when == "after being sent out":
        post(marta, hers, f"/esperar/{seats(made)['person'].id}")
    elif when == "after the end":
        post(marta, hers, "/terminar")
    elif when == "to a stranger":
        to = str(uuid.uuid4())
    sent = amparo.post(f"{mine}/senales", json={"to": to, "kind": "candidate", "payload": {}}, headers=headers)
    assert sent.status_code == 404
    with unit_of_work(OURS) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM video_signal")).scalar() == 0


def test_a_second_device_is_refused_and_told_what_to_do(pair, log_in):
    made, (amparo, mine), _ = pair
    other = log_in("amparo")
    refused = post(other, mine)
    assert refused.status_code == 409 and "otro dispositivo" in refused.text
    assert other.get(f"{mine}/pulso").status_code == 404
    assert amparo.get(f"{mine}/pulso").status_code == 200


def test_the_professional_can_free_the_device_for_another(pair, log_in):
    made, (amparo, mine), (marta, hers) = pair
    post(marta, hers, f"/esperar/{seats(made)['person'].id}")
    assert post(log_in("amparo"), mine).status_code == 303
    assert amparo.get(f"{mine}/pulso").status_code == 404


def test_leaving_frees_the_device(pair, log_in):
    _, (amparo, mine), _ = pair
    assert post(amparo, mine, "/salir").status_code == 303
    assert post(log_in("amparo"), mine).status_code == 303


@pytest.mark.parametrize("who", ["roberto", "elena"])
@pytest.mark.parametrize("path", ["", "/pulso"])
def test_the_wrong_person_finds_nothing(pair, log_in, who, path):
    made, (_, mine), _ = pair
    wrong, unknown = (log_in(who).get(f"/citas/{one}/video{path}") for one in (made, uuid.uuid4()))
    assert wrong.status_code == unknown.status_code == 404


@pytest.mark.parametrize("login", ["lucia", "omar"])
def test_a_colleague_finds_nothing(pair, at_desk, login):
    made, _, (_, hers) = pair
    browser = at_desk(login)
    assert browser.get(hers).status_code == 404 and browser.get(f"{hers}/pulso").status_code == 404
    assert browser.post(hers, data={"csrf_token": "x"}).status_code in (400, 404)


@pytest.mark.parametrize(
    ("starts_in", "words"),
    [
        pytest.param(16, "15 minutos antes", id="too early"),
        pytest.param(-61, "ya ha terminado", id="too late"),
    ],
)
def test_the_wrong_time_lets_nobody_in(call, log_in, starts_in, words):
    made = call(starts_in=starts_in)
    browser = log_in("amparo")
    assert words in browser.get(f"/citas/{made}/video").text
    sent = browser.post(f"/citas/{made}/video", data={"csrf_token": token(browser, "/mensajes/nuevo")})
    assert sent.status_code == 409
    assert browser.get(f"/citas/{made}/video/pulso").status_code == 404


@pytest.mark.parametrize("mode", ["in_person", "phone"])
def test_only_video_appointments_have_a_room(call, log_in, mode):
    assert log_in("amparo").get(f"/citas/{call(mode=mode)}/video").status_code == 404


def test_a_cancelled_appointment_closes_the_room_at_once(pair):
    made, (amparo, mine), _ = pair
    admit(pair)
    with unit_of_work(OURS) as unit:
        unit.session.execute(
            text("UPDATE appointment SET state = 'cancelled', cancelled_at = now() WHERE id = :id"), {"id": made}
        )
    told = amparo.get(f"{mine}/pulso").json
    assert told["state"] == "over" and "media" not in told and told["peers"] == []


def test_the_end_is_the_end_for_everybody(pair):
    _, (amparo, mine), (marta, hers) = pair
    admit(pair)
    post(marta, hers, "/terminar")
    told = amparo.get(f"{mine}/pulso").json
    assert told["state"] == "over" and "media" not in told and told["peers"] == []
    assert amparo.post(mine, data={"csrf_token": token(amparo, "/mensajes/nuevo")}).status_code == 409
    assert "ya ha terminado" in amparo.get(mine).text


def test_asking_for_the_phone_reaches_the_professional(pair):
    _, (amparo, mine), (marta, hers) = pair
    assert post(amparo, mine, "/telefono").status_code == 303
    assert marta.get(f"{hers}/pulso").json["phone"] == ["Amparo"]
    assert "Prefiere que le llamen" in marta.get(hers).text


def invited(pair) -> str:
    _, _, (marta, hers) = pair
    page = post(marta, hers, "/interprete", name="Irene Intérprete")
    return "/video/" + re.search(r"/video/([\w-]{43})<", page.text)[1]


def test_an_interpreters_link_is_good_once_on_one_device(pair, app):
    link = invited(pair)
    irene, other = app.test_client(), app.test_client()
    for _ in range(3):
        assert irene.get(link).status_code == 200  # a mail program looks too, and spends nothing
    sent = post(irene, link)
    assert sent.status_code == 303
    room = sent.location
    assert irene.get(f"{room}/pulso").json["admitted"] is False
    refused = post(other, link)
    assert refused.status_code == 409 and "ya se ha usado" in refused.text
    assert other.get(room).status_code == 404 and other.get(f"{room}/pulso").status_code == 404


def test_three_are_in_one_call(pair, app):
    made, (amparo, mine), (marta, hers) = pair
    irene = app.test_client()
    room = post(irene, invited(pair)).location
    admit(pair)
    post(marta, hers, f"/admitir/{seats(made)['interpreter'].id}")
    for browser, base in ((amparo, mine), (marta, hers), (irene, room)):
        assert len(browser.get(f"{base}/pulso").json["peers"]) == 2


def test_a_spent_link_does_not_take_a_place_that_was_left(pair, app):
    link = invited(pair)
    irene, thief = app.test_client(), app.test_client()
    room = post(irene, link).location
    post(irene, room, "/salir")
    assert post(thief, link).status_code == 409


def test_a_link_that_nobody_made_is_a_page_that_is_not(app, city):
    assert app.test_client().get("/video/" + "x" * 43).status_code == 404


def test_an_interpreter_is_asked_for_and_seen(pair):
    _, (amparo, mine), (marta, hers) = pair
    post(amparo, mine, "/interprete", interpreter="language", language="rumano")
    assert "rumano" in marta.get(hers).text
    assert post(amparo, mine, "/interprete", interpreter="language", language=" ").status_code == 303
    assert "rumano" in marta.get(hers).text


@pytest.mark.parametrize("sent", ["no json", "[]", "{}", '{"to": 1, "kind": "x"}', '{"to": "x", "kind": "candidate"}'])
def test_bad_signals_are_refused_and_break_nothing(pair, sent):
    _, (amparo, mine), _ = pair
    admit(pair)
    headers = {"X-CSRFToken": token(amparo, mine), "Content-Type": "application/json"}
    assert amparo.post(f"{mine}/senales", data=sent, headers=headers).status_code in (404, 422)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, "1e9", "²"])
def test_bad_cursors_break_nothing(pair, after):
    _, (amparo, mine), _ = pair
    assert amparo.get(f"{mine}/pulso?despues={after}").status_code == 200


def test_only_the_pages_of_a_call_may_use_camera_and_microphone(pair):
    _, (amparo, mine), _ = pair
    assert "camera=(self)" in amparo.get(mine).headers["Permissions-Policy"]
    assert "camera=()" in amparo.get("/citas").headers["Permissions-Policy"]


def test_of_twenty_devices_at_once_one_is_bound(call, city):
    made = call()
    with unit_of_work(OURS) as unit:
        from case_api.access.door import open_door

        found = rooms.of_appointment(unit.session, open_door(OURS, "notify", unit=unit).appointment(made))
        seat = rooms.seat(unit.session, found, role="person", name="Amparo")
    won, together = [], threading.Barrier(20)

    def enter(device: str):
        together.wait()
        try:
            with unit_of_work(OURS) as unit:
                rooms.enter(unit.session, found, seat, device=device)
            won.append(device)
        except Conflict:
            pass

    racers = [threading.Thread(target=enter, args=(f"device {n}",)) for n in range(20)]
    for one in racers:
        one.start()
    for one in racers:
        one.join()
    assert len(won) == 1


def test_who_is_not_the_person_cannot_read_the_rows(pair):
    made, _, _ = pair
    from case_api.city.sample import BY_KEY

    stranger = Actor("citizen", "x", person_id=BY_KEY["roberto"].id, assurance="high", authenticated_at=clock.now())
    with pytest.raises(NotFound), unit_of_work(stranger) as unit:
        rooms.of_appointment_id(unit.session, made)
    with unit_of_work(stranger) as unit:
        for table in ("video_room", "video_guest", "video_signal"):
            assert unit.session.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0


def test_a_guest_who_fell_silent_is_no_longer_there(pair):
    made, (amparo, mine), (marta, hers) = pair
    admit(pair)
    with unit_of_work(OURS) as unit:
        unit.session.execute(
            text("UPDATE video_guest SET seen_at = :then WHERE role = 'person'"),
            {"then": clock.now() - timedelta(minutes=1)},
        )
    assert marta.get(f"{hers}/pulso").json["peers"] == []


def test_after_a_move_everybody_waits_again(pair):
    """Who was let in before the appointment moved is not let in for the new hour, nor bound to the device of then."""
    made, (amparo, mine), (marta, hers) = pair
    admit(pair)
    assert amparo.get(f"{mine}/pulso").json["admitted"]
    with unit_of_work(OURS) as unit:
        unit.session.execute(
            text("UPDATE appointment SET during = tstzrange(lower(during) + interval '7 days', upper(during) + "
                 "interval '7 days'), sequence = sequence + 1 WHERE id = :id"), {"id": made},
        )  # fmt: skip
    assert amparo.get(f"{mine}/pulso").status_code == 404, "the device of then is nobody's now"
    with unit_of_work(OURS) as unit, clock.frozen(clock.now() + timedelta(days=7)):
        found = rooms.of_appointment_id(unit.session, made)
        person = next(one for one in rooms.guests(unit.session, found.id) if one.role == "person")
        assert (person.admitted_at, person.device_sha256, person.waits) == (None, None, False)
        rooms.enter(unit.session, found, person, device="another telephone")
        person = rooms.guest(unit.session, person.id)
        assert person.waits and not rooms.may_talk(found, person, rooms.guests(unit.session, found.id))


def test_who_attended_before_hears_nothing_after_a_colleague_took_over(pair, at_desk):
    made, (amparo, mine), (marta, hers) = pair
    admit(pair)
    with unit_of_work(OURS) as unit:
        unit.session.execute(
            text("UPDATE appointment SET professional_id = (SELECT id FROM professional WHERE login = 'lucia'), "
                 "sequence = sequence + 1 WHERE id = :id"), {"id": made},
        )  # fmt: skip
    assert marta.get(f"{hers}/pulso").status_code == 404
    assert marta.get(hers).status_code == 404
    lucia = at_desk("lucia")
    assert post(lucia, hers).status_code == 303, "the place is hers, on her own device"
    assert lucia.get(f"{hers}/pulso").status_code == 200
    assert marta.get(f"{hers}/pulso").status_code == 404
