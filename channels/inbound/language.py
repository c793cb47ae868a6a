"""In which language a message is written, as far as that can be told. Short messages cannot be."""

import threading
from functools import cache
from pathlib import Path

import py3langid
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# What people write to this city in. A longer list would find Frisian in "vale, gracias".
KNOWN = ("es", "en", "ar", "fr", "ro", "zh", "pt", "it", "de", "uk", "ru", "bg", "pl", "ca", "gl", "bn", "ur")
RIGHT_TO_LEFT = frozenset({"ar", "ur"})
LONGEST = 2_000
_SURE = 0.8
_SURE_OF_A_NEIGHBOUR = 0.95  # Spanish with a typing error looks like one of these
_NEIGHBOURS = frozenset({"pt", "it", "gl", "ca"})
_LETTERS = 10
_LETTERS_OF_OTHER_SCRIPTS = 3
_guard = threading.Lock()


def language_of(text: str) -> str | None:
    """A code of KNOWN; None when it cannot be told. Never raises."""
    text = " ".join(word for word in text[:LONGEST].split() if "@" not in word and "://" not in word)
    letters = [sign for sign in text if sign.isalpha()]
    latin = sum(sign < "\u0250" for sign in letters) * 2 > len(letters)
    if len(letters) < (_LETTERS if latin else _LETTERS_OF_OTHER_SCRIPTS):
        return None
    ranked = [(str(code), float(sure)) for code, sure in _identifier().rank(text)]
    found, sure = ranked[0]
    if found == "es":
        # What might also be Galician is Spanish here: only doubt about a language far from it counts.
        sure += sum(doubt for code, doubt in ranked if code in _NEIGHBOURS)
    return found if sure >= (_SURE_OF_A_NEIGHBOUR if found in _NEIGHBOURS else _SURE) or not latin else None


@cache
def _loaded() -> LanguageIdentifier:
    # The library's own loader looks in the working directory.
    made = LanguageIdentifier.from_modelpath(str(Path(py3langid.__file__).parent / MODEL_FILE), norm_probs=True)
    made.set_languages(list(KNOWN))
    return made


def _identifier() -> LanguageIdentifier:
    with _guard:  # half a second and some megabytes, once
        return _loaded()
