"""The parts of a mail: which are its text, which are attachments. Nothing here raises on a broken part."""

import base64
import binascii
import quopri
import re
from dataclasses import dataclass, field
from email.errors import NoBoundaryInMultipartDefect
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from urllib.parse import unquote_to_bytes

from channels.adapters.email.charsets import decode, readable
from channels.adapters.email.headers import header_text
from channels.adapters.email.htmltext import html_to_text
from channels.adapters.email.limits import DEEPEST, LARGEST_TEXT, MOST_PARTS

_UU = re.compile(
    r"^begin(?:-base64)? [0-7]{3,4} ([^\n]{1,200})\n((?:[^\n]{0,120}\n)*?)(?:`\n|\n)?end[ \t]*$", re.MULTILINE
)
_STUB = re.compile(r"html", re.IGNORECASE)
_UNSAFE_NAME = re.compile('[\x00-\x1f\x7f/\\\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]+')


class TooMany(Exception):
    """More parts, or deeper ones, than we read: 'too-deep' or 'too-many-parts'."""


@dataclass(slots=True)
class Attachment:
    name: str | None
    media_type: str
    content: bytes


@dataclass(slots=True)
class Contents:
    """The text for reading, what is attached, and notes for staff."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def leaves(message: Message) -> list[tuple[Message, tuple[str, ...]]]:
    """Every part that is no container, in order, with its containers' types. A mail inside counts as one."""
    found: list[tuple[Message, tuple[str, ...]]] = []
    waiting: list[tuple[Message, tuple[str, ...]]] = [(message, ())]
    seen = 0
    while waiting:
        part, above = waiting.pop()
        seen += 1
        if seen > MOST_PARTS:
            raise TooMany("too-many-parts")
        if len(above) > DEEPEST:
            raise TooMany("too-deep")
        part = _mended(part)
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            kind = part.get_content_type()
            waiting.extend((child, (*above, kind)) for child in reversed(payload) if isinstance(child, Message))
        else:
            found.append((part, above))
    return found


def _mended(part: Message) -> Message:
    """A multipart whose boundary is missing or wrong, cut at the boundary that is there; as text when there is none."""
    payload = getattr(part, "_payload", None)
    if part.get_content_maintype() != "multipart" or not isinstance(payload, str):
        return part
    line = re.search(r"^--(\S[^\r\n\"]{0,69}?)[ \t]*\r?$", payload, re.MULTILINE)
    head = f'Content-Type: multipart/mixed; boundary="{line[1]}"' if line else "Content-Type: text/plain"
    raw = head.encode("ascii", "surrogateescape") + b"\n\n" + payload.encode("utf-8", "surrogateescape")
    mended = BytesParser(policy=compat32).parsebytes(raw)
    if isinstance(getattr(mended, "_payload", None), str):
        mended.replace_header("Content-Type", "text/plain")
    mended.defects.append(NoBoundaryInMultipartDefect())
    return mended


def _header(part: Message, name: str) -> str:
    for key, value in part.raw_items():
        if key.lower() == name:
            return str(value)
    return ""


def payload_bytes(part: Message) -> tuple[bytes, bool]:
    """The decoded content of a leaf, and whether its transfer encoding was broken (then: what could be had)."""
    # Not get_payload(): it would decode raw 8-bit by the declared charset first, and lose what that cannot hold.
    payload = getattr(part, "_payload", None)
    if not isinstance(payload, str):
        return b"", False
    try:
        raw = payload.encode("ascii", "surrogateescape")
    except UnicodeEncodeError:
        raw = payload.encode("utf-8", "surrogatepass")
    coding = _header(part, "content-transfer-encoding").split(";")[0].strip().lower()
    if coding == "quoted-printable":
        return quopri.decodestring(raw), False
    if coding == "base64":
        packed = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
        strange = len(re.sub(rb"\s", b"", raw)) - len(packed) > 2
        usable = packed[: len(packed) - (len(packed) % 4 == 1)]
        try:
            content = base64.b64decode(usable + b"=" * (-len(usable) % 4))
        except (binascii.Error, ValueError):
            return raw, True
        if strange and not content.isascii() and raw.isascii() and _mostly_words(raw):
            return raw, True  # declared base64, written as plain text
        return content, strange or len(packed) % 4 == 1
    if coding in {"x-uuencode", "uuencode", "uue", "x-uue"}:
        match = _UU.search(readable(raw.decode("latin-1")) + "\n")
        return (_uudecode(match[2]), False) if match else (raw, True)
    return raw, False


def _mostly_words(raw: bytes) -> bool:
    return raw[:2_000].count(b" ") > len(raw[:2_000]) / 20


def _uudecode(lines: str) -> bytes:
    out = bytearray()
    for line in lines.split("\n"):
        if not line or line == "`":
            continue
        try:
            out += binascii.a2b_uu(line.encode("latin-1", "replace"))
        except binascii.Error:
            count = (((ord(line[0]) - 32) & 63) * 4 + 5) // 3  # some encoders pad the line too far
            try:
                out += binascii.a2b_uu(line[:count].encode("latin-1", "replace"))
            except binascii.Error:
                continue
    return bytes(out)


def _parameter(part: Message, header: str, name: str) -> str | None:
    try:
        value = part.get_param(name, header=header)
    except Exception:  # noqa: BLE001 (the library stumbles over broken RFC 2231 parameters)
        match = re.search(rf"{name}\*?\d*\*?\s*=\s*\"?([^\";]{{1,300}})", _header(part, header)[:4_000], re.IGNORECASE)
        return header_text(unquote_to_bytes(match[1].rpartition("'")[2]).decode("utf-8", "replace")) if match else None
    if isinstance(value, tuple):
        charset, _, text = value
        return readable(decode(str(text).encode("latin-1", "replace"), charset)[0])
    return header_text(str(value)) if value else None


