"""Who is shielded now: the record's fact, asked when something is written and again when it is sent."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from case_api.access.shields import shielded_among


def among(session: Session, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of `people` under a shield that is in force at this moment (N5: protected address, violence, children)."""
    return frozenset(shielded_among(session, people)) if people else frozenset()
