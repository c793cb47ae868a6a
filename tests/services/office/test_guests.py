"""A new appointment without a login: a code to a telephone or a mail, and a contact; no person, no record, no hint."""

import re
from datetime import datetime, timedelta
from threading import Thread
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID, uuid4

import pytest
from sqlalchemy import create_engine, text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import booking, choices, keeper, reading
from case_api.agenda.guests import GuestDoor, actor_of
from case_api.city.sample import BY_LOGIN
from case_api.db import unit_of_work
from case_api.errors import Conflict, NotFound
from case_api.keys import unseal
from case_api.settings import settings
from channels.contacts import guests
from channels.outbound import notices
from channels.outbound.sending import SECRET
from tests.services.office.pages import Page

STRANGER, KNOWN, MAIL = "600 000 077", "600 000 001", "Nadie@correo.example"


def sql(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        found = unit.session.execute(text(statement), values)
        return found.all() if found.returns_rows else []


def owner(statement, **values):
    """What only the owner of the tables may do."""
    engine = create_engine(settings().DATABASE_OWNER_URL)
    with engine.begin() as connection:
        connection.execute(text(statement), values)
    engine.dispose()


def said():
    """Every message to a guest, as it leaves: (channel, words, level, state)."""
    while notices.handle_next():
        pass
    rows = sql(
        "SELECT m.channel, m.body, m.secret, m.level, m.state FROM message m JOIN address a ON a.id = m.address_id "
        "WHERE m.direction = 'out' AND a.kind IN ('phone_unverified', 'email_unverified') ORDER BY m.id"
    )
    return [
        (row.channel, unseal(SECRET, row.secret).decode() if row.secret else row.body, row.level, row.state)
        for row in rows
    ]


def post(browser, path, **fields):
    token = Page(browser.get(path.partition("/cita/mias/")[0] + ("/cita/mias" if "/mias/" in path else ""))).token
    return browser.post(path, data={"csrf_token": token} | fields)


def prove(app, address=STRANGER):
    """A browser that has typed the code sent to an address."""
    browser = app.test_client()
    assert post(browser, "/cita", address=address).status_code == 303
    code = re.search(r"\d{6}", said()[-1][1])[0]
    assert post(browser, "/cita/codigo", code=f"{code[:3]} {code[3:]}").status_code == 303
    return browser


def hours(browser, reason="information"):
    page = Page(browser.get("/cita/hora", query_string={"motivo": reason}))
    centre = next(one.get("value") for one in page.all("option") if one.get("value"))
    page = Page(browser.get("/cita/hora", query_string={"motivo": reason, "centro": centre, "modo": "in_person"}))
    return [href for href in page.links.values() if href.startswith("/cita/confirmar")]


def book(browser, href, **changes):
    page = Page(browser.get(href))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    return browser.post("/cita/confirmar", data=fields | {"nombre": "Rosa", "nota": ""} | changes), fields


def counts():
    return sql("SELECT (SELECT count(*) FROM person), (SELECT count(*) FROM social_history)")[0]


@pytest.mark.parametrize("address", [STRANGER, MAIL], ids=["telephone", "mail"])
def test_a_stranger_books_and_manages_and_no_record_opens(app, city, address):
    before = counts()
    browser = prove(app, address)
    done, _fields = book(browser, hours(browser)[0])
    assert done.status_code == 303 and re.fullmatch(r"/c/[\w-]{20}/cita", done.location)
    page = Page(browser.get(done.location))
    assert "Su cita está confirmada" in page.main
    (row,) = sql("SELECT person_id, contact_id, guest_name, source, request_id FROM appointment WHERE guest_name <> ''")
    assert (row.person_id, row.guest_name, row.source) == (None, "Rosa", "link") and row.contact_id and row.request_id
    channel, words, level, _state = said()[-1]
    assert channel == ("email" if "@" in address else "sms") and level == "N1"
    link = re.search(r"/c/[\w-]{20}", words)[0]
    assert link not in str(sql("SELECT body FROM message")), "a link is said once and kept nowhere"
    # Days later, in another browser: the link, and a code to the same address.
    again = app.test_client()
    assert again.get(f"{link}/cita").status_code == 303
    token = Page(again.get(link)).token
    again.post(f"{link}/codigo", data={"csrf_token": token})
    code = re.search(r"\d{6}", said()[-1][1])[0]
    opened = again.post(link, data={"csrf_token": token, "code": code})
    page = Page(again.get(opened.location))
    hour, con = (next(one.get("value") for one in page.all("input") if one.get("name") == name)
                 for name in ("hora", "con"))  # fmt: skip
    Page(again.post(opened.location, data={"csrf_token": page.token, "que": "cambiar", "hora": hour, "con": con}))
    assert "ha cambiado" in said()[-1][1]
    Page(again.post(opened.location, data={"csrf_token": page.token, "que": "voy"}))
    assert sql("SELECT 1 FROM appointment WHERE guest_name = 'Rosa' AND confirmed_at IS NOT NULL")
    Page(again.post(opened.location, data={"csrf_token": page.token, "que": "anular"}))
    assert "anulada" in said()[-1][1] and "/cita" in said()[-1][1]
    assert sql("SELECT state FROM appointment WHERE guest_name = 'Rosa'")[0].state == "cancelled"
    assert counts() == before


def test_whoever_is_known_and_whoever_is_not_see_the_same(app, city):
    """The telephone of somebody on record answers like a stranger's, word for word, and shows nothing of theirs."""
    pages = []
    for address in (STRANGER, KNOWN):
        browser = prove(app, address)
        shown = [browser.get(path) for path in ("/cita/mias", "/cita/hora")]
        pages.append([(one.status_code, re.sub(r'value="[^"]*"', "", one.text)) for one in shown])
    assert pages[0] == pages[1]
    assert "00000001R" not in str(pages) and "Amparo" not in str(pages)
    (words,) = {re.sub(r"\d{6}", "", words) for _channel, words, _level, _state in said()}
    assert "cita" not in words


def test_a_guest_touches_no_appointment_of_another(app, city):
    first, second = prove(app, STRANGER), prove(app, MAIL)
    assert book(first, hours(first)[0])[0].status_code == 303
    (row,) = sql("SELECT id, contact_id FROM appointment WHERE contact_id IS NOT NULL")
    (amparos,) = sql("SELECT id FROM appointment WHERE person_id IS NOT NULL AND state = 'booked' LIMIT 1")
    other = sql("SELECT id FROM contact WHERE id <> :id LIMIT 1", id=row.contact_id)[0].id
    assert second.get("/cita/mias").location == "/cita/hora"
    token = Page(second.get("/cita")).token
    for one in (row.id, amparos.id):
        assert second.post(f"/cita/mias/{one}", data={"csrf_token": token}).status_code == 404
    for contact, one in ((other, row.id), (row.contact_id, amparos.id)):
        with unit_of_work(actor_of(contact)) as unit:
            door = GuestDoor(unit)
            for act in (door.appointment, door.cancel, door.says_they_come):
                with pytest.raises(NotFound):
                    act(one)
            assert unit.session.execute(text("SELECT count(*) FROM person")).scalar() == 0
            assert reading.one(unit.session, amparos.id) is None


def test_one_button_pressed_twice_books_once(app, city):
    browser = prove(app)
    href = hours(browser)[0]
    done, fields = book(browser, href)
    again = browser.post("/cita/confirmar", data=fields | {"nombre": "Rosa"})
    assert (done.status_code, again.status_code) == (303, 303)
    assert len(sql("SELECT 1 FROM appointment WHERE contact_id IS NOT NULL")) == 1


def test_the_hour_that_somebody_took_offers_others_and_keeps_what_was_typed(app, city):
    first = prove(app)
    href = hours(first)[0]
    page = Page(first.get(href))
    fields = {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}
    at = datetime.fromisoformat(fields["hora"]).astimezone(clock.MADRID)
    sql(
        "INSERT INTO agenda_exception (id, unit_id, kind, first_day, last_day, starts, ends, created_by) "
        "VALUES (gen_random_uuid(), :unit, 'closure', :day, :day, :since, :until, 'test')",
        unit=fields["centro"], day=at.date(), since=at.time(), until=(at + timedelta(minutes=15)).time(),
    )  # fmt: skip
    answer = first.post("/cita/confirmar", data=fields | {"nombre": "Rosa", "nota": "Vengo en silla"})
    page = Page(answer, 409)
    assert page.h1 == "Esa hora ya no está libre"
    others = [link for link in page.links.values() if "hora=" in link]
    again = Page(first.get(others[0]))
    assert "Vengo en silla" in again.main and any(one.get("value") == "Rosa" for one in again.all("input"))


def test_limits_against_trading(app, city):
    with unit_of_work(Actor.system("test")) as unit:
        choices.choose(unit, guest_booked_most=1)
    browser = prove(app)
    free = hours(browser)
    assert book(browser, free[0])[0].status_code == 303
    answer = book(browser, free[-1])[0]
    assert answer.status_code == 409 and "Ya tiene muchas citas" in answer.text
    # A slot given back rests before others see it; whoever gave it back does.
    (row,) = sql("SELECT id, contact_id, unit_id, lower(during) AS at, reason FROM appointment WHERE contact_id <> '"
                 "00000000-0000-0000-0000-000000000000'")  # fmt: skip
    with unit_of_work(actor_of(row.contact_id)) as unit:
        GuestDoor(unit).cancel(row.id)
    assert sql("SELECT count(*) AS n FROM slot_rest WHERE person_id = :who", who=row.contact_id)[0].n == 1


def test_codes_are_counted_and_end(app, city):
    browser = app.test_client()
    for _ in range(guests.MOST_CODES):
        assert post(browser, "/cita", address=STRANGER).status_code == 303
    answer = post(browser, "/cita", address="+34600000077")
    assert answer.status_code == 429 and "Espere una hora" in answer.text and 'value="+34600000077"' in answer.text
    assert len(said()) == guests.MOST_CODES
    right = re.search(r"\d{6}", said()[-1][1])[0]
    wrong = "111111" if right != "111111" else "222222"
    for _ in range(guests.MOST_TRIES):
        assert post(browser, "/cita/codigo", code=wrong).status_code == 422
    assert post(browser, "/cita/codigo", code=right).status_code == 422, "after five wrong ones not even the right one"
    assert browser.get("/cita/hora").status_code == 303


def test_a_code_is_good_once_for_ten_minutes_and_in_its_own_browser(app, city):
    with unit_of_work(Actor.system("test")) as unit:
        made = guests.ask(unit.session, typed=STRANGER, actor=Actor.system("test"))
        other = guests.ask(unit.session, typed=MAIL, actor=Actor.system("test"))
    code = re.search(r"\d{6}", said()[0][1])[0]

    def redeem(code_id):
        with unit_of_work(Actor.system("test")) as unit:
            return guests.redeem(unit.session, code_id=code_id, typed=code)

    assert redeem(other) is None
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        assert redeem(made) is None
    assert redeem(made).by_phone and redeem(made) is None


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        pytest.param("", "Escriba su móvil o su correo", id="nothing"),
        pytest.param("600 00", "Escriba un móvil entero", id="half a number"),
        pytest.param("910000001", "no podemos mandar un SMS", id="a landline"),
        pytest.param("+44 7400 123456", "móviles de España", id="a number abroad"),
        pytest.param("rosa@", "no está entero", id="half a mail"),
        pytest.param("'; DROP TABLE person;--", "Escriba un móvil entero", id="something else"),
    ],
)
def test_what_is_no_address_is_told_and_kept(app, city, typed, words):
    browser = app.test_client()
    answer = post(browser, "/cita", address=typed)
    page = Page(answer, 422)
    assert words in page.main and any(
        one.get("value") == typed for one in page.all("input") if one.get("name") == "address"
    )
    assert not said()


