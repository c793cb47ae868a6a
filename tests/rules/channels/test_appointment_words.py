"""Every word that leaves about an appointment: in each language, for each way, discreet or not, and what it costs."""

import re
from datetime import UTC, datetime

import pytest

from case_api.access.levels import Level
from case_api.settings import settings
from channels.outbound.ceilings import may_say
from channels.outbound.segments import segments
from channels.outbound.words import level_of, render

WHEN = datetime(2026, 9, 30, 8, 30, tzinfo=UTC)  # a Wednesday in September: the longest date there is
UNTIL = datetime(2026, 9, 29, 16, 5, tzinfo=UTC)
CENTRE = "Centro de Servicios Sociales San Blas-Canillejas"
LINK = "http://localhost:8000/c/abcdefghijklmnopqrst"
MODES = ("in_person", "phone", "video", "home")
HOUR = "10:30"
LANGUAGES = ("es", "es@facil", "en", "ar")

# name, what it takes besides, what it must say; `sms`: the most parts in Spanish.
NOTICES = {
    "appointment_booked": ({"starts_at": WHEN, "centre": CENTRE}, MODES, {HOUR, "010"}, 3),
    "appointment_moved": ({"starts_at": WHEN, "centre": CENTRE}, MODES, {HOUR, "010"}, 3),
    "appointment_cancelled": ({"starts_at": WHEN}, (None,), {HOUR, "010"}, 2),
    "appointment_reminder": ({"starts_at": WHEN, "centre": CENTRE, "link": LINK}, MODES, {HOUR, "010", LINK}, 4),
    "appointment_ask": ({"starts_at": WHEN}, (None,), {HOUR, "010"}, 3),
    "appointment_answered": ({"starts_at": WHEN, "link": LINK}, (None,), {HOUR, "010", LINK}, 3),
    "appointment_missed": ({"starts_at": WHEN}, (None,), {HOUR, "010"}, 3),
    "appointment_after": ({}, (None,), {"010"}, 2),
    "appointment_code": ({"code": "048392"}, (None,), {"048392", "10"}, 2),
    "guest_code": ({"code": "048392"}, (None,), {"048392", "10"}, 2),
    "guest_answered": ({"starts_at": WHEN, "link": LINK}, (None,), {HOUR, "010", LINK}, 3),
    "waiting_offered": ({"starts_at": WHEN, "until": UNTIL}, (None,), {HOUR, "18:05", "010"}, 3),
    "waiting_left": ({}, (None,), {"010"}, 3),
    "deadline_moved": ({"last_day_at": WHEN}, (None,), {"30", "010"}, 3),
    "notice_in_folder": ({}, (None,), {"010"}, 2),
}
CASES = [
    pytest.param(
        name, values | ({"mode": mode} if mode else {}), said, parts, language, id=f"{name} {mode or ''} {language}"
    )
    for name, (values, modes, said, parts) in NOTICES.items() for mode in modes for language in LANGUAGES
]  # fmt: skip
DISCREET = [pytest.param(change, language, id=f"{change} {language}")
            for change in ("booked", "moved", "cancelled", "reminder") for language in LANGUAGES]  # fmt: skip


@pytest.mark.parametrize(("name", "values", "said", "parts", "language"), CASES)
def test_it_says_what_it_must_in_whole_sentences(name, values, said, parts, language):
    words = render(name, language=language, **values)
    for piece in said:
        assert piece in words.body, f"{piece} is missing: {words.body}"
    assert not re.search(r"%\(|\{|None|  |\n|undefined", words.body + words.subject)
    assert words.subject and words.body and words.body[-1] in ".؟!"
    # What is heard aloud, copied and compared keeps its digits in every script.
    assert not re.search(r"[٠-٩]", words.body)
    if language.startswith("es"):
        assert not re.search(r"\b(usuario|cumplimentar|incidencia|telemátic|subsan|requerid)\w*", words.body, re.I)
        assert segments(words.body).count <= parts, f"{segments(words.body)}: {words.body}"


@pytest.mark.parametrize(("name", "values", "said", "parts", "language"), CASES)
def test_its_level_fits_the_channels_and_stops_where_others_read(name, values, said, parts, language):
    level = level_of(name)
    assert level <= Level.N1
    for channel in ("sms", "whatsapp", "email"):
        assert may_say(channel, level)
        assert may_say(channel, level, read_by_others=True) is (level == Level.N0)
        assert may_say(channel, level, shielded=True) is (level == Level.N0)
    if level == Level.N0:  # says nothing of the matter, whoever reads it
        assert not re.search(
            r"\b(cita|centro|social|servicios|appointment)\b", render(name, language=language, **values).body, re.I
        )


@pytest.mark.parametrize(("change", "language"), DISCREET)
def test_a_discreet_one_says_when_and_not_who_we_are(change, language):
    words = render("appointment_discreet", language=language, starts_at=WHEN, change=change)
    assert HOUR in words.body and "010" in words.body
    told = words.subject + words.body
    assert "http" not in told and CENTRE not in told
    assert not re.search(r"\b(cita|social|servicios|alma|violencia|trabajador|appointment|service)\w*", told, re.I)
    assert segments(words.body).count <= 2


@pytest.mark.parametrize("mode", MODES)
def test_each_way_says_what_will_happen(mode):
    booked = render("appointment_booked", language="es", starts_at=WHEN, centre=CENTRE, mode=mode).body
    moved = render("appointment_moved", language="es", starts_at=WHEN, centre=CENTRE, mode=mode).body
    for words in (booked, moved):
        assert (CENTRE in words) is (mode == "in_person")
        assert ("Le llamamos" in words) is (mode == "phone")
        assert ("videollamada" in words) is (mode == "video")


def test_a_reminder_can_be_answered_with_what_is_understood():
    from case_api.agenda.following.understanding import understand

    words = render(
        "appointment_reminder", language="es", starts_at=WHEN, centre=CENTRE, mode="in_person", link=LINK
    ).body
    assert "Responda 1 si viene, 2 si no puede, 3 para cambiar" in words
    assert [understand(digit) for digit in "123"] == ["comes", "cancel", "move"]


def test_no_notice_of_an_appointment_is_left_out():
    from channels.outbound.words import FOLDER

    told = {
        path.stem
        for path in FOLDER.glob("*.txt")
        if path.stem.startswith(("appointment", "guest", "waiting", "deadline"))
    }
    assert told == {*NOTICES, "appointment_discreet"} - {"notice_in_folder"}
    assert set(LANGUAGES) == set(settings().languages)
