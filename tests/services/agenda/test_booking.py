"""Booking, moving, cancelling: one at a time, in one transaction that is undone."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound, StepUpRequired
from tests.services.agenda.city import MONDAY, NOW, at, build


@pytest.fixture
def place(unit):
    with clock.frozen(NOW):
        yield build(lambda sql, values: unit.session.execute(text(sql), values))


def citizen(person_id, assurance="low") -> Actor:
    return Actor("citizen", str(person_id), person_id=person_id, assurance=assurance, authenticated_at=clock.now())


def staff(place, who="lucia", unit_id=None) -> Actor:
    return Actor("staff", who, None, getattr(place, who), unit_id or place.unit, "social_worker", "high", clock.now())


def book(door, place, **changes):
    values = {
        "person_id": place.amparo,
        "unit_id": place.unit,
        "reason": "follow_up",
        "mode": "in_person",
        "starts_at": at(MONDAY, 10),
        "professional_id": place.lucia,
    }
    return door.book(**values | changes)


def events(unit):
    return [row.kind for row in unit.session.execute(text("SELECT kind FROM event ORDER BY id"))]


def test_book_read_move_cancel(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        made = book(door, place)
        assert (made.centre, made.professional, made.minutes, made.state) == ("Centro Ejemplo", "Lucía", 30, "booked")
        assert made.starts_at == at(MONDAY, 10) and made.room == "Despacho 1" and made.sequence == 0
        assert door.appointment(made.id) == made
        moved = door.reschedule(made.id, starts_at=at(MONDAY, 10, 15))
        assert moved.starts_at == at(MONDAY, 10, 15) and moved.sequence == 1 and moved.uid == made.uid
        assert door.next_appointments(place.amparo) == [moved]
        gone = door.cancel(made.id, why="No puedo")
        assert gone.state == "cancelled" and gone.sequence == 2
        assert door.cancel(made.id) == gone
        assert door.next_appointments(place.amparo) == [] and door.appointments(place.amparo) == [gone]
    assert events(unit) == ["appointment.booked", "appointment.moved", "appointment.cancelled"]
    history = unit.session.execute(text("SELECT what, changed_by FROM appointment_change ORDER BY id")).all()
    assert [row.what for row in history] == ["booked", "moved", "cancelled"]
    assert {row.changed_by for row in history} == {f"citizen:{place.amparo}"}


NOT_OFFERED = [
    pytest.param({"starts_at": at(MONDAY, 8)}, id="before the shift"),
    pytest.param({"starts_at": at(MONDAY, 13, 45)}, id="would end after the shift"),
    pytest.param({"starts_at": at(MONDAY, 10, 7)}, id="off the grid"),
    pytest.param({"starts_at": at(date(2026, 12, 5), 10)}, id="Saturday"),
    pytest.param({"starts_at": at(date(2026, 12, 8), 10)}, id="holiday"),
    pytest.param({"starts_at": at(date(2026, 11, 26), 10)}, id="past"),
    pytest.param({"starts_at": at(date(2026, 11, 27), 10, 45)}, id="notice of an hour"),
    pytest.param({"starts_at": at(date(2026, 12, 28), 10)}, id="beyond the horizon"),
    pytest.param({"unit_id": new_id()}, id="unknown centre"),
    pytest.param({"professional_id": new_id()}, id="unknown professional"),
]


@pytest.mark.parametrize("changes", NOT_OFFERED)
def test_only_what_is_offered_can_be_booked(unit, place, changes):
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        with pytest.raises(Conflict):
            book(door, place, **changes)
        work.entries.clear()
    assert unit.session.execute(text("SELECT count(*) FROM appointment")).scalar() == 0
    assert events(unit) == []


BAD = [
    pytest.param({"reason": "nothing"}, "reason", id="unknown reason"),
    pytest.param({"reason": "home_visit", "mode": "home"}, "reason", id="reason only for the desk"),
    pytest.param({"mode": "home"}, "mode", id="mode the reason does not have"),
    pytest.param({"starts_at": datetime(2026, 11, 30, 10)}, "starts_at", id="no zone"),  # noqa: DTZ001
    pytest.param({"override_reason": "porque sí"}, "override_reason", id="override by a citizen"),
    pytest.param({"key": ""}, "Idempotency-Key", id="empty key"),
]


@pytest.mark.parametrize(("changes", "field"), BAD)
def test_bad_input_names_its_field(unit, place, changes, field):
    with unit_of_work(citizen(place.amparo)) as work:
        with pytest.raises(Invalid) as refused:
            book(open_door(work.actor, "book_appointment"), place, **changes)
        assert list(refused.value.fields) == [field]


TAKEN = [
    pytest.param({}, id="same start"),
    pytest.param({"starts_at": at(MONDAY, 10, 15)}, id="overlapping start"),
    pytest.param({"starts_at": at(MONDAY, 9, 45)}, id="overlapping end"),
    pytest.param({"starts_at": at(MONDAY, 9, 15), "reason": "first_interview"}, id="its buffer would overlap"),
    pytest.param({"starts_at": at(MONDAY, 9, 15), "reason": "family_support"}, id="longer one overlaps"),
]


@pytest.mark.parametrize("changes", TAKEN)
def test_a_taken_slot_is_a_conflict_with_alternatives_same_professional_first(unit, place, changes):
    with unit_of_work(citizen(place.roberto)) as work:
        book(open_door(work.actor, "book_appointment"), place, person_id=place.roberto)
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        with pytest.raises(Conflict) as refused:
            book(door, place, **changes)
        offered = refused.value.alternatives
        assert [slot.professional for slot in offered] == ["Lucía"] * 3 + ["Marta"] * 3
        first = offered[0]
        again = book(door, place, **changes | {"starts_at": first.starts_at})
        assert again.starts_at == first.starts_at


def test_neighbours_fit(unit, place):
    with unit_of_work(citizen(place.roberto)) as work:
        book(open_door(work.actor, "book_appointment"), place, person_id=place.roberto)
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        assert book(door, place, starts_at=at(MONDAY, 10, 30)).starts_at == at(MONDAY, 10, 30)
        assert book(door, place, starts_at=at(MONDAY, 9, 30)).starts_at == at(MONDAY, 9, 30)


def test_a_person_cannot_be_in_two_places_and_alternatives_respect_it(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        book(door, place)
        with pytest.raises(Conflict) as refused:
            book(door, place, professional_id=place.marta)
        for slot in refused.value.alternatives:
            assert slot.ends_at <= at(MONDAY, 10) or slot.starts_at >= at(MONDAY, 10, 30)


def test_without_a_free_room_only_the_other_modes_are_offered(unit, place):
    unit.session.execute(text("UPDATE room SET active = false WHERE name <> 'Despacho 1'"))
    with unit_of_work(citizen(place.roberto)) as work:
        book(open_door(work.actor, "book_appointment"), place, person_id=place.roberto)
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        found = door.free_slots(unit_id=place.unit, reason="follow_up", from_day=MONDAY, to_day=MONDAY)
        modes = {slot.modes for slot in found if slot.starts_at == at(MONDAY, 10)}
        assert modes == {("phone", "video")}
        with pytest.raises(Conflict):
            book(door, place, professional_id=place.marta)
        assert book(door, place, professional_id=place.marta, mode="phone").room is None


def test_whoever_is_free(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        first = book(door, place, professional_id=None)
    with unit_of_work(citizen(place.roberto)) as work:
        second = book(open_door(work.actor, "book_appointment"), place, person_id=place.roberto, professional_id=None)
    assert {first.professional, second.professional} == {"Lucía", "Marta"} and first.room != second.room


def test_the_same_key_books_once_and_another_request_with_it_is_refused(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        first = book(door, place, key="k1")
        assert book(door, place, key="k1") == first
        with pytest.raises(Invalid) as refused:
            book(door, place, key="k1", starts_at=at(MONDAY, 12))
        assert list(refused.value.fields) == ["Idempotency-Key"]
    with unit_of_work(citizen(place.roberto)) as work:
        other = book(
            open_door(work.actor, "book_appointment"),
            place,
            key="k1",
            person_id=place.roberto,
            starts_at=at(MONDAY, 12),
        )
    assert other.id != first.id


def test_a_move_to_a_taken_slot_leaves_the_old_one(unit, place):
    with unit_of_work(citizen(place.roberto)) as work:
        book(open_door(work.actor, "book_appointment"), place, person_id=place.roberto)
    with unit_of_work(citizen(place.amparo)) as work:
        door = open_door(work.actor, "book_appointment")
        made = book(door, place, starts_at=at(MONDAY, 12))
        with pytest.raises(Conflict) as refused:
            door.reschedule(made.id, starts_at=at(MONDAY, 10))
        assert refused.value.alternatives
        assert door.appointment(made.id) == made
        with pytest.raises(Conflict) as stale:
            door.reschedule(made.id, starts_at=at(MONDAY, 13), seen_version="7-booked")
        assert stale.value.details["stale"]


def test_the_desk_may_override_hours_but_not_bookings(unit, place):
    with unit_of_work(staff(place)) as work:
        door = open_door(work.actor, "manage_case")
        early = book(door, place, starts_at=at(MONDAY, 7, 50), override_reason="Viene de noche", mode="phone")
        assert early.starts_at == at(MONDAY, 7, 50)
        with pytest.raises(Conflict):
            book(door, place, person_id=place.roberto, starts_at=at(MONDAY, 8), override_reason="x", mode="phone")
        with pytest.raises(Conflict) as twice:
            book(door, place, starts_at=at(MONDAY, 8), override_reason="x", professional_id=place.marta, mode="phone")
        assert twice.value.alternatives and str(twice.value.message).startswith("Esa hora ya no está libre")
        with pytest.raises(Invalid):
            book(door, place, override_reason="x", starts_at=NOW - timedelta(days=1))
    kept = unit.session.execute(text("SELECT override_reason, created_by FROM appointment")).one()
    assert tuple(kept) == ("Viene de noche", "staff:lucia")


def test_who_may_see_and_do(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(open_door(work.actor, "book_appointment"), place)
    strangers = [
        citizen(place.roberto, "high"),
        staff(place, "omar", place.other_unit),
        Actor.anonymous(),
        Actor("client", "carpeta"),
    ]
    for actor in strangers:
        with unit_of_work(actor) as work:
            door = open_door(actor, "api")
            for look in (
                lambda door=door: door.appointment(made.id),
                lambda door=door: door.appointments(place.amparo),
                lambda door=door: door.cancel(made.id),
                lambda door=door: door.reschedule(made.id, starts_at=at(MONDAY, 12)),
                lambda door=door: book(door, place, starts_at=at(MONDAY, 12)),
            ):
                with pytest.raises(NotFound):
                    look()
            work.entries.clear()
    with unit_of_work(staff(place)) as work:
        door = open_door(work.actor, "manage_case")
        assert [item.id for item in door.agenda(from_day=MONDAY, to_day=MONDAY)] == [made.id]
        assert door.agenda(from_day=MONDAY, to_day=MONDAY, professional_id=place.marta) == []


def test_row_level_security_hides_what_a_forgotten_filter_would_show(unit, place):
    with unit_of_work(citizen(place.amparo)) as work:
        book(open_door(work.actor, "book_appointment"), place)
    for actor, seen in ((citizen(place.roberto), 0), (citizen(place.amparo), 1), (Actor.anonymous(), 0)):
        with unit_of_work(actor) as work:
            assert work.session.execute(text("SELECT count(*) FROM appointment")).scalar() == seen
            assert work.session.execute(text("SELECT count(*) FROM appointment_change")).scalar() == seen


def test_low_assurance_is_enough_and_none_is_not(unit, place):
    actor = citizen(place.amparo, None)
    with unit_of_work(actor) as work:
        with pytest.raises(StepUpRequired):
            open_door(actor, "own_record").appointments(place.amparo)
        work.entries.clear()


def test_absences_closures_extras_and_holidays(unit, place):
    def exception(**values):
        row = {
            "id": new_id(),
            "unit_id": None,
            "professional_id": None,
            "starts": None,
            "ends": None,
            "first_day": MONDAY,
            "last_day": MONDAY,
        }
        unit.session.execute(
            text(
                "INSERT INTO agenda_exception (id, unit_id, professional_id, kind, first_day, last_day, starts, ends, "
                "created_by) VALUES (:id, :unit_id, :professional_id, :kind, :first_day, :last_day, :starts, :ends, "
                "'x')"
            ),
            row | values,
        )

    def hours(day):
        door = open_door(unit.actor, "book_appointment")
        found = door.free_slots(unit_id=place.unit, reason="follow_up", from_day=day, to_day=day)
        return {
            name: [f"{s.starts_at.astimezone(clock.MADRID):%H:%M}" for s in found if s.professional == name]
            for name in ("Lucía", "Marta")
        }

    assert hours(MONDAY)["Lucía"][0] == "09:00" and hours(MONDAY)["Lucía"][-1] == "13:30"
    exception(kind="absence", professional_id=place.lucia, starts="09:00", ends="12:20")
    assert hours(MONDAY)["Lucía"][0] == "12:30" and hours(MONDAY)["Marta"][0] == "09:00"
    exception(kind="closure", unit_id=place.unit, starts="12:00", ends="14:00")
    assert hours(MONDAY)["Lucía"] == [] and hours(MONDAY)["Marta"][-1] == "11:30"
    feast = date(2026, 12, 8)
    assert hours(feast) == {"Lucía": [], "Marta": []}
    exception(
        kind="extra",
        unit_id=place.unit,
        professional_id=place.marta,
        first_day=feast,
        last_day=feast,
        starts="10:00",
        ends="10:45",
    )
    assert hours(feast) == {"Lucía": [], "Marta": ["10:00", "10:15"]}


def test_next_free_finds_the_first_in_time_and_looks_to_the_horizon(unit, place):
    door = open_door(unit.actor, "book_appointment")
    first = door.next_free(unit_id=place.unit, reason="follow_up")[0]
    assert first.starts_at == at(date(2026, 11, 27), 11)
    unit.session.execute(text("UPDATE agenda_pattern SET valid_from = '2026-12-20'"))
    assert door.next_free(unit_id=place.unit, reason="follow_up")[0].starts_at == at(date(2026, 12, 21), 9)
    unit.session.execute(text("UPDATE agenda_pattern SET valid_from = '2027-02-20'"))
    assert door.next_free(unit_id=place.unit, reason="follow_up") == []


def test_a_span_too_long_or_reversed_is_refused(unit, place):
    door = open_door(unit.actor, "book_appointment")
    for first, last in ((MONDAY, MONDAY - timedelta(days=1)), (MONDAY, MONDAY + timedelta(days=62))):
        with pytest.raises(Invalid):
            door.free_slots(unit_id=place.unit, reason="follow_up", from_day=first, to_day=last)