@pytest.mark.parametrize(
    ("flag", "code_leaves", "words"),
    [
        pytest.param("never", False, None, id="who wants no messages gets none"),
        pytest.param("may_be_read_by_others", True, "Tiene un aviso", id="where others read"),
        pytest.param("discreet", True, "Tiene un aviso", id="discreet"),
    ],
)
def test_what_a_person_said_about_a_number_binds_what_goes_to_a_guest(app, city, flag, code_leaves, words):
    sql(f"UPDATE address SET {flag} = true WHERE value = '+34600000001'")
    browser = app.test_client()
    assert post(browser, "/cita", address=KNOWN).status_code == 303, "the page says the same"
    [(_channel, body, level, state)] = said()
    assert (state != "held") is code_leaves and level == "N0"
    if not code_leaves:
        return
    assert post(browser, "/cita/codigo", code=re.search(r"\d{6}", body)[0]).status_code == 303
    assert book(browser, hours(browser)[0])[0].status_code == 303
    assert words in said()[-1][1] and "cita" not in said()[-1][1].lower() and said()[-1][2] == "N0"


def test_a_guest_is_reminded_and_answers(app, city):
    browser = prove(app)
    assert book(browser, hours(browser)[-1])[0].status_code == 303
    (row,) = sql("SELECT id, contact_id, lower(during) AS at FROM appointment WHERE contact_id IS NOT NULL")
    owner(
        "UPDATE appointment_change SET changed_at = changed_at - interval '30 days' WHERE appointment_id = :id",
        id=row.id,
    )
    said()
    with clock.frozen(row.at - timedelta(hours=20)):
        keeper.step()
        words = said()[-1][1]
        assert "Le esperamos" in words and re.search(r"/c/[\w-]{20}", words)
        for reply, told in (("cancel", "sigue en pie"), ("comes", None)):
            before = len(said())
            sql("INSERT INTO event (kind, payload) VALUES ('guest.words', jsonb_build_object('contact_id', "
                "CAST(:who AS text), 'said', CAST(:said AS text)))", who=str(row.contact_id), said=reply)  # fmt: skip
            keeper.step()
            assert (told in said()[-1][1]) if told else len(said()) == before
    assert sql("SELECT state, confirmed_at IS NOT NULL AS yes FROM appointment WHERE id = :id", id=row.id) == [
        ("booked", True)
    ]


