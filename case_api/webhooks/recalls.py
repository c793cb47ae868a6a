"""What went out by a consent is asked back when the consent ends, and whoever had it says what they did with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import Unit, new_id
from case_api.errors import NotFound

Outcome = Literal["deleted", "kept_by_law"]


@dataclass(frozen=True, slots=True)
class Recall:
    """A request to delete. `outcome` and `acknowledged_at` are None until the recipient answered.

    Of a case team each member who was shown something answers: `members` of them, `answered` so far.
    """

    id: UUID
    consent_id: UUID
    person_id: UUID
    created_at: datetime
    acknowledged_at: datetime | None
    outcome: str | None
    members: int = 0
    answered: int = 0


_COLUMNS = "id, consent_id, person_id, created_at, acknowledged_at, outcome"


def ask_back(unit: Unit, *, consent_id: UUID, person_id: UUID, recipient_kind: str, recipient_name: str) -> UUID:
    """Write the recall of a consent; returns its identifier."""
    made = new_id()
    unit.session.execute(
        text(
            "INSERT INTO consent_recall (id, consent_id, person_id, recipient_kind, recipient_name, created_at) "
            "VALUES (:id, :consent, :person, :kind, :name, :now)"
        ),
        {
            "id": made, "consent": consent_id, "person": person_id, "kind": recipient_kind, "name": recipient_name,
            "now": clock.now(),
        },
    )  # fmt: skip
    return made


def of_consent(session: Session, consent_id: UUID) -> Recall | None:
    """The recall of a consent, for the person whose it is."""
    row = session.execute(
        text(
            f"SELECT {_COLUMNS}, (SELECT count(*) FROM consent_recall_member m WHERE m.recall_id = r.id), "
            "(SELECT count(m.acknowledged_at) FROM consent_recall_member m WHERE m.recall_id = r.id) "
            "FROM consent_recall r WHERE consent_id = :id"
        ),
        {"id": consent_id},
    ).first()
    return Recall(*row) if row else None


def of_client(session: Session, *, client_id: str) -> list[Recall]:
    """What this client is asked to delete, newest first."""
    rows = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM consent_recall WHERE recipient_kind = 'client' AND recipient_name = :client "
            "ORDER BY created_at DESC, id"
        ),
        {"client": client_id},
    )
    return [Recall(*row) for row in rows]


def acknowledge(session: Session, *, client_id: str, recall_id: UUID, outcome: Outcome) -> Recall:
    """The recipient did as asked, or says that a law makes it keep them. The first answer stands. Raises NotFound."""
    session.execute(
        text(
            "UPDATE consent_recall SET acknowledged_at = :now, outcome = :outcome WHERE id = :id "
            "AND recipient_kind = 'client' AND recipient_name = :client AND acknowledged_at IS NULL"
        ),
        {"id": recall_id, "client": client_id, "now": clock.now(), "outcome": outcome},
    )
    row = session.execute(
        text(
            f"SELECT {_COLUMNS} FROM consent_recall WHERE id = :id AND recipient_kind = 'client' "
            "AND recipient_name = :client"
        ),
        {"id": recall_id, "client": client_id},
    ).first()
    if row is None:
        raise NotFound()
    return Recall(*row)
