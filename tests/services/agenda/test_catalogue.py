"""Rooms, reasons and groups as staff keep them; absences over groups and pairs; what whoever closes may not see."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda import booking, keeper, reasons, requests
from case_api.agenda.planning import catalogue, closing, fairness, sessions
from case_api.agenda.planning.closing import Away
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound
from tests.services.agenda.city import MONDAY, NOW, at
from tests.services.agenda.test_booking import staff
from tests.services.agenda.test_planning import give, look, place  # noqa: F401 - a fixture

GROUP = {"minutes": 60, "step_minutes": 15, "buffer_minutes": 0, "notice_minutes": 0, "horizon_days": 60,
         "places": 3, "modes": ["in_person"], "priority": "ordinary", "online": True, "peer": True}  # fmt: skip
TEN = at(MONDAY, 10)


def take(place, session_who, starts_at=TEN, reason="taller", mode="in_person"):  # noqa: F811
    with unit_of_work(staff(place)) as work:
        return booking.book(
            work, person_id=session_who, unit_id=place.unit, reason=reason, mode=mode, starts_at=starts_at
        )


@pytest.fixture
def group(place):  # noqa: F811
    """A date of a group of three with Lucía, in the first room."""
    with unit_of_work(staff(place)) as work:
        key, _left = catalogue.save_reason(work, name="Taller", **GROUP)
        assert key == "taller"
        return sessions.add(
            work, unit_id=place.unit, reason=key, mode="in_person", starts_at=TEN, professional_id=place.lucia,
            places=3, room_id=place.rooms[0],
        )  # fmt: skip


def test_a_room_that_ends_keeps_what_is_booked_and_tells_it(unit, place):  # noqa: F811
    made = booking.book(unit, person_id=place.amparo, unit_id=place.unit, reason="follow_up", mode="in_person",
                        starts_at=TEN, professional_id=place.lucia)  # fmt: skip
    with unit_of_work(staff(place)) as work:
        (room,) = [one for one in catalogue.rooms(work.session, unit_id=place.unit) if one.name == "Despacho 1"]
        assert [one.id for one in catalogue.use_room(work, unit_id=place.unit, room_id=room.id, active=False)] == [made]
        assert catalogue.use_room(work, unit_id=place.unit, room_id=room.id, active=False), "twice is no error"
        with pytest.raises(NotFound):
            catalogue.use_room(work, unit_id=place.other_unit, room_id=room.id, active=False)
        booking.reschedule(work, appointment_id=made, starts_at=at(MONDAY, 11))
        assert catalogue.in_room(work.session, room_id=room.id) == [], "it moved to the other room"
        with pytest.raises(Conflict):
            catalogue.save_room(work, unit_id=place.unit, name=" Despacho  2 ", room_id=room.id)
        catalogue.use_room(work, unit_id=place.unit, room_id=room.id, active=True)
        told = catalogue.history(work.session, what="room", unit_id=place.unit, it=str(room.id))
        assert [one.after["active"] for one in told[:2]] == [True, False] and told[0].changed_by == "staff:lucia"


WRONG = [
    pytest.param({"minutes": 4}, "minutes", id="too short"),
    pytest.param({"minutes": None}, "minutes", id="no number"),
    pytest.param({"modes": []}, "modes", id="in no way"),
    pytest.param({"modes": ["home"], "places": 8}, "modes", id="a group at somebody's home"),
    pytest.param({"horizon_days": 900}, "horizon_days", id="years ahead"),
    pytest.param({"priority": "soon"}, "priority", id="a priority there is not"),
    pytest.param({"name": "  "}, "name", id="no name"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_a_reason_is_looked_at_first(unit, place, change, field):  # noqa: F811
    with unit_of_work(staff(place)) as work, pytest.raises(Invalid) as error:
        catalogue.save_reason(work, **{"name": "Taller"} | GROUP | change)
    assert field in error.value.fields


def test_a_reason_that_ends_is_not_booked_and_what_was_can_be_moved(unit, place):  # noqa: F811
    made = give(place, place.amparo)
    with unit_of_work(staff(place)) as work:
        assert [one.id for one in catalogue.use_reason(work, key="follow_up", active=False)] == [made.id]
        assert "follow_up" not in {one.key for one in reasons.every(work)}
        with pytest.raises(Invalid):
            booking.book(work, person_id=place.roberto, unit_id=place.unit, reason="follow_up", mode="phone",
                         starts_at=at(MONDAY, 12), professional_id=place.lucia)  # fmt: skip
        booking.reschedule(work, appointment_id=made.id, starts_at=at(MONDAY, 12))
        with pytest.raises(Conflict):
            catalogue.save_reason(work, key="follow_up", **GROUP)
        _key, left = catalogue.save_reason(work, key="follow_up", **GROUP | {"places": 1, "modes": ["video"]})
        assert [one.id for one in left] == [made.id], "held in a way that is no more: listed, and standing"
        assert catalogue.history(work.session, what="appointment_reason", it="follow_up")
        # Closing the centre still finds a way for it, or somebody to call.
        steps = closing.carry_out(work, Away(place.unit, MONDAY, MONDAY))
        assert [step.appointment.id for step in steps] == [made.id]


def test_a_group_moves_with_everybody_or_not_at_all(unit, place, group):  # noqa: F811
    ones = [take(place, who) for who in place.people[:2]]
    values = {"unit_id": place.unit, "session_id": group, "places": 3, "room_id": place.rooms[1]}
    with unit_of_work(staff(place)) as work:
        assert sessions.change(work, **values, starts_at=at(MONDAY, 12), professional_id=place.marta) == 2
    for one in ones:
        with unit_of_work(staff(place)) as work:
            row = work.session.execute(text("SELECT lower(during) AS at, sequence, professional_id FROM appointment "
                                            "WHERE id = :id"), {"id": one}).one()  # fmt: skip
        assert (row.at, row.sequence, row.professional_id) == (at(MONDAY, 12), 1, place.marta)
    busy = give(place, place.amparo, starts_at=TEN)
    with unit_of_work(staff(place)) as work, pytest.raises(Conflict) as clash:
        sessions.change(work, **values, starts_at=TEN, professional_id=place.marta)
    assert clash.value.details["people"] == [ones[0]] and look(place, busy).starts_at == TEN
    with unit_of_work(staff(place)) as work:
        assert sessions.one(work.session, unit_id=place.unit, session_id=group).starts_at == at(MONDAY, 12)
        with pytest.raises(Conflict):
            sessions.change(work, **values | {"places": 1}, starts_at=at(MONDAY, 12), professional_id=place.marta)
        with pytest.raises(Invalid):
            sessions.change(work, **values, starts_at=at(MONDAY, 12), professional_id=place.omar)
        told = catalogue.history(work.session, what="group_session", unit_id=place.unit, it=str(group))
        assert len(told) == 2, "made and changed; a place taken is no change of the date"
        assert sessions.call_off(work, session_id=group) == 2
        assert len(catalogue.history(work.session, what="group_session", unit_id=place.unit, it=str(group))) == 3


def test_an_absence_over_a_group_goes_to_a_colleague(unit, place, group):  # noqa: F811
    one = take(place, place.amparo)
    away = Away(place.unit, MONDAY, MONDAY, place.lucia)
    with unit_of_work(staff(place)) as work:
        (planned,) = closing.plan(work, away)
        assert (planned.what, planned.stand_in) == ("colleague", place.marta)
        assert [person.id for person in planned.people] == [one]
        (done,) = closing.carry_out(work, away)
        assert done.stand_in == place.marta and closing.carry_out(work, away) == [] == closing.plan(work, away)
        date = sessions.one(work.session, unit_id=place.unit, session_id=group)
        assert (date.professional_id, date.starts_at, date.taken) == (place.marta, TEN, 1)


def test_nobody_for_a_group_no_more_places_and_calls(unit, place, group):  # noqa: F811
    one = take(place, place.amparo)
    away = Away(place.unit, MONDAY, MONDAY)
    with unit_of_work(staff(place)) as work:
        assert [step.what for step in closing.carry_out(work, away)] == ["call"]
        assert closing.carry_out(work, away) == []
    with unit_of_work(staff(place)) as work:
        row = work.session.execute(text("SELECT state, to_call_why FROM appointment WHERE id = :id"), {"id": one}).one()
        assert tuple(row) == ("booked", "closure")
    with pytest.raises(Conflict):
        take(place, place.roberto)


def test_nobody_for_an_empty_group_calls_it_off(unit, place, group):  # noqa: F811
    away = Away(place.unit, MONDAY, MONDAY)
    with unit_of_work(staff(place)) as work:
        assert len(closing.carry_out(work, away)) == 1 and closing.carry_out(work, away) == []
        assert sessions.one(work.session, unit_id=place.unit, session_id=group).state == "cancelled"


def test_of_a_pair_only_the_one_who_is_away_is_found_anew(unit, place):  # noqa: F811
    unit.session.execute(text("UPDATE appointment_reason SET pair = true WHERE key = 'family_support'"))
    third = new_id()
    unit.session.execute(
        text("INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
             "VALUES (:id, :unit, 'zoe', 'Zoe', 'Ficticia', 'social_worker')"), {"id": third, "unit": place.unit},
    )  # fmt: skip
    for weekday in range(5):
        unit.session.execute(
            text("INSERT INTO agenda_pattern (id, professional_id, unit_id, weekday, starts, ends, valid_from, "
                 "created_by) VALUES (:id, :who, :unit, :day, '09:00', '14:00', '2026-01-01', 'test')"),
            {"id": new_id(), "who": third, "unit": place.unit, "day": weekday},
        )  # fmt: skip
    made = booking.book(unit, person_id=place.amparo, unit_id=place.unit, reason="family_support", mode="phone",
                        starts_at=TEN, professional_id=place.lucia)  # fmt: skip
    away = Away(place.unit, MONDAY, MONDAY, place.marta)
    with unit_of_work(staff(place)) as work:
        (step,) = closing.carry_out(work, away)
        assert step.what == "colleague" and closing.carry_out(work, away) == []
        row = work.session.execute(
            text("SELECT professional_id, second_professional_id, lower(during) AS at FROM appointment WHERE id = :id"),
            {"id": made},
        ).one()
    assert tuple(row) == (place.lucia, third, TEN)


def test_ill_this_morning_a_colleague_takes_over_at_the_same_hour(unit, place):  # noqa: F811
    """The notice is for whoever asks for an hour, not for whom we let down."""
    made = give(place, place.amparo)
    unit.session.execute(text("UPDATE appointment_reason SET notice_minutes = 2000"))
    with clock.frozen(at(MONDAY, 9, 30)), unit_of_work(staff(place)) as work:
        (step,) = closing.carry_out(work, Away(place.unit, MONDAY, MONDAY, place.lucia))
        assert step.what == "colleague" and step.slot.starts_at == made.starts_at
    assert look(place, made).professional == "Marta"


def test_what_whoever_closes_may_not_see_is_marked_to_be_called(unit, place):  # noqa: F811
    """A shielded person must not come to a closed door, and whoever closes must not learn of them."""
    hidden = booking.book(unit, person_id=place.roberto, unit_id=place.unit, reason="follow_up", mode="phone",
                          starts_at=TEN, professional_id=place.lucia)  # fmt: skip
    unit.session.execute(text("UPDATE person SET shielded_at = :now WHERE id = :id"), {"id": place.roberto, "now": NOW})
    with clock.frozen(NOW + timedelta(hours=1)):
        with unit_of_work(staff(place)) as work:
            assert closing.carry_out(work, Away(place.unit, MONDAY, MONDAY)) == []
        keeper.step()
        with unit_of_work(Actor.system("test")) as work:
            marked = work.session.execute(text("SELECT id, to_call_why FROM appointment WHERE to_call_at IS NOT NULL"))
            assert [tuple(row) for row in marked] == [(hidden, "closure")]
            assert closing.sweep(work) == 0


def test_the_wait_of_every_district_is_the_same_for_whoever_looks(unit, place):  # noqa: F811
    """A professional sees few appointments of other centres; the measure counts them all."""
    unit.session.execute(text("UPDATE unit SET district = 'Latina' WHERE id = :id"), {"id": place.other_unit})
    for number, who in enumerate(place.people):
        booking.book(unit, person_id=who, unit_id=place.other_unit, reason="follow_up", mode="phone",
                     starts_at=at(MONDAY, 9 + number // 2, 30 * (number % 2)), professional_id=place.omar)  # fmt: skip
    unit.session.execute(text("UPDATE person SET unit_id = :other"), {"other": place.other_unit})
    seen = []
    for actor in (Actor.system("test"), staff(place)):
        with unit_of_work(actor):
            seen.append({one.name: one for one in fairness.by_district()})
    assert seen[0] == seen[1] and seen[1]["Latina"].in_time == 1.0 and 2 < seen[1]["Latina"].median_days < 4


RAISED = [
    pytest.param("ordinary", "emergency", timedelta(hours=24), id="to an emergency: 24 hours from now"),
    pytest.param("priority", "ordinary", None, id="to ordinary: from when it was asked"),
]


@pytest.mark.parametrize(("was", "becomes", "left"), RAISED)
def test_another_priority_is_another_deadline(unit, place, was, becomes, left):  # noqa: F811
    asked = NOW - timedelta(days=2)
    made = requests.ask(unit, person_id=place.amparo, unit_id=place.unit, reason="follow_up", priority=was,
                        requested_at=asked)  # fmt: skip
    due = requests.reprioritise(unit, made, becomes)
    again = requests.one(unit.session, made.id)
    assert again.due_at == due and again.priority == becomes
    assert due == (NOW + left if left else requests.due_at(unit.session, unit_id=place.unit, priority=becomes,
                                                           requested_at=asked))  # fmt: skip
