"""Weeks, holidays, absences and closures: what is booked stays until somebody places it anew."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda.planning import closing, holidays, weekly
from case_api.agenda.planning.closing import Away
from case_api.agenda.search.index import INDEX
from case_api.db import unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from tests.services.agenda.city import MONDAY, NOW, at, build
from tests.services.agenda.test_booking import book, citizen, staff


@pytest.fixture
def place(unit):
    INDEX.forget()
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values), people=6)
    INDEX.forget()


def give(place, who, **changes):
    with unit_of_work(citizen(who)) as work:
        return book(open_door(work.actor, "book_appointment"), place, person_id=who, mode="phone", **changes)


def look(place, made):
    with unit_of_work(staff(place)) as work:
        return open_door(work.actor, "manage_case").appointment(made.id)


def test_a_new_week_keeps_the_old_one_and_what_is_booked(unit, place):
    made = give(place, place.amparo, starts_at=at(MONDAY, 13))
    with unit_of_work(staff(place)) as work:
        week = [window for day in range(5) for window in weekly.read_day(day, "9:00-12:00, 16:00-18:00")]
        left = weekly.set_week(work, unit_id=place.unit, professional_id=place.lucia, windows=week, from_day=MONDAY)
        assert [one.id for one in left] == [made.id]
        asked = {"unit_id": place.unit, "professional_id": place.lucia}
        assert weekly.week_of(work.session, **asked, on=MONDAY) == week
        before = weekly.week_of(work.session, **asked, on=MONDAY - timedelta(days=1))
        assert {window.words for window in before} == {"09:00-14:00"}
        assert (
            weekly.history(work.session, unit_id=place.unit, professional_id=place.lucia)[0].changed_by == "staff:lucia"
        )
    assert look(place, made).state == "booked"
    with unit_of_work(staff(place)) as work, pytest.raises(Invalid):
        weekly.set_week(work, unit_id=place.unit, professional_id=place.lucia, from_day=MONDAY,
                        windows=weekly.read_day(0, "9-14, 13-15"))  # fmt: skip


def test_adding_a_holiday_lists_what_is_in_the_way_and_deletes_nothing(unit, place):
    made = give(place, place.amparo)
    with unit_of_work(staff(place)) as work:
        assert [one.id for one in holidays.add(work, day=MONDAY, name="Fiesta", scope="city")] == [made.id]
        with pytest.raises(Conflict):
            holidays.add(work, day=MONDAY, name="Otra", scope="city")
        assert holidays.add(work, day=MONDAY, name="Obras", scope="centre", unit_id=place.other_unit) == []
    assert look(place, made).state == "booked"
    with unit_of_work(citizen(place.roberto)) as work:
        door = open_door(work.actor, "book_appointment")
        assert door.free_slots(unit_id=place.unit, reason="follow_up", from_day=MONDAY, to_day=MONDAY) == []


def test_the_next_year_is_warned_of_until_confirmed(unit, place):
    with unit_of_work(staff(place)) as work:
        assert holidays.unconfirmed(work.session) == [2027]
        with pytest.raises(Conflict):
            holidays.confirm(work, year=2027)
        holidays.add(work, day=date(2027, 8, 16), name="Traslado", scope="region")
        assert len(holidays.of_year(work.session, 2027)) == 14
        assert holidays.confirm(work, year=2027) == [] and holidays.unconfirmed(work.session) == []
        assert all(one.confirmed for one in holidays.of_year(work.session, 2027))


def test_an_absence_goes_to_a_colleague_and_asks_who_chose(unit, place):
    mine = give(place, place.amparo)
    chosen = give(place, place.roberto, starts_at=at(MONDAY, 11), chosen=True)
    away = Away(place.unit, MONDAY, MONDAY + timedelta(days=1), place.lucia)
    with unit_of_work(staff(place)) as work:
        planned = {step.appointment.id: step.what for step in closing.plan(work, away)}
        assert planned == {mine.id: "colleague", chosen.id: "ask"}
        assert work.session.execute(text("SELECT count(*) FROM agenda_exception")).scalar() == 0, "a dry run"
        done = {step.appointment.id: step.what for step in closing.carry_out(work, away)}
        assert done == planned
        assert closing.carry_out(work, away) == [] and closing.plan(work, away) == []
        assert work.session.execute(text("SELECT count(*) FROM agenda_exception")).scalar() == 1
    assert look(place, mine).professional == "Marta" and look(place, mine).starts_at == at(MONDAY, 10)
    assert (look(place, chosen).professional, look(place, chosen).to_call_why) == ("Lucía", "chosen")
    with unit_of_work(staff(place)) as work:
        assert [one.id for one in open_door(work.actor, "manage_case").to_call()] == [chosen.id]
    with unit_of_work(citizen(place.roberto)) as work:
        closing.answer(work, appointment_id=chosen.id, wait=True)
        with pytest.raises(NotFound):
            closing.answer(work, appointment_id=chosen.id, wait=True)
    again = look(place, chosen)
    assert again.professional == "Lucía" and again.starts_at >= at(MONDAY + timedelta(days=2), 9)


def test_closing_a_centre_places_within_the_deadline_elsewhere_or_to_call(unit, place):
    soon = give(place, place.amparo)
    late = give(place, place.roberto, starts_at=at(MONDAY, 11))
    with unit_of_work(Actor.system("test")) as work:
        change = "UPDATE appointment_request SET due_at = :due, requested_at = :asked WHERE person_id = :who"
        asked = NOW - timedelta(days=30)
        for who, due in (
            (place.amparo, at(MONDAY + timedelta(days=2), 0)),
            (place.roberto, NOW + timedelta(minutes=1)),
        ):
            work.session.execute(text(change), {"due": due, "asked": asked, "who": who})
    away = Away(place.unit, clock.today(), MONDAY + timedelta(days=20), note="Obras")
    with unit_of_work(staff(place)) as work:
        planned = {step.appointment.id: step.what for step in closing.plan(work, away)}
        assert planned == {soon.id: "elsewhere", late.id: "call"}
        assert {step.appointment.id: step.what for step in closing.carry_out(work, away)} == planned
        assert closing.carry_out(work, away) == []
    moved, waits = look(place, soon), look(place, late)
    assert moved.unit_id == place.other_unit and moved.starts_at < at(MONDAY + timedelta(days=2), 0)
    assert waits.state == "booked" and waits.to_call_why == "closure"
    with unit_of_work(Actor.system("test")) as work:
        kinds = work.session.execute(text("SELECT kind FROM event ORDER BY id")).scalars().all()
    assert kinds == ["appointment.booked", "appointment.booked", "appointment.moved"]


def test_some_hours_away_touch_only_those_hours(unit, place):
    inside, outside = give(place, place.amparo), give(place, place.roberto, starts_at=at(MONDAY, 12))
    away = Away(place.unit, MONDAY, MONDAY, place.lucia, time(9), time(11))
    with unit_of_work(staff(place)) as work:
        assert [step.appointment.id for step in closing.plan(work, away)] == [inside.id]
        with pytest.raises(Invalid):
            closing.plan(work, Away(place.unit, MONDAY, MONDAY - timedelta(days=1)))
    assert look(place, outside).professional == "Lucía"
