"""Children, languages, hours and deadlines: rules with a table of cases each."""

from datetime import UTC, date, datetime

import pytest

from case_api.clock import MADRID
from case_api.settings import settings
from channels.conversations.deadlines import first_answer_due
from channels.inbound import hours
from channels.inbound.language import KNOWN, language_of
from channels.inbound.minors import seems_a_minor

CHILDREN = [
    "Hola, tengo 14 años y necesito ayuda", "tengo quince años", "Acabo de cumplir 16 años", "Soy menor de edad",
    "soy una menor", "No soy mayor de edad", "I'm 15 and I need help", "I am 13 years old", "i’m underage",
    "J'ai 15 ans", "je suis mineure", "Am 16 ani", "عمري ١٥ سنة", "عمري 12", "我今年15岁", "мені 15 років", 
    "мне 14 лет", "Tenho 14 anos",
]  # fmt: skip
ADULTS = [
    "tengo 45 años", "Mi hijo tiene 14 años", "tengo 15 años cotizados", "Tengo 12 años de experiencia",
    "tengo 10 años viviendo aquí", "tengo 16 años en esta casa", "I am 15 minutes late", "I'm 32",
    "J'ai 15 ans d'expérience", "mi hija menor viene conmigo", "Soy menor que mi hermano", "tengo 2 hijos", "",
    "Tengo 3 años esperando plaza", "am 20 ani", "عمري 40", "我45岁",
]  # fmt: skip


@pytest.mark.parametrize("said", CHILDREN)
def test_how_children_say_their_age(said):
    assert seems_a_minor(said)


@pytest.mark.parametrize("said", ADULTS)
def test_what_is_not_a_childs_age(said):
    assert not seems_a_minor(said)


LANGUAGES = [
    pytest.param("Buenas, ¿ayudan ustedes a pagar el alquiler?", "es", id="Spanish"),
    pytest.param("Hello, I need an appointment for my mother", "en", id="English"),
    pytest.param("السلام عليكم", "ar", id="Arabic, short"),
    pytest.param("Bonjour, j'ai besoin d'aide pour mes enfants", "fr", id="French"),
    pytest.param("Am nevoie de ajutor pentru chirie, vă rog", "ro", id="Romanian"),
    pytest.param("我需要帮助", "zh", id="Chinese, short"),
    pytest.param("Мені потрібна допомога з житлом", "uk", id="Ukrainian"),
    pytest.param("Мне нужна помощь с жильём, пожалуйста", "ru", id="Russian"),
    pytest.param("Preciso de ajuda para pagar a renda da minha casa, por favor", "pt", id="Portuguese"),
    pytest.param("Hola", None, id="too short"),
    pytest.param("ok", None, id="a word of every language"),
    pytest.param("12345 67890", None, id="numbers"),
    pytest.param("🙂👍🏽", None, id="emoji"),
    pytest.param("", None, id="nothing"),
    pytest.param("https://www.example.org/some/english/words/in/a/link", None, id="a link"),
    pytest.param("ana@correo.example", None, id="an address"),
    pytest.param("\0\x01", None, id="control characters"),
]


@pytest.mark.parametrize(("said", "language"), LANGUAGES)
def test_the_language_of_a_message_where_it_can_be_told(said, language):
    assert language_of(said) == language
    assert language is None or language in KNOWN


@pytest.mark.parametrize("said", ["cita mañana", "Me voy de casa", "vale muchas gracias", "perfecto, hasta luego",
                                  "Le reenvio el justificante", "no puedo ir el martes"])  # fmt: skip
def test_short_spanish_is_never_taken_for_another_language(said):
    assert language_of(said) in ("es", None)


def madrid(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=MADRID)


HOURS = """
- from: 2025-01-01
  hours: {monday: [["08:00", "20:00"]], tuesday: [["09:00", "14:00"], ["16:00", "18:00"]], friday: [["08:00", "15:00"]]}
- from: 2026-07-01
  hours: {monday: [["08:00", "15:00"]]}
"""
OPEN = [
    pytest.param("2026-03-02T08:00", True, id="the first minute"),
    pytest.param("2026-03-02T07:59:59", False, id="the second before"),
    pytest.param("2026-03-02T19:59", True, id="the last minute"),
    pytest.param("2026-03-02T20:00", False, id="closing time"),
    pytest.param("2026-03-03T15:00", False, id="between two shifts"),
    pytest.param("2026-03-03T16:00", True, id="the second shift"),
    pytest.param("2026-03-04T10:00", False, id="a day without hours"),
    pytest.param("2026-03-01T10:00", False, id="Sunday"),
    pytest.param("2026-07-06T16:00", False, id="the summer's hours"),
    pytest.param("2026-01-05T10:00", True, id="an ordinary Monday"),
    pytest.param("2026-04-06T10:00", False, id="a holiday"),
]


@pytest.fixture
def opening(tmp_path, monkeypatch):
    path = tmp_path / "hours.yaml"
    path.write_text(HOURS)
    monkeypatch.setattr(settings(), "OPENING_HOURS", str(path))


@pytest.mark.parametrize(("at", "is_open"), OPEN)
def test_when_somebody_reads(opening, at, is_open):
    assert hours.is_open(madrid(at), holidays={date(2026, 4, 6)}) is is_open


NEXT = [
    pytest.param("2026-03-02T09:00", "2026-03-02T09:00", id="now"),
    pytest.param("2026-03-02T21:00", "2026-03-03T09:00", id="tomorrow"),
    pytest.param("2026-03-03T14:30", "2026-03-03T16:00", id="after lunch"),
    pytest.param("2026-03-06T16:00", "2026-03-09T08:00", id="after the weekend"),
    pytest.param("2026-04-04T10:00", "2026-04-07T09:00", id="after the weekend and a holiday"),
    pytest.param("2026-03-28T10:00", "2026-03-30T08:00", id="across the change of the clock"),
]


@pytest.mark.parametrize(("at", "opens"), NEXT)
def test_when_somebody_reads_next(opening, at, opens):
    assert hours.opens_next(madrid(at), holidays={date(2026, 4, 6)}) == madrid(opens)


def test_our_own_hours_can_be_read(monkeypatch):
    monkeypatch.setattr(settings(), "OPENING_HOURS", "")
    assert hours.is_open(madrid("2026-03-04T10:00")) and not hours.is_open(madrid("2026-03-07T10:00"))


DUE = [
    pytest.param("2026-03-02T10:00", False, "2026-03-09T10:00", id="five working days"),
    pytest.param("2026-05-13T10:00", False, "2026-05-21T10:00", id="San Isidro does not count"),
    pytest.param("2026-11-05T10:00", False, "2026-11-13T10:00", id="nor does the Almudena"),
    pytest.param("2026-03-27T10:00", False, "2026-04-07T10:00", id="Easter, and the change of the clock"),
    pytest.param("2026-12-23T10:00", False, "2026-12-31T10:00", id="Christmas"),
    pytest.param("2026-03-07T10:00", True, "2026-03-08T10:00", id="urgent: 24 natural hours, of a Saturday"),
    pytest.param("2026-03-28T10:00", True, "2026-03-29T11:00", id="urgent: natural hours across the clock change"),
]
HOLIDAYS = {date(2026, 5, 15), date(2026, 11, 9), date(2026, 4, 2), date(2026, 4, 3), date(2026, 12, 25)}


@pytest.mark.parametrize(("at", "urgent", "due"), DUE)
def test_until_when_an_answer_is_owed(at, urgent, due):
    at = madrid(at).astimezone(UTC)
    assert first_answer_due(at, holidays=HOLIDAYS, urgent=urgent) == madrid(due)
