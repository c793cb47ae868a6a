"""What a file tells besides what it shows is gone, and what it shows is not."""

import io
import struct
import zipfile
import zlib

import pytest

from case_api.city.pdf import make_pdf
from case_api.files.cleaning import OOXML, clean
from case_api.files.pdf_cleaning import has_layers_below, texts

SECRET = b"Marta Secreta"
DOCX = OOXML + "wordprocessingml.document"


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(body) + 2) + body


def exif(turned: int) -> bytes:
    head = b"II*\0\x08\0\0\0"
    one = struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0)
    two = struct.pack("<HHII", 0x013B, 2, len(SECRET), 38)
    return b"Exif\0\0" + head + struct.pack("<H", 2) + one + two + b"\0\0\0\0" + SECRET


SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
TABLE = segment(0xDB, bytes(65))
COLOURS = segment(0xE2, b"ICC_PROFILE\0\x01\x01abc")
JPEG = (
    b"\xff\xd8" + JFIF + segment(0xE1, exif(6)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET) + COLOURS
    + segment(0xE2, b"MPF\0" + SECRET) + segment(0xED, b"Photoshop" + SECRET) + segment(0xFE, SECRET) + TABLE + SCAN
    + segment(0xC4, bytes(20)) + SCAN + b"\xff\xd9" + SECRET
)  # fmt: skip


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


PNG_NEEDED = (chunk(b"IHDR", bytes(13)), chunk(b"IDAT", b"abc"), chunk(b"IEND", b""))
PNG = (
    b"\x89PNG\r\n\x1a\n" + PNG_NEEDED[0] + chunk(b"tEXt", b"Author\0" + SECRET) + chunk(b"eXIf", SECRET)
    + PNG_NEEDED[1] + chunk(b"iTXt", SECRET) + PNG_NEEDED[2] + SECRET
)  # fmt: skip


def pdf(*objects: bytes, trailer: bytes) -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer\n" + trailer + b"\n%%EOF\n"


INFO = b"<</Author(" + SECRET + rb" \(x\) (y))/Title<4d617274>/CreationDate(D:20260101)>>"
XMP = b"<?xpacket begin?><dc:creator>" + SECRET + b"</dc:creator>"
STREAM = b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(XMP), XMP)
PACKED = zlib.compress(XMP)
PACKED_XMP = b"<</Type/Metadata/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(PACKED), PACKED)
INSIDE = b"7 0 8 " + b"%d " % len(INFO) + INFO + b"<</Kept(yes)>>"
FIRST = INSIDE.index(INFO)
BOXED = zlib.compress(INSIDE)
OBJECTS = b"<</Type/ObjStm/N 2/First %d/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (
    FIRST, len(BOXED), BOXED,
)  # fmt: skip


def unpacked(content: bytes) -> bytes:
    found = content
    for piece in content.split(b"stream\n")[1:]:
        try:
            found += zlib.decompressobj().decompress(piece)
        except zlib.error:
            continue
    return found


def docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as box:
        box.writestr("[Content_Types].xml", "<Types/>")
        box.writestr("docProps/core.xml", b"<?xml version='1.0'?><cp:coreProperties xmlns:cp='x'><dc:creator>" + SECRET
                     + b"</dc:creator></cp:coreProperties>")  # fmt: skip
        box.writestr("docProps/thumbnail.jpeg", SECRET)
        box.writestr("word/document.xml", b'<w:ins w:author="' + SECRET + b'" w:date="x"><w:t>Hola</w:t></w:ins>')
        box.writestr("word/comments.xml", b'<w:comment w:initials="MS" w:author="' + SECRET + b'"/>')
    return made.getvalue()


def opened(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as box:
        return b"".join(box.read(name) for name in box.namelist())


CASES = [
    pytest.param("image/jpeg", JPEG, bytes, (TABLE, SCAN, COLOURS, JFIF), id="a photo"),
    pytest.param("image/png", PNG, bytes, PNG_NEEDED, id="a screenshot"),
    pytest.param("application/pdf", pdf(INFO, trailer=b"<</Info 1 0 R>>"), bytes, (b"/CreationDate",), id="a PDF"),
    pytest.param("application/pdf", pdf(INFO, STREAM, trailer=b"<</Info 1 0 R>>"), bytes, (), id="a PDF with XMP"),
    pytest.param(
        "application/pdf", pdf(PACKED_XMP, trailer=b"<<>>"), unpacked, (b"/Metadata",), id="a PDF with packed XMP"
    ),
    pytest.param(
        "application/pdf", pdf(OBJECTS, trailer=b"<</Info 7 0 R>>"), unpacked, (b"Kept(yes)",),
        id="a PDF whose information lies in an object stream",
    ),
    pytest.param(DOCX, docx(), opened, (b"<w:t>Hola</w:t>",), id="a text document"),
]  # fmt: skip


@pytest.mark.parametrize(("media_type", "content", "look", "kept"), CASES)
def test_it_tells_no_more_than_it_shows(media_type, content, look, kept):
    assert SECRET in look(content)
    made, sure = clean(media_type, content)
    assert sure and SECRET not in look(made)
    for piece in kept:
        assert piece in look(made)
    assert clean(media_type, made) == (made, True), "twice is once"
    if media_type == "application/pdf":
        assert len(made) == len(content), "every offset stays"


def test_a_photo_stays_turned_as_it_was():
    made, _sure = clean("image/jpeg", JPEG)
    assert b"Exif\0\0MM\0*" in made and struct.pack(">HHIH", 0x0112, 3, 1, 6) in made


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        pytest.param("image/jpeg", JPEG[:60], id="a photo cut off"),
        pytest.param("image/jpeg", b"\xff\xd8\xff", id="the beginning of a photo"),
        pytest.param("image/png", PNG[:40], id="a screenshot cut off"),
        pytest.param("application/pdf", pdf(INFO, trailer=b"<</Info 9 0 R>>"), id="information that is nowhere"),
        pytest.param("application/pdf", pdf(INFO, trailer=b"<</Encrypt 2 0 R/Info 1 0 R>>"), id="an encrypted PDF"),
        pytest.param(DOCX, b"PK\x03\x04broken", id="a broken package"),
        pytest.param("text/plain", b"x", id="a kind without a cleaner"),
    ],
)
def test_what_cannot_be_cleaned_stays_as_it_came_and_says_so(media_type, content):
    assert clean(media_type, content) == (content, False)


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "application/pdf", DOCX])
def test_any_cut_of_a_file_is_survived(media_type):
    whole = {
        "image/jpeg": JPEG,
        "image/png": PNG,
        "application/pdf": pdf(INFO, STREAM, OBJECTS, trailer=b"<</Info 7 0 R>>"),
    }
    content = whole.get(media_type) or docx()
    for end in range(0, len(content), 7):
        assert isinstance(clean(media_type, content[:end])[0], bytes)


def test_the_words_of_a_document_are_found_packed_or_not():
    content = make_pdf("Informe", ("Vive con Roberto Muestra.",))
    assert any("Roberto Muestra" in text for text in texts(content))
    body = zlib.compress(b"BT [(Rober) -20 (to)] TJ ET")
    packed = pdf(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(body), body), trailer=b"<<>>")
    assert any("Roberto" in text for text in texts(packed))


@pytest.mark.parametrize(
    ("added", "found"),
    [
        (b"", False), (b"\n%%EOF", True), (b"<</Type/EmbeddedFile>>", True), (b"/Annots[]", True),
        (b"/OCProperties<<>>", True),
    ],
)  # fmt: skip
def test_layers_below_are_noticed(added, found):
    assert has_layers_below(make_pdf("x", ("y",)) + added) is found
