"""Who wants no more messages, and who speaks of something else: sentences as data."""

from pathlib import Path

import pytest
import yaml

from channels.contacts.opting import Wish, wish

CASES = yaml.safe_load(Path(__file__).with_name("opting_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("said", "expected"), [pytest.param(said, what, id=label) for label, said, what in CASES])
def test_what_a_message_asks_for(said, expected):
    found = wish(said)
    if expected == "none":
        assert found is None
    elif expected in ("information", "appointment"):
        assert found == Wish("out", expected)
    else:
        assert found == Wish(expected)


def test_there_are_enough_of_each():
    told = [what for _, _, what in CASES]
    assert len(CASES) >= 60 and all(told.count(what) >= 5 for what in ("out", "in", "help", "none", "doubtful"))


def test_nothing_is_taken_out_of_a_long_message():
    assert wish("Hola. " * 200 + "BAJA") is None


@pytest.mark.parametrize("said", ["\u200fتوقف", "ＢＡＪＡ", "b a j a", "\0", "🙂" * 500], ids=repr)
def test_odd_signs_break_nothing(said):
    wish(said)
