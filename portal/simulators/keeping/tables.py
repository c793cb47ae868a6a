"""The table of kept results. Nothing outside this room reads it."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from case_api.db import Base, Instant


class KeptResult(Base):
    __tablename__ = "kept_result"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID]
    calculated_on: Mapped[date]
    parameters_from: Mapped[date | None]
    language: Mapped[str]
    content: Mapped[bytes]
    created_at: Mapped[Instant]