def test_staff_of_the_centre_see_and_close_it_and_no_other(app, city):
    browser = prove(app)
    assert book(browser, hours(browser)[0])[0].status_code == 303
    (row,) = sql("SELECT id, unit_id, lower(during) AS at FROM appointment WHERE contact_id IS NOT NULL")
    marta = BY_LOGIN["marta"]
    day = row.at.astimezone(clock.MADRID).date()
    other = sql("SELECT id FROM unit WHERE id <> :id AND kind = 'centre' LIMIT 1", id=row.unit_id)[0].id
    for unit_id, sees in ((other, False), (row.unit_id, True)):
        actor = Actor("staff", "marta", professional_id=marta.id, unit_id=unit_id, role="social_worker")
        with unit_of_work(actor) as unit:
            door = open_door(actor, "book_appointment", unit=unit)
            found = [one for one in door.agenda(from_day=day, to_day=day) if one.guest]
            assert [one.guest.name for one in found] == (["Rosa"] if sees else [])
            if sees:
                assert found[0].guest.reach == "+34600000077"
                assert door.cancel(row.id).state == "cancelled"
            else:
                with pytest.raises(NotFound):
                    door.appointment(row.id)


def test_a_citizen_cannot_book_as_a_guest_behind_the_door(app, city):
    with unit_of_work(Actor.anonymous()) as unit:
        with pytest.raises(NotFound):
            GuestDoor(unit)
        with pytest.raises(Exception):  # noqa: B017 - whatever the database says, it is a no
            booking.book(unit, person_id=None, unit_id=BY_LOGIN["marta"].unit_id, reason="information",
                         mode="in_person", starts_at=clock.now() + timedelta(days=3))  # fmt: skip


