"""The access log as the person it speaks of reads it: when, which unit and role, what for, on what basis."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api.access.base import DoorBase
from case_api.access.decision import BASES, RULES
from case_api.access.levels import Level
from case_api.access.purposes import WORDS as PURPOSES
from case_api.access.purposes import Purpose
from case_api.errors import NotFound

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
    "household": _l("Con quién vive"),
    "representation": _l("Quién le representa"),
    "referral": _l("Su derivación a otro centro"),
    "case_team": _l("El equipo de su caso"),
    "history": _l("Su historia social"),
    "plan": _l("Su plan"),
    "credential": _l("Su clave del centro"),
    "rights": _l("Sus peticiones sobre sus datos"),
    "export": _l("La copia de todo lo suyo"),
    "shield": _l("Su protección"),
    "glass": _l("Su ficha, por urgencia"),
}

TOGETHER = timedelta(minutes=10)
"""Looks of one actor for one purpose, no further apart than this, are one look."""


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
    id: UUID

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
        return _TO_THE_PERSON.get(self.rule) or RULES.get(self.rule)

    @property
    def basis_words(self) -> Any:
        return BASES.get(self.basis or "")


# The log is read by the person it is about: these two rules are said to them.
_TO_THE_PERSON = {
    "care-relation": _l("Es del equipo que le atiende"),
    "handling": _l("Atendía un mensaje o una cita de usted"),
}
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Look(AccessEntry):
    """Several entries that are one look: `at` the last of them, `since` the first, `kinds` what was seen.

    `id` is the last entry's; `entries` are all of theirs.
    """

    since: datetime
    kinds: tuple[str, ...]
    entries: tuple[UUID, ...]

    @property
    def kinds_words(self) -> list[Any]:
        return [OBJECTS[kind] for kind in self.kinds if kind in OBJECTS]


# A look of staff at a shielded person tells the unit: it is N5, like the unit itself.
_ENTRIES = text("""
    SELECT e.at, e.actor_kind, u.name AS unit_name, e.role, e.purpose, e.rule, e.basis, e.object_kind,
        CASE WHEN e.actor_kind = 'client' THEN e.actor_id END AS client_id, e.id, e.actor_id
    FROM access_entry e LEFT JOIN unit u ON u.id = e.unit_id
    WHERE e.person_id = :person AND e.outcome = 'allowed'
        AND CASE WHEN e.unit_id IS NOT NULL AND (:raised OR u.protected) THEN 'N5' ELSE e.level END = ANY(:levels)
        AND (e.actor_kind = ANY(:kinds) OR (e.actor_kind = 'citizen' AND e.rule IN ('representation', 'consent')))
        AND e.purpose <> :login AND e.at < :before
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
        """Who looked at a person's record, newest first (N2): staff, other applications and whoever acts for them;
        `processes` adds our own automatic ones. `before` (an instant) continues a list.

        Entries above what the reader may see are left out; no gap shows. Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind="access_log", object_id=person_id, action="list")
        return [AccessEntry(*row[:-1]) for row in self._entries(person_id, limit, before, processes)]

    def looks(
        self, person_id: UUID, *, limit: int = 20, before: datetime | str = "infinity"
    ) -> tuple[list[Look], datetime | None]:
        """The same for people to read: the looks of one actor for one purpose, within minutes, are one.

        The second value continues the list (`before`); None at its end. Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind="access_log", object_id=person_id, action="list")
        found: list[Look] = []
        for look in self._grouped(person_id, before):
            if len(found) == limit:
                return found, look.at + timedelta(microseconds=1)
            found.append(look)
        return found, None

    def look(self, person_id: UUID, entry_id: UUID) -> Look:
        """The one look that an entry belongs to, as `looks` shows it. Raises NotFound, StepUpRequired."""
        self.require(person_id=person_id, level=Level.N2, object_kind="access_log", object_id=entry_id)
        at = self.unit.session.execute(
            text("SELECT at FROM access_entry WHERE id = :id AND person_id = :person"),
            {"id": entry_id, "person": person_id},
        ).scalar()
        if at is not None:
            for look in self._grouped(person_id, at + timedelta(hours=1)):
                if entry_id in look.entries:
                    return look
                if look.at < at:
                    break
        raise NotFound()

    def _grouped(self, person_id: UUID, before: datetime | str) -> Iterator[Look]:
        held: list[tuple[tuple[Any, ...], Look]] = []
        for row in self._every_entry(person_id, before):
            entry, actor = AccessEntry(*row[:-1]), row[-1]
            key = (entry.actor_kind, actor, entry.unit_name, entry.role, entry.purpose, entry.rule)
            # Newest first: what lies too far back to be joined by this one is complete.
            while held and held[0][1].since - entry.at > TOGETHER:
                yield held.pop(0)[1]
            at = next((at for at, (other, _look) in enumerate(held) if other == key), None)
            if at is None:
                values = {name: getattr(entry, name) for name in AccessEntry.__slots__}
                held.append((key, Look(**values, since=entry.at, kinds=(entry.object_kind,), entries=(entry.id,))))
            else:
                look = held[at][1]
                kinds = look.kinds if entry.object_kind in look.kinds else (*look.kinds, entry.object_kind)
                held[at] = (key, replace(look, since=entry.at, kinds=kinds, entries=(*look.entries, entry.id)))
        for _key, look in held:
            yield look

    def _every_entry(self, person_id: UUID, before: datetime | str) -> Iterator[Any]:
        while rows := self._entries(person_id, _AT_ONCE, before, processes=False):
            yield from rows
            if len(rows) < _AT_ONCE:
                return
            before = rows[-1].at

    def _entries(self, person_id: UUID, limit: int, before: datetime | str, processes: bool) -> list[Any]:
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
                "raised": self._standing.shielded(person_id),
            },
        )
        return list(rows)
