"""Levels of assurance: what is asked and what suffices."""

import pytest

from portal.sandbox.idp import levels
from portal.sandbox.idp.grants import challenge

LOA = "http://eidas.europa.eu/LoA/"


@pytest.mark.parametrize(
    ("acr_values", "expected"),
    [
        pytest.param("", None, id="none asked"),
        pytest.param(f"{LOA}high", "high", id="high"),
        pytest.param(f"urn:other {LOA}substantial {LOA}high", "substantial", id="the first that is known"),
        pytest.param("substantial", None, id="a bare word is not a level"),
    ],
)
def test_requested(acr_values: str, expected: str | None) -> None:
    assert levels.requested(acr_values) == expected


def test_reaches() -> None:
    assert levels.reaches("low", None)
    assert levels.reaches("high", "substantial")
    assert not levels.reaches("low", "substantial")


def test_challenge_is_the_rfcs_example() -> None:
    # RFC 7636, appendix B.
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
