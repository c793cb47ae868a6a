"""Queries to other administrations: may one go out, and the record of it that RD 203/2021 art. 61.3 asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id

Proceeding = Literal["service", "sanction", "inspection"]


@dataclass(frozen=True, slots=True)
class QueryAnswer:
    """Whether the query may go out. `reason`: allowed, opposed, shielded (nobody is asked about a person in danger: it
    is done by hand), or not_offered (no agreement covers these data)."""

    id: UUID
    allowed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Query:
    """One question to another administration as it is kept: which data, what for, in which proceeding, and whether it
    went out (`reason` as in QueryAnswer). `employee` is told to professionals alone: the person asks the office for it.
    """

    id: UUID
    person_id: UUID
    administration: str
    data: tuple[str, ...]
    purpose: str
    proceeding: Proceeding
    employee: str | None
    allowed: bool
    reason: str
    at: datetime


class QueriesDoor(DoorBase):
    def queries(self, person_id: UUID) -> list[Query]:
        """What was asked of other administrations about a person, newest first, and what was held back (N2).

        It is read as the access log is. What was held back by a shield stands only where its place may be read (N5).
        Raises NotFound, StepUpRequired.
        """
        self.require(person_id=person_id, level=Level.N2, object_kind="access_log", object_id=person_id, action="list")
        rows = self.unit.session.execute(
            text(
                "SELECT id, person_id, administration, data, purpose, proceeding, employee, allowed, reason, at "
                "FROM administration_query WHERE person_id = :person AND (reason <> 'shielded' OR :shielded) "
                "ORDER BY at DESC, id"
            ),
            {"person": person_id, "shielded": self.locates(person_id)},
        )
        names = self.actor.kind == "staff"
        return [
            Query(*row[:3], tuple(row.data), row.purpose, row.proceeding, row.employee if names else None, *row[7:])
            for row in rows
        ]

    def may_query(
        self,
        person_id: UUID,
        administration: str,
        *,
        data: Sequence[str],
        purpose: str,
        employee: str,
        proceeding: Proceeding = "service",
    ) -> QueryAnswer:
        """Ask before each query to another administration; without a yes, nothing is sent. Kept either way.

        An opposition stops it, except in a sanction or an inspection (Ley 39/2015 art. 28.2). Data that no offer of the
        table names are never asked for: tax data need an authorisation first (LGT art. 95.1.k). `employee` is the login
        of whoever asks. Raises NotFound for a person out of reach (N2), ValueError without data, purpose or employee.
        """
        if not data or not purpose.strip() or not employee.strip():
            raise ValueError("a query names its data, its purpose and its employee (RD 203/2021 art. 61.3)")
        self.require(person_id=person_id, level=Level.N2, object_kind="query", object_id=administration, action="query")
        offer = next(
            (one for one in self._table.offers if (one.recipient, one.name) == ("administration", administration)), None
        )
        # Locked against an opposition that is being given right now: one of the two comes first.
        self.unit.session.execute(
            text("SELECT pg_advisory_xact_lock_shared(hashtext('alma.opposition'), hashtext(:person))"),
            {"person": str(person_id)},
        )
        opposition = self.unit.session.execute(
            text(
                "SELECT id FROM consent WHERE person_id = :person AND switch = 'O' "
                "AND recipient_kind = 'administration' AND recipient_name = :name "
                "AND withdrawn_at IS NULL AND given_at <= :now "
                "AND (expires_at IS NULL OR expires_at > :now)"
            ),
            {"person": person_id, "name": administration, "now": clock.now()},
        ).scalar()
        if self._standing.shielded(person_id):
            reason = "shielded"
        elif offer is None or not set(data) <= set(offer.data):
            reason = "not_offered"
        elif opposition is not None and proceeding == "service":
            reason = "opposed"
        else:
            reason = "allowed"
        answer = QueryAnswer(new_id(), reason == "allowed", reason)
        self.unit.session.execute(
            text(
                "INSERT INTO administration_query (id, person_id, administration, data, purpose, proceeding, employee, "
                "allowed, reason, opposition_id, at) VALUES (:id, :person, :administration, :data, :purpose, "
                ":proceeding, :employee, :allowed, :reason, :opposition, :now)"
            ),
            {
                "id": answer.id, "person": person_id, "administration": administration, "data": list(data),
                "purpose": purpose, "proceeding": proceeding, "employee": employee, "allowed": answer.allowed,
                "reason": reason, "opposition": opposition, "now": clock.now(),
            },
        )  # fmt: skip
        return answer
