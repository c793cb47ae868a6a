"""Drafts of parameters: proposed, compared, decided by a second person. Nothing is ever changed or deleted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import Unit, current_unit, new_id
from case_api.errors import Conflict, Invalid, NotFound, Refused
from portal.simulators.drafts import draft_shelf
from portal.simulators.parameters.library import from_files, library
from portal.simulators.publishing import shelf
from portal.simulators.publishing.tables import ParameterDecision, ParameterDraft

ROLE = "benefits"
LONGEST = 200_000
VERDICTS = ("approved", "rejected", "withdrawn")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('alma.parameters'))")
_DRAFTS = """
    SELECT d.id, d.benefit, d.content, d.base_sha256, d.reason, d.author_id, d.created_at,
        concat_ws(' ', a.given_name, a.surnames) AS author, p.verdict, p.decided_at, p.reason AS decision_reason,
        p.shown,
        nullif(concat_ws(' ', b.given_name, b.surnames), '') AS decided_by
    FROM parameter_draft d JOIN professional a ON a.id = d.author_id
    LEFT JOIN parameter_decision p ON p.draft_id = d.id
    LEFT JOIN professional b ON b.id = p.decided_by
"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A proposed text for a file of parameters; `verdict` is None while nobody has decided."""

    id: UUID
    benefit: str
    content: str
    base_sha256: bytes
    reason: str
    author_id: UUID
    created_at: datetime
    author: str
    verdict: str | None
    decided_at: datetime | None
    decision_reason: str | None
    shown: dict[str, Any] | None
    decided_by: str | None


def may_change(actor: Actor) -> bool:
    """Whether this professional proposes and decides; every professional may look."""
    return actor.kind == "staff" and actor.role == ROLE


def propose(*, actor: Actor, benefit: str, content: str, reason: str) -> UUID:
    """Keep a draft. Raises Refused, NotFound for a file nobody knows, Invalid with what is wrong and its line."""
    _only_keepers(actor)
    if benefit not in library().texts:
        raise NotFound()
    content = content.replace("\r\n", "\n").strip("\n") + "\n"
    if "\x00" in content or len(content.encode()) > LONGEST:
        raise Invalid(fields={"content": _l("El texto es demasiado largo o no es texto.")})
    if content == library().texts[benefit]:
        raise Invalid(fields={"content": _l("El texto es igual que el que está en vigor. Cambie algo.")})
    draft_shelf({benefit: content})
    made = ParameterDraft(
        id=new_id(),
        benefit=benefit,
        content=content,
        content_sha256=shelf.sha256(content),
        base_sha256=shelf.sha256(library().texts[benefit]),
        file_sha256=shelf.sha256(from_files().texts[benefit]),
        reason=reason.strip(),
        author_id=actor.professional_id,
        created_at=clock.now(),
    )
    unit = current_unit()
    unit.session.add(made)
    unit.session.flush()
    return made.id


def drafts(*, benefit: str | None = None, waiting: bool = False, limit: int = 50) -> list[Draft]:
    """Drafts, newest first: of one file or all, decided or only those that wait."""
    rows = current_unit().session.execute(
        text(
            _DRAFTS + "WHERE (CAST(:benefit AS text) IS NULL OR d.benefit = :benefit) "
            "AND (NOT :waiting OR p.draft_id IS NULL) ORDER BY d.created_at DESC, d.id DESC LIMIT :limit"
        ),
        {"benefit": benefit, "waiting": waiting, "limit": limit},
    )
    return [Draft(*row) for row in rows]


def draft(draft_id: UUID) -> Draft:
    """One draft. Raises NotFound."""
    row = current_unit().session.execute(text(_DRAFTS + "WHERE d.id = :id"), {"id": draft_id}).first()
    if row is None:
        raise NotFound()
    return Draft(*row)


def is_current(one: Draft) -> bool:
    """Whether the draft was written against the text that is in force now."""
    return one.benefit in library().texts and one.base_sha256 == shelf.sha256(library().texts[one.benefit])


def decide(*, actor: Actor, draft_id: UUID, verdict: str, reason: str, shown: dict[str, Any]) -> Draft:
    """Approve or reject another person's draft, or withdraw one's own; `shown` is what was on the page, kept with it.

    Approved parameters are in force at once in this process, and within seconds in the others. Raises Refused for the
    author's own approval, Conflict when somebody decided before or other parameters came into force since, NotFound,
    Invalid; DataError when the draft does not hold any more.
    """
    _only_keepers(actor)
    unit = current_unit()
    unit.session.execute(_LOCK)
    shelf.refresh_now()
    one = draft(draft_id)
    _may_decide(actor, one, verdict)
    if verdict == "rejected" and not reason.strip():
        raise Invalid(fields={"reason": _l("Diga por qué: quien lo escribió tiene que saberlo.")})
    if verdict == "approved":
        draft_shelf({one.benefit: one.content})
    with unit.savepoint():
        unit.session.add(
            ParameterDecision(
                draft_id=one.id,
                author_id=one.author_id,
                verdict=verdict,
                decided_by=actor.professional_id,
                reason=reason.strip(),
                shown=shown,
                decided_at=clock.now(),
            )
        )
    _answer_with_it(unit)
    return draft(draft_id)


def _answer_with_it(unit: Unit) -> None:
    unit.after_commit(shelf.refresh_now)


def _only_keepers(actor: Actor) -> None:
    if not may_change(actor):
        raise Refused(_l("Solo el equipo de prestaciones cambia las cantidades."))


def _may_decide(actor: Actor, one: Draft, verdict: str) -> None:
    if verdict not in VERDICTS:
        raise Invalid(fields={"verdict": _l("Elija qué hacer con el borrador.")})
    if one.verdict is not None:
        raise Conflict(_l("Este borrador ya está decidido."))
    if (verdict == "withdrawn") != (one.author_id == actor.professional_id):
        raise Refused(_l("Lo decide una segunda persona: nunca quien lo escribió."))
    if verdict == "approved" and not is_current(one):
        raise Conflict(
            _l("Desde que se escribió este borrador han entrado en vigor otras cantidades. Escriba uno nuevo.")
        )
