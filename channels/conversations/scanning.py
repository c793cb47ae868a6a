"""What an attachment is, by its bytes: its name and its label are the sender's words.

`dangerous`: a program, a script, an office file with macros, a shortcut, an archive that holds one, or a picture of a
program. It is kept, and not offered. `mismatch`: it says one thing and is another. Neither is lost.
"""

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["ok", "mismatch", "dangerous"]

MOST_ENTRIES = 2_000  # of an archive, looked at by name only; nothing is unpacked
_SIGNS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"BEGIN:VCARD", "text/vcard"),
    (b"BEGIN:VCALENDAR", "text/calendar"),
)
_PROGRAM_SIGNS = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"dex\n",
    b"L\0\0\0\x01\x14\x02\0", b"MSCF", b"ITSF",
)  # fmt: skip
_PROGRAM_NAMES = frozenset(
    "ade adp apk app application appref-ms bat chm cmd com cpl dll dmg exe gadget hta img ins inf iso jar jnlp js jse "
    "lnk mde msc msi msp mst one pif ps1 ps1xml psm1 reg scr sct sh shb sys url vb vbe vbs vhd vhdx vxd wsc wsf wsh "
    "xll docm dotm xlsm xltm xlam pptm potm ppam ppsm sldm html htm mht mhtml shtml xhtml svg svgz xht "
    "xsl".split()
)
_OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_MARKUP = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!doctype\s+(?:html|svg)|<html|<script|<svg|<head|<body|<iframe)", re.IGNORECASE
)
# What makes a document a program: macros in an old office file, scripts and calls in a PDF.
_ACTIVE = {
    "application/x-ole-storage": re.compile(rb"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T"),
    "application/pdf": re.compile(rb"/(?:JavaScript|JS|Launch)\b"),
}
# Labels that say the same of the same bytes.
_SAME = (
    {"audio/ogg", "audio/opus", "application/ogg", "video/ogg"},
    {"audio/mp4", "video/mp4", "audio/m4a", "audio/x-m4a", "video/quicktime", "video/3gpp", "audio/3gpp", "audio/aac"},
    {"audio/mpeg", "audio/mp3", "audio/aac"},
    {"image/heic", "image/heif", "image/avif"},
    {"image/jpeg", "image/jpg", "image/pjpeg"},
    {"application/zip", "application/x-zip-compressed", "application/x-zip", "application/java-archive"},
    {"application/x-ole-storage", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
     "application/vnd.ms-outlook"},
    {"video/webm", "audio/webm", "video/x-matroska"},
    {"text/vcard", "text/x-vcard", "text/directory", "application/vcard"},
    {"application/rtf", "text/rtf", "application/msword"},
    {"image/tiff", "image/x-tiff"},
    {"application/gzip", "application/x-gzip"},
    {"application/vnd.rar", "application/x-rar-compressed", "application/x-rar"},
)  # fmt: skip
_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-unknown", "*/*"})


@dataclass(frozen=True, slots=True)
class Scan:
    """`found_type`: the media type that the bytes have, None when they show none."""

    verdict: Verdict
    found_type: str | None


def scan(*, name: str | None, media_type: str, content: bytes) -> Scan:
    """Look at one attachment. Never raises; opens no archive beyond its list of names."""
    found = _type_of(content)
    said = media_type.partition(";")[0].strip().lower()
    if _ending(name) in _PROGRAM_NAMES or _runs(content) or _MARKUP.match(content[:400]):
        return Scan("dangerous", found)
    if found == "application/zip":
        found, inside = _inside(content)
        if inside:
            return Scan("dangerous", found)
    elif found in _ACTIVE and _ACTIVE[found].search(content):
        return Scan("dangerous", found)
    if found is not None and said not in _VAGUE and not _agree(said, found):
        return Scan("mismatch", found)
    return Scan("ok", found)


def _runs(content: bytes) -> bool:
    return content.startswith(_PROGRAM_SIGNS) and not content.startswith(b"#!AMR")


def _ending(name: str | None) -> str:
    # The last one counts, and spaces or dots after it do not: "foto.jpg.exe ." is a program.
    return (name or "").rstrip(" .\t").rpartition(".")[2].lower() if "." in (name or "") else ""


def _type_of(content: bytes) -> str | None:
    if content[:4] == b"RIFF" and content[8:12] in (b"WEBP", b"WAVE", b"AVI "):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}[content[8:12]]
    if content[4:8] == b"ftyp":
        brand = content[8:12].lower()
        if brand in (b"heic", b"heix", b"mif1", b"avif", b"hevc"):
            return "image/heic"
        return "audio/mp4" if brand.startswith(b"m4a") else "video/mp4"
    if content[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "application/zip"
    return next((found for sign, found in _SIGNS if content.startswith(sign)), None)


def _inside(content: bytes) -> tuple[str, bool]:
    """What an archive is, and whether it holds something that should not be opened. One that lies is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except Exception:  # noqa: BLE001 (an archive nobody can list)
        return "application/zip", True
    if len(names) > MOST_ENTRIES:
        return "application/zip", True
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "application/zip", True
    office = next((kind for start, kind in _OFFICE.items() if any(name.startswith(start) for name in names)), None)
    if "[Content_Types].xml" in names and office:
        return office, False
    if "mimetype" in names and "content.xml" in names:
        return "application/vnd.oasis.opendocument.text", False
    return "application/zip", any(_ending(name) in _PROGRAM_NAMES for name in names)


def _agree(said: str, found: str) -> bool:
    if said == found or any(said in same and found in same for same in _SAME):
        return True
    # An office file is an archive to who does not know better, and an old one may hold anything.
    office = found.startswith(("application/vnd.openxmlformats", "application/vnd.oasis"))
    return office and (said in ("application/zip", "application/msword") or said.startswith("application/vnd."))
