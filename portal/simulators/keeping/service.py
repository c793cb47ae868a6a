"""Kept results of one person: written, listed, read and deleted by that person alone."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from case_api import clock, keys
from case_api.access.door import Door
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Conflict, NotFound
from portal.simulators.keeping.tables import KeptResult

AT_MOST = 100
KIND = "calculation"
_PURPOSE = "kept-result"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept result: the day it was calculated for, since when its newest parameter holds, and the snapshot."""

    id: UUID
    calculated_on: date
    parameters_from: date | None
    created_at: datetime
    content: dict[str, Any]


def keep(door: Door, person_id: UUID, *, content: dict[str, Any]) -> UUID:
    """Keep a snapshot. Raises StepUpRequired for a weak login, Conflict when there are too many."""
    door.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id="", action="write")
    session = door.unit.session
    count = session.scalar(select(func.count()).select_from(KeptResult).where(KeptResult.person_id == person_id))
    if (count or 0) >= AT_MOST:
        raise Conflict(_l("Tiene guardados ya muchos resultados. Borre alguno y guarde este después."))
    made = KeptResult(
        id=new_id(),
        person_id=person_id,
        calculated_on=date.fromisoformat(content["day"]),
        parameters_from=date.fromisoformat(content["parameters_from"]) if content["parameters_from"] else None,
        language=content["language"],
        content=keys.seal(_PURPOSE, json.dumps(content, ensure_ascii=False).encode()),
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made.id


def may_keep(door: Door, person_id: UUID) -> None:
    """Ask for the login that keeping needs before anything else. Raises StepUpRequired."""
    door.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id="", action="list")


def listing(door: Door, person_id: UUID) -> list[Kept]:
    """A person's kept results, newest first. Raises StepUpRequired, NotFound."""
    door.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id="", action="list")
    rows = door.unit.session.scalars(
        select(KeptResult).where(KeptResult.person_id == person_id).order_by(KeptResult.created_at.desc())
    )
    return [_opened(row) for row in rows]


def kept(door: Door, person_id: UUID, result_id: UUID) -> Kept:
    """One of them. Raises StepUpRequired, NotFound for another's as for one that does not exist."""
    door.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=result_id)
    row = door.unit.session.get(KeptResult, result_id)
    if row is None or row.person_id != person_id:
        raise NotFound()
    return _opened(row)


def forget(door: Door, person_id: UUID, result_id: UUID) -> None:
    """Delete one for good. Raises StepUpRequired, NotFound."""
    door.require(person_id=person_id, level=Level.N2, object_kind=KIND, object_id=result_id, action="delete")
    found = door.unit.session.execute(
        delete(KeptResult).where(KeptResult.id == result_id, KeptResult.person_id == person_id)
    )
    if not found.rowcount:
        raise NotFound()


def _opened(row: KeptResult) -> Kept:
    content = json.loads(keys.unseal(_PURPOSE, row.content))
    return Kept(row.id, row.calculated_on, row.parameters_from, row.created_at, content)