def test_two_hours_at_once_are_no_guests_either(app, city):
    browser = prove(app)
    free = hours(browser)
    assert book(browser, free[0])[0].status_code == 303
    (row,) = sql(
        "SELECT contact_id, unit_id, reason, lower(during) AS at FROM appointment WHERE contact_id IS NOT NULL"
    )
    with unit_of_work(actor_of(row.contact_id)) as unit, pytest.raises(Conflict):
        GuestDoor(unit).book(
            unit_id=row.unit_id, reason=row.reason, mode="in_person", starts_at=row.at, name="Rosa", reach=STRANGER
        )


def test_many_guests_at_once_for_one_hour(app, city):
    """Each is booked once or refused with what is free; nobody twice on one professional or room, and no circle."""
    browser = prove(app)
    slot = dict(parse_qsl(urlsplit(hours(browser)[0]).query))
    outcomes = []

    def race():
        try:
            with unit_of_work(actor_of(uuid4())) as unit:
                GuestDoor(unit).book(
                    unit_id=UUID(slot["centro"]), reason=slot["motivo"], mode=slot["modo"],
                    starts_at=datetime.fromisoformat(slot["hora"]), name="Rosa", reach="+34600000077",
                )  # fmt: skip
            outcomes.append("booked")
        except Conflict as conflict:
            outcomes.append("offered" if conflict.alternatives else "refused")

    racers = [Thread(target=race) for _ in range(14)]
    for one in racers:
        one.start()
    for one in racers:
        one.join(60)
    assert len(outcomes) == 14 and "booked" in outcomes and "offered" in outcomes
    rows = sql("SELECT professional_id, room_id FROM appointment WHERE contact_id IS NOT NULL AND state = 'booked'")
    assert len(rows) == outcomes.count("booked") == len({row.professional_id for row in rows})
    assert len({row.room_id for row in rows}) == len(rows)


