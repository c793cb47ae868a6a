"""The consents that stand for an application at this moment, as facts of the decision, and what leaves by them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.levels import Level
from case_api.access.table import Table
from case_api.db import Unit, new_id

_STANDING = text("""
    SELECT id, switch, file_id, expires_at FROM consent
    WHERE person_id = :person AND recipient_kind = 'client' AND recipient_name = :name AND switch <> 'O'
        AND withdrawn_at IS NULL AND given_at <= :now AND (expires_at IS NULL OR expires_at > :now)
    ORDER BY switch, file_id NULLS FIRST
""")
_RELEASE = text("""
    INSERT INTO consent_release (id, consent_id, person_id, recipient_kind, recipient_name, object_kind, object_id,
        level, action, at)
    VALUES (:id, :consent, :person, 'client', :name, :kind, :object, :level, :action, :at)
""")
_READS = ("read", "list", "download")


@dataclass(frozen=True, slots=True)
class _Consent:
    id: UUID
    switch: str
    file_id: UUID | None
    expires_at: datetime | None


class Held:
    """What the person whom an application acts for has given it; asked once a door, and of nobody else's record."""

    def __init__(self, unit: Unit, actor: Actor):
        self._unit = unit
        self._actor = actor
        self._asked: list[_Consent] | None = None
        self._released: set[tuple[UUID, str, str, str]] = set()

    def switches(self, person_id: UUID | None, file_id: UUID | None, listing: bool) -> frozenset[str]:
        """The switches that are on for an object of this person (and this file), now."""
        return frozenset(one.switch for one in self._standing(person_id, file_id, listing))

    def release(
        self,
        table: Table,
        person_id: UUID,
        level: Level,
        object_kind: str,
        object_id: str,
        action: str,
        file_id: UUID | None,
        listing: bool,
    ) -> None:
        """Write what goes to the application because of a consent: once for each object and action of a request."""
        if action not in _READS:
            return
        for one in self._standing(person_id, file_id, listing):
            switch = table.switches.get(one.switch)  # type: ignore[call-overload]
            if switch is None or level not in switch.levels or object_kind not in switch.objects:
                continue
            key = (one.id, object_kind, object_id, action)
            if key not in self._released:
                self._released.add(key)
                values = {
                    "id": new_id(), "consent": one.id, "person": person_id, "name": self._actor.id, "kind": object_kind,
                    "object": object_id, "level": str(level), "action": action, "at": clock.now(),
                }  # fmt: skip
                self._unit.session.execute(_RELEASE, values)
            return

    def _standing(self, person_id: UUID | None, file_id: UUID | None, listing: bool) -> list[_Consent]:
        if self._actor.kind != "client" or person_id is None or person_id != self._actor.person_id:
            return []
        now = clock.now()
        if self._asked is None:
            values = {"person": person_id, "name": self._actor.id, "now": now}
            self._asked = [_Consent(*row) for row in self._unit.session.execute(_STANDING, values)]
        return [
            one
            for one in self._asked
            if (one.expires_at is None or one.expires_at > now) and (listing or one.file_id in (None, file_id))
        ]
