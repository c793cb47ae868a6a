"""How people write of danger, of their age, and in their language; and what only sounds like it. Sentences as data."""

from pathlib import Path

import pytest
import yaml

from channels.inbound.danger import kinds_in
from channels.inbound.language import language_of
from channels.inbound.minors import seems_a_minor

SAID = yaml.safe_load(Path(__file__).with_name("noticing_sentences.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("said", SAID["danger"])
def test_danger_is_noticed(said):
    assert kinds_in(said)


@pytest.mark.parametrize("said", SAID["everyday"])
def test_everyday_words_alert_nobody(said):
    assert not kinds_in(said)


@pytest.mark.parametrize("said", SAID["minor"])
def test_a_child_is_noticed(said):
    assert seems_a_minor(said)


@pytest.mark.parametrize("said", SAID["adult"])
def test_a_grown_up_is_no_child(said):
    assert not seems_a_minor(said)


@pytest.mark.parametrize(("code", "said"), [pytest.param(code, said, id=said) for code, said in SAID["language"]])
def test_the_language_is_told_or_left_open(code, said):
    assert language_of(said) == code


@pytest.mark.parametrize(
    ("said", "found"),
    [
        pytest.param("Mi marido no está. Los golpes de la puerta son del viento.", False, id="in two sentences"),
        pytest.param("Mi marido me dio golpes", True, id="in one"),
        pytest.param("El niño está solo en casa y llora", True, id="with the third word"),
        pytest.param("El niño lo hace todo solo", False, id="without it"),
    ],
)
def test_two_words_count_only_near_each_other(said, found):
    assert bool(kinds_in(said)) is found
