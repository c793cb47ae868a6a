"""How far a representation reaches, at each instant: cases as data."""

from datetime import date, datetime
from pathlib import Path

import pytest
import yaml

from case_api.access.levels import Level
from case_api.access.representing import Tie, birthday, scope_now
from case_api.access.table import table_on

CASES = yaml.safe_load((Path(__file__).parents[2] / "services/record/cases/representation.yaml").read_text())
RULE = table_on(date(2026, 6, 1)).representation
LONG_AGO = "2020-01-01T00:00+01:00"


def instant(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value.replace("Z", "+00:00")) if value else None


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_it_opens(case):
    tie = Tie(
        case.get("kind", "parent"), Level(case.get("scope", "N4")), instant(case.get("confirmed", LONG_AGO)),
        instant(case.get("starts", LONG_AGO)), instant(case.get("ends")), instant(case.get("suspended")),
        instant(case.get("ended")), case.get("says"), instant(case.get("said")), case.get("born"), case.get("died"),
    )  # fmt: skip
    assert scope_now(tie, RULE, instant(case["now"])) == case["opens"]


def test_the_labels_tell_the_cases_apart():
    labels = [case["label"] for case in CASES]
    assert len(labels) == len(set(labels)) >= 40


def test_a_birthday_is_midnight_in_madrid_whatever_the_season():
    assert birthday(date(2012, 10, 25), 14).utcoffset().total_seconds() == 7200
    assert birthday(date(2008, 3, 29), 18).utcoffset().total_seconds() == 3600
