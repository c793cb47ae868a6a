"""Every sentence of the sources is said in every language, whole and with its placeholders."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from case_api.settings import LOCALES
from portal.look import catalogues

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")


def _texts(words: str | tuple[str, ...] | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else list(words)


def _fills_in(text: str, names: set[str]) -> bool:
    """Whether the text takes its values; a bare `%` beside a placeholder does not."""
    try:
        _said = text % dict.fromkeys(names, "1")
    except (KeyError, TypeError, ValueError):
        return False
    return True


def _faults_of(wanted: Message, found: Message | None, plurals: int) -> Iterator[str]:
    if found is None:
        yield "missing"
        return
    if found.fuzzy:
        yield "fuzzy"
    source, said = _texts(wanted.id), _texts(found.string or "")
    if not all(text.strip() for text in said):
        yield "empty"
        return
    if len(said) != (plurals if len(source) > 1 else 1):
        yield f"{len(said)} forms"
    placeholders = set(PLACEHOLDER.findall("".join(source)))
    # "One day", "two days": a plural form may say the number in a word.
    may_lack = {"%(num)s"} if len(source) > 1 else set()
    for text in said:
        own = set(PLACEHOLDER.findall(text))
        if own - placeholders or placeholders - own - may_lack:
            yield f"placeholders {sorted(own)}, not {sorted(placeholders)}"
        elif placeholders and not _fills_in(text, set(re.findall(r"%\((\w+)\)", "".join(source)))):
            yield "a % that is no placeholder"


def faults(template: Catalog, catalogue: Catalog) -> list[str]:
    """What a catalogue lacks of a template, a line a fault."""
    return [
        f"{fault}: {_texts(wanted.id)[0]}"
        for wanted in template
        if wanted.id
        for fault in _faults_of(wanted, catalogue.get(wanted.id, wanted.context), catalogue.num_plurals)
    ]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    path: Path = tmp_path_factory.mktemp("words") / "messages.pot"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "TEMPLATE", path)
        catalogues.extract()
    with path.open("rb") as stream:
        return read_po(stream)


def test_the_sources_have_sentences(template):
    assert len(template) > 1000


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_sentence_is_said(template, language):
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    assert path.exists(), f"{language}: no catalogue; python -m portal.look.catalogues update makes it"
    with path.open("rb") as stream:
        found = faults(template, read_po(stream, locale=language))
    assert not found, f"{language}: {len(found)} to mend\n" + "\n".join(found)


HOURS = ("queda %(num)s h", "quedan %(num)s h")


@pytest.mark.parametrize(
    ("source", "said", "flags", "fault"),
    [
        pytest.param("Cita", "Appointment", (), None, id="good"),
        pytest.param("Cita", None, (), "missing", id="missing"),
        pytest.param("Cita", " ", (), "empty", id="empty"),
        pytest.param("Cita", "Appointment", ("fuzzy",), "fuzzy", id="fuzzy"),
        pytest.param("Hola, %(name)s", "Hello", (), "placeholders", id="placeholder lost"),
        pytest.param("Hola, %(name)s", "Hello, %(nombre)s", (), "placeholders", id="placeholder renamed"),
        pytest.param("Hola", "Hello, %(name)s", (), "placeholders", id="placeholder added"),
        pytest.param("Hasta el 400 %% y %(n)s", "Up to 400% of %(n)s", (), "placeholders", id="percent unescaped"),
        pytest.param("Todo: %(n)s", "100% of it: %(n)s", (), "a % that", id="bare percent"),
        pytest.param("Un 33 % o más", "33% or more", (), None, id="percent where nothing is filled in"),
        pytest.param(HOURS, ("%(num)s h left", "%(num)s h left"), (), None, id="plural"),
        pytest.param(HOURS, ("one hour left", "%(num)s h left"), (), None, id="plural in a word"),
        pytest.param(HOURS, ("%(num)s h left", ""), (), "empty", id="plural form empty"),
        pytest.param(HOURS, ("%(num)s h left",), (), "1 forms", id="plural form missing"),
    ],
)
def test_a_fault_is_found(source, said, flags, fault):
    template, catalogue = Catalog(), Catalog(locale="en")
    template.add(source)
    if said is not None:
        catalogue.add(source, said, flags=flags)
    found = faults(template, catalogue)
    assert (not found) if fault is None else found[0].startswith(fault)
