"""What an attachment is, by its bytes."""

import io
import zipfile

import pytest

from channels.conversations.scanning import scan

PDF, PNG, JPEG = b"%PDF-1.7\n1 0 obj", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def packed(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


CASES = [
    pytest.param("dni.pdf", "application/pdf", PDF, "ok", "application/pdf", id="PDF"),
    pytest.param("foto.jpg", "image/jpeg", JPEG, "ok", "image/jpeg", id="photo"),
    pytest.param(None, "image/png", PNG, "ok", "image/png", id="no name"),
    pytest.param("nota.ogg", "audio/ogg", b"OggS\0", "ok", "audio/ogg", id="voice note"),
    pytest.param("nota.amr", "audio/amr", b"#!AMR\n", "ok", "audio/amr", id="old voice note, not a script"),
    pytest.param("nota.m4a", "audio/mp4", b"\0\0\0\x20ftypM4A \0", "ok", "audio/mp4", id="iPhone's voice note"),
    pytest.param("v.mp4", "video/mp4", b"\0\0\0\x18ftypisom", "ok", "video/mp4", id="video"),
    pytest.param("f.heic", "image/heic", b"\0\0\0\x18ftypheic", "ok", "image/heic", id="iPhone's photo"),
    pytest.param("a.webp", "image/webp", b"RIFF\0\0\0\0WEBP", "ok", "image/webp", id="sticker"),
    pytest.param("x", "application/octet-stream", PDF, "ok", "application/pdf", id="a vague label"),
    pytest.param("hola.txt", "text/plain", b"hola", "ok", None, id="plain text"),
    pytest.param("vacio.bin", "application/octet-stream", b"", "ok", None, id="nothing"),
    pytest.param("c.vcf", "text/x-vcard", b"BEGIN:VCARD", "ok", "text/vcard", id="card"),
    pytest.param("carta.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                 packed("[Content_Types].xml", "word/document.xml"), "ok",
                 "application/vnd.openxmlformats-officedocument.wordprocessingml.document", id="Word"),
    pytest.param("hoja.odt", "application/vnd.oasis.opendocument.text", packed("mimetype", "content.xml"), "ok",
                 "application/vnd.oasis.opendocument.text", id="LibreOffice"),
    pytest.param("fotos.zip", "application/zip", packed("a.jpg", "b.jpg"), "ok", "application/zip", id="packed photos"),
    pytest.param("factura.xml", "application/xml", b'<?xml version="1.0"?><factura/>', "ok", None, id="an XML invoice"),
    pytest.param("foto.jpg", "image/jpeg", PDF, "mismatch", "application/pdf", id="a PDF that says photo"),
    pytest.param("nota.ogg", "audio/ogg", JPEG, "mismatch", "image/jpeg", id="a photo that says voice note"),
    pytest.param("dni.pdf.exe", "application/pdf", b"MZ\x90", "dangerous", None, id="a program with two endings"),
    pytest.param("factura.pdf", "application/pdf", b"MZ\x90", "dangerous", None, id="a program under another name"),
    pytest.param("foto.jpg.scr .", "image/jpeg", JPEG, "dangerous", "image/jpeg", id="an ending behind dots"),
    pytest.param("a.sh", "text/plain", b"#!/bin/sh\n", "dangerous", None, id="script"),
    pytest.param("a", "text/plain", b"#!/bin/sh\n", "dangerous", None, id="script without an ending"),
    pytest.param("a.html", "text/html", b"<html>", "dangerous", None, id="a page that would run on opening"),
    pytest.param("a.txt", "text/plain", b"  <script>alert(1)</script>", "dangerous", None, id="a page that says text"),
    pytest.param("a.svg", "image/svg+xml", b"<svg onload=x>", "dangerous", None, id="a drawing with a script"),
    pytest.param("a.xml", "text/xml", b'<?xml version="1.0"?><svg/>', "dangerous", None, id="a drawing as XML"),
    pytest.param("hoja.xlsm", "application/vnd.ms-excel", packed("xl/a"), "dangerous", None, id="macros by its name"),
    pytest.param("carta.docx", "application/zip", packed("[Content_Types].xml", "word/vbaProject.bin"), "dangerous",
                 "application/zip", id="macros inside"),
    pytest.param("carta.doc", "application/msword", OLE + b"_\0V\0B\0A\0_\0P\0R\0O\0J\0E\0C\0T", "dangerous",
                 "application/x-ole-storage", id="macros in an old file"),
    pytest.param("carta.doc", "application/msword", OLE, "ok", "application/x-ole-storage", id="an old Word file"),
    pytest.param("a.zip", "application/zip", packed("foto.jpg", "leeme.js"), "dangerous", "application/zip",
                 id="a script, packed"),
    pytest.param("a.zip", "application/zip", b"PK\x03\x04rubbish", "dangerous", "application/zip", id="no archive"),
    pytest.param("a.pdf", "application/pdf", PDF + b"/OpenAction << /S /JavaScript", "dangerous", "application/pdf",
                 id="a PDF that runs"),
    pytest.param("enlace.lnk", "application/octet-stream", b"L\0\0\0\x01\x14\x02\0", "dangerous", None, id="shortcut"),
    pytest.param("disco.iso", "application/octet-stream", b"", "dangerous", None, id="disk image"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "said", "content", "verdict", "found"), CASES)
def test_what_it_is(name, said, content, verdict, found):
    seen = scan(name=name, media_type=said, content=content)
    assert seen.verdict == verdict
    if verdict != "dangerous" or found:
        assert seen.found_type == found
