"""Appointments at the desk: given by telephone, in time, out of hours; lost to somebody quicker and kept; moved."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import booking, offers
from case_api.city.sample import BY_KEY, BY_LOGIN, fixed_id
from case_api.db import unit_of_work
from tests.services.desk.test_record_pages import Page, ask, post

ROBERTO, ELENA = BY_KEY["roberto"].id, BY_KEY["elena"].id
CENTRE, OTHER = fixed_id(3, 1), fixed_id(3, 2)
WHAT = {"motivo": "paperwork", "modo": "phone", "plazo": "ordinary", "via": "phone", "centro": str(CENTRE), "con": ""}


def query(**changes):
    return urlencode(WHAT | changes)


def links(page, containing):
    return [one.get("href") for one in page.all("a") if containing in (one.get("href") or "")]


def relative(address):
    return address.removeprefix("/profesionales")


def first_link(page):
    return relative(links(page, "/confirmar?")[0])


def appointments(person):
    return ask(
        "SELECT a.id, a.source, a.mode, a.note, a.chosen, a.state, a.override_reason, lower(a.during) AS at, "
        "q.priority, q.due_at FROM appointment a JOIN appointment_request q ON q.id = a.request_id "
        "WHERE a.person_id = :who ORDER BY a.created_at DESC", who=person,
    )  # fmt: skip


def test_by_telephone_with_an_interpreter_and_a_deadline_in_words(at_desk):
    browser = at_desk("ines")
    assert f"/agenda/dar/{ROBERTO}" in " ".join(links(Page(browser.get("/agenda/dar?q=Roberto")), "/dar/"))
    page = Page(browser.get(f"/agenda/dar/{ROBERTO}?{query()}"))
    assert "incluido" in page.main and "Por teléfono" in page.main
    confirm = Page(browser.get(first_link(page)))
    fields = {one.get("name"): one.get("value") for one in confirm.all("input") if one.get("type") == "hidden"}
    assert fields["via"] == "phone" and fields["hora"]
    wrong = Page(browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=fields | {"interprete": "language"}), 422)
    assert "Escriba de qué idioma" in wrong.text and not appointments(ROBERTO)
    body = fields | {"interprete": "language", "idioma": "árabe", "telefono": "600 000 002", "nota": "Viene su hija"}
    made = browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=body)
    assert made.status_code == 303
    again = browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=body)
    assert again.headers["Location"] == made.headers["Location"], "a double click gives one appointment"
    (one,) = appointments(ROBERTO)
    assert (one.source, one.priority, one.mode) == ("phone", "ordinary", "phone")
    assert one.note == "Intérprete de árabe. Teléfono: 600 000 002. Viene su hija"
    shown = Page(browser.get(f"/agenda/citas/{one.id}"))
    assert "Intérprete de árabe" in shown.main and "Por teléfono" in shown.main
    assert "dada (el centro, ines)" in shown.main


@pytest.mark.parametrize("source", ["desk", "phone", "line010", "third_party"])
def test_whoever_asked_and_however_is_kept(at_desk, source):
    browser = at_desk("ines")
    page = Page(browser.get(first_link(Page(browser.get(f"/agenda/dar/{ROBERTO}?{query(via=source)}")))))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=fields).status_code == 303
    assert appointments(ROBERTO)[0].source == source


def test_what_was_lost_offers_others_and_loses_nothing(at_desk):
    browser = at_desk("ines")
    page = Page(browser.get(first_link(Page(browser.get(f"/agenda/dar/{ROBERTO}?{query()}")))))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    with unit_of_work(Actor.system("test")) as unit:  # somebody else, in the portal, at the same moment
        booking.book(
            unit, person_id=ELENA, unit_id=CENTRE, reason="paperwork", mode="phone",
            starts_at=booking.checked_start(datetime.fromisoformat(fields["hora"])),
            professional_id=UUID(fields["con"]), source="portal",
        )  # fmt: skip
    typed = {"nota": "Usa silla de ruedas", "interprete": "sign", "telefono": "600000002", "elegida": "y"}
    lost = Page(browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=fields | typed), 409)
    assert typed["nota"] in lost.text and lost.field("telefono") == typed["telefono"]
    others = [one.get("value") for one in lost.all("input") if one.get("name") == "otra"]
    assert others and not appointments(ROBERTO)
    fields = {one.get("name"): one.get("value") for one in lost.all("input") if one.get("type") == "hidden"}
    chosen = fields | typed | {"otra": others[0]}
    assert browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=chosen).status_code == 303
    (made,) = appointments(ROBERTO)
    assert made.at.isoformat() == others[0].split("|")[0] and made.chosen


def test_an_emergency_waits_for_no_notice_and_is_due_in_24_hours(at_desk):
    browser = at_desk("marta")
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text("UPDATE appointment_reason SET notice_minutes = 20000 WHERE key = 'paperwork'"))
    ordinary = Page(browser.get(f"/agenda/dar/{ROBERTO}?{query()}"))
    urgent = Page(browser.get(f"/agenda/dar/{ROBERTO}?{query(plazo='emergency')}"))
    assert "24 horas seguidas" in urgent.main
    assert links(urgent, "/confirmar?")[0] != links(ordinary, "/confirmar?")[0]
    page = Page(browser.get(first_link(urgent)))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=fields).status_code == 303
    (made,) = appointments(ROBERTO)
    assert made.priority == "emergency"
    assert abs(made.due_at - clock.now() - timedelta(hours=24)) < timedelta(minutes=2)


def test_a_request_becomes_more_urgent_at_the_desk(at_desk):
    with unit_of_work(Actor.system("test")) as unit:
        open_door(unit.actor, "book_appointment").ask(
            person_id=ROBERTO, reason="paperwork", priority="ordinary", unit_id=CENTRE
        )
    (before,) = ask("SELECT due_at FROM appointment_request WHERE person_id = :who", who=ROBERTO)
    browser = at_desk("marta")
    page = Page(browser.get(first_link(Page(browser.get(f"/agenda/dar/{ROBERTO}?{query(plazo='priority')}")))))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=fields).status_code == 303
    (after,) = ask("SELECT due_at, priority, state FROM appointment_request WHERE person_id = :who", who=ROBERTO)
    assert after.priority == "priority" and after.due_at < before.due_at and after.state == "booked"


def test_out_of_hours_says_why(at_desk):
    browser = at_desk("ines")
    path = f"/agenda/dar/{ROBERTO}/fuera?{query()}"
    day = clock.today() + timedelta(days=9)
    fields = {"con": str(BY_LOGIN["lucia"].id), "hour": "20:15"}
    fields |= {f"day-{part}": str(getattr(day, part)) for part in ("day", "month", "year")}
    wrong = Page(post(browser, path, **fields), 422)
    assert "Escriba por qué" in wrong.text and wrong.field("hour") == "20:15"
    page = Page(post(browser, path, **fields, fuera="Solo puede venir de noche"))
    hidden = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/dar/{ROBERTO}/confirmar", data=hidden).status_code == 303
    (made,) = appointments(ROBERTO)
    assert made.override_reason == "Solo puede venir de noche"


NEWCOMERS = [
    pytest.param({"given_name": "Zoe", "surnames": "Sinpapeles Inventada"}, id="no document at all"),
    pytest.param({"given_name": "Zoe", "surnames": "Inventada", "document": "00000020F"}, id="a document nobody knows"),
]


@pytest.mark.parametrize("who", NEWCOMERS)
def test_somebody_without_a_record_gets_an_appointment_and_no_history(at_desk, who):
    browser = at_desk("ines")
    Page(post(browser, "/agenda/dar/persona", given_name="Zoe", surnames=" "), 422)
    made = post(browser, "/agenda/dar/persona", **who)
    assert made.status_code == 303
    person = re.search(r"/dar/([0-9a-f-]{36})", made.headers["Location"])[1]
    page = Page(browser.get(first_link(Page(browser.get(f"/agenda/dar/{person}?{query()}")))))
    assert "Zoe" in page.main
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/dar/{person}/confirmar", data=fields).status_code == 303
    (one,) = appointments(person)
    assert not ask("SELECT 1 FROM social_history WHERE person_id = :who", who=person)
    day = one.at.astimezone(clock.MADRID).date()
    assert "Zoe" in Page(at_desk("lucia").get(f"/agenda?dia={day}")).main, "the centre receives them by name"
    omar = at_desk("omar")
    assert omar.get(f"/agenda/citas/{one.id}").status_code == 404
    assert omar.get(f"/agenda/dar/{person}").status_code == 404, "what one desk was told is nothing to another"


def test_somebody_of_another_centre_by_their_whole_document_and_no_more(at_desk):
    ask_other = {"given_name": "Elena", "surnames": "Ficticia Gómez", "document": BY_KEY["elena"].document}
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(
            text("UPDATE person SET unit_id = :other, reference_professional_id = :omar WHERE id = :who"),
            {"other": OTHER, "omar": BY_LOGIN["omar"].id, "who": ELENA},
        )
    browser = at_desk("ines")
    assert browser.get(f"/agenda/dar/{ELENA}").status_code == 404
    made = post(browser, "/agenda/dar/persona", **ask_other)
    assert str(ELENA) in made.headers["Location"]
    assert browser.get(f"/agenda/dar/{ELENA}?{query()}").status_code == 200
    assert browser.get(f"/personas/{ELENA}").status_code == 404, "it opens an appointment, not a record"


def test_moved_and_cancelled_at_the_desk(at_desk):
    browser = at_desk("ines")
    booked = "SELECT id, lower(during) AS at, sequence FROM appointment WHERE person_id = :who AND state = 'booked'"
    (first,) = ask(booked, who=BY_KEY["amparo"].id)
    path = f"/agenda/citas/{first.id}/mover"
    page = Page(browser.get(path))
    options = [one.get("value") for one in page.all("input") if one.get("name") == "hora"]
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    Page(browser.post(path, data=fields), 422)
    Page(browser.post(path, data=fields | {"hora": "x"}), 422)
    assert browser.post(path, data=fields | {"hora": options[0]}).status_code == 303
    (moved,) = ask("SELECT lower(during) AS at, sequence FROM appointment WHERE id = :id", id=first.id)
    assert moved.at.isoformat() == options[0].split("|")[0] and moved.sequence == first.sequence + 1
    stale = Page(browser.post(path, data=fields | {"hora": options[1]}), 409)
    assert "ha cambiado" in stale.text
    page = Page(browser.get(f"/agenda/citas/{first.id}/anular"))
    gone = browser.post(f"/agenda/citas/{first.id}/anular", data={"csrf_token": page.token, "why": "Ha llamado"})
    assert gone.status_code == 303
    shown = Page(browser.get(f"/agenda/citas/{first.id}"))
    assert "Anulada" in shown.main and "Ha llamado" in shown.main and "Cambiar de hora" not in shown.main
    assert at_desk("omar").get(f"/agenda/citas/{first.id}").status_code == 404


ODD = [
    "?motivo=zz&modo=zz&plazo=zz&via=zz&centro=zz&con=zz&desde=zz", "?motivo=paperwork&centro=&con=%00&desde=2026",
    "?motivo=home_visit&modo=in_person", "/confirmar", "/confirmar?motivo=paperwork&hora=0001-01-01T00:00:00%2B00:00",
    "/confirmar?motivo=paperwork&hora=2199-01-01T00:00:00%2B00:00&modo=phone", "/fuera", "/fuera?motivo=paperwork",
]  # fmt: skip


@pytest.mark.parametrize("tail", ODD)
def test_odd_addresses_are_no_crash(at_desk, tail):
    assert at_desk("ines").get(f"/agenda/dar/{ROBERTO}{tail}").status_code in (200, 303)


def test_an_arrival_by_mistake_is_undone_at_the_desk(at_desk):
    with unit_of_work(Actor.system("test")) as unit:
        starts_at = offers.next_free(unit, unit_id=CENTRE, reason="paperwork", mode="in_person")[0].starts_at
        made = booking.book(
            unit, person_id=ROBERTO, unit_id=CENTRE, reason="paperwork", mode="in_person", starts_at=starts_at
        )
    with clock.frozen(starts_at - timedelta(minutes=10)):
        browser = at_desk("ines")
        path = f"/agenda?dia={starts_at.astimezone(clock.MADRID).date()}"

        def press(what):
            done = post(browser, f"/agenda/{made}/{what}", page=Page(browser.get(path)))
            assert done.status_code == 303
            return Page(browser.get(path))

        assert "En la sala de espera" in press("arrived").main
        gone = press("not_arrived")
        assert "Llegada deshecha" in gone.main and "En la sala de espera" not in gone.main
        assert any(f"{made}/arrived" in (form.get("action") or "") for form in gone.all("form")), "it can be said anew"
        shown = Page(browser.get(f"/agenda/citas/{made}")).main
        assert "ha llegado (el centro, ines)" in shown and "llegada deshecha (el centro, ines)" in shown
        press("arrived")
        assert "ya está dentro" in press("called").main
        assert "no se puede deshacer" in press("not_arrived").main
