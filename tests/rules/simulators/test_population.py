"""The whole city: exact, reproducible, the same cents as each of its homes alone; reforms; CSV and chart."""

import csv
import io
from datetime import date
from xml.etree import ElementTree

import numpy as np
import pytest

from portal.simulators.engine.columns import NoFigure
from portal.simulators.engine.run import law_of, run
from portal.simulators.household.home import Home, questions
from portal.simulators.parameters.library import library
from portal.simulators.population.chart import as_svg
from portal.simulators.population.city import PEOPLE, city, members
from portal.simulators.population.columns import household
from portal.simulators.population.report import PAID, _years, as_csv, simulate_population

DAY = date(2026, 6, 1)


def test_a_city_of_exactly_so_many_people():
    assert members(city(PEOPLE, seed=3)).sum() == PEOPLE == 431_769
    assert members(city(1, seed=3)).sum() == 1
    small, same = city(5000, seed=9), city(5000, seed=9)
    assert np.array_equal(small["household_income"].values, same["household_income"].values)


def test_each_home_alone_gets_the_same_cents():
    answers = city(2500, seed=4)
    yearly = _years(answers, DAY, library())
    for benefit, (result, times) in PAID.items():
        facts = library().benefits[benefit]
        sources = questions().sources.get(benefit, {})
        for index in range(0, len(yearly[benefit]), 7):
            said = household(answers, index)
            home = Home(said)
            values = {
                name: True if sources.get(name) == "office" else getattr(home, sources.get(name, name))
                for name, field in facts.inputs.items()
                if not field.optional
            }
            amount = run(facts, law_of(facts, DAY, library()), values).results[result] * times
            if benefit == "beca_comedor":
                amount *= said["small_children"] + said["older_children"]
            assert amount * 100 == yearly[benefit][index], (benefit, said)


def test_take_up_is_stated_and_counts():
    full = simulate_population(day=DAY, take_up=1.0, people=20_000)
    half = simulate_population(day=DAY, take_up=0.5, people=20_000)
    none = simulate_population(day=DAY, take_up=0.0, people=20_000)
    assert half["take_up"] == 0.5 and half["people"] == 20_000
    for everything, some, nothing in zip(full["benefits"], half["benefits"], none["benefits"], strict=True):
        assert everything["households"] == everything["entitled_households"] > 0
        assert 0.4 < some["cost"] / everything["cost"] < 0.6
        assert nothing["cost"] == 0 and nothing["entitled_households"] == everything["entitled_households"]


def test_a_reform_has_winners_losers_and_a_cost():
    more = simulate_population(day=DAY, take_up=0.5, people=20_000, reform={"imv.step_per_member": "0.35"})
    rows = {row["benefit"]: row for row in more["benefits"]}
    assert rows["imv"]["win"] > 0 and rows["imv"]["lose"] == 0 and rows["imv"]["difference"] > 0
    assert rows["pnc"]["difference"] == 0
    less = simulate_population(day=DAY, take_up=0.5, people=20_000, reform={"imv.min_amount": 200})
    rows = {row["benefit"]: row for row in less["benefits"]}
    assert rows["imv"]["lose"] > 0 and rows["imv"]["win"] == 0 and rows["imv"]["difference"] < 0


def test_a_reform_or_take_up_that_cannot_be():
    for broken in (
        {"take_up": 1.5},
        {"take_up": 0.5, "reform": {"imv.nothing": 1}},
        {"take_up": 0.5, "reform": {"nothing": 1}},
        {"take_up": 0.5, "reform": {"imv.mono": "lots"}},
        {"take_up": 0.5, "reform": {"tarjeta_familias.table": 1}},
    ):
        with pytest.raises(ValueError):
            simulate_population(day=DAY, people=1000, **broken)
    with pytest.raises(NoFigure):
        simulate_population(day=date(2027, 6, 1), take_up=0.5, people=1000)


def test_table_and_chart():
    result = simulate_population(day=DAY, take_up=0.5, people=5000, reform={"rmi.base": 500})
    rows = list(csv.DictReader(io.StringIO(as_csv(result))))
    assert [row["benefit"] for row in rows] == list(PAID)
    assert float(rows[0]["cost"]) == result["benefits"][0]["cost"]
    chart = ElementTree.fromstring(as_svg(result, title="Coste <al año>", names={"imv": "Ingreso Mínimo Vital"}))
    words = " ".join(chart.itertext())
    assert "Coste <al año>" in words and "Ingreso Mínimo Vital" in words and chart.get("role") == "img"


@pytest.mark.parametrize(
    ("reform", "wins", "loses"),
    [
        pytest.param({"rmi.base": 500, "rmi.second": 150, "beca_comedor.partial": 500},
                     {"rmi", "tarjeta_familias", "beca_comedor"}, set(), id="several figures, and what rests on them"),
        pytest.param({"tarjeta_familias.table.low.1": 200}, {"tarjeta_familias"}, set(), id="one cell"),
        pytest.param({"tarjeta_familias.table.low.1": 0, "tarjeta_familias.table.high.2": "300.5"},
                     {"tarjeta_familias"}, {"tarjeta_familias"}, id="two cells, up and down"),
        pytest.param({"indices.smi": 100}, set(), {"rmi", "tarjeta_familias"}, id="an index that two rest on"),
    ],
)  # fmt: skip
def test_a_reform_of_several_figures_and_of_a_table(reform, wins, loses):
    found = simulate_population(day=date(2026, 6, 1), people=20_000, reform=reform)
    rows = {row["benefit"]: row for row in found["benefits"]}
    assert {name for name, row in rows.items() if row["win"]} == wins
    assert {name for name, row in rows.items() if row["lose"]} == loses
    assert found["reform"] == {key: float(value) for key, value in reform.items()}


@pytest.mark.parametrize(
    ("key", "says"),
    [
        pytest.param("tarjeta_familias.table", "tarjeta_familias.table.low.1", id="a table without a cell"),
        pytest.param("tarjeta_familias.table.low.7", "there is no figure", id="no such cell"),
        pytest.param("imv.min_amount.1", "there are: imv.min_amount", id="a cell of a single figure"),
        pytest.param("imv", "no parameter", id="no parameter"),
        pytest.param("oro.x", "no parameter", id="no benefit"),
    ],
)
def test_a_reform_of_what_there_is_not_is_refused(key, says):
    with pytest.raises(ValueError, match=says):
        simulate_population(day=date(2026, 6, 1), people=100, reform={key: 1})
