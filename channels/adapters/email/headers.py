"""Header lines to text and addresses. Linear in their length, no recursion, and nothing raises.

The standard library's parsers are not used on what strangers send: `From: ((((` exhausts the stack, a long `To` takes
seconds, and some broken encoded words raise.
"""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import idna

from channels.adapters.email.charsets import decode, readable

LONGEST = 8_000  # characters of one header that are read; the raw mail keeps the rest
MOST_ADDRESSES = 200
_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,8000})\?=")
_ADDRESS = re.compile(r"[^\s@<>(),;:\"\\\[\]]{1,64}@[^\s@<>(),;:\"\\\[\]]{1,253}")
_HEADER_SPACE = re.compile(r"[ \t\r\n]+")


def _word(charset: str, kind: str, content: str) -> bytes:
    raw = (
        content.encode("ascii", "surrogateescape") if content.isascii() else content.encode("utf-8", "surrogateescape")
    )
    if kind in "qQ":
        return quopri.decodestring(raw.replace(b"_", b" "), header=False)
    raw = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    for cut in (0, 1):
        body = raw[: len(raw) - cut] if cut else raw
        try:
            return base64.b64decode(body + b"=" * (-len(body) % 4))
        except (binascii.Error, ValueError):
            continue
    return b""


def header_text(value: str) -> str:
    """An unstructured header as people read it: RFC 2047 words decoded, raw 8-bit guessed, one line.

    Neighbouring words of one charset are joined before decoding: programs cut them in the middle of a letter.
    """
    value = value[:LONGEST]
    if not value.isascii():
        value = decode(value.encode("utf-8", "surrogateescape"), None)[0]
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    at = 0
    for match in _ENCODED.finditer(value):
        between = value[at : match.start()]
        charset = match[1].split("*", 1)[0].lower()  # RFC 2231 section 5: a language after '*'
        raw = _word(charset, match[2], match[3])
        if pending and not between.strip():
            if pending[0] == charset:
                pending = (charset, pending[1] + raw)
            else:
                pieces.append(decode(pending[1], pending[0])[0])
                pending = (charset, raw)
        else:
            if pending:
                pieces.append(decode(pending[1], pending[0])[0])
            pieces.append(between)
            pending = (charset, raw)
        at = match.end()
    if pending:
        pieces.append(decode(pending[1], pending[0])[0])
    pieces.append(value[at:])
    return _HEADER_SPACE.sub(" ", readable("".join(pieces))).strip()


def normalise_address(value: str) -> str | None:
    """An address as we compare it: lower case, the domain in its ASCII form (IDNA). None when it is none."""
    value = value.strip().strip("<>").strip().lower()
    local, at, domain = value.rpartition("@")
    if not at or not local or not domain or len(value) > 254 or _ADDRESS.fullmatch(value) is None:
        return None
    if not value.isascii():
        if "\ufffd" in value or any(0xD800 <= ord(char) <= 0xDFFF for char in value):
            return None
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError, ValueError, IndexError):
            return None
    return f"{local}@{domain}"


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].rstrip(".")


@dataclass(slots=True)
class Mailboxes:
    """What an address header holds. Any defect means that the sender is not to be believed."""

    found: list[tuple[str, str]] = field(default_factory=list)  # (shown name, normalised address)
    defects: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reading:
    phrase: list[str] = field(default_factory=list)
    quoted: list[str] = field(default_factory=list)
    angle: list[str] = field(default_factory=list)
    after: bool = False


def _close(reading: _Reading, out: Mailboxes) -> None:
    phrase = "".join(reading.phrase).strip()
    if reading.angle:
        if len(reading.angle) > 1:
            out.defects.append("several-addresses")
        name = header_text(" ".join([*reading.quoted, phrase]).strip())
        address = normalise_address(reading.angle[0].rsplit(":", 1)[-1])  # an obsolete route stands before ':'
        if "@" in phrase:
            out.defects.append("address-in-name")
        elif any(normalise_address(other) != address for other in _ADDRESS.findall(name)):
            out.defects.append("name-shows-another-address")
        if address:
            out.found.append((name, address))
        else:
            out.defects.append("unreadable-address")
    elif phrase or reading.quoted:
        text = header_text(phrase)
        match = _ADDRESS.search(text)
        address = normalise_address(match[0]) if match else None
        if address is None:
            out.defects.append("unreadable-address")
        else:
            if match and (match[0] != text or reading.quoted):
                out.defects.append("text-beside-address")
            out.found.append(("", address))


def mailboxes(value: str) -> Mailboxes:
    """Read an address header (RFC 5322 section 3.4) with one pass over its characters."""
    out = Mailboxes()
    if len(value) > LONGEST:
        out.defects.append("too-long")
    value = _HEADER_SPACE.sub(" ", value[:LONGEST])
    reading, where, depth, part, escaped = _Reading(), "phrase", 0, [], False
    for char in value:
        if escaped:
            escaped = False
            part.append(char)
        elif char == "\\" and where in {"quoted", "comment"}:
            escaped = True
        elif where == "quoted":
            if char == '"':
                reading.quoted.append("".join(part))
                where, part = "phrase", []
            else:
                part.append(char)
        elif where == "comment":
            depth += (char == "(") - (char == ")")
            if depth == 0:
                where = "phrase"
        elif where == "angle":
            if char == ">":
                reading.angle.append("".join(part))
                where, part, reading.after = "phrase", [], True
            else:
                part.append(char)
        elif char == '"':
            where, part = "quoted", []
        elif char == "(":
            where, depth = "comment", 1
        elif char == "<":
            where, part = "angle", []
        elif char in ",;":
            _close(reading, out)
            reading = _Reading()
            if len(out.found) >= MOST_ADDRESSES:
                out.defects.append("too-many")
                return out
        elif char == ":" and not reading.angle and "@" not in "".join(reading.phrase):
            reading = _Reading()  # the name of a group
            out.defects.append("group")
        else:
            if reading.after and not char.isspace():
                out.defects.append("text-after-address")
                reading.after = False
            reading.phrase.append(char)
    if where != "phrase" or escaped:
        out.defects.append("unbalanced")
        if where == "angle":
            reading.angle.append("".join(part))
    _close(reading, out)
    out.defects = list(dict.fromkeys(out.defects))
    return out


def header_date(value: str | None) -> datetime | None:
    """The instant of a Date header, aware, in UTC; None when it says none that can be (RFC 5322 section 3.3)."""
    if not value:
        return None
    try:
        found = parsedate_to_datetime(header_text(value)[:100])
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        found = found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError, AttributeError):
        return None
    return found if 1990 <= found.year <= 2100 else None


def message_ids(value: str | None) -> list[str]:
    """The `<…@…>` ids of a header, in order, without brackets; at most 100."""
    if not value:
        return []
    return re.findall(r"<\s*([^<>\s]{1,250})\s*>", value[:20_000])[:100]
