"""Who gets what by the API, at which instant, after what: each case of `cases.yaml` with people of its own."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from case_api import clock
from tests.services.api.conftest import PROBLEM
from tests.services.api.stage import Stage

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text())


def test_every_case_has_a_label_of_its_own():
    labels = [case["label"] for case in CASES]
    assert len(labels) == len(set(labels)) and len(labels) >= 90


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_case(stage: Stage, case: dict[str, Any]):
    first = None
    with clock.frozen(stage.noon):
        for what in case.get("before", []):
            if what == "first":
                sent = case.get("first", case.get("body"))
                first = stage.call(case["call"], stage.token(case["who"]), sent, case.get("headers"))
                assert first.status_code == 201, first.text
            else:
                stage.happen(what)
        token = stage.token(
            case["who"], case.get("scopes"), minutes=10 if case.get("kept") else 30, login=case.get("login", 0)
        )
    with stage.later(case.get("later", 0)):
        if not case.get("kept"):
            token = stage.token(case["who"], case.get("scopes"), login=case.get("login", 0))
        answer = stage.call(case["call"], token, case.get("body"), case.get("headers"))
        told = (case["label"], answer.status_code, answer.data[:600])
        assert answer.status_code == case["gets"], told
        if answer.status_code >= 400:
            assert answer.content_type == PROBLEM, told
        if answer.status_code == 404:
            _as_unknown(stage, case, token, answer)
    _as_told(stage, case, answer)
    if case.get("same"):
        assert answer.json == first.json and answer.headers["Location"] == first.headers["Location"], answer.text


def _as_unknown(stage: Stage, case: dict[str, Any], token: str, answer: Any) -> None:
    """What is hidden answers as what does not exist: every identifier of the path a new one."""
    import re

    unknown = stage.call(re.sub(r"\{\w+\}", "{unknown}", case["call"]), token, case.get("body"), case.get("headers"))
    assert unknown.data == answer.data and dict(unknown.headers) == dict(answer.headers), case["label"]


def _as_told(stage: Stage, case: dict[str, Any], answer: Any) -> None:
    if "titles" in case:
        assert sorted(one["title"] for one in answer.json["items"]) == case["titles"], answer.text
    if "count" in case:
        assert len(answer.json["items"]) == case["count"], answer.text
    for name, value in case.get("has", {}).items():
        found = answer.json
        for piece in name.split("."):
            found = found[int(piece)] if piece.isdigit() else found[piece]
        assert found == (stage.fill(value) if isinstance(value, str) else value), (name, found)
    for words in case.get("without", []):
        assert stage.fill(words) not in answer.text, words
