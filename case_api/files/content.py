"""What may be handed in: kinds, size, names. The bytes decide, not the label they came with."""

import unicodedata

from flask_babel import lazy_gettext as _l

from case_api.errors import Invalid

LARGEST = 10 * 1024 * 1024
"""Bytes."""

# The beginning of the bytes, and what they then are.
_SIGNS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
ACCEPTED = tuple(media_type for _, media_type in _SIGNS)


def check_content(name: str, media_type: str, content: bytes) -> str:
    """The media type that the bytes really have. Raises Invalid (field `document`) with what to mend.

    `name` and `media_type` are what the browser said; neither is believed.
    """
    if not content:
        raise _wrong(_l("El archivo está vacío. Elija otro."))
    if len(content) > LARGEST:
        raise _wrong(_l("El archivo ocupa más de 10 MB. Hágalo más pequeño o envíe menos páginas."))
    for sign, found in _SIGNS:
        if content.startswith(sign):
            return found
    raise _wrong(_l("No podemos leer este archivo. Envíe un PDF o una foto en JPG o PNG."))


def clean_name(name: str) -> str:
    """A file's name without folders, control characters or direction marks; at most 120 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] != "C").strip(" .")
    if len(kept) > 120:
        stem, dot, ending = kept.rpartition(".")
        kept = (stem[: 119 - len(ending)] + dot + ending) if dot and len(ending) <= 8 else kept[:120]
    return kept or "documento"


def _wrong(message: object) -> Invalid:
    return Invalid(message, fields={"document": message})
