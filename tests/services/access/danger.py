"""A small world for tests of safety: a mother and her child, the other parent, a team, an urgency service."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.build import _owner_dsn
from case_api.db import new_id, unit_of_work
from tests.services.record.world import World, make_world

AT_TEN = datetime(2027, 3, 1, 9, tzinfo=clock.MADRID)


@dataclass
class Danger(World):
    """Ana has custody of Carla; Darío is the other parent, and lived with them. Marta may set shields."""

    carla: UUID = field(default_factory=new_id)
    dario: UUID = field(default_factory=new_id)
    lucia: UUID = field(default_factory=new_id)
    vera: UUID = field(default_factory=new_id)
    diego: UUID = field(default_factory=new_id)
    carmen: UUID = field(default_factory=new_id)
    samur: UUID = field(default_factory=new_id)
    violence: UUID = field(default_factory=new_id)
    office: UUID = field(default_factory=new_id)
    household: UUID = field(default_factory=new_id)
    appointment: UUID = field(default_factory=new_id)
    contact: UUID = field(default_factory=new_id)
    phone: UUID = field(default_factory=new_id)
    conversation: UUID = field(default_factory=new_id)

    def staff(self, login: str) -> Actor:
        unit, role = {
            "marta": (self.here, "social_worker"),
            "lucia": (self.here, "social_worker"),
            "ines": (self.here, "information"),
            "omar": (self.elsewhere, "social_worker"),
            "carmen": (self.elsewhere, "coordinator"),
            "vera": (self.samur, "social_worker"),
            "diego": (self.office, "data_protection"),
        }[login]
        return Actor("staff", login, professional_id=getattr(self, login), unit_id=unit, role=role)


def make_danger() -> Danger:
    plain = make_world()
    world = Danger(**{name: getattr(plain, name) for name in World.__dataclass_fields__})
    with psycopg.connect(_owner_dsn()) as connection:

        def put(table: str, **values: object) -> None:
            names = ", ".join(values)
            connection.execute(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(values))})", list(values.values())
            )

        for key, name, more in (
            ("samur", "SAMUR Inventado", {"urgency": True}),
            ("violence", "Equipo Inventado contra la Violencia", {"protected": True}),
            ("office", "Oficina Inventada", {}),
        ):
            put("unit", id=getattr(world, key), kind="service", name=name, district="Centro", **more)
        for who in ("lucia", "vera", "diego", "carmen"):
            actor = world.staff(who)
            put(
                "professional", id=getattr(world, who), unit_id=actor.unit_id, login=who, given_name=who.title(),
                surnames="Ficticia", role=actor.role,
            )  # fmt: skip
        put("protection_officer", professional_id=world.marta, since=datetime(2026, 1, 1, tzinfo=clock.MADRID))
        for key, name, born, unit, document in (
            ("carla", "Carla", date(2018, 2, 3), world.here, None),
            ("dario", "Darío", date(1980, 2, 3), world.elsewhere, "00000103X"),
        ):
            put(
                "person", id=getattr(world, key), given_name=name, surname1="Ñandú", sort_key=f"n~andu  {key}",
                birth_date=born, unit_id=unit, document_number=document, document_type="dni" if document else None,
            )  # fmt: skip
        put("household", id=world.household, formed_on=date(2018, 3, 1))
        for who, what in ((world.ana, "partner"), (world.carla, "child"), (world.dario, "holder")):
            put(
                "household_member", id=new_id(), household_id=world.household, person_id=who, relationship=what,
                joined_on=date(2018, 3, 1),
            )  # fmt: skip
        for parent in (world.ana, world.dario):
            put(
                "representation", id=new_id(), person_id=world.carla, representative_id=parent,
                representative_document=str(parent), representative_name="x", kind="parent", scope="N4",
                asked_at=datetime(2026, 1, 1, tzinfo=clock.MADRID), starts_at=datetime(2026, 1, 1, tzinfo=clock.MADRID),
                confirmed_at=datetime(2026, 1, 2, tzinfo=clock.MADRID),
            )  # fmt: skip
        put(
            "case_file", id=new_id(), person_id=world.carla, unit_id=world.here, professional_id=world.marta,
            kind="school_meals", title="Comedor", state="granted", opened_at=datetime(2026, 1, 5, tzinfo=clock.MADRID),
        )  # fmt: skip
        connection.execute(
            "UPDATE case_file SET unit_id = %s, professional_id = %s WHERE id = %s",
            [world.here, world.marta, world.file],
        )
        put(
            "appointment_reason", key="talk", name="Hablar", minutes=30, modes=["in_person", "phone"],
        )  # fmt: skip
        connection.execute(
            "INSERT INTO appointment (id, uid, person_id, professional_id, unit_id, reason, mode, during, created_by) "
            "VALUES (%s, %s, %s, %s, %s, 'talk', 'in_person', tstzrange(%s, %s), 'test')",
            [world.appointment, str(world.appointment), world.ana, world.marta, world.here, AT_TEN,
             AT_TEN + timedelta(minutes=30)],
        )  # fmt: skip
        put("contact", id=world.contact, person_id=world.ana)
        put(
            "address", id=world.phone, contact_id=world.contact, kind="sms", value="+34600000071", person_id=world.ana,
            proved_at=datetime(2026, 10, 1, tzinfo=clock.MADRID), proved_how="code",
        )  # fmt: skip
        put(
            "conversation", id=world.conversation, contact_id=world.contact, person_id=world.ana, unit_id=world.here,
            opened_at=datetime(2026, 10, 1, tzinfo=clock.MADRID),
            last_message_at=datetime(2026, 10, 1, tzinfo=clock.MADRID),
        )  # fmt: skip
    return world


def through(actor, purpose, work, **more):
    """What `work` gives, through a door of its own transaction."""
    with unit_of_work(actor) as unit:
        return work(open_door(actor, purpose, unit=unit, **more))


def set_shield(world: Danger, person: UUID | None = None, team=()) -> list[UUID]:
    return through(
        world.worker, "protect",
        lambda door: door.set_shield(
            person or world.ana, kind="gender_violence", reason="Motivo inventado para la prueba",
            review_on=clock.today() + timedelta(days=180), team=team,
        ),
    )  # fmt: skip


def rows(statement: str, actor: Actor | None = None, **values):
    with unit_of_work(actor or Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()
