"""How many parts an SMS takes, and which characters make it dear.

GSM-7 (3GPP TS 23.038) has é ñ ü ¿ ¡ €, but not á í ó ú: one of these and the whole text goes as UCS-2.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each


@dataclass(frozen=True, slots=True)
class Segments:
    """`count` parts in `encoding` ('gsm7' or 'ucs2'); `units` used (septets or 16-bit); `costly`: what forces UCS-2."""

    count: int
    encoding: str
    units: int
    costly: tuple[str, ...]


def segments(body: str) -> Segments:
    """How a text travels by SMS. No part splits a character: an escape pair or a surrogate pair stays together."""
    costly = tuple(dict.fromkeys(c for c in body if c not in _BASIC and c not in _EXTENDED))
    if costly:
        sizes, single, joined, encoding = [2 if ord(c) > 0xFFFF else 1 for c in body], 70, 67, "ucs2"
    else:
        sizes, single, joined, encoding = [2 if c in _EXTENDED else 1 for c in body], 160, 153, "gsm7"
    units = sum(sizes)
    if units <= single:
        return Segments(1 if body else 0, encoding, units, costly)
    count, room = 1, joined
    for size in sizes:
        if size > room:
            count, room = count + 1, joined
        room -= size
    return Segments(count, encoding, units, costly)
