"""The pages of planning: as people press them, with what is wrong said and what was typed kept."""

from datetime import timedelta

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
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
