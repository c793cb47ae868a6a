"""winmail.dat (TNEF): what Outlook wraps a mail's text and files into. Runs only in the capped parser process."""

import mimetypes

MOST_FILES = 100
_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


def is_winmail(media_type: str, name: str | None) -> bool:
    """Whether a part is one: by its type, or by its name."""
    return media_type in _TYPES or (name or "").lower() == "winmail.dat"


def opened(content: bytes) -> tuple[str, list[tuple[str | None, str, bytes]]] | None:
    """Text and files (name, media type, bytes) inside; None when it cannot be opened or holds nothing."""
    from tnefparse import TNEF  # only for the few mails that have one

    try:
        read = TNEF(content)
        text = read.body or ""
        if isinstance(text, bytes):
            text = text.decode("utf-8", "replace")
        files = [
            (str(one.long_filename() or one.name or "") or None, _kind(one), bytes(one.data))
            for one in read.attachments[:MOST_FILES]
        ]
        if not text and read.htmlbody:
            markup = read.htmlbody
            markup = markup if isinstance(markup, bytes) else str(markup).encode("utf-8", "replace")
            files.append(("mensaje.html", "text/html", markup))
    except Exception:  # noqa: BLE001 (a broken one stays as it came)
        return None
    text = str(text).strip("\0").strip()
    return (text, files) if text or files else None


def _kind(one: object) -> str:
    name = str(getattr(one, "name", "") or "")
    return mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream"
