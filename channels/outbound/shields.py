"""Who is shielded now: the record's fact, asked when something is written and again when it is sent."""

from collections.abc import Collection
from importlib import import_module
from importlib.util import find_spec
from uuid import UUID

from sqlalchemy.orm import Session

_FACT = "case_api.access.shields"


def among(session: Session, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of `people` under a shield that is in force at this moment (N5: protected address, violence, children)."""
    if not people or find_spec(_FACT) is None:
        return frozenset()
    return frozenset(import_module(_FACT).shielded_among(session, people))
