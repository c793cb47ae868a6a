"""What the synthetic city holds of families: a mother and two children, a son with an authorisation, a plan."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.city.load import copy
from case_api.city.pdf import make_pdf
from case_api.city.sample import BY_KEY, OTHER_CENTRE
from case_api.city.values import CityPerson

_DOCUMENT = (
    "id", "person_id", "kind", "title", "file_name", "level", "media_type", "size", "sha256", "content", "author_id",
    "created_at", "signed_at", "signed_by", "released_at", "released_by", "tell_first_reason", "tell_first_until",
    "tell_first_then", "redaction_of", "cleaned",
)  # fmt: skip
_REPRESENTATION = (
    "id", "person_id", "representative_id", "representative_document", "representative_name", "kind", "scope",
    "evidence", "asked_at", "confirmed_at", "confirmed_by", "starts_at", "ends_at",
)  # fmt: skip
_GOALS = (
    ("Vivir en casa con ayuda", "Traer el contrato de alquiler.", "Le ponemos ayuda a domicilio.", "doing", 30),
    ("Pedir ayuda si se cae", "Llevar puesto el colgante.", "Le instalamos la teleasistencia.", "done", None),
    (
        "No pasar tantas tardes sola",
        "Probar un día el centro de mayores.",
        "La acompañamos la primera vez.",
        "todo",
        60,
    ),
)


class _City:
    """Rows by table, for one day."""

    def __init__(self, connection: Connection, people: dict[str, CityPerson], rng: Random):
        self.connection, self.people, self.rng = connection, people, rng
        self.today = clock.today()
        self.counts: dict[str, int] = {}

    def id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def at(self, days: int, hour: int = 10) -> datetime:
        return datetime.combine(self.day(days), time(hour), tzinfo=clock.MADRID)

    def load(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.counts[table] = self.counts.get(table, 0) + copy(self.connection, table, columns, rows)


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """The sample families; a city too small for one of them goes without."""
    city = _City(connection, {person.key: person for person in people if person.key}, rng)
    if {"amparo"} <= set(city.people):
        _amparo(city)
    if {"carmen", "leo", "vera"} <= set(city.people):
        _carmen(city)
    if {"amparo", "marcos"} <= set(city.people):
        end = datetime.combine(city.day(300), time(), tzinfo=clock.MADRID)
        _ties(city, [("amparo", "marcos", "authorisation", "N2", "Autorización firmada en la carpeta", end)])
    city.counts.pop("document", None)  # counted with the rest of the record
    return city.counts


def _ties(city: _City, ties: Sequence[tuple[str, str, str, str, str, datetime | None]]) -> None:
    since = city.at(-120)
    city.load("representation", _REPRESENTATION, [
        (city.id(), city.people[person].id, city.people[other].id, BY_KEY[other].document, city.people[other].name,
         kind, scope, evidence, since, since, None if kind == "authorisation" else city.people[person].professional_id,
         since, end)
        for person, other, kind, scope, evidence, end in ties
    ])  # fmt: skip


def _amparo(city: _City) -> None:
    amparo, work, plan = city.people["amparo"], city.id(), city.id()
    city.load(
        "intervention", ("id", "person_id", "title", "unit_id", "professional_id", "opened_on"),
        [(work, amparo.id, "Seguir viviendo en casa", amparo.unit_id, amparo.professional_id, city.day(-98))],
    )  # fmt: skip
    city.load(
        "history_entry",
        ("id", "intervention_id", "person_id", "kind", "title", "body", "level", "author_id", "written_at",
         "released_at"),
        [(city.id(), work, amparo.id, kind, title, body, level, amparo.professional_id, city.at(days),
          city.at(days, 12) if shown else None)
         for kind, title, body, level, days, shown in (
             ("interview", "Entrevista en el centro", "Quiere seguir en su casa. Le preocupa caerse.", "N3", -98, True),
             ("assessment", "Valoración", "Necesita ayuda para asearse y hacer la compra.", "N3", -90, True),
             ("action", "Visita a su casa", "Vimos la casa y lo que le hace falta.", "N3", -20, True),
             ("note", "Para la próxima vez", "Preguntarle con calma por el duelo.", "P", -20, False),
         )],
    )  # fmt: skip
    city.load(
        "plan",
        ("id", "person_id", "title", "author_id", "starts_on", "review_on", "signed_at", "released_at"),
        [(plan, amparo.id, "Seguir en casa, segura y acompañada", amparo.professional_id, city.day(-60), city.day(120),
          city.at(-60), city.at(-60))],
    )  # fmt: skip
    city.load(
        "plan_goal",
        ("id", "plan_id", "person_id", "ordinal", "title", "person_does", "we_do", "state", "target_on", "done_on"),
        [(city.id(), plan, amparo.id, number, title, does, we, state, city.day(days) if days else None,
          city.day(-40) if state == "done" else None)
         for number, (title, does, we, state, days) in enumerate(_GOALS, start=1)],
    )  # fmt: skip


def _carmen(city: _City) -> None:
    carmen, home = city.people["carmen"], city.id()
    city.load("household", ("id", "formed_on"), [(home, city.day(-400))])
    city.load(
        "household_member", ("id", "household_id", "person_id", "relationship", "joined_on", "recorded_by"),
        [(city.id(), home, city.people[key].id, how, city.day(-400), carmen.professional_id)
         for key, how in (("carmen", "holder"), ("vera", "child"), ("leo", "child"))],
    )  # fmt: skip
    _ties(city, [(child, "carmen", "parent", "N4", "Libro de familia", None) for child in ("leo", "vera")])
    whole = _report(city, "carmen", "Informe de la unidad de convivencia", "Carmen vive con Vera y con Leo.", -30)
    _report(city, "vera", "Su parte del informe", "Estudia tercero y va al grupo de jóvenes.", -30, of=whole)
    _report(city, "leo", "Informe escolar", "Necesita apoyo por las tardes.", -25)
    _report(city, "carmen", "Valoración familiar", "Informe inventado.", -2, tell_first=6)
    other = city.connection.execute("SELECT id FROM unit WHERE name = %s", (OTHER_CENTRE,)).fetchone()
    if other:
        city.load(
            "referral",
            ("id", "person_id", "from_unit_id", "to_unit_id", "level", "reason", "state", "sent_at", "sent_by",
             "ends_at"),
            [(city.id(), carmen.id, carmen.unit_id, other[0], "N3", "Apoyo por las tardes para los niños.", "sent",
              city.at(-3), carmen.professional_id, city.at(90, 0))],
        )  # fmt: skip


def _report(
    city: _City, key: str, title: str, line: str, days: int, *, of: UUID | None = None, tell_first: int | None = None
) -> UUID:
    person, document = city.people[key], city.id()
    content = make_pdf(title, (line, "Informe inventado para probar el programa."))
    limit = city.at(tell_first + 1, 0) if tell_first else None
    city.load("document", _DOCUMENT, [(
        document, person.id, "report", title, "informe.pdf", "N3", "application/pdf", len(content),
        hashlib.sha256(content).digest(), content, person.professional_id, city.at(days), city.at(days, 11),
        person.professional_id, limit or city.at(days, 12), person.professional_id,
        "Hay una decisión que es mejor explicar antes." if limit else None, limit, "appears" if limit else None, of,
        of is not None,
    )])  # fmt: skip
    return document
