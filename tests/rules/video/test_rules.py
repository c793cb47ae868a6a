"""When a room may be entered, and what a relay takes for a password."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case_api.clock import MADRID
from case_api.video.rules import EARLY, LATE, moment
from case_api.video.turn import credentials, meeting_place

STARTS = datetime(2026, 11, 26, 9, 50, tzinfo=UTC)
ENDS = STARTS + timedelta(minutes=30)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    [
        pytest.param(STARTS - EARLY - SECOND, False, "early", id="a second too early"),
        pytest.param(STARTS - EARLY, False, "open", id="the first second"),
        pytest.param(STARTS, False, "open", id="at its hour"),
        pytest.param(ENDS, False, "open", id="a call may run over"),
        pytest.param(ENDS + LATE - SECOND, False, "open", id="the last second"),
        pytest.param(ENDS + LATE, False, "over", id="a second too late"),
        pytest.param(STARTS, True, "over", id="ended by the professional"),
        pytest.param(STARTS - timedelta(days=3), True, "over", id="ended before it began"),
    ],
)
def test_when_a_room_may_be_entered(now, closed, expected):
    assert moment(now=now, starts_at=STARTS, ends_at=ENDS, closed=closed) == expected


@given(
    st.integers(0, 4 * 60),
    st.sampled_from([datetime(2026, 10, 25, tzinfo=MADRID), datetime(2027, 3, 28, tzinfo=MADRID)]),
)
def test_a_changed_clock_changes_no_room(minutes, night):
    """The hours are instants: on the nights when the clock jumps a room is open as long as on any other."""
    starts = night.astimezone(UTC) + timedelta(minutes=minutes)
    ends = starts + timedelta(minutes=30)
    opens = (starts - EARLY).astimezone(MADRID)
    assert moment(now=opens, starts_at=starts, ends_at=ends) == "open"
    assert moment(now=opens.astimezone(UTC) - SECOND, starts_at=starts, ends_at=ends) == "early"
    assert (ends + LATE) - (starts - EARLY) == timedelta(minutes=75)


GUEST = UUID("01890000-0000-7000-8000-000000000001")


def test_a_relays_password_is_the_mac_of_a_name_that_runs_out():
    told = credentials("shared", guest_id=GUEST, until=ENDS)
    assert told["username"] == f"{int(ENDS.timestamp())}:{GUEST}"
    expected = hmac.new(b"shared", told["username"].encode(), hashlib.sha1).digest()
    assert base64.b64decode(told["credential"]) == expected


def test_with_relays_everything_goes_through_them():
    told = meeting_place("turn:a.example:3478, turns:b.example:5349", "s", guest_id=GUEST, until=ENDS, direct=True)
    assert told["iceTransportPolicy"] == "relay"
    assert told["iceServers"][0]["urls"] == ["turn:a.example:3478", "turns:b.example:5349"]


@pytest.mark.parametrize(("direct", "policy"), [(True, "all"), (False, "relay")])
def test_without_relays_only_one_machine_meets_directly(direct, policy):
    told = meeting_place("", "", guest_id=GUEST, until=ENDS, direct=direct)
    assert told == {"iceServers": [], "iceTransportPolicy": policy}
