"""The desk answers: on a channel, in the folder, by a call, on paper; asks who it is; keeps approved words."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from channels.city import STRANGER
from channels.outbound import approved
from portal.staff.words import MESSAGES

TEST = Actor.system("test")
AMPARO = BY_KEY["amparo"]
SENT = {"says": "N1", "seen": "", "parts": ""}


def rows(query: str, **values):
    with unit_of_work(TEST) as unit:
        return unit.session.execute(text(query), values).all()


def one(query: str, **values):
    return rows(query, **values)[0][0]


@pytest.fixture
def ines(at_desk):
    return at_desk("ines")


@pytest.fixture
def talk(city) -> str:
    return f"/bandeja/{one('SELECT id FROM conversation WHERE person_id = :p', p=AMPARO.id)}"


@pytest.fixture
def stranger(city) -> str:
    found = one(
        "SELECT c.id FROM conversation c JOIN address a ON a.contact_id = c.contact_id WHERE a.value = :v",
        v=STRANGER[0],
    )
    return f"/bandeja/{found}"


def channels_on(page) -> dict[str, str]:
    """The channels offered, by name, with the value of their radio."""
    found = re.findall(r'name="channel"[^>]*value="(\w+):([^"]*)"', page.text)
    return {name: f"{name}:{address}" for name, address in found}


def press(browser, page_path: str, path: str, **values):
    page = browser.get(page_path)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    return browser.post(path, data={"csrf_token": token, "form_id": str(uuid4())} | values)


def test_the_page_offers_what_may_be_used(ines, talk):
    page = ines.get(talk)
    assert page.status_code == 200
    offered = channels_on(page)
    assert {"sms", "portal", "phone"} <= set(offered) and "whatsapp" not in offered, "24 hours are over"
    assert "Han pasado más de 24 horas" in page.text


def test_what_the_text_tells_has_to_be_said(ines, talk):
    offered = channels_on(ines.get(talk))
    answer = press(ines, talk, f"{talk}/responder", channel=offered["sms"], body="Venga mañana")
    assert answer.status_code == 422
    assert "Diga qué cuenta su texto" in answer.text and "Venga mañana" in answer.text


def test_too_much_goes_into_the_folder(ines, talk):
    offered = channels_on(ines.get(talk))
    answer = press(
        ines, talk, f"{talk}/responder", channel=offered["sms"], body="Le han concedido 500 euros", says="N3"
    )
    assert answer.status_code == 303
    assert one("SELECT channel FROM message WHERE body = 'Le han concedido 500 euros'") == "portal"
    [notice] = rows("SELECT body, level FROM message WHERE channel = 'sms' AND direction = 'out' AND kind = 'notice'")
    assert "500" not in notice.body and notice.level == "N0"


def test_a_text_of_several_parts_is_told_before_it_is_sent(ines, talk):
    offered = channels_on(ines.get(talk))
    values = {"channel": offered["sms"], "body": "á" * 100, "says": "N1"}
    told = press(ines, talk, f"{talk}/responder", **values)
    assert "precio de muestra" in told.text and "No es el precio del contrato" in told.text
    assert told.status_code == 200 and "Ocupa 2 SMS" in told.text and "€" in told.text
    assert one("SELECT count(*) FROM message WHERE body LIKE 'ááá%'") == 0
    assert press(ines, talk, f"{talk}/responder", **values, parts="2").status_code == 303
    assert one("SELECT count(*) FROM message WHERE body LIKE 'ááá%'") == 1


def test_a_call_answers_in_one_step(ines, talk):
    offered = channels_on(ines.get(talk))
    answer = press(ines, talk, f"{talk}/responder", channel=offered["phone"], body="Hablado: viene el lunes", says="N3")
    assert answer.status_code == 303
    assert rows("SELECT channel, state FROM message WHERE body LIKE 'Hablado%'") == [("phone", "delivered")]


HANDS = [
    pytest.param({"how": "slip", "place": ""}, 303, "paper", id="a slip, at once"),
    pytest.param({"how": "post", "place": "Calle Inventada 3"}, 303, "paper", id="a letter"),
    pytest.param({"how": "desk", "place": "Mostrador 2"}, 303, "in_person", id="at the desk"),
    pytest.param({"how": "street_team", "place": "Zona centro"}, 303, "in_person", id="by the street team"),
    pytest.param({"how": "post", "place": ""}, 422, None, id="a letter to nowhere"),
    pytest.param({"how": "", "place": ""}, 422, None, id="no way chosen"),
    pytest.param({"how": "video"}, 422, None, id="a video call at no time"),
    pytest.param(
        {"how": "video", "day-day": "1", "day-month": "6", "day-year": "2031", "hour": "10:30"}, 303, "video",
        id="a video call",
    ),
    pytest.param(
        {"how": "video", "day-day": "1", "day-month": "6", "day-year": "2001", "hour": "10:30"}, 422, None,
        id="a video call in the past",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("values", "status", "channel"), HANDS)
def test_without_a_screen(ines, talk, values, status, channel):
    answer = press(ines, talk, f"{talk}/en-mano", words="Traiga el papel", tells="N1", **values)
    assert answer.status_code == status
    found = rows("SELECT channel FROM message WHERE body = 'Traiga el papel'")
    assert found == ([(channel,)] if channel else [])
    if status == 422:
        assert "Traiga el papel" in answer.text and "Error:" in answer.text


def test_letters_are_printed_and_handed_over(ines, talk):
    press(ines, talk, f"{talk}/en-mano", words="Traiga el papel", tells="N1", how="desk", place="Mostrador 2")
    letter = one("SELECT id FROM letter")
    assert "Mostrador 2" in ines.get("/cartas").text
    sheet = ines.get(f"/cartas/{letter}")
    assert "Traiga el papel" in sheet.text and "sandbox" in sheet.headers["Content-Security-Policy"]
    for state in ("printed", "handed"):
        assert press(ines, "/cartas", f"/cartas/{letter}/paso", estado=state).status_code == 303
    assert one("SELECT state FROM letter") == "handed"
    assert "Traiga el papel" not in ines.get("/cartas").text


def test_who_is_to_be_called(ines, city):
    assert press(ines, "/llamadas/nueva", "/llamadas/nueva", number="12", body="x").status_code == 422
    made = press(
        ines,
        "/llamadas/nueva",
        "/llamadas/nueva",
        number="600 000 077",
        name="Dice ser Ana",
        body="Pide cita",
        waits="y",
    )
    assert made.status_code == 303
    assert one("SELECT due_at IS NOT NULL FROM conversation c JOIN message m ON m.conversation_id = c.id "
               "WHERE m.body = 'Pide cita'")  # fmt: skip
    from channels.conversations import callbacks

    with unit_of_work(TEST) as unit:
        asked = callbacks.ask(unit.session, number="600 000 078", actor=TEST, words="Por la tarde")
    page = ines.get("/llamadas")
    assert "Por la tarde" in page.text
    for tries in range(callbacks.MOST_TRIES):
        assert press(ines, "/llamadas", f"/llamadas/{asked}/sin-respuesta").status_code == 303, tries
    assert "Por la tarde" not in ines.get("/llamadas").text
    assert press(ines, "/llamadas", f"/llamadas/{asked}/sin-respuesta").status_code == 404


def test_asking_who_it_is(ines, stranger):
    page = ines.get(stranger)
    channel = channels_on(page)["sms"]
    assert press(ines, stranger, f"{stranger}/quien-es", channel=channel).status_code == 303
    assert one("SELECT count(*) FROM step_up_link") == 1
    assert press(ines, stranger, f"{stranger}/quien-es", channel=f"sms:{uuid4()}").status_code == 303
    assert one("SELECT count(*) FROM step_up_link") == 1, "an address that is none of theirs gets no link"


def test_two_contacts_are_one_and_two_again(ines, stranger):
    wrong = press(ines, stranger, f"{stranger}/unir", kind="sms", value="600 999 999")
    assert wrong.status_code == 422 and "no ha llegado" in wrong.text
    before = rows("SELECT id, contact_id FROM conversation ORDER BY id")
    done = press(ines, stranger, f"{stranger}/unir", kind="whatsapp", value=AMPARO.phone)
    assert done.status_code == 303
    assert rows("SELECT id, contact_id FROM conversation ORDER BY id") != before
    merge = one("SELECT id FROM contact_merge")
    assert press(ines, stranger, f"{stranger}/separar/{merge}").status_code == 303
    assert rows("SELECT id, contact_id FROM conversation ORDER BY id") == before


def test_doubtful_words_are_a_question(ines, stranger):
    with unit_of_work(TEST) as unit:
        unit.session.execute(
            text(
                "INSERT INTO opting_question (id, message_id, conversation_id, address_id, asked_at) "
                "SELECT gen_random_uuid(), m.id, m.conversation_id, m.address_id, now() FROM message m "
                "WHERE m.conversation_id = :c AND m.direction = 'in'"
            ),
            {"c": stranger.rpartition("/")[2]},
        )
    page = ines.get(stranger)
    assert "¿Pide que no le escribamos más?" in page.text
    path = re.search(r'action="/?[^"]*(/bandeja/[^"?]+/baja/[^"?]+)', page.text)[1]
    assert press(ines, stranger, path, baja="no").status_code == 303
    assert "¿Pide que no le escribamos más?" not in ines.get(stranger).text
    assert one("SELECT count(*) FROM opt_out") == 0


def test_every_message_of_ours_has_a_name_in_words():
    assert set(MESSAGES) == set(approved.names())


def test_approved_words_are_kept(ines, at_desk):
    values = {"name": "notice_in_folder", "language": "es", "level": "N0", "body": "Tiene un aviso: {{portal}}"}
    wrong = press(ines, "/plantillas", "/plantillas", **values | {"body": "{{secret}}"})
    assert wrong.status_code == 422 and "{{secret}}" in wrong.text
    assert press(ines, "/plantillas", "/plantillas", **values).status_code == 303
    assert press(ines, "/plantillas", "/plantillas", **values).status_code == 409
    template = one("SELECT id FROM message_template")
    path = f"/plantillas/{template}"
    assert ines.get(path).status_code == 200
    assert press(ines, path, path, state="approved", external_id="").status_code == 422
    assert press(ines, path, path, state="approved", external_id="HX1").status_code == 303
    assert "Aprobada" in ines.get("/plantillas").text and "Aviso en su carpeta" in ines.get("/plantillas").text
    assert at_desk("marta").get("/plantillas").status_code == 403
