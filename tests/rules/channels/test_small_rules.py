"""Small rules: deadlines, hours, the 24 hours, codes, words, ceilings, addresses."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from case_api.access.levels import Level
from case_api.clock import MADRID
from channels.contacts.addresses import normalised
from channels.contacts.proof import written
from channels.conversations.deadlines import first_answer_due
from channels.outbound.ceilings import may_say
from channels.outbound.gate import next_allowed, window_open
from channels.outbound.words import render

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=MADRID)


DEADLINES = [
    pytest.param(wall(2026, 11, 16, 9, 0), wall(2026, 11, 23, 9, 0), id="Monday"),
    pytest.param(wall(2026, 11, 20, 18, 0), wall(2026, 11, 27, 18, 0), id="Friday evening"),
    pytest.param(wall(2026, 11, 21, 10, 0), wall(2026, 11, 27, 10, 0), id="Saturday"),
    pytest.param(wall(2026, 10, 23, 10, 0), wall(2026, 10, 30, 10, 0), id="across the clock change"),
]


@pytest.mark.parametrize(("at", "due"), DEADLINES)
def test_five_working_days(at, due):
    assert first_answer_due(at) == due


def test_a_holiday_is_no_working_day():
    monday = datetime(2026, 11, 16, 9, 0, tzinfo=MADRID)
    assert first_answer_due(monday, holidays=frozenset({date(2026, 11, 18)})).date() == date(2026, 11, 24)


HOURS = [
    pytest.param(time(9), time(14), None, id="inside"),  # 13:00 in Madrid
    pytest.param(time(13), time(14), None, id="just begun"),
    pytest.param(time(9), time(13), wall(2026, 11, 19, 9), id="just over"),
    pytest.param(time(16), time(20), wall(2026, 11, 18, 16), id="later today"),
    pytest.param(time(22), time(14), None, id="over midnight, inside"),
    pytest.param(time(22), time(6), wall(2026, 11, 18, 22), id="over midnight, outside"),
]


@pytest.mark.parametrize(("begins", "ends", "expected"), HOURS)
def test_hours(begins, ends, expected):
    assert next_allowed(NOW, begins, ends) == expected


@pytest.mark.parametrize(
    ("ago", "is_open"),
    [
        (timedelta(0), True),
        (timedelta(hours=24) - timedelta(seconds=1), True),
        (timedelta(hours=24), False),
        (timedelta(hours=25), False),
    ],
)
def test_the_24_hours(ago, is_open):
    assert window_open(NOW - ago, NOW) is is_open


def test_who_never_wrote_has_no_window():
    assert not window_open(None, NOW)


CODES = [
    pytest.param("ALMA 4839 2176", ("48392176", True), id="as shown"),
    pytest.param("alma48392176", ("48392176", True), id="together"),
    pytest.param("Alma-4839-2176.", ("48392176", True), id="with hyphens"),
    pytest.param("«ALMA 4839 2176»", ("48392176", True), id="in quotes"),
    pytest.param("Mi código es ALMA 4839 2176, gracias", ("48392176", False), id="in a sentence"),
    pytest.param("ALMA ٤٨٣٩ ٢١٧٦", ("48392176", True), id="Arabic digits"),
    pytest.param("ALMA 4839", None, id="too short"),
    pytest.param("ALMA 4839 21765", None, id="too long"),
    pytest.param("4839 2176", None, id="without the word"),
    pytest.param("PALMA 4839 2176", None, id="another word"),
    pytest.param("Hola", None, id="nothing of it"),
]


@pytest.mark.parametrize(("body", "expected"), CODES)
def test_codes_in_messages(body, expected):
    assert written(body) == expected


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "email"])
def test_ceilings(channel):
    assert [may_say(channel, level) for level in Level] == [True, True, False, False, False, False, False]
    assert may_say("portal", "N3") and not may_say("portal", "N5")
    assert not may_say("a channel nobody knows", "N1")


ADDRESSES = [
    ("sms", "600 000 005", "+34600000005"), ("sms", "+34600000005", "+34600000005"),
    ("whatsapp", "whatsapp:+34600000005", "+34600000005"), ("sms", "0034600000005", "+34600000005"),
    ("email", " Ana@Correo.Example ", "ana@correo.example"), ("sms", "BANCO", "BANCO"),
    ("email_unverified", "A@B.example", "a@b.example"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "expected"), ADDRESSES)
def test_addresses_have_one_spelling(kind, value, expected):
    assert normalised(kind, value) == expected


@pytest.mark.parametrize("value", ["", "  ", "\0"])
def test_an_address_is_not_empty(value):
    with pytest.raises(ValueError):
        normalised("sms", value)


TEMPLATES = ["address_linked", "address_in_use", "notice_in_folder", "appointment_booked", "appointment_moved",
             "appointment_cancelled"]  # fmt: skip


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("language", ["es", "en", "ar", "xx"])
@pytest.mark.parametrize("mode", ["in_person", "phone", "video", "home"])
def test_words_leave_whole(name, language, mode):
    values = {"starts_at": NOW, "centre": "Centro Ejemplo", "mode": mode} if name.startswith("appointment") else {}
    words = render(name, language=language, **values)
    assert words.subject and words.body
    assert "%(" not in words.body and "{{" not in words.body
    if values and name != "appointment_cancelled":
        assert "13:00" in words.body
