"""What a file tells besides what it shows: author, place, camera, earlier drafts. Taken out when a file is handed in.

Each cleaner gives the bytes back and whether they are clean: a file that cannot be read to its end stays as it came
(nothing that was accepted is lost), and is then good for nobody but whom it belongs to.
"""

import io
import re
import struct
import zipfile
import zlib

from case_api.files import pdf_cleaning

OOXML = "application/vnd.openxmlformats-officedocument."


def clean(media_type: str, content: bytes) -> tuple[bytes, bool]:
    """The content without what it tells besides, and whether that is sure. Never raises; shows the same as before."""
    cleaner = next((found for kind, found in _CLEANERS.items() if media_type.startswith(kind)), None)
    if cleaner is None:
        return content, False
    try:
        return cleaner(content), True
    except (ValueError, IndexError, struct.error, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return content, False


# JPEG (ITU-T T.81 annex B): segments until the scan, then coded data, perhaps more scans.
_KEPT_APP = {0xE0, 0xEE}


def _jpeg(content: bytes) -> bytes:
    """Without EXIF, XMP, comments and whatever follows the picture; only how it is turned stays."""
    out, at = bytearray(b"\xff\xd8"), 2
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        while content[at + 1] == 0xFF:
            at += 1
        marker = content[at + 1]
        if marker == 0xD9:
            return bytes(out + b"\xff\xd9")
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise ValueError("cut off")
        at += 2 + length
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            out += _only_turned(segment[10:])
        elif _needed(marker, segment):
            out += segment
        if marker == 0xDA:
            end = next(_ends_of_scan(content, at))
            out += content[at:end]
            at = end


def _needed(marker: int, segment: bytes) -> bool:
    """Whether the picture needs it: its colours do, what programs add does not."""
    if marker == 0xE2:
        return segment[4:15] == b"ICC_PROFILE"
    return marker in _KEPT_APP or not (0xE0 <= marker <= 0xEF or marker == 0xFE)


def _ends_of_scan(content: bytes, at: int):
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] not in (0x00, *range(0xD0, 0xD8)):
            yield at
        at += 2


def _only_turned(tiff: bytes) -> bytes:
    """An EXIF segment that says nothing but the orientation; none when it is the ordinary one."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return b""
    (first,) = struct.unpack(order + "I", tiff[4:8])
    (count,) = struct.unpack(order + "H", tiff[first : first + 2])
    for number in range(min(count, 200)):
        entry = tiff[first + 2 + 12 * number : first + 14 + 12 * number]
        tag, kind = struct.unpack(order + "HH", entry[:4])
        if (tag, kind) == (0x0112, 3):
            (turned,) = struct.unpack(order + "H", entry[8:10])
            if not 2 <= turned <= 8:
                return b""
            body = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0)
            return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return b""


_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT".split()
)  # fmt: skip


def _png(content: bytes) -> bytes:
    """Only the chunks that the picture needs (PNG, third edition, 5.6 and 11.3); nothing after its end."""
    out, at = bytearray(content[:8]), 8
    while True:
        (length,) = struct.unpack(">I", content[at : at + 4])
        name, whole = content[at + 4 : at + 8], content[at : at + 12 + length]
        if len(whole) != 12 + length:
            raise ValueError("cut off")
        if name in _PNG_KEPT:
            out += whole
        if name == b"IEND":
            return bytes(out)
        at += 12 + length


_AUTHORS = re.compile(rb'(\b(?:w|w15|x|xr|p|p15):(?:author|initials|lastEdited\w*|displayName|userId)=")[^"]*(")')
_LARGEST_INSIDE = 100 * 1024 * 1024


def _ooxml(content: bytes) -> bytes:
    """Without properties, thumbnail and the names of who wrote or commented (ECMA-376 part 2, 11)."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        if sum(one.file_size for one in old.infolist()) > _LARGEST_INSIDE:
            raise ValueError("too large inside")
        for one in old.infolist():
            body = old.read(one)
            if one.filename.startswith("docProps/"):
                body = _empty_properties(one.filename, body)
            elif one.filename.endswith(".xml"):
                body = _AUTHORS.sub(rb"\1\2", body)
            new.writestr(zipfile.ZipInfo(one.filename), body, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _empty_properties(name: str, body: bytes) -> bytes:
    """The root element alone; a picture becomes nothing."""
    found = re.search(rb"<(?!\?|!)([\w:]+)([^>]*?)/?>", body) if name.endswith(".xml") else None
    return b"<" + found[1] + found[2] + b"/>" if found else b""


_CLEANERS = {"image/jpeg": _jpeg, "image/png": _png, "application/pdf": pdf_cleaning.clean, OOXML: _ooxml}
