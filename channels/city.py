"""The synthetic city's conversations: who writes from where, and what was said so far. Every word is invented.

Each person has a number of the form +346 and their place in the city, so that it looks invented. What was said lies
days back: the 24-hour window of WhatsApp is closed until somebody writes from a phone of the sandbox.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.city.load import copy
from case_api.city.sample import BY_KEY
from case_api.city.values import CityPerson, Ids
from channels.deadlines import first_answer_due

# Subject, then what was said: who ("in" the person, "out" the professional) and the words.
TALKS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("Documento que falta", (
        ("in", "Buenos días, ¿qué papel me falta?"),
        ("out", "Buenos días. Le hemos dejado la respuesta en su carpeta social. También puede llamarnos o venir."),
        ("in", "¿Puedo mandar el papel por aquí?"),
    )),
    ("Duda sobre el comedor", (
        ("in", "Hola, quería saber hasta cuándo se puede pedir la ayuda del comedor."),
        ("out", "Hola. Le contamos los plazos en la cita. ¿Le viene bien esta semana?"),
        ("in", "Sí, gracias."),
    )),
    ("Cambio de cita", (("in", "No puedo ir el martes, ¿me pueden dar otro día?"),)),
    ("Ayuda en casa", (
        ("in", "Mi marido se ha caído y ya no puedo levantarle yo sola. ¿Qué ayuda hay?"),
        ("out", "Sentimos lo que ha pasado. Mañana le llama su trabajadora social. Si es urgente, llame al 112."),
    )),
    ("Alquiler", (("in", "Me han subido el alquiler y este mes no llego. ¿Con quién puedo hablar?"),)),
    ("Agradecimiento", (
        ("in", "Ya me han puesto la teleasistencia. Muchas gracias por todo."),
        ("out", "Nos alegramos mucho. Aquí estamos para lo que necesite."),
    )),
)  # fmt: skip
SAMPLE_TALKS = {"amparo": (0, "whatsapp"), "roberto": (4, "email"), "fatima": (1, "whatsapp"), "elena": (2, "whatsapp")}
STRANGER = ("+34600000099", "Necesito ayuda para mi madre. No sé por dónde empezar.")
ONE_TALK_IN = 5


class _Rows:
    """Rows of each table, in memory: a city's conversations are few beside its people."""

    def __init__(self, rng: Random):
        self.id = Ids(rng, begin=900)
        self.now = clock.now()
        self.contacts: list[tuple] = []
        self.addresses: list[tuple] = []
        self.conversations: list[tuple] = []
        self.messages: list[tuple] = []

    def contact(self, person: UUID | None, name: str | None, language: str) -> UUID:
        made = self.id()
        self.contacts.append((made, person, name, language, True, self.now - timedelta(days=200)))
        return made

    def address(
        self, contact: UUID, kind: str, value: str, person: UUID | None, *, shared: bool, heard: datetime | None
    ) -> UUID:
        made = self.id()
        proved = self.now - timedelta(days=100) if person else None
        how = "code" if person else None
        self.addresses.append((made, contact, kind, value, person, proved, how, shared, heard))
        return made

    def talk(
        self, number: int, *, contact: UUID, person: CityPerson | None, address: UUID, channel: str, at: datetime
    ) -> None:
        subject, said = TALKS[number]
        made = self.id()
        times = [at + timedelta(minutes=50 * position) for position in range(len(said))]
        heard = max(time for time, (way, _) in zip(times, said, strict=True) if way == "in")
        waiting = said[-1][0] == "in"
        self.conversations.append(
            (
                made, contact, person.id if person else None, subject, "open", person.unit_id if person else None,
                person.professional_id if person and not waiting else None, at, times[-1], heard,
                first_answer_due(heard) if waiting else None,
            )
        )  # fmt: skip
        for time, (way, words) in zip(times, said, strict=True):
            self._message(made, way, channel, address, words, person, time)

    def _message(
        self,
        conversation: UUID,
        way: str,
        channel: str,
        address: UUID,
        words: str,
        person: CityPerson | None,
        at: datetime,
    ) -> None:
        author = person.professional_id if person and way == "out" else None
        self.messages.append(
            (
                self.id(), conversation, way, channel, address, words, author, person.id if person else None,
                "received" if way == "in" else "delivered", at, way == "in" and person is not None,
                at if way == "in" else None, at,
            )
        )  # fmt: skip

    def stranger(self, at: datetime) -> None:
        """Somebody we do not know, who wrote once."""
        number, words = STRANGER
        contact = self.contact(None, None, "es")
        address = self.address(contact, "sms", number, None, shared=False, heard=at)
        made = self.id()
        self.conversations.append((made, contact, None, None, "open", None, None, at, at, at, first_answer_due(at)))
        self._message(made, "in", "sms", address, words, None, at)

    def load(self, connection: Connection) -> None:
        loads: tuple[tuple[str, str, list[tuple]], ...] = (
            ("contact", "id person_id claimed_name language verified created_at", self.contacts),
            ("address", "id contact_id kind value person_id proved_at proved_how shared last_inbound_at",
             self.addresses),
            ("conversation", "id contact_id person_id subject state unit_id professional_id opened_at last_message_at "
             "last_inbound_at due_at", self.conversations),
            ("message", "id conversation_id direction channel address_id body professional_id person_id state state_at "
             "authenticated received_at created_at", self.messages),
        )  # fmt: skip
        for table, columns, rows in loads:
            copy(connection, table, columns.split(), rows)


def _phone(person: CityPerson) -> str:
    return BY_KEY[person.key].phone if person.key else f"+346{person.number:08d}"


def _people(people: Sequence[CityPerson], rng: Random) -> Iterator[tuple[CityPerson, dict[str, Any]]]:
    for person in people:
        sample = BY_KEY.get(person.key) if person.key else None
        yield (
            person,
            {
                "proved": sample.phone_proved if sample else rng.random() < 0.7,
                "others_read": bool(sample and sample.phone_shared),
                "email": sample.email if sample and sample.email_proved else None,
            },
        )


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> None:
    """Addresses of everybody, and conversations of some, for the city's people."""
    rows = _Rows(rng)
    others_read: list[UUID] = []
    for person, known in _people(people, rng):
        contact = rows.contact(person.id, None, person.language)
        owner = person.id if known["proved"] else None
        at = rows.now - timedelta(days=rng.randint(2, 20), minutes=rng.randint(0, 600))
        if person.key:
            at = rows.now - timedelta(days=2 + BY_KEY[person.key].number, hours=3)
        whatsapp = rows.address(contact, "whatsapp", _phone(person), owner, shared=False, heard=at)
        if known["others_read"]:
            others_read.append(whatsapp)
        email = known["email"] and rows.address(contact, "email", known["email"], owner, shared=False, heard=at)
        talk, channel = SAMPLE_TALKS.get(person.key or "", (rng.randrange(len(TALKS)), "whatsapp"))
        if (person.key in SAMPLE_TALKS or rng.randrange(ONE_TALK_IN) == 0) and owner:
            address = email if channel == "email" else whatsapp
            rows.talk(talk, contact=contact, person=person, address=address, channel=channel, at=at)
    rows.stranger(rows.now - timedelta(days=1, hours=2))
    rows.load(connection)
    connection.execute("UPDATE address SET may_be_read_by_others = true WHERE id = ANY(%s)", (others_read,))
