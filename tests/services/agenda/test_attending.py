"""Somebody arrives, is called in, or was never here: what may be taken back, until when, and what is kept of it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda.planning import closing
from case_api.db import unit_of_work
from case_api.errors import Conflict, NotFound
from tests.services.agenda.city import MONDAY, NOW, at, build
from tests.services.agenda.test_booking import book, citizen, staff

TEN = at(MONDAY, 10)


@pytest.fixture
def place(unit):
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values))


@pytest.fixture
def made(place):
    with unit_of_work(citizen(place.amparo)) as work:
        return book(open_door(work.actor, "book_appointment"), place, person_id=place.amparo)


def mark(place, made, *what, who="lucia", when=TEN):
    """Mark the appointment as this professional does, one after the other; how it stands then."""
    for one in what:
        with clock.frozen(when), unit_of_work(staff(place, who)) as work:
            open_door(work.actor, "prepare_appointment").mark(made.id, one)
    with clock.frozen(when), unit_of_work(staff(place, who)) as work:
        return open_door(work.actor, "prepare_appointment").appointment(made.id)


def happened(place, made):
    with unit_of_work(staff(place)) as work:
        changes = open_door(work.actor, "prepare_appointment").appointment_changes(made.id)
    return [(one.what, one.changed_by, one.changed_at) for one in reversed(changes)][1:]


def test_a_mistaken_arrival_is_taken_back_and_both_are_kept(unit, place, made):
    assert mark(place, made, "arrived", "arrived").arrived_at == TEN
    later = TEN + timedelta(minutes=3)
    undone = mark(place, made, "not_arrived", "not_arrived", who="marta", when=later)
    assert undone.arrived_at is None and undone.state == "booked"
    assert undone.version == made.version, "nothing of the appointment itself has changed: no calendar is told"
    assert happened(place, made) == [
        ("arrived", "staff:lucia", TEN), ("arrival_undone", "staff:marta", later),
    ], "a second press writes nothing"  # fmt: skip
    again = mark(place, made, "arrived", "called", when=later)
    assert (again.arrived_at, again.called_at) == (later, later)


@pytest.mark.parametrize(
    ("before", "closed"),
    [
        pytest.param(("arrived", "called"), None, id="called in"),
        pytest.param(("arrived",), "attended", id="attended"),
        pytest.param(("arrived",), "no_show", id="told as not come"),
    ],
)
def test_not_once_somebody_has_acted_on_it(unit, place, made, before, closed):
    late = TEN + timedelta(minutes=5)
    mark(place, made, *before)
    if closed:
        with clock.frozen(late), unit_of_work(staff(place)) as work:
            open_door(work.actor, "book_appointment").close_appointment(made.id, state=closed)
    with pytest.raises(Conflict):
        mark(place, made, "not_arrived", when=late)
    assert mark(place, made, when=late).arrived_at == TEN
    assert "arrival_undone" not in [what for what, _by, _at in happened(place, made)]


def test_nobody_is_called_in_who_is_not_here(unit, place, made):
    with pytest.raises(Conflict):
        mark(place, made, "called")
    mark(place, made, "arrived", "not_arrived")
    with pytest.raises(Conflict):  # another desk still had the page of before
        mark(place, made, "called")


def test_what_is_cancelled_has_no_arrival(unit, place, made):
    with unit_of_work(staff(place)) as work:
        open_door(work.actor, "book_appointment").cancel(made.id)
    for what in ("arrived", "not_arrived", "called"):
        with pytest.raises(Conflict):
            mark(place, made, what)


def test_it_is_the_centres_to_say(unit, place, made):
    mark(place, made, "arrived")
    with pytest.raises(NotFound), unit_of_work(staff(place, "omar", place.other_unit)) as work:
        open_door(work.actor, "prepare_appointment").mark(made.id, "not_arrived")
    with pytest.raises(NotFound), unit_of_work(citizen(place.amparo)) as work:
        open_door(work.actor, "own_record").mark(made.id, "not_arrived")


def test_an_arrival_does_not_hide_a_closure_from_whoever_calls(unit, place, made):
    """The closure came after the booking; that somebody was marked as here meanwhile places them nowhere."""
    with clock.frozen(NOW + timedelta(hours=1)), unit_of_work(Actor.system("agenda")) as work:
        work.session.execute(
            text(
                "INSERT INTO agenda_exception (id, unit_id, kind, first_day, last_day, created_at, created_by) "
                "VALUES (gen_random_uuid(), :unit, 'closure', :day, :day, :now, 'test')"
            ),
            {"unit": place.unit, "day": MONDAY, "now": clock.now()},
        )
    mark(place, made, "arrived", "not_arrived", when=NOW + timedelta(hours=2))
    with clock.frozen(NOW + timedelta(hours=3)), unit_of_work(Actor.system("agenda")) as work:
        assert closing.sweep(work) == 1
