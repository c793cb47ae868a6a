"""`alma simulate`: one case, a city, a draft, what is due."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from portal.simulators.cli import simulate_command
from portal.simulators.drafts import changed_examples, compare, draft_shelf, due, worked_examples
from portal.simulators.parameters.library import DATA, Library, library
from portal.simulators.parameters.strict_yaml import DataError

IMV = (DATA / "imv.yaml").read_text(encoding="utf-8")


def run(*arguments):
    return CliRunner().invoke(simulate_command, [str(argument) for argument in arguments])


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "case.json"
    path.write_text('{"adults": 1, "minors": 0, "monthly_income": 723.61, "holder_age": 40}', encoding="utf-8")
    return path


def test_one_case_in_json(case):
    answer = run("imv", "--date", "2026-06-01", "--input", case, "--json")
    assert answer.exit_code == 0
    values = json.loads(answer.stdout)
    assert list(values) == ["benefit", "date", "level", "result", "explanation"]
    assert values["result"] == {"amount": 0, "reason": "income"}
    income = next(each for each in values["explanation"] if each.get("condition") == "income")
    assert (income["state"], income["value"], income["limit"], income["article"]) == (
        "not_met", 723.61, 723.60, "11.2 y 13.1",
    )  # fmt: skip
    assert {"kind": "change", "input": "monthly_income", "to": 723.6} in values["explanation"]


def test_one_case_in_words(case):
    answer = run("imv", "--date", "2026-06-01", "--input", case)
    assert answer.exit_code == 0
    assert "[not_met] Los ingresos al mes" in answer.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("oro", "--date", "2026-06-01"),
        ("imv", "--date", "ayer"),
        ("imv",),
        (),
        ("--population", "--take-up", "2"),
        ("--population", "--take-up", "0.5", "--people", "100", "--reform", "imv.min_amount"),
        ("--population", "--take-up", "0.5", "--people", "100", "--reform", "imv.gold=1"),
        ("--population", "--take-up", "0.5", "--people", "100", "--date", "2099-01-01"),
        ("--population", "--people", "100", "--reform", "imv.min_amount=1e999"),
        ("--population", "--people", "100", "--reform", "imv.min_amount=-5"),
        ("--population", "--people", "100", "--reform", "imv.min_amount=nan"),
        ("--population", "--people", "0"),
        ("imv", "--input", "/nowhere/case.json", "--date", "2026-06-01"),
    ],
)
def test_refused_with_words_and_no_trace(arguments, case):
    answer = run(*arguments, *(["--input", case] if arguments[:1] == ("oro",) or "ayer" in arguments else []))
    assert answer.exit_code in (1, 2)
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert "Error" in answer.output


def test_a_city_with_table_and_chart(tmp_path):
    table, chart = tmp_path / "city.csv", tmp_path / "city.svg"
    answer = run(
        "--population",
        "--take-up",
        "0.45",
        "--people",
        "3000",
        "--date",
        "2026-06-01",
        "--json",
        "--reform",
        "imv.min_amount=200",
        "--csv",
        table,
        "--chart",
        chart,
    )
    assert answer.exit_code == 0
    values = json.loads(answer.stdout)
    assert (values["people"], values["take_up"], values["reform"]) == (3000, 0.45, {"imv.min_amount": 200})
    assert table.read_text(encoding="utf-8").startswith("benefit,entitled_households")
    assert "<svg" in chart.read_text(encoding="utf-8")


def test_a_draft_shows_what_it_changes(tmp_path):
    changed = IMV.replace("value: 8803.20", "value: 9200.00")
    assert changed != IMV
    found = compare({"imv": changed}, day=date(2026, 6, 1), take_up=0.5, people=4000)
    assert {each["id"] for each in found["examples"]} >= {"imv-08", "imv-09", "capi-04"}
    rows = {row["benefit"]: row for row in found["benefits"]}
    assert rows["imv"]["win"] > 0 and rows["imv"]["lose"] == 0 and rows["pnc"]["win"] == 0
    (tmp_path / "imv.yaml").write_text(changed, encoding="utf-8")
    answer = run("--draft", tmp_path / "imv.yaml", "--take-up", "0.5", "--people", "1000", "--date", "2026-06-01")
    assert answer.exit_code == 0 and "imv-08" in answer.stdout


def test_the_same_parameters_change_nothing():
    assert len(worked_examples()) >= 61
    assert changed_examples(Library(DATA, {"imv": IMV})) == []


def test_a_draft_out_of_shape_names_its_line(tmp_path):
    with pytest.raises(DataError, match=r"imv\.yaml:\d+"):
        compare({"imv": IMV.replace("ship: calculate", "ship: guess")}, day=date(2026, 6, 1), take_up=0.5)
    with pytest.raises(ValueError, match="gold"):
        compare({"gold": IMV}, day=date(2026, 6, 1), take_up=0.5)


def test_staff_hear_before_the_figures_run_out():
    assert due(date(2026, 6, 1)) == []
    soon = due(date(2026, 12, 1))
    assert {row["benefit"] for row in soon} == {*library().benefits, "indices"}
    assert {row["state"] for row in soon} == {"soon"} and {row["days_left"] for row in soon} == {30}
    assert {row["state"] for row in due(date(2027, 1, 1))} == {"overdue"}


def test_staff_hear_of_a_single_figure_that_ends():
    """The discount of the electricity bill ends by itself; the row after it is no certain figure."""
    found = [row for row in due(date(2026, 12, 20)) if row["parameter"]]
    assert [(row["benefit"], row["parameter"], row["why"]) for row in found] == [
        ("bono_social_electrico", "discount", "until")
    ]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param("min_amount:", "least_amount:", "least_amount|min_amount", id="a name no rule reads"),
        pytest.param("{from: 2020-06-01, value: 10.00", "{from: 2020-06-01, value: [1, 2]", "look like", id="a list"),
        pytest.param("minors: {kind: count, least: 0", "minors: {kind: count, least: 1", "inputs belong", id="input"),
        pytest.param("places: 2}", "places: 0}", "rounding belong", id="rounding"),
        pytest.param("value: 8803.20", "value: lots", r"imv\.yaml:\d+", id="no number"),
        pytest.param("from: 2026-01-01", "from: 2026-02-30", r"imv\.yaml:\d+", id="no day"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_with_words(old, new, says):
    assert old in IMV
    with pytest.raises(DataError, match=says):
        draft_shelf({"imv": IMV.replace(old, new)})
