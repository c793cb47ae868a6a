"""Text as the word lists see it: no capitals, no accents, no marks; one spelling of Arabic letters."""

import re
import unicodedata

LONGEST = 10_000  # characters that are looked at
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None, "’": "'"})
_WORD = re.compile(r"[^\W_]+")
_END = re.compile(r"[.!?;\n؟]+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def plain(text: str) -> str:
    """`text` without capitals, accents and Arabic short vowels; digits of any script become 0 to 9."""
    broken = unicodedata.normalize("NFKD", text[:LONGEST].casefold())
    kept = "".join(c for c in broken if not unicodedata.combining(c)).translate(_ARABIC)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)


def tokens(text: str) -> list[str]:
    """The words of a text, in their plain form."""
    return _WORD.findall(plain(text))


def clauses(text: str) -> list[list[str]]:
    """The same words, parted where a sentence ends."""
    return [_WORD.findall(part) for part in _END.split(plain(text))]


def unspaced(text: str) -> bool:
    """Whether it is written without spaces between words."""
    return bool(_UNSPACED.search(text))
