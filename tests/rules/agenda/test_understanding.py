"""What people answer to a reminder, in their own words: what is proposed, and what is left to a person."""

from pathlib import Path

import pytest
import yaml

from case_api.agenda.following.understanding import understand

GOOD = {"not_coming": {"cancel", "move"}, "coming": {"comes"}, "unsure": {None, "unclear"}}
_FILE = yaml.safe_load(Path(__file__).with_name("answers.yaml").read_text(encoding="utf-8"))
CASES = [pytest.param(words, group, id=words[:40]) for group, those in _FILE.items() for words in those]


@pytest.mark.parametrize(("words", "group"), CASES)
def test_as_people_write(words, group):
    assert understand(words) in GOOD[group]


def test_there_are_false_friends_enough():
    assert len(_FILE["not_coming"]) > 60 and len(_FILE["coming"]) > 20 and len(_FILE["unsure"]) > 50


@pytest.mark.parametrize("sign", [".", "!", "?", "C/ ", "2º ", "١", "\u200f", "no " * 60, "🤔"])
def test_signs_and_noise_are_no_answer(sign):
    assert understand(sign) in (None, "unclear")
