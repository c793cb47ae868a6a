"""The tables of identity. Nothing outside this room reads them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime
from sqlalchemy.orm import Mapped, mapped_column

from case_api.db import Base, Instant


class LoginSession(Base):
    __tablename__ = "login_session"

    id: Mapped[bytes] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject_hash: Mapped[bytes | None]
    person_id: Mapped[UUID | None]
    professional_id: Mapped[UUID | None]
    assurance: Mapped[str]
    authenticated_at: Mapped[Instant]
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    claims_sealed: Mapped[bytes | None]
    id_token_sealed: Mapped[bytes | None]


class StaffAccount(Base):
    __tablename__ = "staff_account"

    professional_id: Mapped[UUID] = mapped_column(primary_key=True)
    password_hash: Mapped[str]
    totp_sealed: Mapped[bytes]
    last_totp_step: Mapped[int | None]
    disabled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LoginThrottle(Base):
    __tablename__ = "login_throttle"

    login_hash: Mapped[bytes] = mapped_column(primary_key=True)
    failed_attempts: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    last_attempt_at: Mapped[Instant]


class KeptForm(Base):
    __tablename__ = "kept_form"

    owner_hash: Mapped[bytes] = mapped_column(primary_key=True)
    page: Mapped[str] = mapped_column(primary_key=True)
    content_sealed: Mapped[bytes]
    created_at: Mapped[Instant]
