"""An appointment by a link and a code, without a login; a professional's feed; few hours on the booking page."""

from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.agenda.following import feed, links
from case_api.city.sample import BY_KEY, BY_LOGIN
from case_api.db import unit_of_work
from tests.services.office.pages import Page
from tests.services.office.test_flows import choose_time, query_of


def sql(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        found = unit.session.execute(text(statement), values)
        return found.all() if found.returns_rows else []


def a_link():
    """A link to Amparo's next appointment, and its identifier."""
    with unit_of_work(Actor.system("test")) as unit:
        one = unit.session.execute(
            text(
                "SELECT id FROM appointment WHERE person_id = :who AND state = 'booked' AND lower(during) > now() "
                "LIMIT 1"
            ),
            {"who": BY_KEY["amparo"].id},
        ).scalar_one()
        token = links.make(unit, appointment_id=one)
        return token, one


def code_of():
    (row,) = sql("SELECT payload->>'link_id' AS link FROM event WHERE kind = 'appointment.code'")
    with unit_of_work(Actor.system("test")) as unit:
        return links.fresh_code(unit, link_id=row.link)


def post(browser, path, page, **fields):
    return browser.post(path, data={"csrf_token": page.token} | fields)


def test_the_link_alone_shows_and_changes_nothing(app, city):
    token, one = a_link()
    browser = app.test_client()
    page = Page(browser.get(f"/c/{token}"))
    assert "Amparo" not in page.main and "Centro de" not in page.main
    assert browser.get(f"/c/{token}/cita").status_code == 303
    assert browser.post(f"/c/{token}/cita", data={"que": "anular"}).status_code in (303, 400, 422)
    assert sql("SELECT state FROM appointment WHERE id = :one", one=one)[0].state == "booked"
    assert browser.get("/c/notoken").status_code == 404


def test_with_its_code_one_may_move_and_cancel_this_appointment(app, city):
    token, one = a_link()
    browser = app.test_client()
    first = Page(browser.get(f"/c/{token}"))
    assert post(browser, f"/c/{token}/codigo", first).status_code == 303
    code = code_of()
    assert Page(post(browser, f"/c/{token}", first, code="000000" if code != "000000" else "1"), 422)
    done = post(browser, f"/c/{token}", first, code=f" {code[:3]} {code[3:]}")
    assert done.location.endswith(f"/c/{token}/cita")
    page = Page(browser.get(done.location))
    again = app.test_client()
    assert again.get(done.location).status_code == 303, "the code was typed in the other browser"
    assert Page(post(again, f"/c/{token}", Page(again.get(f"/c/{token}")), code=code), 422), "a code is good once"
    hour = next(i.get("value") for i in page.all("input") if i.get("name") == "hora")
    con = next(i.get("value") for i in page.all("input") if i.get("name") == "con")
    Page(post(browser, done.location, page, que="cambiar", hora=hour, con=con))
    (moved,) = sql("SELECT sequence, lower(during) AS at FROM appointment WHERE id = :one", one=one)
    assert moved.sequence == 1 and moved.at.isoformat()[:16] == hour[:16]
    page = Page(browser.get(done.location))
    assert "voy a ir" in page.main
    Page(post(browser, done.location, page, que="anular"))
    assert sql("SELECT state FROM appointment WHERE id = :one", one=one)[0].state == "cancelled"


def test_five_wrong_codes_end_the_link(app, city):
    token, _one = a_link()
    browser = app.test_client()
    page = Page(browser.get(f"/c/{token}"))
    for _ in range(5):
        assert post(browser, f"/c/{token}", page, code="12").status_code == 422
    assert browser.get(f"/c/{token}").status_code == 404


def test_a_feed_says_busy_and_dies_with_the_account(app, city):
    lucia = BY_LOGIN["lucia"].id
    with unit_of_work(Actor.system("test")) as unit:
        token = feed.open_feed(unit, professional_id=lucia)
    browser = app.test_client()
    answer = browser.get(f"/agenda/{token}.ics")
    assert answer.content_type.startswith("text/calendar") and b"SUMMARY:Ocupado" in answer.data
    for word in (b"Amparo", b"LOCATION", b"DESCRIPTION", b"ATTENDEE", b"Entrevista"):
        assert word not in answer.data
    assert not sql(
        "SELECT 1 FROM agenda_feed WHERE encode(token_hash, 'escape') LIKE '%' || :token || '%'", token=token
    )
    sql("UPDATE professional SET active = false WHERE id = :who", who=lucia)
    assert browser.get(f"/agenda/{token}.ics").status_code == 404
    sql("UPDATE professional SET active = true WHERE id = :who", who=lucia)
    with unit_of_work(Actor.system("test")) as unit:
        second = feed.open_feed(unit, professional_id=lucia)
    assert browser.get(f"/agenda/{token}.ics").status_code == 404
    assert browser.get(f"/agenda/{second}.ics").status_code == 200


def test_few_hours_and_the_first_one_first(log_in):
    browser = log_in("amparo")
    hours = choose_time(browser)
    query = query_of(hours[0]) | {"hora": ""}
    page = Page(browser.get("/citas/nueva", query_string=query))
    assert "Lo primero:" in page.main
    shown = [one for one in page.all("ul") if one.get("class") == "slots"]
    assert 1 <= len(shown) <= 7 and all(len(list(one)) <= 3 for one in shown), "three hours a day at most"
    more = next(href for words, href in page.links.items() if words.startswith("Ver ") and "más del" in words)
    whole = Page(browser.get(more))
    assert max(len(list(one)) for one in whole.all("ul") if one.get("class") == "slots") > 3


def test_a_hold_keeps_what_was_typed(log_in):
    browser = log_in("amparo")
    href = choose_time(browser)[0]
    page = Page(browser.get(href))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    kept = browser.post("/citas/nueva/reservar", data=fields | {"nota": "Necesito intérprete de árabe"})
    assert kept.status_code == 303, kept.text[:500]
    page = Page(browser.get(kept.location))
    assert "Le guardamos esta hora" in page.main and "Necesito intérprete" in page.main
    assert "a medias" in Page(browser.get("/citas")).main
    # WCAG 2.2.1: ten times more time, with one button and nothing lost.
    for _ in range(10):
        fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
        assert "Necesito más tiempo" in page.main and 'data-left="' in browser.get(kept.location).text
        sql("UPDATE appointment_hold SET expires_at = now() + interval '20 s' WHERE state = 'live'")
        kept = browser.post("/citas/nueva/reservar", data=fields | {"nota": "Necesito intérprete de árabe"})
        page = Page(browser.get(kept.location))
        assert "Le quedan 10 minutos" in page.main and "Necesito intérprete" in page.main
    sql("UPDATE appointment_hold SET created_at = created_at - interval '1 hour', expires_at = now() - interval '1 s'")
    page = Page(browser.get(kept.location))
    assert "Se acabó el tiempo" in page.main and "Necesito intérprete" in page.main
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    done = browser.post("/citas/nueva/confirmar", data=fields | {"nota": "Necesito intérprete de árabe"})
    assert done.status_code == 303
    assert "Necesito intérprete" in Page(browser.get(done.location)).main
