"""A small world for tests of the record: two centres, three professionals, two people, one file."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work

PDF = b"%PDF-1.4 invented"
OPENED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class World:
    """Identifiers, and an actor for each role."""

    here: UUID = field(default_factory=new_id)
    elsewhere: UUID = field(default_factory=new_id)
    marta: UUID = field(default_factory=new_id)
    ines: UUID = field(default_factory=new_id)
    omar: UUID = field(default_factory=new_id)
    ana: UUID = field(default_factory=new_id)
    berta: UUID = field(default_factory=new_id)
    file: UUID = field(default_factory=new_id)
    step: UUID = field(default_factory=new_id)
    documents: dict[str, UUID] = field(default_factory=dict)

    def citizen(self, person_id: UUID | None = None, assurance: str = "substantial") -> Actor:
        person_id = person_id or self.ana
        return Actor("citizen", str(person_id), person_id, assurance=assurance, authenticated_at=clock.now())

    @property
    def worker(self) -> Actor:
        return Actor("staff", "marta", professional_id=self.marta, unit_id=self.here, role="social_worker")

    @property
    def informant(self) -> Actor:
        return Actor("staff", "ines", professional_id=self.ines, unit_id=self.here, role="information")

    @property
    def stranger(self) -> Actor:
        return Actor("staff", "omar", professional_id=self.omar, unit_id=self.elsewhere, role="social_worker")


def make_world() -> World:
    """Commit the small world and return it."""
    world = World()
    with unit_of_work(Actor.system("test")) as unit:

        def put(table: str, **values: object) -> None:
            names = ", ".join(values)
            unit.session.execute(
                text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(':' + name for name in values)})"), values
            )

        for unit_id, name in ((world.here, "Centro Aquí"), (world.elsewhere, "Centro Allá")):
            put("unit", id=unit_id, kind="centre", name=name, district="Centro")
        for who, unit_id, role in (
            ("marta", world.here, "social_worker"),
            ("ines", world.here, "information"),
            ("omar", world.elsewhere, "social_worker"),
        ):
            put(
                "professional", id=getattr(world, who), unit_id=unit_id, login=who, given_name=who, surnames="Ficticio",
                role=role,
            )  # fmt: skip
        put(
            "person", id=world.ana, given_name="Ana", surname1="Ñandú", surname2="Prueba", sort_key="n~andu prueba ana",
            document_type="dni", document_number="00000101P", unit_id=world.here, dependency_grade=2,
            reference_professional_id=world.marta, birth_date="1960-05-05",
        )  # fmt: skip
        put(
            "person", id=world.berta, given_name="Berta", surname1="Zeta", sort_key="zeta  berta",
            unit_id=world.elsewhere, reference_professional_id=world.omar,
        )  # fmt: skip
        put(
            "case_file", id=world.file, person_id=world.ana, kind="home_help", title="Ayuda a domicilio",
            state="waiting_for_citizen", opened_at=OPENED_AT,
        )  # fmt: skip
        put(
            "file_step", id=world.step, file_id=world.file, person_id=world.ana, ordinal=1, title="Contrato",
            state="current", asks_document=True,
        )  # fmt: skip
        for name, kind, level, signed, released in (
            ("letter", "document", "N2", None, OPENED_AT),
            ("report", "report", "N3", OPENED_AT, OPENED_AT),
            ("draft", "report", "N3", None, None),
            ("health", "report", "N4", OPENED_AT, OPENED_AT),
        ):
            world.documents[name] = new_id()
            put(
                "document", id=world.documents[name], person_id=world.ana, kind=kind, title=name,
                file_name=f"{name}.pdf",
                level=level, media_type="application/pdf", size=len(PDF), sha256=hashlib.sha256(PDF).digest(),
                content=PDF, created_at=OPENED_AT, signed_at=signed, released_at=released,
            )  # fmt: skip
    return world