def file_name(part: Message) -> str | None:
    """A name safe to show and to keep: no folders, no control or direction characters, at most 120 characters."""
    name = _parameter(part, "content-disposition", "filename") or _parameter(part, "content-type", "name")
    if not name:
        return None
    name = _UNSAFE_NAME.sub("_", re.split(r"[/\\]", name)[-1]).strip(" ._")
    stem, dot, ending = name.rpartition(".")
    if len(name) > 120:
        name = f"{stem[: 118 - len(ending)]}{dot}{ending}" if dot and len(ending) <= 10 else name[:120]
    return name or None


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Join the lines that format=flowed broke (RFC 3676 section 4)."""
    out: list[str] = []
    joining, depth_before = False, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        line = line[depth:]
        line = line[1:] if line.startswith(" ") else line
        marks = ">" * depth + (" " if depth else "")
        if joining and depth == depth_before and line != "-- ":
            out[-1] += line
        else:
            out.append(marks + line)
        joining, depth_before = line.endswith(" ") and line != "-- ", depth
        if joining and delete_space:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def _text_of(part: Message, contents: Contents) -> str:
    raw, broken = payload_bytes(part)
    if broken:
        contents.notes.append("transfer-encoding-broken")
    charset = _parameter(part, "content-type", "charset")
    if charset is None and b"charset" in raw[:2_000].lower():
        declared = re.search(rb"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{2,40})", raw[:2_000], re.IGNORECASE)
        charset = declared[1].decode("ascii") if declared and part.get_content_subtype() == "html" else None
    text, guessed = decode(raw, charset)
    if guessed:
        contents.notes.append("charset-guessed")
    text = readable(text)
    if part.get_content_subtype() == "html":
        text, notes = html_to_text(text)
        contents.notes += notes
        return readable(text)
    if (_parameter(part, "content-type", "format") or "").lower() == "flowed":
        delete_space = (_parameter(part, "content-type", "delsp") or "").lower() == "yes"
        text = _unflowed(text, delete_space=delete_space)
    return text.strip("\n")


def _take_uuencoded(text: str, contents: Contents) -> str:
    def take(match: re.Match[str]) -> str:
        contents.attachments.append(Attachment(match[1].strip()[:120], "application/octet-stream", _uudecode(match[2])))
        return f"[{match[1].strip()[:120]}]"

    return _UU.sub(take, text) if "\nend" in text and "begin" in text else text


def _is_text(part: Message) -> bool:
    disposition = _header(part, "content-disposition").split(";")[0].strip().lower()
    kind = part.get_content_type()
    return kind in {"text/plain", "text/html", "text/enriched"} and disposition != "attachment" and not (
        file_name(part) and disposition != "inline"
    )  # fmt: skip


def _attached(part: Message) -> Attachment:
    kind = part.get_content_type()
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        inner = payload[0]
        try:
            content = b"\r\n".join(block.as_bytes() for block in payload)
        except Exception:  # noqa: BLE001 (a mail inside that cannot be written again as it was)
            content = readable(str(inner.get_payload())).encode("utf-8", "replace")
        subject = next((header_text(str(v)) for k, v in inner.raw_items() if k.lower() == "subject"), "")
        if kind == "message/delivery-status":
            return Attachment(file_name(part), kind, content)
        name = file_name(part) or (_UNSAFE_NAME.sub("_", subject)[:80].strip(" ._") or "correo") + ".eml"
        return Attachment(name, kind, content)
    content, _ = payload_bytes(part)
    return Attachment(file_name(part), kind, content)


def open_winmail(contents: Contents) -> None:
    """What Outlook wrapped into winmail.dat comes out beside it; one that cannot be opened stays as it came."""
    from channels.adapters.email.winmail import is_winmail, opened

    for item in [item for item in contents.attachments if is_winmail(item.media_type, item.name)]:
        found = opened(item.content)
        contents.notes.append("winmail-dat" if found is None else "winmail-dat-opened")
        if found is not None:
            text, files = found
            contents.text = contents.text or text.strip()[:LARGEST_TEXT]
            contents.attachments += [Attachment(_safe_name(name), kind, content) for name, kind, content in files]


def _safe_name(name: str | None) -> str | None:
    return _UNSAFE_NAME.sub("_", re.split(r"[/\\]", name)[-1]).strip(" ._")[:120] or None if name else None


def read_contents(found: list[tuple[Message, tuple[str, ...]]]) -> Contents:
    """The text for reading (plain before HTML) and everything else as attachments: no leaf is left out."""
    contents = Contents()
    plain: list[str] = []
    marked: list[str] = []
    for part, above in found:
        if not _is_text(part):
            contents.attachments.append(_attached(part))
            continue
        text = _text_of(part, contents)
        if not text.strip():
            continue
        if part.get_content_subtype() == "html":
            marked.append(text)
            if "multipart/alternative" not in above:
                plain.append(text)  # an HTML part beside a text part is one more piece of the text
        else:
            plain.append(text)
    text, other = "\n\n".join(plain).strip(), "\n\n".join(marked).strip()
    if not text or (len(text) < 200 and _STUB.search(text) and len(other) > 2 * len(text)):
        text = other or text
    text = _take_uuencoded(text, contents)
    if len(text) > LARGEST_TEXT:
        contents.attachments.append(Attachment("texto-completo.txt", "text/plain", text.encode("utf-8", "replace")))
        text = text[:LARGEST_TEXT]
        contents.notes.append("text-cut")
    contents.text = text.strip()
    open_winmail(contents)
    return contents
