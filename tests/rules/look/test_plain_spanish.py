"""Plain Spanish: shorter words for the sentences that need them, and Spanish for all the others."""

import re

import pytest
from babel.messages.pofile import read_po
from flask import Flask, render_template_string
from flask_babel import gettext

from case_api.settings import LOCALES
from portal.look import init_look
from portal.look.language import language

PLAIN = LOCALES / "es@facil" / "LC_MESSAGES" / "messages.po"
ENGLISH = LOCALES / "en" / "LC_MESSAGES" / "messages.po"


def messages(path):
    with path.open("rb") as stream:
        return [one for one in read_po(stream) if one.id]


def test_each_sentence_is_still_said_somewhere():
    """English is complete, so what it does not know is gone from the pages."""
    known = {str(one.id) for one in messages(ENGLISH)}
    assert [one.id for one in messages(PLAIN) if str(one.id) not in known] == []


@pytest.mark.parametrize("one", messages(PLAIN), ids=lambda one: str(one.id)[:50])
def test_it_is_plain(one):
    """UNE 153101: short sentences, no brackets, no abbreviations; the gaps are those of the original."""
    assert sorted(set(re.findall(r"%\(\w+\)s", one.string))) == sorted(set(re.findall(r"%\(\w+\)s", one.id)))
    for sentence in re.split(r"(?<=[.?!:])\s", one.string):
        assert len(sentence.split()) <= 16, sentence
    assert not re.search(r"[();]", re.sub(r"%\(\w+\)s", "", one.string)), one.string


def test_pages_and_code_speak_it():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "test"
    init_look(app, area="citizen")

    @app.get("/")
    def page() -> str:
        return render_template_string("{{ _('Se cumple') }} {{ _('Anular') }} ") + gettext("La ley lo permite")

    with app.test_client() as client:
        said = client.get("/?lang=es@facil")
    assert said.text.startswith("Sí Anular") and said.headers["Content-Language"] == "es"
    assert (language("es@facil").tag, language("es@facil").name) == ("es", "Lenguaje sencillo")


def test_code_speaks_it_too():
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "test"
    init_look(app, area="citizen")

    @app.get("/")
    def page() -> str:
        return gettext("Lo permite la ley")

    with app.test_client() as client:
        assert client.get("/?lang=es@facil").text == "La ley lo deja"
        assert client.get("/?lang=es").text == "Lo permite la ley"
