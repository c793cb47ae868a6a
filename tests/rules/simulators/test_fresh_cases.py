"""Cases of our own through `alma simulate`: what comes out, the exit code, and the words of a refusal."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from case_api.settings import ROOT
from portal.simulators.cli import simulate_command
from portal.simulators.parameters.strict_yaml import load_file
from tests.rules.simulators.cases import plain

DATA = load_file(ROOT / "tests/rules/simulators/fresh_cases.yaml")


def cases(*sections: str) -> list[Any]:
    return [pytest.param(each, id=each["id"]) for section in sections for each in DATA[section]]


def simulate(folder, case, *more: str):
    path = folder / "case.json"
    path.write_text(json.dumps(plain(case["inputs"])), encoding="utf-8")
    day = case["date"].isoformat() if "date" in case else "2026-06-01"
    return CliRunner().invoke(simulate_command, [case["benefit"], "--date", day, "--input", str(path), *more])


@pytest.mark.parametrize("case", cases("limits", "days", "missing"))
def test_it_comes_out_so(case, tmp_path):
    answer = simulate(tmp_path, case, "--json")
    assert answer.exit_code == 0, answer.output
    values, expected = json.loads(answer.stdout), plain(case["expected"])
    assert {key: values["result"].get(key) for key in expected} == expected
    assert ("reason" in values["result"]) == ("reason" in expected)
    verdict, *entries = values["explanation"]
    assert verdict["kind"] == "verdict"
    if None in expected.values():  # no amount is given without a word: it is not told, or not published
        assert {"unknown", "no_figures"} & {entry["kind"] for entry in entries}
    assert simulate(tmp_path, case).exit_code == 0, "and in words"


@pytest.mark.parametrize("case", cases("refused"))
def test_it_is_refused_in_a_line(case, tmp_path):
    answer = simulate(tmp_path, case, "--json")
    assert answer.exit_code == 1 and isinstance(answer.exception, SystemExit)
    assert answer.output.startswith("Error: ") and answer.output.count("\n") == 1
    assert case["says"] in answer.output


def test_there_are_enough_of_them():
    assert sum(map(len, DATA.values())) >= 40
