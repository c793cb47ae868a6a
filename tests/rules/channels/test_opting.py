"""Who wants no more messages, and who speaks of something else: sentences as data."""

from pathlib import Path
from time import perf_counter

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


SENTENCES = yaml.safe_load(Path(__file__).with_name("opting_sentences.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("said", "expected"), [pytest.param(said, act, id=said) for act, many in SENTENCES.items() for said in many]
)
def test_how_people_say_it(said, expected):
    found = wish(said)
    assert (found.act if found else "none") == expected


@pytest.mark.parametrize("said", [said for act in ("out", "in", "help") for said in SENTENCES[act]])
def test_one_matter_more_and_nothing_is_decided_by_a_machine(said):
    """The same words within another sentence change nothing by themselves."""
    found = wish(f"{said} y el martes llevo el contrato de mi hermana al centro")
    assert found is None or found.act == "doubtful"


@pytest.mark.parametrize(
    "said",
    ["no quiero " + "mas " * 25 + "x", "quiero " + "ya " * 38, "mensajes " * 13, "لا اريد " + "من " * 30],
    ids=repr,
)
def test_a_sentence_made_to_be_slow_is_read_quickly(said):
    wish("")
    started = perf_counter()
    wish(said)
    assert perf_counter() - started < 0.2
