"""The worked examples of the data folder as test parameters, and small helpers for the tests here."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from portal.simulators.parameters.library import DATA, library
from portal.simulators.parameters.strict_yaml import load_file

BENEFITS = sorted(library().benefits)


def examples() -> list[Any]:
    """Every worked example: benefit, day, inputs, expected."""
    cases = []
    for path in sorted((DATA / "examples").glob("*.yaml")):
        if path.stem in BENEFITS:
            for each in load_file(path):
                case = (path.stem, each["date"], each["inputs"], plain(each["expected"]))
                cases.append(pytest.param(*case, id=each["id"]))
    return cases


def published() -> Any:
    """The tables that the administration or the press printed."""
    return load_file(DATA / "examples" / "published_tables.yaml")


def plain(value: Any) -> Any:
    """Decimals as floats, all the way down, to compare with what the command prints."""
    if isinstance(value, (Decimal, Fraction)):
        return float(value)
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value
