"""Mail from files, by the same path as SMTP: `alma mail import PATH`.

Each mail is stored as a raw event and committed, then processed; nothing of it is trusted, because no relay of ours
handed it over.
"""

import mailbox
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from case_api.access.actor import Actor
from case_api.log import logger
from channels.adapters.email.envelope import raw_event
from channels.inbound.intake import store_committed
from channels.inbound.processing import process_stored

ACTOR = Actor.system("import")


class NotMail(Exception):
    """There is nothing to import at this path; the message says why, in the person's words."""


def _is_maildir(folder: Path) -> bool:
    return (folder / "cur").is_dir() and (folder / "new").is_dir()


def _looks_like_mbox(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(5) == b"From "


def _mbox(path: Path) -> Iterator[bytes]:
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)
    finally:
        box.close()


def _maildir(folder: Path) -> Iterator[Path]:
    for name in ("cur", "new"):
        yield from sorted(path for path in (folder / name).iterdir() if path.is_file())


def mails(path: Path) -> Iterator[bytes]:
    """The raw mails at `path`: an .eml file, an mbox, a maildir, or a folder of them, read one by one.

    In a folder hidden files are passed over. Raises NotMail when the path does not exist.
    """
    if not path.exists():
        raise NotMail(str(path))
    if path.is_file():
        if _looks_like_mbox(path):
            yield from _mbox(path)
        else:
            yield path.read_bytes()
        return
    if _is_maildir(path):
        for file in _maildir(path):
            yield file.read_bytes()
    for child in sorted(path.iterdir()):
        if child.is_dir():
            # Folders of a maildir begin with a dot; other hidden ones are nobody's mail.
            wanted = not child.name.startswith(".") or _is_maildir(child)
            if wanted and not (_is_maildir(path) and child.name in {"cur", "new", "tmp"}):
                yield from mails(child)
        elif child.is_file() and not child.name.startswith(".") and not _is_maildir(path):
            yield from mails(child)  # beside a maildir's folders lie only its program's own files


def file_now(event: dict[str, Any]) -> bool:
    """Do with a stored mail what the worker does; False when it was set aside.

    One that could not be done now stays in line, and the worker takes it up.
    """
    try:
        return process_stored(channel=event["channel"], dedupe=event["dedupe"], actor=ACTOR) != "quarantined"
    except DBAPIError as error:
        logger().warning("mail left to the worker", error=type(error.orig).__name__, channel="email")
        return True


def import_path(
    path: str | Path,
    *,
    store: Callable[..., str] = store_committed,
    process: Callable[[dict[str, Any]], bool] = file_now,
    progress: Callable[[dict[str, int]], None] | None = None,
) -> dict[str, int]:
    """Import every mail at `path`: counts `read, stored, duplicate, quarantined, lost`.

    `lost` counts mails that could not be stored, which is an error to look into; a mail in quarantine is stored.
    `progress` is called with the counts after each mail. Raises NotMail.
    """
    counts = dict.fromkeys(("read", "stored", "duplicate", "quarantined", "lost"), 0)
    for raw in mails(Path(path)):
        counts["read"] += 1
        event = raw_event(raw, mail_from=None, rcpt_to=[], peer=None, source="import")
        try:
            outcome = store(**event)
        except Exception as error:  # noqa: BLE001 (one mail that cannot be stored must not end the others)
            logger().warning("mail not stored", error=type(error).__name__, channel="email")
            counts["lost"] += 1
            outcome = None
        if outcome is not None:
            counts[outcome] += 1
        if outcome == "stored" and not process(event):
            counts["quarantined"] += 1
        if progress is not None:
            progress(dict(counts))
    return counts
