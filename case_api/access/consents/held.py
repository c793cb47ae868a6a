"""The consents that stand for whoever acts at this moment, as facts of the decision, and what leaves by them.

An application asks for its own here; of staff and of citizens `Standing` knows them, with everything else they are to
the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.levels import Level
from case_api.access.standing import Given, Standing
from case_api.access.table import Table
from case_api.db import Unit, new_id

_STANDING = text("""
    SELECT id, switch, file_id, given_at, expires_at, recipient_kind, recipient_name FROM consent
    WHERE person_id = :person AND recipient_kind = 'client' AND recipient_name = :name AND switch <> 'O'
        AND withdrawn_at IS NULL AND given_at <= :now AND (expires_at IS NULL OR expires_at > :now)
    ORDER BY switch, file_id NULLS FIRST
""")
_RELEASE = text("""
    INSERT INTO consent_release (id, consent_id, person_id, recipient_kind, recipient_name, object_kind, object_id,
        level, action, at, professional_id)
    VALUES (:id, :consent, :person, :recipient, :name, :kind, :object, :level, :action, :at, :professional)
""")
_READS = ("read", "list", "download")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked at: whose, at which level, which thing of which file. With `listing`, of any file."""

    person_id: UUID
    level: Level
    object_kind: str
    object_id: str
    action: str
    file_id: UUID | None
    listing: bool = False


class Held:
    """What the person has given to whoever acts; an application's is asked once a door, of nobody else's record."""

    def __init__(self, unit: Unit, actor: Actor, standing: Standing):
        self._unit = unit
        self._actor = actor
        self._of_people = standing
        self._asked: list[Given] | None = None
        self._released: set[tuple[UUID, str, str, str]] = set()

    def any(self, person_ids: Iterable[UUID]) -> bool:
        """Whether this actor may owe what it sees of one of these people to a consent."""
        return self._actor.kind == "client" or any(self._given(one) for one in person_ids)

    def switches(self, person_id: UUID | None, file_id: UUID | None, listing: bool) -> frozenset[str]:
        """The switches that are on for an object of this person (and this file), now."""
        return frozenset(one.switch for one in self._standing(person_id, file_id, listing))

    def days(self, person_id: UUID | None, file_id: UUID | None, listing: bool) -> float | None:
        """How long ago the special one (T4) was given; None when there is none."""
        given = [one.given_at for one in self._standing(person_id, file_id, listing) if one.switch == "T4"]
        return (clock.now() - max(given)) / _DAY if given else None

    def release(self, table: Table, looked: Looked) -> None:
        """Write what goes to whoever acts because of a consent: once for each object and action of a request."""
        if looked.action not in _READS:
            return
        for one in self._standing(looked.person_id, looked.file_id, looked.listing):
            switch = table.switches.get(one.switch)  # type: ignore[call-overload]
            if switch is None or looked.level not in switch.levels or looked.object_kind not in switch.objects:
                continue
            key = (one.id, looked.object_kind, looked.object_id, looked.action)
            if key not in self._released:
                self._released.add(key)
                values = {
                    "id": new_id(), "consent": one.id, "person": looked.person_id, "recipient": one.recipient_kind,
                    "name": one.recipient_name, "kind": looked.object_kind, "object": looked.object_id,
                    "level": str(looked.level), "action": looked.action, "at": clock.now(),
                    "professional": self._actor.professional_id,
                }  # fmt: skip
                self._unit.session.execute(_RELEASE, values)
            return

    def _standing(self, person_id: UUID | None, file_id: UUID | None, listing: bool) -> list[Given]:
        now = clock.now()
        return [
            one
            for one in self._given(person_id)
            if (one.expires_at is None or one.expires_at > now) and (listing or one.file_id in (None, file_id))
        ]

    def _given(self, person_id: UUID | None) -> Iterable[Given]:
        if self._actor.kind != "client":
            return self._of_people.given(person_id)
        if person_id is None or person_id != self._actor.person_id:
            return ()
        if self._asked is None:
            values = {"person": person_id, "name": self._actor.id, "now": clock.now()}
            self._asked = [Given(*row) for row in self._unit.session.execute(_STANDING, values)]
        return self._asked
