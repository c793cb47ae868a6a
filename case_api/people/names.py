"""Names: in Spanish order, and as words to search by. The database has no Spanish collation, so the order is stored."""

import re
import unicodedata

_ENYE = "n~"  # after every "n" followed by a letter, as in the Spanish alphabet


def plain(text: str) -> str:
    """Lower case without accents; ñ stays a letter of its own; anything that is no letter or digit is one hyphen."""
    text = text.lower().replace("ñ", "\0").replace("n\u0303", "\0")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^\w\0]+|_", "-", text).strip("-").replace("\0", _ENYE)


def sort_key(given_name: str, surname1: str, surname2: str | None) -> str:
    """What people are ordered by, byte by byte: first surname, second surname, name."""
    return " ".join(plain(part) for part in (surname1, surname2 or "", given_name))


def search_words(text: str) -> list[str]:
    """The words of what somebody typed, as they stand in sort keys; at most six."""
    return [word for word in re.split(r"[\s-]+", plain(text)) if word][:6]


def document_number(text: str) -> str:
    """A document as it is stored: capitals and digits, without spaces, dots or hyphens."""
    return re.sub(r"[\s.\-/]", "", text).upper()
