"""Holds, groups, pairs, the waiting list, requests with a deadline, slots at rest, reminders."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.agenda import choices, groups, keeper
from case_api.agenda.following import answers, reminders
from case_api.agenda.planning import sessions
from case_api.agenda.search.index import INDEX
from case_api.db import unit_of_work
from case_api.errors import Conflict, NotFound
from tests.services.agenda.city import MONDAY, NOW, at, build
from tests.services.agenda.test_booking import book, citizen, staff


@pytest.fixture
def place(unit):
    INDEX.forget()
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values), people=14)
    INDEX.forget()


def door_of(work):
    return open_door(work.actor, "book_appointment")


def keep(door, place, who, **changes):
    values = {"person_id": who, "unit_id": place.unit, "reason": "follow_up", "mode": "phone",
              "starts_at": at(MONDAY, 10), "professional_id": place.lucia}  # fmt: skip
    return door.hold(**values | changes)


def states(unit, table):
    with unit_of_work(Actor.system("test")) as work:
        return work.session.execute(text(f"SELECT state FROM {table} ORDER BY id")).scalars().all()


def test_a_hold_keeps_the_slot_from_others_until_it_runs_out(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        mine = keep(door_of(work), place, place.amparo, typed={"nota": "Vengo con mi hija"})
        assert mine.state == "live" and mine.left == timedelta(minutes=10)
    with unit_of_work(citizen(place.roberto)) as work:
        door = door_of(work)
        free = door.free_slots(unit_id=place.unit, reason="follow_up", from_day=MONDAY, to_day=MONDAY,
                               professional_id=place.lucia)  # fmt: skip
        assert at(MONDAY, 10) not in [slot.starts_at for slot in free]
        with pytest.raises(Conflict) as refused:
            book(door, place, person_id=place.roberto, mode="phone")
        assert refused.value.alternatives
        with pytest.raises(NotFound):
            door.held(mine.id)
    with clock.frozen(NOW + timedelta(minutes=11)):
        with unit_of_work(citizen(place.roberto)) as work:
            assert book(door_of(work), place, person_id=place.roberto, mode="phone").starts_at == at(MONDAY, 10)
        with unit_of_work(citizen(place.amparo)) as work:
            door = door_of(work)
            left = door.unfinished(place.amparo)
            assert left.state == "expired" and left.typed == {"nota": "Vengo con mi hija"}
            with pytest.raises(Conflict) as refused:
                book(door, place, mode="phone", hold_id=left.id)
            assert refused.value.alternatives
            assert door.unfinished(place.amparo).typed == {"nota": "Vengo con mi hija"}


def test_a_hold_that_ran_out_still_books_when_nobody_came(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        mine = keep(door_of(work), place, place.amparo)
    with clock.frozen(NOW + timedelta(hours=1)), unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone", hold_id=mine.id)
    assert made.state == "booked" and states(unit, "appointment_hold") == ["booked"]


def test_one_hold_a_person_and_the_booking_ends_it(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        keep(door, place, place.amparo)
        second = keep(door, place, place.amparo, starts_at=at(MONDAY, 10, 15))
        assert states(unit, "appointment_hold") == ["released", "live"]
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone", starts_at=at(MONDAY, 10, 15), hold_id=second.id)
        assert made.starts_at == at(MONDAY, 10, 15) and door_of(work).unfinished(place.amparo) is None


def test_a_hold_for_a_move_may_lie_over_the_appointment_itself(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        made = book(door, place, mode="phone")
        kept = keep(door, place, place.amparo, starts_at=at(MONDAY, 10, 15), moves=made.id)
        moved = door.reschedule(made.id, starts_at=at(MONDAY, 10, 15), hold_id=kept.id)
        assert (moved.starts_at, moved.sequence) == (at(MONDAY, 10, 15), 1)


def test_limits_speak_kindly_and_leave_the_desk_alone(unit, place):
    with unit_of_work(Actor.system("test")) as work:
        choices.choose(work, booked_most=1)
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        book(door, place, mode="phone")
        with pytest.raises(Conflict) as refused:
            book(door, place, mode="phone", starts_at=at(MONDAY, 12))
        assert refused.value.details == {"limit": "booked_most"} and "llámenos" in str(refused.value.message)
    with unit_of_work(staff(place)) as work:
        assert (
            book(open_door(work.actor, "manage_case"), place, mode="phone", starts_at=at(MONDAY, 12)).source == "desk"
        )


def test_a_slot_given_back_rests_for_others_but_not_for_the_desk(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        made = book(door, place, mode="phone")
        door.cancel(made.id)

    def offered(actor):
        with unit_of_work(actor):
            found = open_door(actor, "manage_case" if actor.kind == "staff" else "book_appointment").free_slots(
                unit_id=place.unit, reason="follow_up", from_day=MONDAY, to_day=MONDAY, professional_id=place.lucia
            )
            return at(MONDAY, 10) in [slot.starts_at for slot in found]

    assert not offered(citizen(place.roberto)) and offered(citizen(place.amparo)) and offered(staff(place))
    with clock.frozen(NOW + timedelta(minutes=46)):
        assert offered(citizen(place.roberto))


def group(unit, place, places=12):
    unit.session.execute(
        text("UPDATE appointment_reason SET places = :places, modes = '{in_person}' WHERE key = 'family_support'"),
        {"places": places},
    )
    with unit_of_work(staff(place)) as work:
        return groups.add(
            work, unit_id=place.unit, reason="family_support", mode="in_person", starts_at=at(MONDAY, 11),
            professional_id=place.lucia, second_professional_id=place.marta, room_id=place.rooms[0],
        )  # fmt: skip


def in_group(work, place, who):
    return book(door_of(work), place, person_id=who, reason="family_support", starts_at=at(MONDAY, 11),
                professional_id=None)  # fmt: skip


def test_a_group_has_its_places_and_no_more(unit, place):
    group(unit, place)
    for who in place.people[:12]:
        with unit_of_work(citizen(who)) as work:
            made = in_group(work, place, who)
    with unit_of_work(citizen(place.people[12])) as work:
        with pytest.raises(Conflict) as refused:
            in_group(work, place, place.people[12])
        assert "plazas" in str(refused.value.message)
        free = door_of(work).free_slots(unit_id=place.unit, reason="family_support", from_day=MONDAY, to_day=MONDAY)
        assert free == []
    with unit_of_work(citizen(place.people[11])) as work:
        door_of(work).cancel(made.id)
    with unit_of_work(citizen(place.people[12])) as work:
        assert in_group(work, place, place.people[12]).second_professional == "Marta"


def test_a_group_takes_both_professionals_and_the_room(unit, place):
    group(unit, place)
    with unit_of_work(citizen(place.amparo)) as work:
        for who in (place.lucia, place.marta):
            with pytest.raises(Conflict):
                book(door_of(work), place, mode="phone", starts_at=at(MONDAY, 11, 30), professional_id=who)


def test_a_group_called_off_tells_everybody(unit, place):
    made = group(unit, place)
    with unit_of_work(citizen(place.amparo)) as work:
        in_group(work, place, place.amparo)
    with unit_of_work(staff(place)) as work:
        assert sessions.call_off(work, session_id=made) == 1
    with unit_of_work(Actor.system("test")) as work:
        kinds = work.session.execute(text("SELECT kind FROM event ORDER BY id")).scalars().all()
    assert kinds == ["appointment.booked", "appointment.cancelled"]


def test_a_pair_needs_both(unit, place):
    unit.session.execute(text("UPDATE appointment_reason SET pair = true WHERE key = 'family_support'"))
    with unit_of_work(citizen(place.roberto)) as work:
        book(door_of(work), place, person_id=place.roberto, mode="phone", professional_id=place.marta)
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        with pytest.raises(Conflict) as refused:
            book(door, place, reason="family_support", mode="phone")
        assert refused.value.alternatives[0].second_professional_id == place.marta
        made = book(door, place, reason="family_support", mode="phone", starts_at=at(MONDAY, 10, 30))
        assert (made.professional, made.second_professional) == ("Lucía", "Marta")
    with unit_of_work(citizen(place.people[3])) as work, pytest.raises(Conflict):
        book(door_of(work), place, person_id=place.people[3], mode="phone", starts_at=at(MONDAY, 11),
             professional_id=place.marta)  # fmt: skip


def fill(unit, place, until):
    """Take every hour of both professionals before a day."""
    unit.session.execute(text("UPDATE agenda_pattern SET valid_from = :day"), {"day": until})


def test_the_list_offers_in_order_and_an_offer_runs_out(unit, place):
    fill(unit, place, date(2027, 2, 1))
    for number, who in enumerate(place.people[:3]):
        with clock.frozen(NOW + timedelta(seconds=number)), unit_of_work(citizen(who)) as work:
            door_of(work).wait(person_id=who, unit_id=place.unit, reason="follow_up", mode="phone")
            with pytest.raises(Conflict):
                door_of(work).wait(person_id=who, unit_id=place.unit, reason="follow_up", mode="phone")
    keeper.step()
    assert states(unit, "waiting_entry") == ["waiting"] * 3
    with unit_of_work(staff(place)) as work:  # one half hour opens
        work.session.execute(
            text("INSERT INTO agenda_exception (id, unit_id, professional_id, kind, first_day, last_day, starts, ends, "
                 "created_by) VALUES (gen_random_uuid(), :unit, :lucia, 'extra', :day, :day, '16:00', '16:30', 't')"),
            {"unit": place.unit, "lucia": place.lucia, "day": MONDAY},
        )  # fmt: skip
    with clock.frozen(NOW + timedelta(minutes=1)):
        assert keeper.step() and states(unit, "waiting_entry") == ["offered", "waiting", "waiting"]
        with unit_of_work(citizen(place.people[5])) as work, pytest.raises(Conflict):
            book(door_of(work), place, person_id=place.people[5], mode="phone", starts_at=at(MONDAY, 16))
    with clock.frozen(NOW + timedelta(hours=5)):
        assert keeper.step() and states(unit, "waiting_entry") == ["waiting", "offered", "waiting"]
        second = place.people[1]
        with unit_of_work(citizen(second)) as work:
            door = door_of(work)
            (entry,) = door.waiting(second)
            made = door.take_offer(entry.id)
            assert (made.starts_at, made.source) == (at(MONDAY, 16), "waiting")
        assert states(unit, "waiting_entry") == ["waiting", "booked", "waiting"]


def test_an_earlier_hour_moves_what_one_has(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        made = book(door, place, mode="phone", starts_at=at(MONDAY + timedelta(days=7 - 5), 10))
        door.wait(person_id=place.amparo, unit_id=place.unit, reason="follow_up", mode="phone",
                  professional_id=place.lucia, before_at=made.starts_at)  # fmt: skip
    keeper.step()
    with unit_of_work(citizen(place.amparo)) as work:
        door = door_of(work)
        (entry,) = door.waiting(place.amparo)
        moved = door.take_offer(entry.id)
        assert moved.id == made.id and moved.starts_at < made.starts_at and moved.sequence == 1


def test_every_booking_answers_a_request_with_a_deadline(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone")
        assert made.priority == "ordinary"
        # 15 working days from Friday 27 November 2026, with the 7th and 8th of December: Tuesday 22.
        assert made.due_at == at(date(2026, 12, 23), 0)
    with unit_of_work(staff(place)) as work:
        door = open_door(work.actor, "manage_case")
        door.cancel(made.id)
        (owed,) = door.owed()
        assert (owed.person_id, owed.state, owed.urgency) == (place.amparo, "open", "fine")
    with unit_of_work(citizen(place.amparo)) as work:
        again = book(door_of(work), place, mode="phone", starts_at=at(MONDAY, 12))
        assert again.request_id == made.request_id and again.due_at == made.due_at
        door_of(work).cancel(again.id)
    with unit_of_work(staff(place)) as work:
        assert open_door(work.actor, "manage_case").owed() == [], "what the person gives back is not owed"


@pytest.mark.parametrize("kind", ["working", "natural"])
def test_when_ones_own_centre_is_late_another_is_offered(unit, place, kind):
    with unit_of_work(Actor.system("test")) as work:
        choices.choose(work, deadline_days=kind)
        work.session.execute(
            text("UPDATE agenda_pattern SET valid_from = '2026-12-10' WHERE unit_id = :unit"), {"unit": place.unit}
        )
        work.session.execute(text("INSERT INTO room (id, unit_id, name) VALUES (gen_random_uuid(), :unit, 'Uno')"),
                             {"unit": place.other_unit})  # fmt: skip
    INDEX.forget()
    with unit_of_work(citizen(place.amparo)) as work:
        late = door_of(work).offer_in_time(unit_id=place.unit, reason="follow_up", priority="priority")
        assert not late.in_time and late.slot.starts_at == at(date(2026, 12, 10), 9)
        assert [slot.unit_id for slot in late.elsewhere] == [place.other_unit]
        assert late.elsewhere[0].starts_at < late.due_at == at(date(2026, 12, 5) if kind == "working" else
                                                               date(2026, 12, 3), 0)  # fmt: skip
        in_time = door_of(work).offer_in_time(unit_id=place.unit, reason="follow_up", priority="ordinary")
        assert in_time.in_time is True and in_time.elsewhere == ()


def test_the_index_follows_every_change(unit, place):
    def first(**asked):
        with unit_of_work(citizen(place.roberto)) as work:
            found = door_of(work).first_free(reason="follow_up", mode="phone", after=at(MONDAY, 0), **asked)
            return {slot.unit_id: (slot.starts_at, slot.professional) for slot in found}

    assert first()[place.unit] == (at(MONDAY, 9), "Lucía") and set(first()) == {place.unit, place.other_unit}
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone", starts_at=at(MONDAY, 9))
    assert first()[place.unit] == (at(MONDAY, 9), "Marta")
    assert first(professional_id=place.lucia) == {place.unit: (at(MONDAY, 9, 30), "Lucía")}
    with unit_of_work(staff(place)) as work:
        open_door(work.actor, "manage_case").cancel(made.id)
    assert first(unit_id=place.unit)[place.unit] == (at(MONDAY, 9), "Marta"), "it rests"
    with clock.frozen(NOW + timedelta(hours=1)):
        assert first(unit_id=place.unit)[place.unit] == (at(MONDAY, 9), "Lucía"), "it has rested"
    with unit_of_work(staff(place)) as work:
        work.session.execute(text("INSERT INTO holiday (day, scope, name) VALUES (:day, 'city', 'Fiesta')"),
                             {"day": MONDAY})  # fmt: skip
    assert first()[place.unit][0] == at(MONDAY + timedelta(days=1), 9)


def told(unit):
    with unit_of_work(Actor.system("test")) as work:
        reminders.remind(work)
        return work.session.execute(
            text("SELECT kind FROM event WHERE kind NOT IN ('appointment.booked', 'appointment.moved') ORDER BY id")
        ).scalars().all()  # fmt: skip


def test_reminders_follow_a_move_and_none_comes_twice(unit, place):
    friday = MONDAY + timedelta(days=11)
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone", starts_at=at(friday, 10))
    assert told(unit) == []
    with clock.frozen(at(friday, 10) - timedelta(days=6)):
        assert told(unit) == ["appointment.reminder"] and told(unit) == ["appointment.reminder"]
    with clock.frozen(at(friday, 10) - timedelta(days=2)), unit_of_work(citizen(place.amparo)) as work:
        door_of(work).reschedule(made.id, starts_at=at(friday + timedelta(days=3), 10))
    with clock.frozen(at(friday, 10) - timedelta(hours=20)):
        assert told(unit) == ["appointment.reminder"], "it is not on Friday any more"
    with clock.frozen(at(friday + timedelta(days=3), 10) - timedelta(hours=20)):
        assert told(unit) == ["appointment.reminder"] * 2 and told(unit) == ["appointment.reminder"] * 2
    with clock.frozen(at(friday + timedelta(days=3), 12)):
        with unit_of_work(staff(place)) as work:
            open_door(work.actor, "manage_case").close_appointment(made.id, state="no_show")
        assert told(unit)[2:] == ["appointment.missed"] and told(unit)[2:] == ["appointment.missed"]


def test_an_answer_is_a_proposal_until_somebody_confirms(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone")
    with unit_of_work(Actor.system("test")) as work:
        about = answers.next_reminded(work, person_id=place.amparo)
        assert about == made.id
        first = answers.propose(work, appointment_id=about, said="cancel", channel="sms", reference="SM1")
        assert answers.propose(work, appointment_id=about, said="cancel", channel="sms", reference="SM1") is None
    with unit_of_work(staff(place)) as work:
        door = open_door(work.actor, "manage_case")
        assert door.appointment(made.id).state == "booked"
        assert door.open_answers([made.id]) == {made.id: [(first, "cancel", "sms")]}
        door.decide_answer(first, accept=True)
        assert door.appointment(made.id).state == "cancelled" and door.open_answers([made.id]) == {}
        with pytest.raises(Conflict):
            door.decide_answer(first, accept=True)
    with unit_of_work(citizen(place.roberto)) as work, pytest.raises(NotFound):
        door_of(work).decide_answer(first, accept=False)


def test_coming_is_noted_at_once(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone")
    with unit_of_work(Actor.system("test")) as work:
        answers.propose(work, appointment_id=made.id, said="comes", channel="email", reference="x")
    with unit_of_work(staff(place)) as work:
        assert open_door(work.actor, "manage_case").appointment(made.id).confirmed_at == NOW


def test_every_change_of_an_agenda_is_kept(unit, place):
    with unit_of_work(staff(place)) as work:
        shorter = "UPDATE agenda_pattern SET ends = '13:00' WHERE professional_id = :p AND weekday = 0"
        work.session.execute(text(shorter), {"p": place.lucia})
        row = work.session.execute(
            text("SELECT what, before->>'ends' AS was, after->>'ends' AS now, changed_by FROM agenda_history "
                 "WHERE professional_id = :p ORDER BY id DESC LIMIT 1"), {"p": place.lucia}
        ).one()  # fmt: skip
        assert tuple(row) == ("agenda_pattern", "14:00:00", "13:00:00", "staff:lucia")


@pytest.mark.parametrize("source", ["desk", "phone", "line010", "third_party"])
def test_every_way_of_asking_comes_through_one_engine(unit, place, source):
    with unit_of_work(citizen(place.roberto)) as work:
        assert book(door_of(work), place, person_id=place.roberto, mode="phone", source=source).source == "portal"
    with unit_of_work(staff(place)) as work:
        door = open_door(work.actor, "manage_case")
        with pytest.raises(Conflict):
            book(door, place, mode="phone", source=source)
        made = book(door, place, mode="phone", source=source, starts_at=at(MONDAY, 12), priority="emergency")
        assert (made.source, made.due_at) == (source, NOW + timedelta(hours=24))
