"""Searching the help and the centres by a person's own words: small, in memory, nothing kept."""

import unicodedata
from collections.abc import Iterable

from case_api.directory import Centre
from portal.public.topics import TOPICS, URGENT, Topic

LONGEST_QUERY = 200
_EMPTY_WORDS = frozenset(
    "de la el los las un una unos unas y o a en con para por que me mi mis no se su sus al del lo es soy estoy tengo "
    "he ha hay muy mas como puedo quiero necesito ayuda ayudas the i my to a an of for and need help".split()
)


def plain(text: str) -> str:
    """Lower case without accents, as people type."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _words(text: str) -> list[str]:
    cleaned = "".join(sign if sign.isalnum() else " " for sign in plain(text))
    return [word for word in cleaned.split() if word]


def _asked(query: str) -> list[str]:
    words = _words(query[:LONGEST_QUERY])
    return [word for word in words if word not in _EMPTY_WORDS and len(word) > 1]


def _stem(word: str) -> str:
    # Enough for alquiler/alquileres, empadronar/empadronarme; a short word must be whole (madre is not Madrid).
    return word[:-2] if len(word) > 5 else word


def _score(asked: list[str], title: str, text: str) -> int:
    titled, told = _words(title), _words(text)
    score = 0
    for word in asked:
        stem = _stem(word)
        if any(known.startswith(stem) for known in titled):
            score += 3
        elif any(known.startswith(stem) for known in told):
            score += 1
    return score


def find_topics(query: str) -> list[Topic]:
    """The needs that a query speaks of, the nearest first."""
    asked = _asked(query)
    scored = []
    for place, topic in enumerate((*TOPICS, URGENT)):
        text = " ".join([topic.words, str(topic.says), *map(str, topic.help)])
        score = _score(asked, str(topic.title), text)
        if score:
            scored.append((-score, place, topic))
    return [topic for _score_, _place, topic in sorted(scored, key=lambda found: found[:2])]


def find_centres(query: str, centres: Iterable[Centre]) -> list[Centre]:
    """The centres whose name, district or address holds every word of the query that any centre knows."""
    asked = _asked(query)
    kept = list(centres)
    known = {id(centre): _words(f"{centre.name} {centre.district} {centre.address or ''}") for centre in kept}
    telling = [word for word in asked if any(own.startswith(word) for own_words in known.values() for own in own_words)]
    # "centro" and the like are in every name: they tell nothing apart.
    telling = [
        word
        for word in telling
        if not all(any(o.startswith(word) for o in own) for own in known.values()) or len(kept) < 2
    ]
    if not telling:
        return []
    return [c for c in kept if all(any(own.startswith(word) for own in known[id(c)]) for word in telling)]
