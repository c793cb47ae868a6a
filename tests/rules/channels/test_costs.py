"""What a message costs and takes, told before it is sent."""

from datetime import date
from decimal import Decimal

import pytest

from case_api.settings import settings
from channels.outbound import costs
from channels.outbound.costs import Price, estimate

DAY = date(2026, 11, 20)
CASES = [
    pytest.param("sms", "Su cita es manana", 1, "gsm7", (), id="plain"),
    pytest.param("sms", "a" * 160, 1, "gsm7", (), id="160"),
    pytest.param("sms", "a" * 161, 2, "gsm7", (), id="161"),
    pytest.param("sms", "ñéüÑ¿¡", 1, "gsm7", (), id="Spanish signs that are free"),
    pytest.param("sms", "á" * 70, 1, "ucs2", ("á",), id="70 with an accent"),
    pytest.param("sms", "á" + "a" * 70, 2, "ucs2", ("á",), id="one accent, 71 letters"),
    pytest.param("sms", "í ó ú Á", 1, "ucs2", ("í", "ó", "ú", "Á"), id="which signs make it dear"),
    pytest.param("sms", "€" * 80, 1, "gsm7", (), id="the euro takes two"),
    pytest.param("sms", "€" * 81, 2, "gsm7", (), id="81 euros"),
    pytest.param("sms", "مرحبا", 1, "ucs2", tuple("مرحبا"), id="Arabic"),
    pytest.param("whatsapp", "á" * 500, 8, "ucs2", ("á",), id="WhatsApp has no parts to pay"),
]


@pytest.mark.parametrize(("channel", "body", "parts", "encoding", "costly"), CASES)
def test_what_a_text_takes(channel, body, parts, encoding, costly):
    found = estimate(channel=channel, body=body, on=DAY)
    assert (found.parts.count, found.parts.encoding, found.parts.costly) == (parts, encoding, costly)
    price = next(one for one in costs.prices() if one.channel == channel and one.kind in ("", "window"))
    assert found.euros == price.euros * (parts if channel == "sms" else 1)


def test_the_latest_price_that_applies_counts(monkeypatch):
    lines = [Price("sms", "", "part", Decimal(n), date(2020 + n, 1, 1), "contract") for n in (1, 2, 3)]
    monkeypatch.setattr(costs, "prices", lambda: tuple(lines))
    told = {day: estimate(channel="sms", body="x", on=day).euros for day in
            (date(2020, 12, 31), date(2021, 1, 1), date(2022, 6, 1), date(2030, 1, 1))}  # fmt: skip
    assert list(told.values()) == [None, Decimal(1), Decimal(2), Decimal(3)]


def test_approved_words_have_a_price_of_their_own():
    free, approved = (estimate(channel="whatsapp", body="x", on=DAY, templated=t).euros for t in (False, True))
    assert free != approved


def test_a_sample_is_called_one_and_a_price_has_its_source_and_day(monkeypatch, tmp_path):
    told = estimate(channel="sms", body="x", on=DAY)
    assert (told.sample, told.source, told.since) == (True, "sample", date(2025, 1, 1))
    own = tmp_path / "costs.yaml"
    own.write_text('- {channel: sms, unit: part, euros: "0.0311", from: 2026-02-01, source: contrato inventado 1}')
    monkeypatch.setattr(settings(), "COSTS", str(own))
    costs.prices.cache_clear()
    try:
        told = estimate(channel="sms", body="x", on=DAY)
        assert (told.sample, told.source, told.since) == (False, "contrato inventado 1", date(2026, 2, 1))
        assert estimate(channel="whatsapp", body="x", on=DAY).euros is None, "what nobody said is not shown"
    finally:
        costs.prices.cache_clear()


BAD = [
    pytest.param({"channel": "sms"}, id="half a line"),
    pytest.param({"channel": "sms", "unit": "stone", "euros": "1", "from": DAY, "source": "x"}, id="an odd unit"),
    pytest.param({"channel": "sms", "unit": "part", "euros": "-1", "from": DAY, "source": "x"}, id="below nothing"),
    pytest.param({"channel": "sms", "unit": "part", "euros": "1", "from": "soon", "source": "x"}, id="no day"),
    pytest.param({"channel": "sms", "unit": "part", "euros": "1", "from": DAY, "source": "x", "y": 1}, id="more"),
]


@pytest.mark.parametrize("line", BAD)
def test_a_line_that_cannot_be_read_is_refused(line):
    with pytest.raises(ValueError, match="costs.yaml"):
        costs._price(line)
