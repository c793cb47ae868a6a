"""The pages of planning: as people press them, with what is wrong said and what was typed kept."""

from datetime import timedelta

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda import keeper, requests
from case_api.city.sample import BY_KEY, fixed_id
from case_api.db import unit_of_work
from channels.outbound import notices
from tests.services.desk.test_record_pages import Page


def ask(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def hidden(page, containing):
    """The hidden fields of the form that has a box with this name."""
    for form in page.all("form"):
        boxes = [one for one in form.iter() if one.get("name")]
        if containing in {one.get("name") for one in boxes}:
            return {one.get("name"): one.get("value") for one in boxes if one.get("type") == "hidden"}
    raise AssertionError(f"no form with {containing}")


def test_the_agenda_by_day_week_and_list(at_desk):
    browser = at_desk("marta")
    for view in ("dia", "semana", "lista"):
        Page(browser.get(f"/agenda?vista={view}"))
    assert "Nadie ha confirmado" in Page(browser.get("/agenda")).main
    Page(browser.get("/agenda/plazos"))


def test_a_week_is_tried_then_kept(at_desk):
    browser = at_desk("marta")
    page = Page(browser.get("/agenda/semana"))
    fields = hidden(page, "day_0") | {f"day_{n}": "9:00-13:00" for n in range(5)}
    tried = Page(browser.post("/agenda/semana", data=fields | {"probar": "1"}))
    assert tried.field("day_0") == "9:00-13:00"
    assert not ask("SELECT 1 FROM agenda_pattern WHERE ends = '13:00'"), "trying changes nothing"
    wrong = Page(browser.post("/agenda/semana", data=fields | {"day_2": "mañana"}), 422)
    assert wrong.field("day_2") == "mañana" and "No entendemos" in wrong.text
    overlapping = browser.post("/agenda/semana", data=fields | {"day_1": "9-12, 11-14"})
    Page(overlapping, 422)
    assert browser.post("/agenda/semana", data=fields).status_code == 303
    assert len(ask("SELECT 1 FROM agenda_pattern WHERE ends = '13:00' AND valid_until IS NULL")) == 5
    assert browser.post("/agenda/semana", data=fields | {"day_0": "9-13 teléfono"}).status_code == 303
    shown = Page(browser.get("/agenda/semana")).field("day_0")
    assert shown == "09:00-13:00 teléfono", "what a window serves is kept when the week is saved again"
    assert browser.post("/agenda/semana", data=fields | {"day_0": shown}).status_code == 303
    kept = "SELECT 1 FROM agenda_pattern WHERE ends = '13:00' AND valid_until IS NULL AND modes = ARRAY['phone']"
    assert len(ask(kept)) == 1


def test_an_absence_is_a_dry_run_first(at_desk):
    browser = at_desk("lucia")
    page = Page(browser.get("/agenda/ausencia"))
    first, last = clock.today() + timedelta(days=1), clock.today() + timedelta(days=20)
    fields = hidden(page, "first_day-day")
    fields |= {f"first_day-{part}": str(getattr(first, part)) for part in ("day", "month", "year")}
    fields |= {f"last_day-{part}": str(getattr(last, part)) for part in ("day", "month", "year")}
    who = next(one.get("value") for one in page.all("option") if one.get("value"))
    fields |= {"quien": who}
    seen = Page(browser.post("/agenda/ausencia", data=fields))
    assert "Lo que pasaría" in seen.main and not ask("SELECT 1 FROM agenda_exception WHERE kind = 'absence'")
    done = Page(browser.post("/agenda/ausencia", data=fields | {"hacer": "1"}))
    assert "Hecho" in done.main and len(ask("SELECT 1 FROM agenda_exception WHERE kind = 'absence'")) == 1
    again = Page(browser.post("/agenda/ausencia", data=fields | {"hacer": "1"}))
    assert "No queda ninguna cita" in again.main
    assert len(ask("SELECT 1 FROM agenda_exception WHERE kind = 'absence'")) == 1
    Page(browser.post("/agenda/ausencia", data=fields | {"first_day-day": "x"}), 422)
    assert browser.post("/agenda/ausencia", data=fields | {"quien": "centro"}).status_code in (404, 422)


def test_holidays_are_read_by_all_and_written_by_few(at_desk):
    browser = at_desk("marta")
    page = Page(browser.get("/agenda/festivos?anyo=2027"))
    assert "Viernes Santo" in page.main and "Añadir un festivo" not in page.main
    assert browser.get("/agenda/festivos?anyo=x").status_code == 200
    token = Page(browser.get("/agenda/semana")).token
    assert browser.post("/agenda/festivos/2027/confirmar", data={"csrf_token": token}).status_code == 404


def test_a_calendar_address_is_told_once(at_desk):
    browser = at_desk("marta")
    token = Page(browser.get("/agenda/semana")).token
    page = Page(browser.post("/agenda/calendario/abrir", data={"csrf_token": token}))
    assert ".ics" in page.main
    assert browser.post("/agenda/calendario/cerrar", data={"csrf_token": token}).status_code == 303
    assert not ask("SELECT 1 FROM agenda_feed WHERE ended_at IS NULL")


def told_on_phones():
    """What leaves for people who wait, told once each: (who, words)."""
    while notices.handle_next():
        pass
    return [
        tuple(row)
        for row in ask(
            "SELECT person_id, body FROM message WHERE direction = 'out' "
            "AND body LIKE '%antes de que acabe%' ORDER BY id"
        )
    ]


def test_a_holiday_put_in_by_mistake_goes_and_who_waits_is_told_each_time_once(at_desk):
    roberto, centre = BY_KEY["roberto"].id, fixed_id(3, 1)
    with unit_of_work(Actor.system("test")) as unit:
        made = requests.ask(unit, person_id=roberto, unit_id=centre, reason="paperwork", priority="ordinary")
        last = (made.due_at - timedelta(seconds=1)).astimezone(clock.MADRID).date()
    browser = at_desk("teresa")
    page = Page(browser.get("/agenda/festivos"))
    fields = hidden(page, "name") | {f"day-{part}": str(getattr(last, part)) for part in ("day", "month", "year")}
    added = Page(browser.post("/agenda/festivos", data=fields | {"name": "Fiesta inventada", "scope": "centre"}))
    assert "Los plazos se cuentan otra vez" in added.main
    keeper.step()
    keeper.step()
    assert [who for who, _words in told_on_phones()] == [roberto], "told once"
    (now,) = ask("SELECT due_at FROM appointment_request WHERE id = :id", id=made.id)
    assert now.due_at > made.due_at

    path = f"/agenda/festivos/centro/{last}/quitar"
    shown = Page(browser.get(f"/agenda/festivos?anyo={last.year}"))
    assert any((one.get("href") or "").endswith(path) for one in shown.all("a")), shown.main
    asked = Page(browser.get(path))
    assert "Fiesta inventada" in asked.main and "día hábil" in asked.main
    gone = browser.post(path, data={"csrf_token": asked.token})
    assert gone.status_code == 303
    after = Page(browser.get(gone.location.removeprefix("/profesionales")))
    assert "quitado" in after.main and "teresa" in after.main and not any(
        (one.get("href") or "").endswith(path) for one in after.all("a")
    )  # fmt: skip
    assert browser.post(path, data={"csrf_token": after.token}).status_code == 404
    keeper.step()
    assert [who for who, _words in told_on_phones()] == [roberto, roberto]
    assert ask("SELECT due_at FROM appointment_request WHERE id = :id", id=made.id)[0].due_at == made.due_at


def test_what_the_calendar_has_says_its_norm_and_stays(at_desk):
    browser = at_desk("teresa")
    year = clock.today().year + 1
    page = Page(browser.get(f"/agenda/festivos?anyo={year}"))
    assert "Real Decreto 2001/1983" in page.main and "Fiesta del barrio" in page.main
    gone = [one.get("href") for one in page.all("a") if (one.get("href") or "").endswith("/quitar")]
    assert len(gone) == 1 and "/centro/" in gone[0], "only what the centre put in by itself"
    path = f"/agenda/festivos/ciudad/{year}-12-25/quitar"
    refused = Page(browser.get(path), 409)
    assert "calendario oficial" in refused.main and "Real Decreto" in refused.main
    assert browser.post(path, data={"csrf_token": page.token}).status_code == 303
    assert "Natividad" in Page(browser.get(f"/agenda/festivos?anyo={year}")).main
    for wrong in ("centro/2026-02-30", "ciudad/ayer", f"centro/{year}-03-03"):
        assert browser.get(f"/agenda/festivos/{wrong}/quitar").status_code == 404
    marta = at_desk("marta")
    assert marta.get(gone[0].removeprefix("/profesionales")).status_code == 404
    assert "/quitar" not in Page(marta.get(f"/agenda/festivos?anyo={year}")).text
