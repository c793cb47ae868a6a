"""What people send is read strictly, with words that say how to mend it."""

import json

import pytest

from portal.simulators.command import UnknownBenefit, parse_inputs, read_inputs, simulate

IMV = {"adults": 1, "minors": 0, "monthly_income": 0, "holder_age": 40}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"montly_income": 5}, "did you mean monthly_income", id="typo"),
        pytest.param({"colour": "red"}, "it asks: adults", id="unknown"),
        pytest.param({"adults": "two"}, "adults: a number is needed", id="word"),
        pytest.param({"adults": 1.5}, "adults: a whole number", id="half"),
        pytest.param({"adults": 0}, "at least 1", id="small"),
        pytest.param({"adults": 10**30}, "at most 20", id="big"),
        pytest.param({"adults": True}, "a number is needed", id="truth-for-number"),
        pytest.param({"monthly_income": 100.005}, "two decimals", id="third-decimal"),
        pytest.param({"monthly_income": -1}, "at least 0", id="negative"),
        pytest.param({"monthly_income": float("nan")}, "a number is needed", id="nan"),
        pytest.param({"monthly_income": float("inf")}, "a number is needed", id="infinite"),
        pytest.param({"monthly_income": "1e400"}, "a number is needed", id="huge-text"),
        pytest.param({"monthly_income": [1]}, "a number is needed", id="list"),
        pytest.param({"mono": 1}, "true or false", id="number-for-truth"),
        pytest.param({"age": 30}, "also as holder_age", id="alias-twice"),
    ],
)
def test_refused_with_words(change, says):
    with pytest.raises(ValueError, match=says):
        simulate("imv", "2026-06-01", {**IMV, **change})


def test_all_problems_at_once():
    with pytest.raises(ValueError) as caught:
        simulate("imv", "2026-06-01", {"adults": "x", "minors": "y"})
    assert {problem.field for problem in caught.value.problems} == {"adults", "minors"}


@pytest.mark.parametrize(
    ("benefit", "inputs", "says"),
    [
        pytest.param("capi", {"minor_ages_1jan": [18]}, "ages", id="adult"),
        pytest.param("capi", {"minor_ages_1jan": 3}, "ages", id="number"),
        pytest.param("capi", {"minor_ages_1jan": [1] * 21}, "ages", id="too-many"),
        pytest.param("dependencia", {"kind": "gold"}, "one of service", id="option"),
        pytest.param("dependencia", {"kind": ["service"]}, "one of service", id="option-list"),
        pytest.param("dependencia", {"bvd": 80, "grade": "I"}, "contradicts", id="contradiction"),
    ],
)
def test_refused_kinds(benefit, inputs, says):
    with pytest.raises(ValueError, match=says):
        simulate(benefit, "2026-06-01", inputs)


def test_unknown_benefit_and_day():
    with pytest.raises(UnknownBenefit, match="imv"):
        simulate("renta", "2026-06-01", {})
    with pytest.raises(ValueError, match="2026-06-01"):
        simulate("imv", "1 June", IMV)
    with pytest.raises(ValueError, match="mapping"):
        simulate("imv", "2026-06-01", [1])


def test_an_unsaid_age_is_an_unknown_age():
    answer = simulate("capi", "2026-06-01", {"adults": 1, "minor_ages_1jan": [2, None], "monthly_income": 0})
    assert answer["result"]["amount"] is None
    assert {"kind": "range", "result": "amount", "least": 0, "most": 230} in answer["explanation"]


def test_nothing_said_is_answered_too():
    answer = simulate("imv", "2026-06-01", {})
    assert answer["result"]["amount"] is None
    assert answer["explanation"][0]["verdict"] == "cannot_say"
    assert simulate("imv", "2026-06-01", {**IMV, "monthly_income": None}) == simulate(
        "imv", "2026-06-01", {key: value for key, value in IMV.items() if key != "monthly_income"}
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"adults": 1, "minors": 0, "monthly_income": 0.10, "holder_age": 40}', id="json"),
        pytest.param("adults: 1\nminors: 0\nmonthly_income: 0.10\nholder_age: 40\n", id="yaml"),
        pytest.param("{adults: 1, minors: 0, monthly_income: 0.10, holder_age: 40}", id="yaml-in-braces"),
    ],
)
def test_files_of_inputs(tmp_path, text):
    (tmp_path / "case").write_text(text, encoding="utf-8")
    answer = simulate("imv", "2026-06-01", read_inputs(tmp_path / "case"))
    assert answer["result"] == {"amount": 733.5}
    json.dumps(answer)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"a": 1, "a": 2}', id="twice"),
        pytest.param("[1, 2]", id="list"),
        pytest.param('{"a": ', id="cut"),
        pytest.param("{" * 5000, id="deep"),
    ],
)
def test_broken_files(text):
    with pytest.raises(ValueError):
        parse_inputs(text, "case.json")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_inputs(tmp_path / "none.json")
