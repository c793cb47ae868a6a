"""What a professional decides about a suggestion of ours: whether a child writes, and who else may see it."""

from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Invalid, NotFound

Decision = Literal["adult", "keep", "show"]
DECISIONS: tuple[Decision, ...] = ("keep", "show", "adult")

# decision → (what is written of the child, whether representatives are kept out)
_MEANS: dict[str, tuple[str | None, bool]] = {"adult": ("no", False), "keep": (None, True), "show": (None, False)}


def decide_minor(session: Session, *, conversation_id: UUID, decision: Decision, professional_id: UUID) -> None:
    """`adult`: no child writes here. `keep`: whoever represents the child does not see it; `show`: they may.

    It may be decided anew. Raises NotFound for a conversation where no child was suspected, Invalid.
    """
    if decision not in _MEANS:
        raise Invalid(fields={"decision": "unknown"})
    minor, kept = _MEANS[decision]
    changed = session.execute(
        text(
            "UPDATE conversation SET minor = coalesce(:minor, minor), kept_from_representatives = :kept, "
            "kept_decided_by = :professional, kept_decided_at = :now "
            "WHERE id = :id AND (minor IN ('suspected', 'known') OR kept_decided_at IS NOT NULL) RETURNING id"
        ),
        {
            "id": conversation_id,
            "minor": minor,
            "kept": kept,
            "professional": professional_id,
            "now": clock.now(),
        },
    ).scalar()
    if changed is None:
        raise NotFound
