"""What may be handed in."""

import pytest

from case_api.errors import Invalid
from case_api.files.content import LARGEST, check_content, clean_name


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        pytest.param(b"%PDF-1.7 x", "application/pdf", id="pdf"),
        pytest.param(b"\xff\xd8\xff\xe0 x", "image/jpeg", id="jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n x", "image/png", id="png"),
    ],
)
def test_the_bytes_say_what_it_is(content, media_type):
    assert check_content("x.exe", "text/html", content) == media_type


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"MZ\x90", id="program"),
        pytest.param(b"<svg onload=x>", id="svg"),
        pytest.param(b"%PDF-" + b"x" * LARGEST, id="too large"),
    ],
)
def test_refused_with_words(content):
    with pytest.raises(Invalid) as caught:
        check_content("x.pdf", "application/pdf", content)
    assert str(caught.value.message) and "document" in caught.value.fields


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        pytest.param("contrato.pdf", "contrato.pdf", id="plain"),
        pytest.param("../../etc/passwd", "passwd", id="folders"),
        pytest.param("C:\\Users\\ana\\mi foto.jpg", "mi foto.jpg", id="windows folders"),
        pytest.param("a\u202efdp.exe\r\nX: y", "afdp.exeX: y", id="direction marks and line ends"),
        pytest.param("...", "documento", id="nothing left"),
        pytest.param("ñ" * 300 + ".pdf", "ñ" * 116 + ".pdf", id="long"),
    ],
)
def test_names(name, kept):
    assert clean_name(name) == kept
