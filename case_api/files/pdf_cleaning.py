"""PDF (ISO 32000-2) without its document information and metadata, in place: every offset stays where it was."""

import re
import zlib

_STREAM = re.compile(rb"(\d+)\s+(\d+)\s+obj\b(.{0,4000}?)\bstream\r?\n(.*?)\r?\n?endstream", re.S)
_INFO = re.compile(rb"/Info\s+(\d+)\s+(\d+)\s+R")
_STRINGS = re.compile(rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|(?<!<)<[0-9A-Fa-f\s]*>(?!>)", re.S)


def clean(content: bytes) -> bytes:
    """The same document, whose information dictionaries and XMP say nothing. Raises ValueError when it cannot be."""
    if b"/Encrypt" in content:
        raise ValueError("encrypted")
    out = bytearray(content)
    for found in _STREAM.finditer(content):
        if re.search(rb"/Type\s*/Metadata\b", found[3]) or re.search(rb"/Subtype\s*/XML\b", found[3]):
            out[found.start(4) : found.end(4)] = _nothing(len(found[4]), b"/Filter" in found[3])
    for number, generation in set(_INFO.findall(content)):
        plain = list(re.finditer(rb"(?<!\d)%s\s+%s\s+obj\b(.*?)\bendobj" % (number, generation), content, re.S))
        for one in plain:
            out[one.start(1) : one.end(1)] = _blank(one[1])
        if not plain:
            _blank_inside(out, content, int(number))
    return bytes(out)


def texts(content: bytes) -> list[str]:
    """The strings of the document as far as they can be read, those of each stream run together.

    Fonts with an encoding of their own cannot be: that nothing is found proves nothing.
    """
    found = []
    for one in _STREAM.finditer(content):
        body = one[4]
        if b"FlateDecode" in one[3]:
            try:
                body = zlib.decompressobj().decompress(body, 20_000_000)
            except zlib.error:
                continue
        pieces = [_read(piece) for piece in _STRINGS.findall(body)]
        found += ["".join(pieces), " ".join(pieces)]
    plain = _STREAM.sub(b" ", content)
    found.append(" ".join(_read(piece) for piece in _STRINGS.findall(plain)))
    return [text for text in found if text.strip()]


def has_layers_below(content: bytes) -> bool:
    """Whether it may hold what it does not show: earlier versions, files inside, notes, code."""
    versions = content.count(b"%%EOF") > (2 if b"/Linearized" in content[:2048] else 1)
    return versions or any(
        sign in content for sign in (b"/EmbeddedFile", b"/JavaScript", b"/Annots", b"/OCProperties", b"/PieceInfo")
    )


def _nothing(length: int, filtered: bool) -> bytes:
    """So many bytes that say nothing; of a compressed stream, a compressed nothing."""
    empty = zlib.compress(b" ") if filtered else b""
    if len(empty) > length:
        raise ValueError("no room")
    return empty + b" " * (length - len(empty))


def _blank(piece: bytes) -> bytes:
    """The same, its strings emptied with spaces."""

    def spaces(found: re.Match[bytes]) -> bytes:
        body = found[0]
        if body[:1] == b"(":
            return b"(" + b" " * (len(body) - 2) + b")"
        return b"<" + (b"20" * len(body))[: len(body) - 2] + b">"

    return _STRINGS.sub(spaces, piece)


def _blank_inside(out: bytearray, content: bytes, number: int) -> None:
    """Empty an object that lies in a compressed object stream (7.5.7)."""
    for found in _STREAM.finditer(content):
        head = found[3]
        if not re.search(rb"/Type\s*/ObjStm\b", head):
            continue
        if b"/DecodeParms" in head or b"FlateDecode" not in head:
            raise ValueError("an object stream of another kind")
        body = zlib.decompress(found[4]) if found[4] else b""
        first = int(re.search(rb"/First\s+(\d+)", head)[1])  # type: ignore[index]
        pairs = [int(value) for value in body[:first].split()]
        places = dict(zip(pairs[::2], pairs[1::2], strict=True))
        if number not in places:
            continue
        begin = first + places[number]
        end = min((first + place for place in places.values() if place > places[number]), default=len(body))
        packed = zlib.compress(body[:begin] + _blank(body[begin:end]) + body[end:], 9)
        if len(packed) > len(found[4]):
            raise ValueError("no room")
        out[found.start(4) : found.end(4)] = packed + b"\n" * (len(found[4]) - len(packed))
        return
    raise ValueError("its information is nowhere to be found")


def _read(piece: bytes) -> str:
    if piece[:1] == b"<":
        digits = re.sub(rb"\s", b"", piece[1:-1])
        raw = bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
    else:
        raw = re.sub(rb"\\([0-7]{1,3})", lambda found: bytes([int(found[1], 8) & 255]), piece[1:-1])
        raw = re.sub(rb"\\(.)", rb"\1", raw, flags=re.S)
    if raw[:2] == b"\xfe\xff":
        return raw[2:].decode("utf-16-be", "replace")
    return raw.decode("cp1252", "replace")
