"""A week as people write it; nights and Sundays; what a year's holidays are likely to be."""

from datetime import date, time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from case_api.agenda.planning import holidays, weekly
from case_api.agenda.planning.weekly import Window

WRITTEN = [
    pytest.param("9:00-14:00, 16:00-18:00", ["09:00-14:00", "16:00-18:00"], id="two windows"),
    pytest.param("9-14", ["09:00-14:00"], id="bare hours"),
    pytest.param("9.30 a 14.15", ["09:30-14:15"], id="dots and words"),
    pytest.param("16h00-18h00; 9 – 13", ["09:00-13:00", "16:00-18:00"], id="any order"),
    pytest.param("22:00-6:00", ["22:00-06:00"], id="a night shift"),
    pytest.param("22-24", ["22:00-00:00"], id="to midnight"),
    pytest.param("", [], id="nothing"),
    pytest.param("16-18 Telefono + vídeo", ["16:00-18:00 teléfono/vídeo"], id="some ways only"),
    pytest.param("9-14 centro, 16-18", ["09:00-14:00 centro", "16:00-18:00"], id="ways of one window"),
    pytest.param("9-14 casa y 16-18 vídeo/centro", ["09:00-14:00 casa", "16:00-18:00 centro/vídeo"], id="and"),
]


@pytest.mark.parametrize(("words", "expected"), WRITTEN)
def test_a_day_is_read_as_written(words, expected):
    assert [window.words for window in weekly.read_day(0, words)] == expected


@pytest.mark.parametrize(
    "words",
    ["mañana", "9", "25-26", "9:75-10", "9-9", "-", "9-10," * 7, "９-１４x", "9-14 fax", "9-14 teléfono/", "9-14 14"],
)
def test_what_cannot_be_read_is_said(words):
    with pytest.raises(ValueError, match=r"\w"):
        weekly.read_day(0, words)


MODES = st.lists(st.sampled_from(list(weekly.MODES)), unique=True, max_size=4)
HOURS = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(starts=HOURS, ends=HOURS, modes=MODES)
def test_what_the_editor_shows_is_read_back_as_it_was(starts, ends, modes):
    assume(starts != ends)
    shown = Window(3, starts, ends, tuple(one for one in weekly.MODES if one in modes) or None)
    assert weekly.read_day(3, shown.words) == [shown]


def w(weekday, starts, ends):
    return Window(weekday, time(starts), time(ends))


CLASHES = [
    pytest.param([w(0, 9, 14), w(0, 13, 15)], True, id="same day"),
    pytest.param([w(0, 9, 14), w(0, 14, 15)], False, id="one after the other"),
    pytest.param([w(0, 22, 6), w(1, 5, 9)], True, id="a night reaches into Tuesday"),
    pytest.param([w(6, 22, 6), w(0, 5, 9)], True, id="Sunday night reaches into Monday"),
    pytest.param([w(6, 22, 6), w(0, 6, 9)], False, id="Sunday night ends as Monday begins"),
]


@pytest.mark.parametrize(("windows", "clash"), CLASHES)
def test_windows_that_overlap(windows, clash):
    assert bool(weekly.overlapping(windows)) is clash


def test_the_grid_shows_night_shifts_on_both_days():
    rows = dict(weekly.grid([w(6, 22, 2), w(0, 9, 10)]))
    assert rows[time(22)] == [False] * 6 + [True] and rows[time(0)] == [True] + [False] * 6
    assert rows[time(9, 30)][0] and not rows[time(10)][0]


def test_a_likely_year():
    days = {day: name for day, _scope, name in holidays.suggested(2027)}
    assert days[date(2027, 3, 26)] == "Viernes Santo" and days[date(2027, 5, 15)] == "San Isidro"
    assert date(2027, 8, 15) not in days, "a Sunday: the region says what becomes of it"
    assert date(2027, 11, 9) in days
