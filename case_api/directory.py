"""The city's centres and professionals: public, no person's data, so no door."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Centre:
    """A social services centre. `opening_hours` is a phrase for people; `address` and `phone` as published."""

    id: UUID
    name: str
    district: str
    address: str | None
    phone: str | None
    opening_hours: str | None


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody who works in a unit. `role` is one of ck_professional_role."""

    id: UUID
    unit_id: UUID
    login: str
    given_name: str
    surnames: str
    role: str
    active: bool

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surnames}"


_CENTRES = text(
    "SELECT id, name, district, address, phone, opening_hours FROM unit "
    "WHERE kind = 'centre' AND open ORDER BY district, name"
)
_PROFESSIONAL = "SELECT id, unit_id, login, given_name, surnames, role, active FROM professional WHERE "


def centres(session: Session) -> list[Centre]:
    """Every open centre, by district and name."""
    return [Centre(*row) for row in session.execute(_CENTRES)]


def centre(session: Session, centre_id: UUID) -> Centre | None:
    """One open centre, or None."""
    return next((found for found in centres(session) if found.id == centre_id), None)


def professional(session: Session, professional_id: UUID) -> Professional | None:
    """One professional, active or not, or None."""
    row = session.execute(text(_PROFESSIONAL + "id = :id"), {"id": professional_id}).first()
    return Professional(*row) if row else None


def professional_by_login(session: Session, login: str) -> Professional | None:
    """One active professional by login name, or None."""
    row = session.execute(text(_PROFESSIONAL + "login = :login AND active"), {"login": login}).first()
    return Professional(*row) if row else None


def professionals_of(session: Session, unit_id: UUID) -> list[Professional]:
    """The active professionals of a unit, by name."""
    rows = session.execute(
        text(_PROFESSIONAL + "unit_id = :unit AND active ORDER BY given_name, surnames"), {"unit": unit_id}
    )
    return [Professional(*row) for row in rows]
