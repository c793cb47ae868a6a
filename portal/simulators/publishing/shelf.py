"""The parameters in force: those of the program, and over them what was approved, each known since its approval."""

import hashlib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.log import logger
from portal.simulators.drafts import changed_rows, draft_shelf
from portal.simulators.parameters.library import Library, from_files, put_in_force
from portal.simulators.parameters.strict_yaml import DataError

EVERY_SECONDS = 5.0
"""A process looks for new approvals at most this often, when a page of the calculator is asked for."""

# Nothing approved ever goes away, so their number says whether there is something new.
_HOW_MANY = text("SELECT count(*) FROM parameter_decision WHERE verdict = 'approved'")
_APPROVED = text("""
    SELECT d.benefit, d.content, d.file_sha256, p.decided_at
    FROM parameter_decision p JOIN parameter_draft d ON d.id = p.draft_id
    WHERE p.verdict = 'approved' ORDER BY p.decided_at, d.id
""")


@dataclass(frozen=True, slots=True)
class Approved:
    """A draft that holds: the text of a file, the day (in Madrid) it was approved, the program's text beside it."""

    benefit: str
    content: str
    file_sha256: bytes
    day: date


@dataclass(slots=True)
class _State:
    """What this process has read: when it last looked, and how many approvals it answers with."""

    looked: float = -EVERY_SECONDS
    approvals: int = 0


_state = _State()
_lock = threading.Lock()


def sha256(content: str) -> bytes:
    """The fingerprint of a text."""
    return hashlib.sha256(content.encode()).digest()


def approved(session: Session) -> list[Approved]:
    """Everything approved, in the order in which it was."""
    return [
        Approved(row.benefit, row.content, bytes(row.file_sha256), row.decided_at.astimezone(clock.MADRID).date())
        for row in session.execute(_APPROVED)
    ]


def shelf_of(found: Iterable[Approved], known_on: date | None = None) -> Library:
    """The parameters with what was approved, or with what had been by a day.

    A row that a draft brought and that says no `known_from` of its own is known since its approval. What the program
    cannot read any more is left out, and logged: its file stands then.
    """
    shelf = from_files()
    for one in found:
        if known_on is None or one.day <= known_on:
            try:
                shelf = _over(shelf, one)
            except (DataError, ValueError) as error:
                logger().error("approved parameters cannot be read", reason=str(error), stage=one.benefit)
    return shelf


def refresh() -> None:
    """Answer with what is approved by now. Without a database the calculator goes on with what it knows."""
    if time.monotonic() - _state.looked < EVERY_SECONDS:
        return
    try:
        refresh_now()
    except SQLAlchemyError as error:
        logger().warning("approved parameters not read", reason=type(error).__name__)


def refresh_now() -> None:
    """The same at once, and only if it can be. Raises SQLAlchemyError without a database."""
    with _lock:
        _state.looked = time.monotonic()
        with unit_of_work(Actor.system("parameters")) as unit:
            approvals = unit.session.execute(_HOW_MANY).scalar() or 0
            if approvals != _state.approvals:
                put_in_force(shelf_of(approved(unit.session)) if approvals else None)
                _state.approvals = approvals


def superseded(session: Session) -> list[str]:
    """Files for which the program has brought another text since their parameters were approved: staff compare."""
    files = from_files().texts
    last = {one.benefit: one for one in approved(session)}
    return sorted(
        name
        for name, one in last.items()
        if name in files and one.file_sha256 != sha256(files[name]) and one.content != files[name]
    )


def forget() -> None:
    """Go back to the parameters of the program, as a process that has just started."""
    put_in_force(None)
    _state.looked, _state.approvals = -EVERY_SECONDS, 0


def _over(shelf: Library, one: Approved) -> Library:
    made = draft_shelf({one.benefit: one.content}, base=shelf)
    rows = dict(made.rows(one.benefit))
    for change in changed_rows(one.benefit, made, date.max, base=shelf):
        new = change.after
        if new is not None and new.known_from == new.start:
            known = replace(new, known_from=one.day)
            rows[change.parameter] = tuple(known if row is new else row for row in rows[change.parameter])
    return made.with_rows(one.benefit, rows)
