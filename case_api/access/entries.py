"""The access log as the person it speaks of reads it: when, which unit and role, what for, on what basis."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api.access.base import DoorBase
from case_api.access.decision import BASES, RULES
from case_api.access.levels import Level
from case_api.access.purposes import WORDS as PURPOSES
from case_api.access.purposes import Purpose

ROLES: dict[str, Any] = {
    "social_worker": _l("trabajo social"),
    "information": _l("información y acogida"),
    "administrative": _l("administración"),
    "coordinator": _l("coordinación"),
    "data_protection": _l("protección de datos"),
    "benefits": _l("gestión de prestaciones"),
}
OBJECTS: dict[str, Any] = {
    "person": _l("Su ficha"),
    "file": _l("Sus expedientes"),
    "document": _l("Sus documentos"),
    "benefit": _l("Sus prestaciones"),
    "appointment": _l("Sus citas"),
    "access_log": _l("Quién ha consultado su carpeta"),
    "conversation": _l("Sus mensajes"),
    "consent": _l("Sus permisos"),
    "query": _l("Sus datos en otra administración"),
}


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One look at the person's record. Never the name of whoever looked.

    `unit_name` and `role` are those of staff; `client_id` names an application that acted for the person.
    """

    at: datetime
    actor_kind: str
    unit_name: str | None
    role: str | None
    purpose: str
    rule: str
    basis: str | None
    object_kind: str
    client_id: str | None

    @property
    def role_words(self) -> Any:
        return ROLES.get(self.role or "")

    @property
    def purpose_words(self) -> Any:
        return PURPOSES.get(self.purpose)  # type: ignore[call-overload]

    @property
    def object_words(self) -> Any:
        return OBJECTS.get(self.object_kind)

    @property
    def rule_words(self) -> Any:
        return RULES.get(self.rule)

    @property
    def basis_words(self) -> Any:
        return BASES.get(self.basis or "")


_ENTRIES = text("""
    SELECT e.at, e.actor_kind, u.name AS unit_name, e.role, e.purpose, e.rule, e.basis, e.object_kind,
        CASE WHEN e.actor_kind = 'client' THEN e.actor_id END AS client_id
    FROM access_entry e LEFT JOIN unit u ON u.id = e.unit_id
    WHERE e.person_id = :person AND e.outcome = 'allowed' AND e.level = ANY(:levels)
        AND e.actor_kind = ANY(:kinds) AND e.purpose <> :login AND e.at < :before
    ORDER BY e.at DESC, e.id DESC LIMIT :limit
""")


class AccessLogDoor(DoorBase):
    def access_entries(
        self,
        person_id: UUID,
        *,
        limit: int = 100,
        before: datetime | str = "infinity",
        processes: bool = False,
    ) -> list[AccessEntry]:
        """Who looked at a person's record, newest first (N2): staff and other applications; `processes` adds our own
        automatic ones. `before` (an instant) continues a list.

        Entries above what the reader may see are left out; no gap shows. Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind="access_log", object_id=person_id, action="list")
        levels = self.highest(person_id=person_id, object_kind="access_log")
        rows = self.unit.session.execute(
            _ENTRIES,
            {
                "person": person_id,
                "levels": [str(level) for level in levels],
                "kinds": ["staff", "client", *(["system"] if processes else [])],
                "login": str(Purpose.LOGIN),
                "before": before,
                "limit": limit,
            },
        )
        return [AccessEntry(*row) for row in rows]
