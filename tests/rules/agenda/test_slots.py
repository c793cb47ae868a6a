"""Free slots: nothing overlaps, nothing that fits is missing, and clock changes cost nobody an hour."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_api.agenda import slots, wall
from case_api.agenda.slots import Busy, Change, Need, Pattern

MADRID = ZoneInfo("Europe/Madrid")
LONG_AGO = date(2020, 1, 1)
# The nights on which Madrid's clocks change (last Sundays of March and October; Directive 2000/84/EC).
SPRING = [date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26), date(2029, 3, 25), date(2030, 3, 31)]
AUTUMN = [date(2026, 10, 25), date(2027, 10, 31), date(2028, 10, 29), date(2029, 10, 28), date(2030, 10, 27)]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("night", SPRING, ids=str)
def test_an_hour_that_does_not_exist_is_refused_and_a_shift_begins_after_it(night):
    with pytest.raises(wall.NonexistentHour):
        wall.instant_of(night, time(2, 30))
    start, end = wall.window(night, time(2, 30), time(4))
    assert start.astimezone(MADRID).time() == time(3)
    assert end - start == timedelta(hours=1)
    assert wall.window(night, time(2, 10), time(2, 50)) is None
    first, last = wall.whole_day(night)
    assert last - first == timedelta(hours=23)


@pytest.mark.parametrize("night", AUTUMN, ids=str)
def test_an_hour_that_exists_twice_needs_its_offset(night):
    with pytest.raises(wall.AmbiguousHour):
        wall.instant_of(night, time(2, 30))
    summer = wall.instant_of(night, time(2, 30), offset=timedelta(hours=2))
    winter = wall.instant_of(night, time(2, 30), offset=timedelta(hours=1))
    assert winter - summer == timedelta(hours=1)
    with pytest.raises(wall.NonexistentHour):
        wall.instant_of(night, time(2, 30), offset=timedelta(hours=5))
    start, end = wall.window(night, time(2, 30), time(4))
    assert start == winter and end - start == timedelta(hours=1.5)
    start, end = wall.window(night, time(1), time(2, 30))
    assert end == summer
    first, last = wall.whole_day(night)
    assert last - first == timedelta(hours=25)


@pytest.mark.parametrize("night", SPRING + AUTUMN, ids=str)
def test_a_night_shift_is_as_long_as_the_night(night):
    before = night - timedelta(days=1)
    start, end = wall.window(before, time(22), time(6))
    assert end - start == timedelta(hours=7 if night in SPRING else 9)


@pytest.mark.parametrize("day", SPRING + AUTUMN, ids=str)
def test_nine_in_the_morning_is_nine_in_the_morning_after_the_clocks_changed(day):
    for around in (-1, 0, 1):
        start, _ = wall.window(day + timedelta(days=around), time(9), time(14))
        assert start.astimezone(MADRID).time() == time(9)


hours = st.builds(time, st.integers(0, 23), st.sampled_from([0, 10, 15, 30, 45]))
days = st.one_of(
    st.dates(date(2026, 1, 1), date(2030, 12, 20)),
    st.builds(lambda night, shift: night + timedelta(days=shift), st.sampled_from(SPRING + AUTUMN), st.integers(-2, 1)),
)


@st.composite
def boards(draw):
    first = draw(days)
    last = first + timedelta(days=draw(st.integers(0, 4)))
    near = st.integers(-1, 5).map(lambda shift: first + timedelta(days=shift))
    patterns = draw(
        st.lists(st.builds(Pattern, st.integers(0, 6), hours, hours, st.just(LONG_AGO), st.none() | near), max_size=6)
    )

    def change(kind, day, length, span):
        starts, ends = span if span else ((time(9), time(12)) if kind == "extra" else (None, None))
        return Change(kind, day, day + timedelta(days=length), starts, ends)

    changes = draw(
        st.lists(
            st.builds(
                change,
                st.sampled_from(["absence", "closure", "extra"]),
                near,
                st.integers(0, 1),
                st.none() | st.tuples(hours, hours),
            ),
            max_size=4,
        )
    )
    holidays = draw(st.lists(near, max_size=2))
    start = datetime.combine(first, time(0), UTC)
    busy = draw(
        st.lists(
            st.builds(
                lambda minute, length, rest: Busy(
                    start + timedelta(minutes=minute),
                    start + timedelta(minutes=minute + length),
                    timedelta(minutes=rest),
                ),
                st.integers(-600, 5 * 1440),
                st.integers(1, 240),
                st.sampled_from([0, 5, 15]),
            ),
            max_size=8,
        )
    )
    need = Need(
        timedelta(minutes=draw(st.sampled_from([5, 20, 30, 45, 60, 90]))),
        timedelta(minutes=draw(st.sampled_from([5, 10, 15, 30]))),
        timedelta(minutes=draw(st.sampled_from([0, 5, 10, 30]))),
        start + timedelta(minutes=draw(st.integers(-2000, 4000))),
        start + timedelta(minutes=draw(st.integers(2000, 9000))),
    )
    return first, last, patterns, changes, holidays, busy, need


@settings(max_examples=300, deadline=None)
@given(boards())
def test_offered_is_exactly_what_a_patient_clerk_would_offer(board):
    first, last, patterns, changes, holidays, busy, need = board
    opened = slots.openings(patterns, changes, holidays, first=first, last=last)
    blocked = slots.blocked_starts(busy, need)
    offered = sorted({start for opening in opened for start in slots.starts(opening, blocked, need)})
    assert offered == clerk(first, last, patterns, changes, holidays, busy, need)


def clerk(first, last, patterns, changes, holidays, busy, need):
    """The same question, minute by minute: slow, and written without merging, cutting or searching."""
    found = set()
    shut = []
    for change in changes:
        if change.kind != "extra":
            shut += _stretches(change)
    feasts = [wall.whole_day(day) for day in holidays]
    day = first
    while day <= last:
        shifts = []
        for pattern in patterns:
            if pattern.weekday == day.weekday() and (pattern.valid_until is None or day <= pattern.valid_until):
                shifts.append((wall.window(day, pattern.starts, pattern.ends), shut + feasts))
        for change in changes:
            if change.kind == "extra" and change.first_day <= day <= change.last_day:
                shifts.append((wall.window(day, change.starts, change.ends), shut))
        for shift, closed in shifts:
            if shift is None:
                continue
            start = shift[0]
            while start < shift[1]:
                end = start + need.length
                fits = end <= shift[1] and need.earliest <= start < need.latest
                fits = fits and not any(start < to and end > since for since, to in closed if to > since)
                fits = fits and not any(
                    start < item.ends_at + item.buffer and end + need.buffer > item.starts_at for item in busy
                )
                if fits:
                    found.add(start)
                start += need.step
        day += timedelta(days=1)
    return sorted(found)


def _stretches(change):
    day = change.first_day
    while day <= change.last_day:
        stretch = wall.whole_day(day) if change.starts is None else wall.window(day, change.starts, change.ends)
        if stretch:
            yield stretch
        day += timedelta(days=1)


def test_a_room_is_chosen_in_order_and_only_when_free():
    need = Need(timedelta(minutes=30), timedelta(minutes=15), timedelta(0), utc("2026-01-01"), utc("2027-01-01"))
    taken = slots.blocked_starts([Busy(utc("2026-12-01 09:00"), utc("2026-12-01 10:00"))], need)
    rooms = [("first", taken), ("second", [])]
    assert slots.room_for(utc("2026-12-01 08:30"), rooms) == "first"
    assert slots.room_for(utc("2026-12-01 08:45"), rooms) == "second"
    assert slots.room_for(utc("2026-12-01 09:45"), [("first", taken)]) is None
