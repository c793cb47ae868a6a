"""The tables of drafts and decisions. Nothing outside this room reads them."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from case_api.db import Base, Instant


class ParameterDraft(Base):
    __tablename__ = "parameter_draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    benefit: Mapped[str]
    content: Mapped[str]
    content_sha256: Mapped[bytes]
    base_sha256: Mapped[bytes]
    file_sha256: Mapped[bytes]
    reason: Mapped[str]
    author_id: Mapped[UUID]
    created_at: Mapped[Instant]


class ParameterDecision(Base):
    __tablename__ = "parameter_decision"

    draft_id: Mapped[UUID] = mapped_column(primary_key=True)
    author_id: Mapped[UUID]
    verdict: Mapped[str]
    decided_by: Mapped[UUID]
    reason: Mapped[str]
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    decided_at: Mapped[Instant]
