"""The sample people and staff: who one logs in as, and what each shows. Every one of them is invented.

Identifiers are fixed, so that the other floors' parts of the city can name them.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

MAIN_CENTRE = "Centro de Servicios Sociales Ejemplo"
OTHER_CENTRE = "Centro de Servicios Sociales Muestra"
BENEFITS_OFFICE = "Servicio de Prestaciones Ficticio"


def fixed_id(kind: int, number: int) -> UUID:
    """An identifier of the sample city: valid as version 7, of the first moment of 2025, the same in every build."""
    return UUID(int=(0x01941F297C00 << 80) | (0x7 << 76) | (kind << 64) | (0x2 << 62) | number)


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """`phone_proved` and `email_proved`: whether the person confirmed the address after logging in.

    `on_record` is whether the city's social services know the person at all; `phone_shared`, whether others at home
    may read the phone.
    """

    number: int
    key: str
    given_name: str
    surname1: str
    surname2: str
    document: str
    birth_date: date
    phone: str
    email: str | None
    shows: str
    language: str = "es"
    phone_proved: bool = True
    phone_shared: bool = False
    email_proved: bool = False
    on_record: bool = True

    @property
    def id(self) -> UUID:
        return fixed_id(1, self.number)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surname1} {self.surname2}"


@dataclass(frozen=True, slots=True)
class SampleStaff:
    """`centre` is the name of the unit where they work; `role` one of ck_professional_role."""

    number: int
    login: str
    given_name: str
    surnames: str
    role: str
    centre: str

    @property
    def id(self) -> UUID:
        return fixed_id(2, self.number)

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.surnames}"


PEOPLE: tuple[SamplePerson, ...] = (
    SamplePerson(
        1, "amparo", "Amparo", "Ejemplo", "Serrano", "00000001R", date(1953, 4, 12), "+34600000001",
        "amparo@correo.example", "home help missing a document, telecare granted, next appointment, reports",
    ),
    SamplePerson(
        2, "roberto", "Roberto", "Muestra", "Díaz", "00000002W", date(1988, 9, 30), "+34600000002",
        "roberto@correo.example", "minimum income, debts", email_proved=True,
    ),
    SamplePerson(
        3, "fatima", "Fátima", "Prueba", "Alaoui", "X0000003A", date(1991, 1, 20), "+34600000003",
        "fatima@correo.example", "newcomer, school meals, Arabic", language="ar",
    ),
    SamplePerson(
        4, "elena", "Elena", "Ficticia", "Gómez", "00000004G", date(1979, 6, 5), "+34600000004",
        None, "a phone that others at home may read", phone_shared=True,
    ),
    SamplePerson(
        5, "nuevo", "Tomás", "Nuevo", "Inventado", "00000005M", date(2000, 2, 29), "+34600000005",
        "tomas@correo.example", "no record yet", phone_proved=False, on_record=False,
    ),
    SamplePerson(
        6, "carmen", "Carmen", "Ejemplar", "Prueba", "00000006Y", date(1985, 3, 2), "+34600000006",
        "carmen@correo.example", "a household, the folders of two children, a report told in person first",
    ),
    SamplePerson(
        7, "leo", "Leo", "Supuesto", "Ejemplar", "00000007F", date(2015, 3, 10), "+34600000007",
        None, "a child: the mother looks at the folder", phone_proved=False,
    ),
    SamplePerson(
        8, "vera", "Vera", "Supuesto", "Ejemplar", "00000008P", date(2011, 9, 15), "+34600000008",
        None, "a minor with a say of her own, her part of a report", phone_proved=False,
    ),
    SamplePerson(
        9, "marcos", "Marcos", "Muestra", "Ejemplo", "00000009D", date(1981, 7, 21), "+34600000009",
        "marcos@correo.example", "may look at Amparo's folder, by her authorisation",
    ),
)  # fmt: skip

STAFF: tuple[SampleStaff, ...] = (
    SampleStaff(1, "marta", "Marta", "Álvarez Ficticia", "social_worker", MAIN_CENTRE),
    SampleStaff(2, "lucia", "Lucía", "Prado Ficticia", "social_worker", MAIN_CENTRE),
    SampleStaff(3, "ines", "Inés", "Otero Ficticia", "information", MAIN_CENTRE),
    SampleStaff(4, "omar", "Omar", "Vidal Ficticio", "social_worker", OTHER_CENTRE),
    SampleStaff(6, "nuria", "Nuria", "Baremo Ficticia", "benefits", BENEFITS_OFFICE),
    SampleStaff(7, "pablo", "Pablo", "Cuantía Ficticio", "benefits", BENEFITS_OFFICE),
    SampleStaff(8, "teresa", "Teresa", "Agenda Ficticia", "administrative", MAIN_CENTRE),
    SampleStaff(5, "dpo", "Diego", "Protección Ficticio", "data_protection", "Oficina de Protección de Datos Ficticia"),
)

BY_KEY: dict[str, SamplePerson] = {person.key: person for person in PEOPLE}
BY_LOGIN: dict[str, SampleStaff] = {one.login: one for one in STAFF}
