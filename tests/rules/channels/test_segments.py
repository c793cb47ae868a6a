"""How many parts an SMS takes."""

import pytest

from channels.outbound.segments import segments

CASES = [
    pytest.param("", 0, "gsm7", id="nothing"),
    pytest.param("a" * 160, 1, "gsm7", id="160 fit in one"),
    pytest.param("a" * 161, 2, "gsm7", id="161 do not"),
    pytest.param("a" * 306, 2, "gsm7", id="two full parts"),
    pytest.param("a" * 307, 3, "gsm7", id="one more"),
    pytest.param("ñéü¿¡" * 32, 1, "gsm7", id="Spanish letters that are in it"),
    pytest.param("€" * 80, 1, "gsm7", id="extended count twice"),
    pytest.param("€" * 81, 2, "gsm7", id="81 euros are 162"),
    pytest.param("a" * 152 + "€" + "a" * 152, 3, "gsm7", id="an escape pair is not split"),
    pytest.param("á" + "a" * 69, 1, "ucs2", id="70 with an accent"),
    pytest.param("á" + "a" * 70, 2, "ucs2", id="71 with an accent"),
    pytest.param("ó" + "a" * 180, 3, "ucs2", id="181 with an accent"),
    pytest.param("🙂" * 35, 1, "ucs2", id="35 emoji"),
    pytest.param("🙂" * 36, 2, "ucs2", id="36 emoji"),
    pytest.param("a" * 66 + "🙂" + "a" * 65, 2, "ucs2", id="a surrogate pair moves whole"),
    pytest.param("a" * 66 + "🙂" + "a" * 66, 3, "ucs2", id="and may need a part more"),
    pytest.param("سلام", 1, "ucs2", id="Arabic"),
]


@pytest.mark.parametrize(("body", "count", "encoding"), CASES)
def test_count(body, count, encoding):
    found = segments(body)
    assert (found.count, found.encoding) == (count, encoding)


@pytest.mark.parametrize("letter", "áíóúºª«»ç")
def test_letters_that_force_ucs2(letter):
    assert segments(letter).costly == (letter,)
