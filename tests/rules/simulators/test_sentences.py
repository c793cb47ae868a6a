"""The words of a result that are not looked up but put together."""

from fractions import Fraction

import pytest

from portal.simulators.words.sentences import _percent


def english(template: str, **values: int) -> str:
    return {"%(whole)s,%(tenth)s\u00a0%%": "%(whole)s.%(tenth)s%%", "%(number)s\u00a0%%": "%(number)s%%"}[
        template
    ] % values


@pytest.mark.parametrize(
    ("value", "spanish", "in_english"),
    [
        pytest.param(Fraction(35), "35\u00a0%", "35%", id="whole"),
        pytest.param(Fraction(115, 2), "57,5\u00a0%", "57.5%", id="a half"),
        pytest.param(Fraction(1, 3), "0,3\u00a0%", "0.3%", id="rounded to a tenth"),
        pytest.param(Fraction(9999, 100), "100\u00a0%", "100%", id="rounded up to a whole"),
    ],
)
def test_a_percentage_has_the_mark_of_its_language(value, spanish, in_english):
    assert _percent(value, lambda template, **values: template % values) == spanish
    assert _percent(value, english) == in_english
