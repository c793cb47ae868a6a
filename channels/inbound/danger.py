"""Words that may mean danger, in the languages people write to us in. A suggestion of a list, and marked as one.

Pure: the words are `data/danger_words.yaml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from flask_babel import lazy_gettext as _l

from channels.inbound.words import clauses, plain, tokens, unspaced

_DATA = Path(__file__).parent / "data" / "danger_words.yaml"
GAP = 3  # words that `…` passes over at most

KINDS: dict[str, Any] = {
    "violence": _l("violencia"),
    "suicide": _l("suicidio"),
    "child": _l("un menor en peligro"),
    "threat": _l("amenazas o armas"),
    "health": _l("urgencia médica"),
    "hunger": _l("sin comida"),
    "street": _l("sin techo esta noche"),
}


@dataclass(frozen=True, slots=True)
class _Phrase:
    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two things said near each other; with a third one in between or `within` words around, where it is asked for."""

    kind: str
    within: int
    one: tuple[str, ...]
    other: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _List:
    """Phrases by the beginning of their first word, so that a text is read once; and those found by their letters."""

    by_word: dict[str, tuple[_Phrase, ...]]
    by_letters: tuple[tuple[str, str], ...]


def kinds_in(text: str) -> tuple[str, ...]:
    """The kinds of danger that a text may speak of, in the order of the list; empty for none. Never raises."""
    dangerous, everyday = _lists()
    words = tokens(text)
    harmless = [span for span, _ in _matches(words, everyday)]
    found = {
        kind for span, kind in _matches(words, dangerous)
        if not any(low <= span[0] and span[1] <= high for low, high in harmless)
    }  # fmt: skip
    silent = {place for low, high in harmless for place in range(low, high)}
    begins = 0
    for clause in clauses(text):
        own = [("" if begins + at in silent else word) for at, word in enumerate(clause)]
        begins += len(clause)
        found |= {pair.kind for pair in _pairs() if pair.kind not in found and _near(own, pair)}
    if unspaced(text):
        letters = plain(text)
        for _kind, phrase in everyday.by_letters:
            letters = letters.replace(phrase, " ")
        found |= {kind for kind, phrase in dangerous.by_letters if phrase in letters}
    return tuple(kind for kind in KINDS if kind in found)


def _matches(words: list[str], wanted: _List) -> Iterator[tuple[tuple[int, int], str]]:
    for start, word in enumerate(words):
        for phrase in wanted.by_word.get(word[:2], ()):
            end = _end(words, start, phrase.words)
            if end is not None:
                yield (start, end), phrase.kind


def _end(words: list[str], start: int, phrase: tuple[str, ...]) -> int | None:
    """Where the phrase that begins at `start` ends; None when it is not there."""
    at, gap = start, False
    for wanted in phrase:
        if wanted == "…":
            gap = True
            continue
        tried = range(at, min(at + (GAP if gap else 0) + 1, len(words)))
        at = next((place for place in tried if _same(words[place], wanted)), -1) + 1
        if not at:
            return None
        gap = False
    return at


def _near(words: list[str], pair: _Pair) -> bool:
    """Whether both are said within the pair's distance, neither of them in an everyday phrase."""
    others = _places(words, pair.other)
    if not others:
        return False
    for at in _places(words, pair.one):
        for there in others:
            if at == there or abs(at - there) > pair.within:
                continue
            low, high = min(at, there) - pair.within, max(at, there) + pair.within + 1
            if not pair.needs or _places(words[max(low, 0) : high], pair.needs):
                return True
    return False


def _places(words: list[str], wanted: tuple[str, ...]) -> list[int]:
    return [at for at, word in enumerate(words) if word and any(_same(word, one) for one in wanted)]


def _same(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


@cache
def _lists() -> tuple[_List, _List]:
    read = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    if set(read["kinds"]) != set(KINDS):
        raise ValueError("danger_words.yaml names kinds that have no words here")
    dangerous = [
        (kind, phrase) for lists in read["words"].values() for kind, phrases in lists.items() for phrase in phrases
    ]
    everyday = [("", phrase) for phrases in read["everyday"].values() for phrase in phrases]
    return _indexed(dangerous), _indexed(everyday)


_PARTS = ("one", "other", "needs")


@cache
def _pairs() -> tuple[_Pair, ...]:
    read = yaml.safe_load(_DATA.read_text(encoding="utf-8"))["together"]
    return tuple(
        _Pair(line["kind"], line["within"], *(tuple(map(plain, line.get(part, ()))) for part in _PARTS))
        for lines in read.values() for line in lines
    )  # fmt: skip


def _indexed(phrases: list[tuple[str, str]]) -> _List:
    by_word: dict[str, list[_Phrase]] = {}
    for kind, phrase in phrases:
        if unspaced(phrase):
            continue
        words = tuple("…" if word == "…" else plain(word) for word in phrase.split())
        by_word.setdefault(words[0].rstrip("*")[:2], []).append(_Phrase(kind, words))
    letters = tuple((kind, plain(phrase)) for kind, phrase in phrases if unspaced(phrase))
    return _List({start: tuple(found) for start, found in by_word.items()}, letters)
