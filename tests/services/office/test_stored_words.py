"""The city's own words on an English or Arabic page say that they are Spanish (WCAG 3.1.2)."""

import html5lib
import pytest

UNIT = "Centro de Servicios Sociales Ejemplo"


def _tongues(text: str, words: str) -> set[str]:
    """The language declared nearest above every place of the page that has these words."""
    page = html5lib.HTMLParser(namespaceHTMLElements=False).parse(text)
    found: set[str] = set()

    def walk(element, tongue: str) -> None:
        tongue = element.get("lang") or tongue
        if words in (element.text or ""):
            found.add(tongue)
        for child in element:
            if isinstance(child.tag, str):
                walk(child, tongue)
            if words in (child.tail or ""):
                found.add(tongue)

    walk(page, "")
    return found


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("path", ["/carpeta", "/carpeta/datos", "/carpeta/consultas", "/centros"])
def test_a_centre_is_read_out_in_spanish(log_in, path, lang):
    page = log_in("amparo").get(f"{path}?lang={lang}")
    assert page.status_code == 200
    assert _tongues(page.text, UNIT) == {"es"}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_file_and_its_steps_are_translated_or_read_out_in_spanish(log_in, lang):
    page = log_in("amparo").get(f"/carpeta?lang={lang}").text
    for words in ("Visita de valoración", "Traiga o suba el contrato de alquiler"):
        assert _tongues(page, words) <= {"es"}, words


def test_in_spanish_nothing_is_marked(log_in):
    assert '<span lang="es">' not in log_in("amparo").get("/carpeta/datos?lang=es").text
