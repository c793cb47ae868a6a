"""Days, hours, phones and amounts as each language says them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from case_api import clock
from portal.look import dates
from portal.look.language import current, speaking

WINTER = datetime(2026, 11, 26, 9, 5, tzinfo=UTC)
MIDNIGHT = datetime(2026, 12, 15, 23, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filter_", "value", "said"),
    [
        pytest.param(dates.day, WINTER, "jueves, 26 de noviembre de 2026", id="day"),
        pytest.param(dates.day, SUMMER, "jueves, 2 de julio de 2026", id="after midnight in Madrid"),
        pytest.param(dates.day, date(2026, 12, 2), "miércoles, 2 de diciembre de 2026", id="a date has no zone"),
        pytest.param(dates.time, WINTER, "10:05", id="winter hour"),
        pytest.param(dates.time, SUMMER, "0:30", id="summer hour"),
        pytest.param(dates.day_time, WINTER, "jueves, 26 de noviembre de 2026, a las 10:05", id="day and hour"),
        pytest.param(dates.until, WINTER, "jueves, 26 de noviembre de 2026, a las 10:05", id="until an hour"),
        pytest.param(dates.until, MIDNIGHT, "martes, 15 de diciembre de 2026", id="until the end of a day"),
        pytest.param(dates.month, WINTER, "noviembre", id="month"),
        pytest.param(dates.day_number, SUMMER, "2", id="day number"),
        pytest.param(dates.day, None, "", id="nothing"),
        pytest.param(dates.phone, "+34600000001", '<bdi class="phone" dir="ltr">600 000 001</bdi>', id="phone"),
        pytest.param(dates.phone, "010", '<bdi class="phone" dir="ltr">010</bdi>', id="short phone"),
        pytest.param(dates.phone, "<b>", '<bdi class="phone" dir="ltr">&lt;b&gt;</bdi>', id="not a phone"),
        pytest.param(dates.ltr, "<X0000003A>", '<bdi dir="ltr">&lt;X0000003A&gt;</bdi>', id="escaped"),
        pytest.param(dates.euros, Decimal("1234.5"), '<bdi dir="ltr">1.234,50\xa0€</bdi>', id="amount"),
    ],
)
def test_in_spanish(filter_, value, said):
    with speaking("es"):
        assert filter_(value) == said


def test_in_other_languages():
    with speaking("en"):
        assert dates.day(WINTER) == "Thursday, 26 November 2026" or dates.day(WINTER) == "Thursday, November 26, 2026"
    with speaking("ar") as arabic:
        assert arabic.direction == "rtl" and "نوفمبر" in dates.day(WINTER)
    assert current().code == "es"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        pytest.param(datetime(2026, 11, 26, 6, tzinfo=UTC), "\u200f7:00", id="today"),
        pytest.param(datetime(2026, 11, 20, 9, tzinfo=UTC), "\u200f20 نوفمبر، 10:00", id="another day"),
    ],
)
def test_a_date_stays_whole_beside_a_latin_word(at, said):
    with clock.frozen(datetime(2026, 11, 26, 9, tzinfo=UTC)), speaking("ar"):
        assert dates.brief(at) == said
        assert dates.date_words(at).startswith("\u200f")


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="zone"):
        dates.day_time(datetime(2026, 11, 26, 9))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("at", "brief", "relative"),
    [
        pytest.param(datetime(2026, 11, 26, 6, tzinfo=UTC), "7:00", "hace 3 horas", id="today"),
        pytest.param(datetime(2026, 11, 25, 8, 12, tzinfo=UTC), "ayer, 9:12", "hace 1 día", id="yesterday"),
        pytest.param(datetime(2026, 11, 30, 9, tzinfo=UTC), "30 nov, 10:00", "dentro de 4 días", id="to come"),
        pytest.param(datetime(2025, 1, 3, 9, tzinfo=UTC), "3 ene 2025, 10:00", "hace 2 años", id="another year"),
    ],
)
def test_near_and_far(at, brief, relative):
    with clock.frozen(datetime(2026, 11, 26, 9, tzinfo=UTC)), speaking("es"):
        assert dates.brief(at) == brief
        assert dates.relative(at) == relative


def test_an_unknown_language_is_spoken_as_the_default():
    with speaking("zz") as spoken:
        assert spoken.code == "es"
