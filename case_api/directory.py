"""The city's centres and professionals: public, no person's data, so no door."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api.db import new_id
from case_api.errors import Invalid


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


def holidays(session: Session, *, first: date, last: date, unit_id: UUID | None = None) -> frozenset[date]:
    """The days from `first` to `last`, both included, on which nobody works: the city's, and those of one centre."""
    rows = session.execute(
        text(
            "SELECT day FROM holiday WHERE day BETWEEN :first AND :last "
            "AND (unit_id IS NULL OR unit_id = CAST(:unit AS uuid))"
        ),
        {"first": first, "last": last, "unit": unit_id},
    )
    return frozenset(rows.scalars())


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


def everybody(session: Session) -> list[tuple[Professional, str]]:
    """Every professional, active or not, with the name of their unit; by login."""
    rows = session.execute(
        text(
            "SELECT p.id, p.unit_id, p.login, p.given_name, p.surnames, p.role, p.active, u.name "
            "FROM professional p JOIN unit u ON u.id = p.unit_id ORDER BY p.login"
        )
    )
    return [(Professional(*row[:7]), row[7]) for row in rows]


def save_unit(session: Session, *, name: str, kind: str, district: str, address: str | None, phone: str | None) -> UUID:
    """Write a unit down by its name; one that is there keeps its id and takes the new words. `kind`: ck_unit_kind."""
    return session.execute(
        text(
            "INSERT INTO unit (id, kind, name, district, address, phone) "
            "VALUES (:id, :kind, :name, :district, :address, :phone) ON CONFLICT ON CONSTRAINT uq_unit_name DO UPDATE "
            "SET kind = excluded.kind, district = excluded.district, "
            "address = coalesce(excluded.address, unit.address), phone = coalesce(excluded.phone, unit.phone) "
            "RETURNING id"
        ),
        {"id": new_id(), "kind": kind, "name": name, "district": district, "address": address, "phone": phone},
    ).scalar_one()


def save_professional(
    session: Session, *, login: str, given_name: str, surnames: str, role: str, unit_name: str
) -> UUID:
    """Write a professional down by their login; one that is there keeps its id. `role`: ck_professional_role.

    Raises Invalid when there is no unit of that name.
    """
    unit_id = session.execute(text("SELECT id FROM unit WHERE name = :name"), {"name": unit_name}).scalar()
    if unit_id is None:
        raise Invalid("There is no unit of that name: `alma staff unit` makes one.")
    return session.execute(
        text(
            "INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
            "VALUES (:id, :unit_id, :login, :given_name, :surnames, :role) "
            "ON CONFLICT ON CONSTRAINT uq_professional_login DO UPDATE SET unit_id = excluded.unit_id, "
            "given_name = excluded.given_name, surnames = excluded.surnames, role = excluded.role, active = true "
            "RETURNING id"
        ),
        {
            "id": new_id(),
            "unit_id": unit_id,
            "login": login,
            "given_name": given_name,
            "surnames": surnames,
            "role": role,
        },
    ).scalar_one()
