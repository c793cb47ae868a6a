"""What the desk gives besides an hour with one professional: two of them, a room, a visit to somebody's home."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import booking, offers
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from case_api.errors import Invalid
from tests.services.desk.test_desk_appointments import CENTRE, first_link, links, relative
from tests.services.desk.test_record_pages import Page, ask

ROBERTO, ELENA, FATIMA = (BY_KEY[key].id for key in ("roberto", "elena", "fatima"))
ASKED = {"plazo": "ordinary", "via": "desk", "centro": str(CENTRE), "con": ""}


def given_hours(browser, person, **what):
    """The page with the hours of what is asked for."""
    return Page(browser.get(f"/agenda/dar/{person}?{urlencode(ASKED | what)}"))


def fields_of(browser, page):
    confirm = Page(browser.get(first_link(page)))
    return {one.get("name"): one.get("value") for one in confirm.all("input") if one.get("type") == "hidden"}


def give(browser, person, fields, **more):
    return browser.post(f"/agenda/dar/{person}/confirmar", data=fields | more)


def of(person):
    return ask(
        # With a request: what this test gave, not the past that the city tells.
        "SELECT a.*, lower(a.during) AS at FROM appointment a WHERE a.person_id = :who AND a.request_id IS NOT NULL "
        "ORDER BY a.created_at DESC",
        who=person,
    )


def change_reason(key, **values):
    with unit_of_work(Actor.system("test")) as unit:
        sets = ", ".join(f"{name} = :{name}" for name in values)
        unit.session.execute(text(f"UPDATE appointment_reason SET {sets} WHERE key = :key"), values | {"key": key})


def free_at(starts_at, *, reason, mode):
    """Who is offered at an hour of the centre, from the side of staff."""
    day = starts_at.astimezone(clock.MADRID).date()
    with unit_of_work(Actor.system("test")) as unit:
        found = offers.free_slots(unit, unit_id=CENTRE, reason=reason, from_day=day, to_day=day, mode=mode)
    return {slot.professional_id for slot in found if slot.starts_at == starts_at}


def test_a_pair_at_the_desk_takes_both_and_says_who(at_desk):
    change_reason("paperwork", pair=True)
    browser = at_desk("ines")
    page = given_hours(browser, ROBERTO, motivo="paperwork", modo="phone")
    done = give(browser, ROBERTO, fields_of(browser, page))
    assert done.status_code == 303
    (made,) = of(ROBERTO)
    assert made.second_professional_id and made.second_professional_id != made.professional_id
    names = ask("SELECT given_name FROM professional WHERE id = ANY(:both)",
                both=[made.professional_id, made.second_professional_id])  # fmt: skip
    shown = Page(browser.get(relative(done.location))).main
    assert all(row.given_name in shown for row in names)
    change_reason("paperwork", pair=False)
    left = free_at(made.at, reason="paperwork", mode="phone")
    assert not left & {made.professional_id, made.second_professional_id}, "neither is free then any more"
    for who in (made.professional_id, made.second_professional_id):
        own = Page(browser.get(f"/agenda?dia={made.at.astimezone(clock.MADRID).date()}&quien={who}"))
        assert f"/agenda/citas/{made.id}" in own.text, "it stands in the agenda of each"


def test_of_a_pair_both_must_be_free_when_the_button_is_pressed(at_desk):
    change_reason("paperwork", pair=True)
    browser = at_desk("ines")
    fields = fields_of(browser, given_hours(browser, ROBERTO, motivo="paperwork", modo="phone"))
    at = datetime.fromisoformat(fields["hora"])
    change_reason("paperwork", pair=False)
    with unit_of_work(Actor.system("test")) as unit:  # meanwhile all but the one who was chosen are taken
        for person, who in zip(_strangers(), free_at(at, reason="paperwork", mode="phone"), strict=False):
            if str(who) != fields["con"]:
                booking.book(unit, person_id=person, unit_id=CENTRE, reason="paperwork", mode="phone", starts_at=at,
                             professional_id=who)  # fmt: skip
    change_reason("paperwork", pair=True)
    assert fields["con"], "the hour was offered with somebody"
    lost = Page(give(browser, ROBERTO, fields), 409)
    assert not of(ROBERTO) and [one for one in lost.all("input") if one.get("name") == "otra"]


def _strangers():
    """People who have nothing in this hour."""
    return [row.id for row in ask("SELECT p.id FROM person p WHERE NOT EXISTS (SELECT FROM appointment a "
                                  "WHERE a.person_id = p.id AND a.state = 'booked') AND p.id <> :roberto ORDER BY p.id",
                                  roberto=ROBERTO)]  # fmt: skip


def test_in_person_has_a_room_of_its_own_and_the_page_says_which(at_desk):
    browser = at_desk("ines")
    page = given_hours(browser, ROBERTO, motivo="paperwork", modo="in_person")
    fields = fields_of(browser, page)
    done = give(browser, ROBERTO, fields)
    assert done.status_code == 303
    (first,) = of(ROBERTO)
    (room,) = ask("SELECT name FROM room WHERE id = :id", id=first.room_id)
    assert room.name in Page(browser.get(relative(done.location))).main
    other = next(iter(free_at(first.at, reason="paperwork", mode="in_person")))
    again = give(browser, ELENA, fields | {"con": str(other), "clave": "another-press"})
    assert again.status_code == 303
    assert of(ELENA)[0].at == first.at and of(ELENA)[0].room_id not in (None, first.room_id)


def test_without_a_room_nobody_is_told_to_come(at_desk):
    browser = at_desk("ines")
    fields = fields_of(browser, given_hours(browser, ROBERTO, motivo="paperwork", modo="in_person"))
    at = datetime.fromisoformat(fields["hora"])
    rooms = [row.id for row in ask("SELECT id FROM room WHERE unit_id = :unit AND active", unit=CENTRE)]
    with unit_of_work(Actor.system("test")) as unit:  # but one, every room ends; that one is taken by a colleague
        unit.session.execute(text("UPDATE room SET active = false WHERE id = ANY(:ids)"), {"ids": rooms[1:]})
    colleague = next(one for one in free_at(at, reason="paperwork", mode="in_person") if str(one) != fields["con"])
    with unit_of_work(Actor.system("test")) as unit:
        booking.book(unit, person_id=FATIMA, unit_id=CENTRE, reason="paperwork", mode="in_person", starts_at=at,
                     professional_id=colleague)  # fmt: skip
    lost = Page(give(browser, ROBERTO, fields), 409)
    assert not of(ROBERTO)
    others = [one.get("value").split("|")[0] for one in lost.all("input") if one.get("name") == "otra"]
    assert others and fields["hora"] not in others, "what is offered instead has a room"
    by_phone = give(browser, ROBERTO, fields | {"modo": "phone", "clave": "by-telephone"})
    assert by_phone.status_code == 303 and of(ROBERTO)[0].room_id is None, "on the telephone the hour is still free"


def test_a_visit_home_is_given_by_the_desk_alone_and_takes_no_room(at_desk):
    browser = at_desk("ines")
    page = given_hours(browser, ROBERTO, motivo="home_visit", modo="home")
    done = give(browser, ROBERTO, fields_of(browser, page))
    assert done.status_code == 303
    (made,) = of(ROBERTO)
    assert (made.mode, made.room_id, made.buffer_minutes) == ("home", None, 30)
    shown = Page(browser.get(relative(done.location))).main
    assert "En su casa" in shown and "Sala" not in shown
    # The way back counts: who visits meets nobody in the half hour after.
    after = made.at + timedelta(minutes=90)
    assert made.professional_id not in free_at(after, reason="paperwork", mode="phone")
    assert made.professional_id not in free_at(made.at + timedelta(minutes=75), reason="paperwork", mode="phone")
    moved = Page(browser.get(f"/agenda/citas/{made.id}/mover"))
    offered = [one.get("value") for one in moved.all("input") if one.get("name") == "hora"]
    hour = next(one for one in offered if datetime.fromisoformat(one.partition("|")[0]) != made.at)
    hidden = {one.get("name"): one.get("value") for one in moved.all("input") if one.get("type") == "hidden"}
    assert browser.post(f"/agenda/citas/{made.id}/mover", data=hidden | {"hora": hour}).status_code == 303
    (again,) = of(ROBERTO)
    assert again.mode == "home" and again.at != made.at
    actor = Actor("citizen", "roberto", person_id=ROBERTO, assurance="high", authenticated_at=clock.now())
    with unit_of_work(actor) as unit, pytest.raises(Invalid):
        open_door(actor, "book_appointment", unit=unit).book(
            person_id=ROBERTO, unit_id=CENTRE, reason="home_visit", mode="home", starts_at=again.at
        )


def test_a_group_is_not_given_as_an_hour(at_desk):
    """What the desk may give is what there is: a group without a date offers none."""
    change_reason("paperwork", places=8, modes=["in_person"])
    page = given_hours(at_desk("ines"), ROBERTO, motivo="paperwork", modo="in_person")
    assert not links(page, "/confirmar?")