def fields_of(page):
    return {one.get("name"): one.get("value") for one in page.all("input") if one.get("type") == "hidden"}


def test_an_hour_is_kept_while_a_guest_writes_and_let_go_on_leaving(app, city):
    browser, other = prove(app), prove(app, MAIL)
    href = hours(browser)[0]
    page = Page(browser.get(href))
    kept = browser.post("/cita/reservar", data=fields_of(page) | {"nombre": "", "nota": "Voy en silla"})
    assert kept.status_code == 303
    page = Page(browser.get(kept.location))
    assert "Le guardamos esta hora" in page.main and "Voy en silla" in page.main and "Necesito más tiempo" in page.main
    (row,) = sql("SELECT id, contact_id, expires_at - created_at AS long FROM appointment_hold WHERE state = 'live'")
    assert timedelta(minutes=4, seconds=59) < row.long < timedelta(minutes=5, seconds=1)
    more = browser.post("/cita/reservar", data=fields_of(page) | {"nombre": "Rosa", "nota": "Voy en silla"})
    page = Page(browser.get(more.location))
    assert len(sql("SELECT 1 FROM appointment_hold WHERE state = 'live'")) == 1 and 'value="Rosa"' in page.text
    # Another guest cannot use it, nor let it go.
    stolen = fields_of(page)["reserva"]
    token = Page(other.get("/cita")).token
    assert other.post("/cita/soltar", data={"csrf_token": token, "reserva": stolen}).status_code == 404
    assert "Le guardamos" not in Page(other.get(more.location)).main
    # Leaving gives it to others at once.
    left = browser.post("/cita/soltar", data=fields_of(page))
    assert left.location.startswith("/cita/hora?") and "reserva" not in left.location
    assert not sql("SELECT 1 FROM appointment_hold WHERE state = 'live'")


def test_a_kept_hour_is_booked_and_one_that_ran_out_says_so_and_keeps_what_was_typed(app, city):
    browser = prove(app)
    page = Page(browser.get(hours(browser)[0]))
    kept = browser.post("/cita/reservar", data=fields_of(page) | {"nombre": "Rosa", "nota": "Con mi hija"})
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        page = Page(browser.get(kept.location))
        assert "Se acabó el tiempo" in page.main and "Con mi hija" in page.main and 'value="Rosa"' in page.text
        done = browser.post("/cita/confirmar", data=fields_of(page) | {"nombre": "Rosa", "nota": "Con mi hija"})
        assert done.status_code == 303
    assert [tuple(one) for one in sql("SELECT guest_name, note FROM appointment WHERE contact_id IS NOT NULL")] == [
        ("Rosa", "Con mi hija")
    ]
    assert sql("SELECT state FROM appointment_hold") == [("booked",)]


