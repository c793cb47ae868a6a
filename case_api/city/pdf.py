"""A small PDF, so that the city's documents open in any reader."""

from functools import lru_cache

_HEAD = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def make_pdf(title: str, lines: tuple[str, ...]) -> bytes:
    """One A4 page with a title and lines of text (Latin letters; at most about 40 lines of 80 characters)."""
    drawn = [b"BT /F1 18 Tf 56 780 Td 22 TL (" + _escape(title) + b") Tj T* /F1 11 Tf 16 TL"]
    drawn += [b"T* (" + _escape(line) + b") Tj" for line in lines]
    page = b"\n".join((*drawn, b"ET"))
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/Lang(es-ES)/ViewerPreferences<</DisplayDocTitle true>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Title(" + _escape(title) + b")>>",
    )
    out = bytearray(_HEAD)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


@lru_cache(maxsize=4096)
def _escape(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
