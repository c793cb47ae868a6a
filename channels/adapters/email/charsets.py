"""Bytes to text, whatever the mail says about its charset. Nothing here raises."""

import codecs
import re

import charset_normalizer

# What mail programs write when they mean something else (WHATWG Encoding, section 4.2, and what was seen in mail).
_ALIASES = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "x-sjis": "shift_jis",
    "x-gbk": "gbk",
    "gb2312": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "cp-850": "cp850",
    "utf8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-8": "utf-8",
}
_CANDIDATES = [
    "utf_8", "cp1252", "iso8859_15", "cp1256", "iso8859_6", "cp1250", "cp1251", "koi8_r", "cp850", "mac_roman",
    "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "utf_16",
]  # fmt: skip
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡ºª«»€çÇàèòïÀÈÒÏ·“”‘’–—…´ \u00a0")
_GUESS_OVER = 65_536
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def readable(text: str) -> str:
    """Text that any database and any page can hold: no NUL, no lone surrogate, no control but tab and newline."""
    return _CONTROLS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def _codec(name: str | None) -> str | None:
    if not name:
        return None
    key = name.strip(" \t\"'<>").lower()
    key = _ALIASES.get(key, key)
    if not key or len(key) > 40 or "\0" in key:
        return None
    try:
        found = codecs.lookup(key)
    except (LookupError, ValueError, UnicodeError):
        return None
    # Codecs such as base64, rot13 or unicode_escape are no charsets.
    if not getattr(found, "_is_text_encoding", True) or found.name in {
        "unicode_escape", "raw_unicode_escape", "idna", "punycode", "undefined", "mbcs", "oem", "palmos",
    }:  # fmt: skip
        return None
    return found.name


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        return raw.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _guess(raw: bytes) -> str:
    western = _strict(raw, "cp1252")
    if western is not None and all(char in _SPANISH for char in western if ord(char) > 127):
        return western
    try:
        best = charset_normalizer.from_bytes(raw[:_GUESS_OVER], cp_isolation=_CANDIDATES).best()
    except Exception:  # noqa: BLE001 (a guess that fails is no guess)
        best = None
    if best is not None:
        return raw.decode(best.encoding, "replace")
    return western if western is not None else raw.decode("cp1252", "replace")


def decode(raw: bytes, declared: str | None) -> tuple[str, bool]:
    """The text of `raw`, and whether its charset had to be guessed (missing, unknown or untrue)."""
    if raw.startswith(codecs.BOM_UTF8):
        return raw.decode("utf-8-sig", "replace"), False
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and (text := _strict(raw, "utf-16")):
        return text, False
    if raw.isascii() and b"\x1b" not in raw and b"+" not in raw and (_codec(declared) or "ascii")[:6] != "utf-16":
        return raw.decode("ascii"), False
    codec = _codec(declared)
    if codec is not None:
        utf8 = _strict(raw, "utf-8") if codec in {"cp1252", "ascii", "iso8859-15", "cp1250"} else None
        if utf8 is not None:
            return utf8, not raw.isascii()  # declared as Latin, written as UTF-8: the commonest untruth
        text = _strict(raw, codec)
        if text is not None:
            return text, False
    text = _strict(raw, "utf-8")
    if text is not None:
        return text, declared is not None and codec != "ascii"
    return _guess(raw), True
