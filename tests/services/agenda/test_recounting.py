"""A holiday that comes or goes: which deadlines move, to when, and who is told of it, once."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import choices, guests, keeper, requests
from case_api.agenda.planning import holidays, recounting
from case_api.agenda.search.index import INDEX
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, NotFound
from tests.services.agenda.city import NOW, at, build
from tests.services.agenda.test_booking import book, citizen, staff

# Asked on Friday 27 November: five working days end on Friday 4 December; the 7th and the 8th are holidays.
TUESDAY, LAST, NEXT = date(2026, 12, 1), date(2026, 12, 4), date(2026, 12, 9)


@pytest.fixture
def place(unit):
    INDEX.forget()
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values), people=6)
    INDEX.forget()


def ask(place, who, priority="priority", unit_id=None):
    with unit_of_work(citizen(who)) as work:
        return open_door(work.actor, "book_appointment").ask(
            person_id=who, unit_id=unit_id or place.unit, reason="follow_up", priority=priority
        )


def change(place, what, **values):
    with unit_of_work(staff(place)) as work:
        getattr(holidays, what)(work, **values)


def add(place, day=TUESDAY, **more):
    change(place, "add", day=day, name="Fiesta del barrio", **{"scope": "centre", "unit_id": place.unit} | more)


def remove(place, day=TUESDAY, **more):
    change(place, "remove", day=day, **{"unit_id": place.unit} | more)


def last_day(made):
    with unit_of_work(Actor.system("test")) as work:
        due = requests.one(work.session, made.id).due_at
    return (due - timedelta(seconds=1)).astimezone(clock.MADRID).date()


def told():
    """Who is to be told of a deadline: (kind, request), as events wait for the floor above."""
    with unit_of_work(Actor.system("test")) as work:
        rows = work.session.execute(
            text(
                "SELECT kind, payload->>'request_id' FROM event WHERE handled_at IS NULL AND kind = ANY(:k) ORDER BY id"
            ),
            {"k": [recounting.MOVED, recounting.GUEST_MOVED]},
        )
        return [tuple(row) for row in rows]


WHERE = [
    pytest.param({}, "priority", NEXT, id="of one's own centre"),
    pytest.param({"scope": "city", "unit_id": None}, "priority", NEXT, id="of the whole city, added by one centre"),
    pytest.param({"day": LAST}, "priority", NEXT, id="the very last day"),
    pytest.param({"day": date(2026, 12, 9)}, "priority", LAST, id="after the last day"),
    pytest.param({"day": date(2026, 11, 27)}, "priority", LAST, id="the day of asking does not count"),
    pytest.param({"day": date(2026, 11, 28)}, "priority", LAST, id="a Saturday was no working day"),
    pytest.param({"day": date(2026, 12, 7)}, "ordinary", date(2026, 12, 22), id="a holiday already, of the region"),
    pytest.param({}, "emergency", date(2026, 11, 28), id="hours never pause"),
]


@pytest.mark.parametrize(("holiday", "priority", "last"), WHERE)
def test_a_holiday_moves_the_deadlines_that_count_it(unit, place, holiday, priority, last):
    made = ask(place, place.amparo, priority)
    before = last_day(made)
    elsewhere = ask(place, place.roberto, priority, unit_id=place.other_unit)
    add(place, **holiday)
    keeper.step()
    assert last_day(made) == last
    assert told() == ([(recounting.MOVED, str(made.id))] if last != before else []) or holiday.get("scope") == "city"
    assert last_day(elsewhere) == (last if holiday.get("scope") == "city" else before)
    keeper.step()
    assert last_day(made) == last, "the second round has nothing to count"


def test_of_natural_days_only_the_last_counts(unit, place):
    with unit_of_work(staff(place)) as work:
        choices.choose(work, deadline_days="natural")
    made = ask(place, place.amparo)
    assert last_day(made) == date(2026, 12, 2)
    add(place)
    keeper.step()
    assert last_day(made) == date(2026, 12, 2)
    add(place, day=date(2026, 12, 2))
    keeper.step()
    assert last_day(made) == date(2026, 12, 3)


def test_two_days_at_once_are_one_move_and_a_mistake_undone_is_none(unit, place):
    made = ask(place, place.amparo)
    add(place)
    add(place, day=date(2026, 12, 2))
    keeper.step()
    assert last_day(made) == date(2026, 12, 10) and len(told()) == 1
    remove(place)
    keeper.step()
    assert last_day(made) == NEXT and len(told()) == 1, "who has not heard of the first hears of both at once"
    remove(place, day=date(2026, 12, 2))
    keeper.step()
    assert last_day(made) == LAST
    with unit_of_work(Actor.system("test")) as work:
        assert recounting.to_tell(work, request_id=made.id, was=made.due_at) is None, "it is as it was told"


def test_added_and_taken_away_before_anybody_counted(unit, place):
    made = ask(place, place.amparo)
    add(place)
    remove(place)
    with clock.frozen(NOW + timedelta(minutes=1)):
        later = ask(place, place.roberto)
        keeper.step()
    assert (last_day(made), last_day(later), told()) == (LAST, LAST, [])


def test_who_asks_after_it_is_not_moved_again(unit, place):
    add(place)
    with clock.frozen(NOW + timedelta(minutes=1)):  # the keeper has not looked yet
        made = ask(place, place.amparo)
    assert last_day(made) == NEXT
    keeper.step()
    assert last_day(made) == NEXT and told() == []
    with clock.frozen(NOW + timedelta(minutes=2)):
        remove(place)
        keeper.step()
    assert last_day(made) == LAST and len(told()) == 1


def test_what_became_more_urgent_counts_from_then(unit, place):
    made = ask(place, place.amparo, "ordinary")
    with clock.frozen(NOW + timedelta(days=3)):
        with unit_of_work(staff(place)) as work:
            requests.reprioritise(work, requests.one(work.session, made.id), "priority")
        assert last_day(made) == NEXT
        add(place, day=date(2026, 12, 2))
        keeper.step()
        assert last_day(made) == date(2026, 12, 10)


def test_an_appointment_in_time_is_told_nothing(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        book(open_door(work.actor, "book_appointment"), place, person_id=place.amparo, mode="phone")
    (made,) = unit.session.execute(text("SELECT id, due_at FROM appointment_request")).all()
    with unit_of_work(Actor.system("test")) as work:
        work.session.execute(text("UPDATE appointment_request SET priority = 'ordinary'"))
        before = requests.one(work.session, made.id).due_at
    add(place)
    keeper.step()
    with unit_of_work(Actor.system("test")) as work:
        assert requests.one(work.session, made.id).due_at > before, "what staff see is right"
    assert told() == []


def test_a_guests_deadline_moves_too(unit, place):
    contact = new_id()
    with unit_of_work(guests.actor_of(contact)) as work:
        made = requests.ask(
            work, person_id=None, contact_id=contact, unit_id=place.unit, reason="follow_up", priority="priority"
        )
    add(place)
    keeper.step()
    assert last_day(made) == NEXT and told() == [(recounting.GUEST_MOVED, str(made.id))]


def test_the_proposed_days_of_a_year_move_deadlines_as_well(unit, place):
    with clock.frozen(datetime(2027, 12, 20, 10, tzinfo=clock.MADRID)):
        made = ask(place, place.amparo, "ordinary")
        before = last_day(made)
        with unit_of_work(staff(place)) as work:
            assert holidays.suggest(work, year=2028) > 10
        keeper.step()
        assert last_day(made) > before


MAY_NOT_GO = [
    pytest.param({"day": date(2026, 12, 8), "unit_id": None}, id="the state's"),
    pytest.param({"day": date(2027, 5, 15), "unit_id": None}, id="the city's own, though nobody confirmed the year"),
    pytest.param({"day": date(2027, 5, 3), "unit_id": None}, id="the region's, moved from a Sunday"),
    pytest.param({"day": date(2026, 11, 26)}, id="a day that is over"),
    pytest.param({"day": date(2026, 11, 27)}, id="today"),
]


@pytest.mark.parametrize("which", MAY_NOT_GO)
def test_what_a_norm_put_there_and_what_has_come_stays(unit, place, which):
    if "unit_id" not in which:
        add(place, day=which["day"])
    with pytest.raises(Conflict):
        remove(place, **which)
    with unit_of_work(staff(place)) as work:
        assert holidays.one(work.session, day=which["day"], unit_id=which.get("unit_id", place.unit))


def test_a_mistake_goes_its_day_is_open_again_and_the_history_keeps_it(unit, place):
    monday = date(2026, 11, 30)
    add(place, day=monday, scope="city", unit_id=None)

    def free():
        with unit_of_work(citizen(place.amparo)) as work:
            return open_door(work.actor, "book_appointment").free_slots(
                unit_id=place.unit, reason="follow_up", from_day=monday, to_day=monday, mode="phone"
            )

    assert not free()
    remove(place, day=monday, unit_id=None)
    assert free()[0].starts_at == at(monday, 9)
    with unit_of_work(staff(place)) as work:
        lines = holidays.history(work.session, year=2026, unit_id=place.unit)
    assert [(bool(one.after), (one.after or one.before)["name"], one.changed_by) for one in lines[:2]] == [
        (False, "Fiesta del barrio", "staff:lucia"), (True, "Fiesta del barrio", "staff:lucia"),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        remove(place, day=monday, unit_id=None)
    add(place)
    with pytest.raises(NotFound):
        remove(place, unit_id=place.other_unit)
