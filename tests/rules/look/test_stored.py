"""Words of the city's database on a page in another language."""

import pytest
from markupsafe import Markup

from case_api.agenda.city import REASONS
from case_api.city.templates import TEMPLATES
from portal.look import stored as module
from portal.look.language import speaking
from portal.look.stored import STANDARD, stored, stored_text


def _seeded() -> set[str]:
    """Everything that a new database calls reasons, files, their steps and their benefits."""
    found = {reason[1] for reason in REASONS}
    for file in TEMPLATES:
        found |= {file.title, file.summary, *([file.benefit] if file.benefit else [])}
        for step in file.steps:
            found |= {step.title, *([step.asks] if step.asks else [])}
    return found


def test_whatever_alma_brings_can_be_translated():
    assert _seeded() - STANDARD == set()


@pytest.mark.parametrize(
    ("language", "text", "shown"),
    [
        pytest.param("es", "Centro Ejemplo", "Centro Ejemplo", id="in Spanish it is the page's own"),
        pytest.param("es@facil", "Centro Ejemplo", "Centro Ejemplo", id="in plain Spanish too"),
        pytest.param("en", "Centro Ejemplo", '<span lang="es">Centro Ejemplo</span>', id="marked in English"),
        pytest.param("ar", "Centro Ejemplo", '<span lang="es">Centro Ejemplo</span>', id="marked in Arabic"),
        pytest.param("en", "<b>x</b>", '<span lang="es">&lt;b&gt;x&lt;/b&gt;</span>', id="never markup of its own"),
        pytest.param("en", None, "", id="nothing"),
        pytest.param("en", "", "", id="empty"),
    ],
)
def test_the_citys_own_words_say_their_language(language, text, shown):
    with speaking(language):
        assert stored(text) == shown
        assert stored_text(text) == (text or "")


def test_a_standard_word_is_translated_and_bears_no_mark(monkeypatch):
    with speaking("en") as english:
        monkeypatch.setattr(
            type(english.words), "ugettext", lambda _self, text: {"Teleasistencia": "Telecare"}.get(text, text)
        )
        assert stored("Teleasistencia") == stored_text("Teleasistencia") == "Telecare"
        assert stored("Instalación") == Markup('<span lang="es">Instalación</span>'), "no translation yet: marked"
        assert stored("Inicio") == Markup('<span lang="es">Inicio</span>'), "a word of the frame is no word of the city"


def test_a_word_that_comes_translated_is_the_pages_own(monkeypatch):
    monkeypatch.setattr(module, "_translations", lambda code: frozenset({"Telecare"}))
    with speaking("en"):
        assert stored("Telecare") == "Telecare"
        assert stored("Centro Ejemplo") == Markup('<span lang="es">Centro Ejemplo</span>')
