"""The words of the pages: `python -m portal.look.catalogues extract | update | compile | check`.

extract gathers every Spanish sentence of the sources into `var/messages.pot`; update carries them into each language's
`messages.po`, keeping what is translated; compile makes the .mo files; check tells what is missing and exits with 1.
"""

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from case_api.settings import LOCALES, ROOT
from portal.look.build import compile_catalogues

LANGUAGES = ("en", "ar")
TEMPLATE = ROOT / "var" / "messages.pot"
_KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2")


def _pybabel(*arguments: str) -> None:
    from babel.messages.frontend import CommandLineInterface

    CommandLineInterface().run(["pybabel", "-q", *arguments])


def _po(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


def extract() -> None:
    """Write `var/messages.pot` from the sources."""
    words = [part for keyword in _KEYWORDS for part in ("-k", keyword)]
    _pybabel(
        "extract", "-F", str(ROOT / "babel.cfg"), *words, "--no-wrap", "--sort-by-file", "--omit-header",
        "--no-location", "-o", str(TEMPLATE), str(ROOT),
    )  # fmt: skip


def update() -> None:
    """Carry the sentences of the template into every language; a new language gets its file."""
    extract()
    for language in LANGUAGES:
        target = _po(language)
        target.parent.mkdir(parents=True, exist_ok=True)
        how = "update" if target.exists() else "init"
        extra = ["--no-fuzzy-matching", "--ignore-obsolete", "--no-wrap"] if how == "update" else ["--no-wrap"]
        _pybabel(how, "-i", str(TEMPLATE), "-o", str(target), "-l", language, *extra)


def _catalogue(language: str) -> Catalog:
    with _po(language).open("rb") as stream:
        return read_po(stream, locale=language)


def missing(language: str) -> list[str]:
    """The sentences a language has no words for."""
    found = []
    for message in _catalogue(language):
        texts = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and not all(texts):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def check() -> int:
    """Print what is missing; returns how many sentences."""
    count = 0
    for language in LANGUAGES:
        if not _po(language).exists():
            print(f"{language}: no catalogue yet")
            count += 1
            continue
        lacking = missing(language)
        count += len(lacking)
        print(f"{language}: {len(lacking)} missing")
        for sentence in lacking[:20]:
            print(f"  {sentence}")
    return count


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m portal.look.catalogues", description=__doc__)
    parser.add_argument("what", choices=("extract", "update", "compile", "check"))
    what = parser.parse_args().what
    if what == "extract":
        extract()
    elif what == "update":
        update()
    elif what == "compile":
        compile_catalogues()
    else:
        sys.exit(1 if check() else 0)


if __name__ == "__main__":
    main()
