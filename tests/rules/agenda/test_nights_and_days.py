"""By property: night shifts over the changes of the clock, two windows a day, deadlines that never shrink."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from case_api.agenda import deadlines, slots, wall
from case_api.agenda.slots import Change, Need, Pattern
from case_api.clock import MADRID

CHANGES = [
    date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31), date(2028, 3, 26),
    date(2028, 10, 29), date(2029, 3, 25), date(2029, 10, 28), date(2030, 3, 31), date(2030, 10, 27),
]  # fmt: skip
ALWAYS = date(2026, 1, 1)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def need(minutes, step=15, buffer=0):
    return Need(timedelta(minutes=minutes), timedelta(minutes=step), timedelta(minutes=buffer), FAR.replace(year=2000),
                FAR)  # fmt: skip


@pytest.mark.parametrize("sunday", CHANGES, ids=str)
def test_a_night_shift_is_as_long_as_the_night_is(sunday):
    """Saturday 22:00 to Sunday 6:00: seven hours in spring, nine in autumn, and a slot every quarter of all of them."""
    saturday = sunday - timedelta(days=1)
    pattern = Pattern(saturday.weekday(), time(22), time(6), ALWAYS)
    (opening,) = slots.openings([pattern], [], [], first=saturday, last=saturday)
    hours = (opening.ends_at - opening.starts_at) / timedelta(hours=1)
    assert hours == (7 if sunday.month == 3 else 9)
    assert opening.ends_at.astimezone(MADRID).time() == time(6)
    found = slots.starts(opening, [], need(30))
    assert len(found) == len(set(found)) == hours * 4 - 1
    assert all(later - sooner == timedelta(minutes=15) for sooner, later in zip(found, found[1:], strict=False))


@pytest.mark.parametrize("sunday", CHANGES, ids=str)
def test_an_absence_of_that_sunday_leaves_the_saturday_half_of_the_night(sunday):
    saturday = sunday - timedelta(days=1)
    pattern = Pattern(saturday.weekday(), time(22), time(6), ALWAYS)
    away = Change("absence", sunday, sunday)
    (left,) = slots.openings([pattern], [away], [], first=saturday, last=sunday)
    assert (left.ends_at - left.starts_at) == timedelta(hours=2)
    assert left.ends_at == wall.whole_day(sunday)[0]
    feast = slots.openings([pattern], [], [sunday], first=saturday, last=sunday)
    assert [(one.starts_at, one.ends_at) for one in feast] == [(left.starts_at, left.ends_at)]


hours = st.integers(0, 95).map(lambda quarter: time(quarter // 4, 15 * (quarter % 4)))
near = st.sampled_from(CHANGES).flatmap(lambda day: st.integers(-3, 3).map(lambda n: day + timedelta(days=n)))


@settings(max_examples=300, deadline=None)
@given(near, st.lists(hours, min_size=4, max_size=4, unique=True).map(sorted), st.integers(1, 8), st.integers(0, 4))
def test_two_windows_a_day_never_offer_the_gap_between_them(day, four, quarters, buffers):
    patterns = [Pattern(day.weekday(), four[0], four[1], ALWAYS), Pattern(day.weekday(), four[2], four[3], ALWAYS)]
    opened = slots.openings(patterns, [], [], first=day, last=day)
    asked = need(15 * quarters, buffer=15 * buffers)
    for opening in opened:
        for start in slots.starts(opening, [], asked):
            end = start + asked.length
            inside = [one for one in opened if one.starts_at <= start and end <= one.ends_at]
            assert inside, "a slot lies whole in one window"
            local = start.astimezone(MADRID).time(), (end - timedelta(seconds=1)).astimezone(MADRID).time()
            assume(day not in CHANGES)
            assert all(four[0] <= one < four[1] or four[2] <= one < four[3] for one in local)


days = st.dates(date(2026, 1, 1), date(2030, 11, 1))
kinds = st.sampled_from(["working", "natural"])
urgencies = st.sampled_from(["priority", "ordinary"])


@settings(max_examples=300, deadline=None)
@given(days, st.integers(0, 20), urgencies, kinds, st.sets(days, max_size=20))
def test_who_asks_later_is_never_due_earlier(day, wait, priority, kind, feasts):
    sooner = deadlines.due(wall.whole_day(day)[0], priority, kind=kind, holidays=feasts)
    later = deadlines.due(wall.whole_day(day + timedelta(days=wait))[0], priority, kind=kind, holidays=feasts)
    assert sooner <= later


@settings(max_examples=300, deadline=None)
@given(days, urgencies, kinds, st.sets(days, max_size=20), st.integers(-5, 40))
def test_one_holiday_more_never_makes_anything_due_earlier(day, priority, kind, feasts, away):
    """Region, city or centre: whoever adds it, the days count as the Ley 39/2015 says, and nobody is late for it."""
    asked = wall.whole_day(day)[0]
    before = deadlines.due(asked, priority, kind=kind, holidays=feasts)
    after = deadlines.due(asked, priority, kind=kind, holidays=feasts | {day + timedelta(days=away)})
    assert before <= after
    if away <= 0:
        assert before == after, "what is over, and the day of asking, do not count"


@settings(max_examples=200, deadline=None)
@given(near, st.integers(0, 1439), kinds, st.sets(days, max_size=20))
def test_24_hours_are_24_hours_whatever_the_clocks_do(day, minute, kind, feasts):
    asked = wall.whole_day(day)[0] + timedelta(minutes=minute)
    assert deadlines.due(asked, "emergency", kind=kind, holidays=feasts | {day}) - asked == timedelta(hours=24)


@settings(max_examples=200, deadline=None)
@given(days, kinds, st.sets(days, max_size=20))
def test_five_days_end_before_fifteen(day, kind, feasts):
    asked = wall.whole_day(day)[0]
    five, fifteen = (deadlines.due(asked, one, kind=kind, holidays=feasts) for one in ("priority", "ordinary"))
    assert five <= fifteen and five > asked + timedelta(days=5)
