"""A guest keeps an hour for a few minutes and waits for one: the same guards, by a contact and never by a person."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import choices, keeper
from case_api.agenda.guests import GuestDoor, actor_of
from case_api.agenda.search.index import INDEX
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, NotFound
from tests.services.agenda.city import MONDAY, NOW, at, build
from tests.services.agenda.test_booking import book, citizen, staff

TEN = at(MONDAY, 10)
ROSA, REACH = "Rosa", "+34600000077"


@pytest.fixture
def place(unit):
    INDEX.forget()
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values), people=12)
    INDEX.forget()


@pytest.fixture
def contact():
    return new_id()


def asked(place, **changes):
    return {"unit_id": place.unit, "reason": "follow_up", "mode": "phone"} | changes


def as_guest(contact, act, *values, **named):
    with unit_of_work(actor_of(contact)) as work:
        return getattr(GuestDoor(work), act)(*values, **named)


def keep(contact, place, starts_at=TEN, **changes):
    return as_guest(contact, "hold", **asked(place), starts_at=starts_at, **changes)


def take(contact, place, starts_at=TEN, **changes):
    return as_guest(contact, "book", **asked(place), starts_at=starts_at, name=ROSA, reach=REACH, **changes)


def hours(actor_or_contact, place):
    """The hours at which somebody is offered Lucía or Marta on Monday by telephone: (hour, how many of the two)."""
    whole = {"from_day": MONDAY, "to_day": MONDAY} | asked(place)
    if isinstance(actor_or_contact, Actor):
        with unit_of_work(actor_or_contact) as work:
            free = open_door(work.actor, "book_appointment").free_slots(**whole)
    else:
        free = as_guest(actor_or_contact, "free_slots", **whole)
    return sum(slot.starts_at == TEN for slot in free)


def events(kind):
    with unit_of_work(Actor.system("test")) as work:
        return work.session.execute(
            text("SELECT payload FROM event WHERE kind = :kind ORDER BY id"), {"kind": kind}
        ).scalars().all()  # fmt: skip


def fill(place, until):
    """Everybody of the centre is away before this hour on Monday, so that nothing earlier is free."""
    with unit_of_work(staff(place)) as work:
        work.session.execute(
            text(
                "INSERT INTO agenda_exception (id, unit_id, kind, first_day, last_day, created_by) "
                "VALUES (gen_random_uuid(), :unit, 'closure', :first, :last, 'test')"
            ),
            {"unit": place.unit, "first": NOW.date(), "last": until},
        )


def test_an_hour_is_kept_from_everybody_else_for_a_guests_few_minutes(unit, place, contact):
    mine = keep(contact, place, typed={"nombre": ROSA})
    assert (mine.state, mine.left, mine.person_id, mine.typed) == ("live", timedelta(minutes=5), None, {"nombre": ROSA})
    assert hours(contact, place) == 2, "one's own hold is not in one's own way"
    for who in (new_id(), citizen(place.amparo), staff(place), Actor.system("test")):
        assert hours(who, place) == 1, who
    made = take(contact, place, hold_id=mine.id)
    assert made.professional_id == mine.professional_id
    with unit_of_work(Actor.system("test")) as work:
        assert work.session.execute(text("SELECT state FROM appointment_hold")).scalars().all() == ["booked"]


def test_it_runs_out_and_what_was_typed_stays(unit, place, contact):
    mine = keep(contact, place, typed={"nombre": ROSA})
    with clock.frozen(NOW + timedelta(minutes=6)):
        assert hours(citizen(place.amparo), place) == 2
        found = as_guest(contact, "held", mine.id)
        assert (found.state, found.typed) == ("expired", {"nombre": ROSA})
        assert take(contact, place, hold_id=mine.id).starts_at == TEN, "still free: it is theirs"


def test_leaving_lets_it_go_and_another_hour_lets_the_first_go(unit, place, contact):
    first = keep(contact, place)
    second = keep(contact, place, starts_at=at(MONDAY, 11))
    assert as_guest(contact, "held", first.id).state == "released" and hours(citizen(place.amparo), place) == 2
    as_guest(contact, "let_go", second.id)
    as_guest(contact, "let_go", second.id)
    assert as_guest(contact, "held", second.id).state == "released"


def test_nobody_touches_anothers(unit, place, contact):
    mine = keep(contact, place)
    entry = as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
    with unit_of_work(citizen(place.amparo)) as work:
        theirs = open_door(work.actor, "book_appointment").hold(
            person_id=place.amparo, **asked(place, starts_at=at(MONDAY, 12))
        )
    other = new_id()
    for who, what, one in (
        (other, "held", mine.id), (other, "let_go", mine.id), (contact, "held", theirs.id),
        (other, "take_offer", entry.id), (other, "stop_waiting", entry.id),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            as_guest(who, what, one)
    assert as_guest(other, "waiting") == []


LIMITS = [
    pytest.param("guest_holds_a_day_most", lambda who, place: keep(who, place), "holds_a_day_most", id="holds"),
    pytest.param(
        "guest_waits_most",
        lambda who, place: as_guest(who, "wait", **asked(place, reason="first_interview", mode="in_person"),
                                    name=ROSA, reach=REACH),
        "waits_most", id="waiting lists",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "again", "limit"), LIMITS)
def test_limits_are_a_guests_own(unit, place, contact, setting, again, limit):
    with unit_of_work(staff(place)) as work:
        choices.choose(work, **{setting: 1})
    keep(contact, place)
    as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
    with pytest.raises(Conflict) as refused:
        again(contact, place)
    assert refused.value.details["limit"] == limit
    if limit == "waits_most":
        again(new_id(), place)  # another guest has their own


def test_the_list_offers_to_a_guest_in_their_turn(unit, place, contact):
    fill(place, MONDAY + timedelta(days=60))
    with unit_of_work(citizen(place.amparo)) as work:
        open_door(work.actor, "book_appointment").wait(person_id=place.amparo, **asked(place))
    with clock.frozen(NOW + timedelta(minutes=1)):
        entry = as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
        with pytest.raises(Conflict):
            as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
        keeper.step()
    assert not events("waiting.offered") and not events("guest.waiting_offered")
    with unit_of_work(staff(place)) as work:  # one half hour becomes free, for two professionals
        work.session.execute(text("DELETE FROM agenda_exception"))
        work.session.execute(text("UPDATE agenda_pattern SET starts = '09:00', ends = '09:30'"))
        work.session.execute(text("UPDATE agenda_pattern SET valid_until = '2026-11-30' WHERE weekday = 0"))
        work.session.execute(text("DELETE FROM agenda_pattern WHERE weekday <> 0"))
    keeper.step()
    assert len(events("waiting.offered")) == 1 and events("guest.waiting_offered")[0]["contact_id"] == str(contact)
    [(mine, offered)] = as_guest(contact, "waiting")
    assert mine.state == "offered" and offered.starts_at == at(MONDAY, 9)
    made = as_guest(contact, "take_offer", entry.id)
    assert (made.guest.name, made.guest.reach, made.source) == (ROSA, REACH, "waiting")
    assert as_guest(contact, "waiting") == []
    with unit_of_work(Actor.system("test")) as work:
        kept = work.session.execute(
            text("SELECT state, guest_name, guest_reach FROM waiting_entry WHERE id = :id"), {"id": entry.id}
        ).one()
    assert tuple(kept) == ("booked", None, None), "who has left the list is not kept by name"


def test_an_offer_that_nobody_takes_runs_out(unit, place, contact):
    with unit_of_work(staff(place)) as work:
        choices.choose(work, offers_passed_most=1, offer_minutes=60)
    as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
    keeper.step()
    assert len(events("guest.waiting_offered")) == 1
    with clock.frozen(NOW + timedelta(minutes=61)):
        keeper.step()
    assert len(events("guest.waiting_left")) == 1 and as_guest(contact, "waiting") == []


def test_an_earlier_hour_moves_what_a_guest_has(unit, place, contact):
    late = take(contact, place, starts_at=at(MONDAY + timedelta(days=3), 10))
    entry = as_guest(contact, "wait_for_earlier", late.id)
    assert late.state == "booked"
    keeper.step()
    [(_entry, offered)] = as_guest(contact, "waiting")
    assert offered.starts_at < late.starts_at and offered.moves == late.id
    made = as_guest(contact, "take_offer", entry.id)
    assert (made.id, made.starts_at, made.uid) == (late.id, offered.starts_at, late.uid)
    as_guest(contact, "cancel", made.id)


def test_who_leaves_gives_what_was_offered_to_the_next(unit, place, contact):
    entry = as_guest(contact, "wait", **asked(place), name=ROSA, reach=REACH)
    keeper.step()
    [(_entry, offered)] = as_guest(contact, "waiting")
    as_guest(contact, "stop_waiting", entry.id)
    assert as_guest(contact, "waiting") == []
    with unit_of_work(citizen(place.roberto)) as work:
        door = open_door(work.actor, "book_appointment")
        taken = book(door, place, person_id=place.roberto, mode="phone", starts_at=offered.starts_at,
                     professional_id=offered.professional_id)  # fmt: skip
    assert taken.starts_at == offered.starts_at
