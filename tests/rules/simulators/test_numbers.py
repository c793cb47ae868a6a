"""Numbers as people write them, in any of our languages."""

import pytest

from portal.simulators.state import plain_number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param("1.234,50 €", "1234.50", id="Spanish"),
        pytest.param("1,335.15", "1335.15", id="English, and how Arabic pages show amounts"),
        pytest.param("1,234,567.89", "1234567.89", id="two separators of thousands"),
        pytest.param("1.335", "1335", id="thousands alone"),
        pytest.param("12,5", "12.5", id="decimal comma"),
        pytest.param("0.5", "0.5", id="decimal point"),
        pytest.param("٦٥٠", "650", id="Arabic digits"),
        pytest.param("1 234,5", "1234.5", id="space between thousands"),
    ],
)
def test_it_is_read_as_it_was_meant(typed, read):
    assert plain_number(typed) == read
