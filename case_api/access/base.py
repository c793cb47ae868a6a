"""The frame of the door: one question before every reading, one entry in the log after it.

A room's part of the door is a mixin over `DoorBase`, imported from here; `door.py` puts them together.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.consents.held import Held, Looked
from case_api.access.decision import Decision, Facts, decide
from case_api.access.levels import Level
from case_api.access.log import Entry
from case_api.access.purposes import Purpose
from case_api.access.representing import Acting
from case_api.access.standing import Standing
from case_api.access.table import table_on
from case_api.db import Unit
from case_api.errors import NotFound, StepUpRequired

# What could locate a shielded person; and what carries something of the record out of the house.
LOCATING = frozenset({"appointment", "household", "address", "unit"})
LOOKS = frozenset({"read", "list", "download", "print"})
CONSENTED = frozenset({"client", "consent"})
TAKES_OUT = frozenset({"download", "export", "print", "receipt", "calendar"})


class DoorBase:
    """One actor, one purpose, one unit of work. Subclasses answer only after `require`."""

    def __init__(
        self,
        unit: Unit,
        actor: Actor,
        purpose: Purpose,
        handling: frozenset[UUID],
        scopes: frozenset[str] | None,
        represented: UUID | None = None,
    ):
        self.unit = unit
        self.actor = actor
        self.purpose = purpose
        self._scopes = scopes
        self._table = table_on(clock.today())
        self._standing = Standing(unit, actor, handling, represented)
        self._logged: set[tuple[Any, ...]] = set()
        self._held = Held(unit, actor, self._standing)

    def require(
        self,
        *,
        person_id: UUID | None,
        level: Level,
        object_kind: str,
        object_id: UUID | str,
        action: str = "read",
        file_id: UUID | None = None,
        listing: bool = False,
        is_author: bool = False,
    ) -> Decision:
        """Decide, and write the look into the access log (once for each person, kind, object and action).

        `person_id` is whose record it is; None when the object was not found, which costs the same work and gives
        the same answer as one that may not be seen. `file_id` is the file that the object belongs to: a consent to one
        file opens no other. With `listing`, a consent to any one file will do, and `open_to` leaves the others out.
        `is_author`: this actor wrote it (private notes).
        Raises NotFound when refused, StepUpRequired when it is the actor's own record and only the login is too weak.
        """
        decision = self._decide(person_id, level, object_kind, file_id, listing, is_author, action)
        self._log(decision, person_id, object_kind, str(object_id), action)
        if decision.allowed and decision.rule in CONSENTED and person_id is not None:
            looked = Looked(person_id, level, object_kind, str(object_id), action, file_id, listing)
            self._held.release(self._table, looked)
        if decision.step_up:
            error = StepUpRequired(decision.step_up)
            error.details["fresh"] = decision.fresh
            raise error
        if not decision.allowed:
            raise NotFound()
        return decision

    def allows(
        self,
        *,
        person_id: UUID,
        level: Level,
        object_kind: str,
        file_id: UUID | None = None,
        listing: bool = False,
    ) -> bool:
        """Whether `require` would pass; writes nothing. To leave rows out of a list that `require` let through."""
        return self._decide(person_id, level, object_kind, file_id, listing, words=True).allowed

    def may_act(self, person_id: UUID, action: str, *, level: Level, object_kind: str) -> bool:
        """Whether this actor may do this in the person's name; writes nothing. To show a button."""
        return self._decide(person_id, level, object_kind, listing=True, action=action, words=True).allowed

    def acting(self, person_id: UUID) -> Acting | None:
        """By whom something is done in this person's name, when a representative does it; None for everybody else."""
        return self._standing.acting(person_id, self._table)

    def shows(
        self, *, person_id: UUID, level: Level, object_kind: str, object_id: UUID | str, action: str = "list"
    ) -> bool:
        """As `require`, but False where only a shield stands in between: then a list is empty, like an ordinary one.

        Raises NotFound and StepUpRequired as it would without the shield.
        """
        if self._raised(person_id, level, object_kind) == level:
            self.require(person_id=person_id, level=level, object_kind=object_kind, object_id=object_id, action=action)
            return True
        decision = self._decide(person_id, level, object_kind, action=action)
        without = self._decide(person_id, level, object_kind, action=action, raised=False)
        if without.step_up:
            self._log(without, person_id, object_kind, str(object_id), action)
            raise StepUpRequired(without.step_up)
        self._log(decision, person_id, object_kind, str(object_id), action)
        if not without.allowed:
            raise NotFound()
        return decision.allowed

    def locates(self, person_id: UUID) -> bool:
        """Whether this actor may read where a person is attended: always, but under a shield (N5)."""
        shielded = self._standing.shielded(person_id)
        return not shielded or self.allows(person_id=person_id, level=Level.N5, object_kind="unit")

    def highest(
        self, *, person_id: UUID, object_kind: str, levels: Iterable[Level] = tuple(Level), listing: bool = False
    ) -> list[Level]:
        """Those of the levels that `allows` lets through: what a list may show of this kind of object."""
        return [
            level
            for level in levels
            if self.allows(person_id=person_id, level=level, object_kind=object_kind, listing=listing)
        ]

    def open_to(
        self,
        rows: Iterable[Any],
        *,
        object_kind: str,
        level: Callable[[Any], Level],
        file: Callable[[Any], UUID | None],
    ) -> list[Any]:
        """Those rows of a list (with `id` and `person_id`) whose own level and file are open to this actor.

        Only a consent is narrower than its list; each row that goes to somebody by one is a release.
        """
        rows = list(rows)
        if not self._held.any({row.person_id for row in rows}):
            return rows
        kept = []
        for row in rows:
            at, of = level(row), file(row)
            decision = self._decide(row.person_id, at, object_kind, of)
            if decision.allowed:
                if decision.rule in CONSENTED:
                    looked = Looked(row.person_id, at, object_kind, str(row.id), "list", of)
                    self._held.release(self._table, looked)
                kept.append(row)
        return kept

    def by_consent(self, *, person_id: UUID, level: Level, object_kind: str, file_id: UUID | None = None) -> bool:
        """Whether this actor sees it because the person said yes and for nothing else: then, what is finished."""
        if not self._held.any([person_id]):
            return False
        decision = self._decide(person_id, level, object_kind, file_id, listing=file_id is None)
        return decision.allowed and decision.rule in CONSENTED

    def require_each(
        self, person_ids: Collection[UUID], *, level: Level, object_kind: str, action: str = "read"
    ) -> list[UUID]:
        """Those people whose record this actor may see at this level, each logged; the others are left out."""
        self._standing.look_up(person_ids)
        allowed = []
        for person_id in dict.fromkeys(person_ids):
            decision = self._decide(person_id, level, object_kind)
            if decision.allowed:
                self._log(decision, person_id, object_kind, str(person_id), action)
                allowed.append(person_id)
        return allowed

    def _decide(
        self,
        person_id: UUID | None,
        level: Level,
        object_kind: str,
        file_id: UUID | None = None,
        listing: bool = False,
        is_author: bool = False,
        action: str = "read",
        words: bool = False,
        raised: bool = True,
    ) -> Decision:
        actor = self.actor
        asked, level = level, self._raised(person_id, level, object_kind, words) if raised else level
        age = clock.now() - actor.authenticated_at if actor.authenticated_at else None
        # Who somebody is goes with whatever they gave, of one file too.
        listing = listing or (object_kind == "person" and actor.kind != "client")
        decision = decide(
            Facts(
                actor_kind=actor.kind,
                purpose=self.purpose,
                level=level,
                object_kind=object_kind,
                role=actor.role,
                assurance=actor.assurance,
                login_age=age / timedelta(seconds=1) if age is not None else None,
                is_self=person_id is not None and person_id == actor.person_id,
                is_author=is_author,
                scopes=self._scopes,
                consents=self._held.switches(person_id, file_id, listing),
                consent_days=self._held.days(person_id, file_id, listing),
                takes_out=action in TAKES_OUT,
                **self._standing.of(person_id, level, self._table),
            ),
            self._table,
        )
        # A consent lets somebody look, and nothing else; what an application may write is in its scopes.
        if decision.allowed and decision.rule == "consent" and action not in LOOKS:
            decision = Decision(False, "deny", None, decision.level)
        if decision.allowed and decision.rule == "representation" and action not in LOOKS:
            acts = self._table.representation.acts.get(action, frozenset())
            if self._standing.represents_as(person_id, self._table) not in acts:
                decision = Decision(False, "deny", None, decision.level)
        # Under a shield nothing says that a stronger login would open more: the folder looks ordinary.
        return replace(decision, step_up=None, rule="shield") if level != asked and decision.step_up else decision

    def _raised(self, person_id: UUID | None, level: Level, object_kind: str, words: bool = False) -> Level:
        """The level of an object: under a shield, what could locate the person is N5."""
        locating = object_kind in LOCATING or (words and object_kind == "conversation" and level > Level.N0)
        return Level.N5 if locating and level < Level.N5 and self._standing.shielded(person_id) else level

    def _log(self, decision: Decision, person_id: UUID | None, kind: str, object_id: str, action: str) -> None:
        outcome = "allowed" if decision.allowed else "step_up" if decision.step_up else "denied"
        key = (person_id, kind, object_id, action, outcome)
        if key in self._logged:
            return
        self._logged.add(key)
        actor = self.actor
        self.unit.entries.append(
            Entry(
                at=clock.now(),
                actor_kind=actor.kind,
                actor_id=actor.id,
                unit_id=actor.unit_id,
                role=actor.role,
                purpose=str(self.purpose),
                action=action,
                outcome=outcome,
                rule=decision.rule,
                basis=decision.basis,
                level=str(decision.level),
                object_kind=kind,
                object_id=object_id,
                person_id=person_id,
            )
        )
