"""Rooms, reasons and groups as pressed at the desk; each page in three languages; who may not."""

from datetime import timedelta

import pytest

from case_api import clock
from case_api.city.sample import BY_KEY, BY_LOGIN
from tests.services.desk.test_record_pages import Page, ask, post

REASON = {"minutes": "60", "step_minutes": "15", "buffer_minutes": "0", "notice_minutes": "0", "horizon_days": "60",
          "places": "8", "modes": "in_person", "priority": "ordinary", "online": "y", "peer": "y"}  # fmt: skip


def when(hour="10:00", days=6):
    day = clock.today() + timedelta(days=days)
    return {"hour": hour} | {f"day-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_a_room_is_added_renamed_and_ended(at_desk):
    browser = at_desk("teresa")
    Page(post(browser, "/agenda/salas", name=" "), 422)
    assert post(browser, "/agenda/salas", name="Sala Azul Inventada").status_code == 303
    taken = Page(post(browser, "/agenda/salas", name="Sala Azul Inventada"), 422)
    assert "Ya hay una sala" in taken.text and taken.field("name") == "Sala Azul Inventada"
    (room,) = ask("SELECT id FROM room WHERE name = 'Sala Azul Inventada'")
    assert post(browser, f"/agenda/salas/{room.id}", name="Sala Verde Inventada").status_code == 303
    page = Page(browser.get("/agenda/salas"))
    assert "Sala Verde Inventada" in page.main
    closed = browser.post(f"/agenda/salas/{room.id}/cerrar", data={"csrf_token": page.token})
    assert closed.status_code == 303 and ask("SELECT active FROM room WHERE id = :id", id=room.id)[0].active is False
    assert "cerrada" in Page(browser.get(f"/agenda/salas/{room.id}")).main
    for login in ("marta", "ines"):
        assert at_desk(login).get("/agenda/salas").status_code == 404


def test_a_group_from_its_reason_to_its_end(at_desk):
    browser = at_desk("teresa")
    much = REASON | {"name": "Taller de prueba", "minutes": "mucho"}
    wrong = Page(post(browser, "/agenda/motivos/nuevo", **much), 422)
    assert wrong.field("minutes") == "mucho" and "con cifras" in wrong.text
    assert post(browser, "/agenda/motivos/nuevo", **REASON | {"name": "Taller de prueba"}).status_code == 303
    assert "Taller de prueba" in Page(browser.get("/agenda/motivos")).main
    Page(post(browser, "/agenda/grupos/nuevo"), 422)
    who = {"professional_id": str(BY_LOGIN["lucia"].id), "reason": "taller_de_prueba"}
    who |= {"mode": "in_person", "places": "8", "second_professional_id": "", "room_id": ""}
    odd = Page(post(browser, "/agenda/grupos/nuevo", **who | when("25:00")), 422)
    assert odd.field("hour") == "25:00"
    assert post(browser, "/agenda/grupos/nuevo", **who | when()).status_code == 303
    Page(post(browser, "/agenda/grupos/nuevo", **who | when()), 422)
    (group,) = ask("SELECT id FROM group_session")
    later = {"professional_id": str(BY_LOGIN["marta"].id), "places": "4", "second_professional_id": "", "room_id": ""}
    later |= when("11:30")
    assert post(browser, f"/agenda/grupos/{group.id}", **later).status_code == 303
    (now,) = ask("SELECT places, professional_id, state FROM group_session")
    assert tuple(now) == (4, BY_LOGIN["marta"].id, "open")
    marta = at_desk("marta")
    shown = Page(marta.get(f"/agenda/grupos/{group.id}"))
    assert "Cambiar la fecha" not in shown.main
    assert marta.post(f"/agenda/grupos/{group.id}", data=later | {"csrf_token": shown.token}).status_code == 404
    assert marta.get(f"/agenda/grupos/{group.id}/anular").status_code == 404
    assert at_desk("omar").get(f"/agenda/grupos/{group.id}").status_code == 404
    assert post(browser, f"/agenda/grupos/{group.id}/anular").status_code == 303
    assert "anulada" in Page(browser.get("/agenda/grupos")).main


def test_a_reason_of_every_install_is_changed_and_keeps_its_name(at_desk):
    browser = at_desk("teresa")
    page = Page(browser.get("/agenda/motivos/paperwork"))
    assert page.field("minutes") == "30" and not [one for one in page.all("input") if one.get("name") == "name"]
    fields = REASON | {"places": "1", "minutes": "25", "name": "Otro"}
    assert post(browser, "/agenda/motivos/paperwork", **fields).status_code == 303
    (now,) = ask("SELECT minutes, name, discreet FROM appointment_reason WHERE key = 'paperwork'")
    assert now.minutes == 25 and now.name != "Otro"
    assert "otra duración" in Page(browser.get("/agenda/motivos/paperwork")).text
    assert browser.get("/agenda/motivos/nada").status_code == 404
    marta = at_desk("marta")
    assert "Motivos de cita" in Page(marta.get("/agenda/motivos")).main
    assert marta.get("/agenda/motivos/paperwork").status_code == 404


@pytest.mark.parametrize("language", ["en", "ar"])
def test_in_other_languages_too(at_desk, language):
    teresa, person = at_desk("teresa"), BY_KEY["roberto"].id
    teresa.set_cookie("alma_lang", language)
    (one,) = ask("SELECT id FROM appointment WHERE person_id = :who AND state = 'booked'", who=BY_KEY["amparo"].id)
    for path in (
        "salas", "motivos", "motivos/nuevo", "motivos/follow_up", "grupos", "grupos/nuevo", "dar", "dar/persona",
        f"dar/{person}?motivo=follow_up", f"citas/{one.id}", f"citas/{one.id}/mover", f"citas/{one.id}/anular",
    ):  # fmt: skip
        assert teresa.get(f"/agenda/{path}").status_code == 200, path
