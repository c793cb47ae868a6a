"""Deadlines across weekends, holidays and clock changes; limits; answers."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from case_api.agenda import choices, deadlines, limits, wall
from case_api.agenda.following import reminders
from case_api.agenda.following.understanding import understand
from case_api.clock import MADRID

# Madrid, end of 2026: Almudena (9 Nov), Constitución moved to the 7th, Inmaculada on the 8th, Christmas.
HOLIDAYS = frozenset(map(date.fromisoformat, ("2026-11-02", "2026-11-09", "2026-12-07", "2026-12-08", "2026-12-25",
                                              "2027-01-01", "2027-01-06")))  # fmt: skip

LAST_DAYS = [
    pytest.param("2026-11-23", 5, "working", "2026-11-30", id="five working days over a weekend"),
    pytest.param("2026-11-27", 5, "working", "2026-12-04", id="asked on a Friday"),
    pytest.param("2026-11-28", 5, "working", "2026-12-04", id="asked on a Saturday: counts from Monday"),
    pytest.param("2026-12-01", 5, "working", "2026-12-10", id="five working days over two holidays"),
    pytest.param("2026-12-01", 15, "working", "2026-12-24", id="fifteen over two holidays, up to Christmas Eve"),
    pytest.param("2026-12-02", 15, "working", "2026-12-28", id="fifteen over Christmas Day"),
    pytest.param("2026-11-05", 5, "working", "2026-11-13", id="Almudena is Madrid's"),
    pytest.param("2026-11-23", 5, "natural", "2026-11-30", id="five natural days end on a Saturday: Monday"),
    pytest.param("2026-11-24", 5, "natural", "2026-11-30", id="five natural days end on a Sunday: Monday"),
    pytest.param("2026-11-25", 5, "natural", "2026-11-30", id="five natural days end on a Monday"),
    pytest.param("2026-12-02", 5, "natural", "2026-12-09", id="they end on a holiday, and the next is one too"),
    pytest.param("2026-12-10", 15, "natural", "2026-12-28", id="Christmas, then a weekend"),
]


@pytest.mark.parametrize(("asked", "days", "kind", "last"), LAST_DAYS)
def test_the_last_day_of_a_period(asked, days, kind, last):
    found = deadlines.last_day(date.fromisoformat(asked), days, kind=kind, holidays=HOLIDAYS)
    assert found == date.fromisoformat(last)


@pytest.mark.parametrize("kind", ["working", "natural"])
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param("2026-12-24T18:00:00+01:00", id="Christmas Eve"),
        pytest.param("2027-03-27T20:00:00+01:00", id="the night that loses an hour"),
        pytest.param("2026-10-24T20:00:00+02:00", id="the night that wins an hour"),
        pytest.param("2026-08-14T23:59:00+02:00", id="the bridge of August"),
    ],
)
def test_an_emergency_is_24_natural_hours_and_never_pauses(asked, kind):
    at = datetime.fromisoformat(asked)
    assert deadlines.due(at, "emergency", kind=kind, holidays=HOLIDAYS) - at == timedelta(hours=24)


days = st.dates(date(2026, 1, 1), date(2030, 12, 1))


@settings(max_examples=300, deadline=None)
@given(
    st.dates(date(2026, 11, 1), date(2026, 12, 20)), st.integers(0, 1439), st.sampled_from(["working", "natural"]),
    st.sampled_from(["emergency", "priority", "ordinary"]),
    st.sets(st.dates(date(2026, 11, 1), date(2027, 1, 31)), max_size=8), st.integers(0, 5),
)  # fmt: skip
def test_a_deadline_that_moves_is_where_it_would_have_been_from_the_start(day, minute, kind, priority, changed, later):
    """Whatever days became holidays or ceased to be; counted from the day of asking, or a later one."""
    asked = wall.whole_day(day)[0] + timedelta(minutes=minute)
    after = HOLIDAYS ^ changed
    base = asked + timedelta(days=later)
    asked_for = {"kind": kind, "before": HOLIDAYS, "after": after, "today": base.astimezone(MADRID).date()}
    was, should = (deadlines.due(base, priority, kind=kind, holidays=table) for table in (HOLIDAYS, after))
    found = deadlines.moved(was, asked, priority, **asked_for)
    if priority == "emergency":
        assert found == was
    elif deadlines.due(asked, priority, kind=kind, holidays=HOLIDAYS) != was:
        assert found <= should, "of the days that explain it, the first"
    else:
        assert found == deadlines.due(asked, priority, kind=kind, holidays=after)
    assert deadlines.moved(found, asked, priority, **asked_for | {"before": after}) == found


@settings(max_examples=300, deadline=None)
@given(days, st.integers(0, 1439), st.sampled_from(["priority", "ordinary"]), st.sets(days, max_size=30))
def test_working_days_are_counted_as_a_finger_on_a_calendar_would(day, minute, priority, feasts):
    asked = wall.whole_day(day)[0] + timedelta(minutes=min(minute, 1379))
    due = deadlines.due(asked, priority, kind="working", holidays=feasts)
    last = (due - timedelta(seconds=1)).astimezone(MADRID).date()
    counted = [one for one in (day + timedelta(days=n) for n in range(1, (last - day).days + 1))
               if one.isoweekday() not in (6, 7) and one not in feasts]  # fmt: skip
    assert len(counted) == deadlines.DAYS[priority] and counted[-1] == last
    assert due.astimezone(MADRID).time().isoformat() == "00:00:00", "the whole last day counts, on any side of a change"


@settings(max_examples=300, deadline=None)
@given(days, st.sampled_from([5, 15]), st.sets(days, max_size=30))
def test_natural_days_never_end_on_a_closed_door_and_never_come_early(day, count, feasts):
    last = deadlines.last_day(day, count, kind="natural", holidays=feasts)
    assert last >= day + timedelta(days=count) and last.weekday() < 5 and last not in feasts
    between = [day + timedelta(days=count + n) for n in range((last - day).days - count)]
    assert all(one.weekday() > 4 or one in feasts for one in between)


NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
URGENCIES = [
    pytest.param(timedelta(days=10), None, "fine", id="far"),
    pytest.param(timedelta(days=2), None, "close", id="two days left of fifteen"),
    pytest.param(timedelta(0), None, "late", id="this very instant"),
    pytest.param(timedelta(days=10), timedelta(days=9), "met", id="an appointment before it"),
    pytest.param(timedelta(days=10), timedelta(days=10), "late", id="an appointment at it, known today"),
]


@pytest.mark.parametrize(("left", "starts_in", "expected"), URGENCIES)
def test_staff_see_a_breach_before_it_happens(left, starts_in, expected):
    starts_at = NOW + starts_in if starts_in is not None else None
    found = deadlines.urgency(now=NOW, due_at=NOW + left, priority="ordinary", starts_at=starts_at)
    assert found == expected


LIMITS = [
    pytest.param(limits.Done(6, 0, 0), "book", "booked_most", id="six to come"),
    pytest.param(limits.Done(6, 0, 0), "move", None, id="six to come may still be moved"),
    pytest.param(limits.Done(0, 12, 0), "move", "changes_a_day_most", id="twelve changes today"),
    pytest.param(limits.Done(0, 12, 99), "cancel", None, id="giving back is never refused"),
    pytest.param(limits.Done(0, 0, 30), "hold", "holds_a_day_most", id="thirty holds"),
    pytest.param(limits.Done(5, 11, 29), "book", None, id="just below"),
]


@pytest.mark.parametrize(("done", "what", "expected"), LIMITS)
def test_limits_against_trading(done, what, expected):
    assert limits.reached(done, most=choices.DEFAULTS, what=what) == expected


ANSWERS = [
    ("Sí", "comes"), ("1", "comes"), ("OK", "comes"), ("Confirmo", "comes"), ("allí estaré", "comes"),
    ("نعم", "comes"), ("2", "cancel"), ("C", "cancel"), (" c. ", "cancel"), ("NO", "cancel"),
    ("no puedo ir", "cancel"), ("No podré ir el jueves, lo siento", "cancel"), ("quiero anularla", "cancel"),
    ("Quiero anular la cita", "cancel"), ("3", "move"), ("No puedo ir, ¿otro día?", "move"),
    ("¿Se puede cambiar a otra hora?", "move"), ("¿Me confirmo yo?", "unclear"),
    ("Gracias", None), ("¿Qué papeles llevo?", None), ("", None), ("no puedo " + "x" * 300, None),
    ("Mi hijo no come", None), ("Calle C, número 2", None),
]  # fmt: skip


@pytest.mark.parametrize(("words", "said"), [pytest.param(*case, id=case[0][:30] or "nothing") for case in ANSWERS])
def test_answers_to_a_reminder(words, said):
    assert understand(words) == said


@pytest.mark.parametrize(
    ("before", "changed", "expected"),
    [
        pytest.param(timedelta(hours=25), timedelta(days=9), False, id="not yet"),
        pytest.param(timedelta(hours=23), timedelta(days=9), True, id="a day before"),
        pytest.param(timedelta(minutes=50), timedelta(days=9), False, id="too late to be of use"),
        pytest.param(timedelta(hours=23), timedelta(hours=23), False, id="moved just now: told already"),
    ],
)
def test_when_a_reminder_is_due(before, changed, expected):
    starts = NOW + before
    day = {"ahead": timedelta(hours=24), "least": timedelta(hours=1)}
    assert reminders.due(starts_at=starts, changed_at=starts - changed, now=NOW, **day) is expected
