"""Whatever a decision or the log can name has words for people, and none of them is a code."""

import re
from typing import get_args

import pytest

from case_api.access.decision import _ORDER, BASES, RULES
from case_api.access.entries import OBJECTS, ROLES
from case_api.access.levels import LEVELS
from case_api.access.levels import WORDS as LEVEL_WORDS
from case_api.access.purposes import WORDS as PURPOSES
from case_api.access.purposes import Purpose
from case_api.access.table import Basis, Role, Rule
from case_api.settings import ROOT

KINDS = {
    name
    for path in (ROOT / "case_api").rglob("*.py")
    for name in re.findall(r'object_kind="([a-z_]+)"|^_KIND = "([a-z_]+)"', path.read_text(), re.M)
    for name in name
    if name
}


def test_every_rule_has_words():
    named = {rule.__name__.strip("_").replace("_", "-") for rule in _ORDER} | {"deny"} | set(get_args(Rule))
    assert named <= set(RULES)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        pytest.param(get_args(Basis), BASES, id="bases"),
        pytest.param(LEVELS, LEVEL_WORDS, id="levels"),
        pytest.param(tuple(Purpose), PURPOSES, id="purposes"),
        pytest.param(get_args(Role), ROLES, id="roles"),
        pytest.param(sorted(KINDS - {"unit", "address"}), OBJECTS, id="objects"),
    ],
)
def test_every_code_has_words(codes, words):
    assert [code for code in codes if code not in words] == []
    assert all(str(words[code])[0].isalpha() and str(words[code]) != str(code) for code in codes)