def test_a_guest_waits_is_told_and_takes_what_is_offered(app, city):
    browser = prove(app)
    choice = dict(parse_qsl(urlsplit(hours(browser)[0]).query))
    choice = {key: choice[key] for key in ("motivo", "centro", "modo")}
    times = Page(browser.get("/cita/hora", query_string=choice))
    assert any(href.startswith("/cita/espera?") for href in times.links.values())
    page = Page(browser.get("/cita/espera", query_string=choice))
    Page(browser.post("/cita/espera", data=fields_of(page) | {"nombre": ""}), 422)
    joined = browser.post("/cita/espera", data=fields_of(page) | {"nombre": "Rosa"})
    assert joined.location == "/cita/mias"
    assert "En lista de espera" in Page(browser.get("/cita/mias")).main
    twice = Page(browser.post("/cita/espera", data=fields_of(page) | {"nombre": "Rosa"}), 409)
    assert "Ya está en esta lista" in twice.main
    before = len(said())
    keeper.step()
    keeper.step()
    channel, words, level, _state = said()[-1]
    assert len(said()) == before + 1, "told once"
    assert channel == "sms" and level == "N1" and "Ha quedado libre" in words and "/cita" in words
    # Later, in another browser, with a new code.
    again = prove(app)
    page = Page(again.get("/cita/mias"))
    assert "Ha quedado libre una hora" in page.main
    (entry,) = sql("SELECT id FROM waiting_entry WHERE state = 'offered'")
    stranger = prove(app, MAIL)
    token = Page(stranger.get("/cita")).token
    assert stranger.post(f"/cita/espera/{entry.id}/aceptar", data={"csrf_token": token}).status_code == 404
    taken = again.post(f"/cita/espera/{entry.id}/aceptar", data={"csrf_token": page.token})
    assert "confirmada" in Page(again.get(taken.location)).main
    assert sql("SELECT guest_name, source FROM appointment WHERE contact_id IS NOT NULL") == [("Rosa", "waiting")]
    assert "Ha quedado" not in Page(again.get("/cita/mias")).main


def test_a_guest_is_told_of_an_earlier_hour_and_keeps_theirs_meanwhile(app, city):
    browser = prove(app)
    assert book(browser, hours(browser)[-1])[0].status_code == 303
    (row,) = sql("SELECT id, lower(during) AS at FROM appointment WHERE contact_id IS NOT NULL")
    page = Page(browser.get("/cita/mias"))
    assert "Avísenme si hay antes" in page.main
    done = browser.post(f"/cita/mias/{row.id}/antes", data={"csrf_token": page.token})
    assert done.location == "/cita/mias"
    keeper.step()
    page = Page(browser.get("/cita/mias"))
    assert "cambia la que tiene" in page.main and "Avísenme si hay antes" not in page.main
    (entry,) = sql("SELECT id FROM waiting_entry WHERE state = 'offered'")
    assert browser.post(f"/cita/espera/{entry.id}/dejar", data={"csrf_token": page.token}).status_code == 303
    (after,) = sql("SELECT lower(during) AS at, state FROM appointment WHERE id = :id", id=row.id)
    assert (after.at, after.state) == (row.at, "booked")
    assert not sql("SELECT 1 FROM appointment_hold WHERE state = 'live'")


@pytest.mark.parametrize(
    ("address", "says", "modes"),
    [
        pytest.param(STRANGER, "elija por teléfono y le llamamos", {"in_person", "phone"}, id="a telephone"),
        pytest.param(MAIL, "empiece con un móvil", {"in_person"}, id="a mail"),
    ],
)
def test_a_video_call_needs_a_login_and_the_page_says_so(app, city, address, says, modes):
    browser = prove(app, address)
    page = Page(browser.get("/cita/hora", query_string={"motivo": "paperwork"}))
    assert "Para una videollamada hay que entrar con Cl@ve" in page.main and says in page.main
    assert {one.get("value") for one in page.all("input") if one.get("name") == "modo"} == modes
    plain = Page(browser.get("/cita/hora", query_string={"motivo": "information"}))
    assert "videollamada" not in plain.main, "only where others may have one"


def test_without_a_code_no_page_of_a_guest_answers(app, city):
    browser = app.test_client()
    token = Page(browser.get("/cita")).token
    assert browser.get("/cita/espera").location == "/cita"
    for path in ("/cita/reservar", "/cita/soltar", f"/cita/mias/{uuid4()}/antes", f"/cita/espera/{uuid4()}/aceptar"):
        assert browser.post(path, data={"csrf_token": token}).location == "/cita", path
