"""Every worked example and every published figure, at its date."""

import json

import pytest

from portal.simulators.command import dumps, simulate
from tests.rules.simulators.cases import examples, published


@pytest.mark.parametrize(("benefit", "day", "inputs", "expected"), examples())
def test_worked_example(benefit, day, inputs, expected):
    answer = simulate(benefit, day, inputs)
    assert {name: answer["result"].get(name) for name in expected} == expected
    assert list(answer) == ["benefit", "date", "level", "result", "explanation"]
    assert json.loads(dumps(answer)) == json.loads(json.dumps(answer))


def _imv_figures():
    for year, table in published()["imv_monthly"].items():
        for column in ("plain", "mono"):
            for members, amount in table.get(column, {}).items():
                yield pytest.param(year, column == "mono", members, float(amount), id=f"{year}-{column}-{members}")


@pytest.mark.parametrize(("year", "mono", "members", "amount"), list(_imv_figures()))
def test_published_imv(year, mono, members, amount):
    adults = 1 if mono or members == 1 else 2
    inputs = {"adults": adults, "minors": members - adults, "monthly_income": 0, "holder_age": 40, "mono": mono}
    assert simulate("imv", f"{year}-06-01", inputs)["result"]["amount"] == amount


def _pnc_limits():
    for year, table in published()["pnc_unit_limits"].items():
        for members in (key for key in table if key != "source"):
            yield pytest.param(year, members, float(table[members]), id=f"{year}-{members}")


@pytest.mark.parametrize(("year", "members", "limit"), list(_pnc_limits()))
def test_published_pnc_limit(year, members, limit):
    inputs = {"age": 70, "household": members, "own_annual_income": 0, "unit_annual_income": limit}
    answer = simulate("pnc", f"{year}-06-01", inputs)
    condition = next(each for each in answer["explanation"] if each.get("condition") == "unit_income")
    assert (answer["result"]["annual"], condition["limit"]) == (0, limit)
    below = simulate("pnc", f"{year}-06-01", {**inputs, "unit_annual_income": round(limit - 0.01, 2)})
    assert below["result"]["annual"] > 0


def test_amounts_are_printed_with_their_cents():
    answer = simulate("imv", "2026-06-01", {"adults": 1, "minors": 0, "monthly_income": 0, "holder_age": 40})
    assert '"amount": 733.60' in dumps(answer)
