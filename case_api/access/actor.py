"""Who acts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["citizen", "staff", "client", "system", "anonymous", "guest"]
Assurance = Literal["low", "substantial", "high"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a professional, a machine client or a named process of ours, for one request or job. A guest is a
    contact without a record, known by an address that they hold: `id` is the contact's, and no record opens for them.

    `assurance` is the level of the login (eIDAS, Reglamento (UE) 910/2014 art. 8) and `authenticated_at` its instant.
    """

    kind: Kind
    id: str
    person_id: UUID | None = None
    professional_id: UUID | None = None
    unit_id: UUID | None = None
    role: str | None = None
    assurance: Assurance | None = None
    authenticated_at: datetime | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A process of ours, named for what it does."""
        return cls("system", name)

    @classmethod
    def anonymous(cls) -> "Actor":
        """Somebody who has not logged in."""
        return cls("anonymous", "anonymous")
