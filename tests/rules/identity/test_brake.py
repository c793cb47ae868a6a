"""How long a name rests after wrong attempts."""

from datetime import timedelta

import pytest

from portal.identity.assurance import assurance_of, reaches
from portal.identity.throttle import wait_after


@pytest.mark.parametrize(
    ("failed", "minutes"),
    [
        pytest.param(1, 0, id="a slip"),
        pytest.param(4, 0, id="four slips"),
        pytest.param(5, 1, id="the fifth"),
        pytest.param(6, 2, id="the sixth"),
        pytest.param(8, 8, id="the eighth"),
        pytest.param(9, 15, id="never longer than a quarter of an hour"),
        pytest.param(10_000, 15, id="a machine"),
    ],
)
def test_the_wait_grows_and_stops_growing(failed, minutes):
    assert wait_after(failed) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("have", "need", "enough"),
    [("low", "low", True), ("low", "substantial", False), ("high", "substantial", True), (None, "low", False)],
)
def test_levels_compare(have, need, enough):
    assert reaches(have, need) is enough


@pytest.mark.parametrize("acr", ["", "low", None, 3, "http://eidas.europa.eu/LoA/LOW", "http://eidas.europa.eu/LoA/"])
def test_only_exact_names_are_levels(acr):
    assert assurance_of(acr) is None
