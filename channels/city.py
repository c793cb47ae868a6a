"""The channels' part of the synthetic city: proved addresses, and conversations of some of its people.

Only the numbers and mail addresses are made up here; who the people are comes from the record's part.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.city.load import copy
from case_api.city.sample import BY_KEY, BY_LOGIN
from case_api.city.values import CityPerson, Ids
from case_api.settings import settings
from channels.conversations.deadlines import first_answer_due

SHARE_WRITING = 0.12  # of the people, have written at least once
# The carrier knows nothing of these messages, so for it nobody's 24 hours are open: nor must they be for us.
LONG_AGO = timedelta(hours=25)

_SAMPLE_TALKS = {
    "amparo": ("whatsapp", [
        ("in", "Buenos días. Me han dicho que me falta un papel para la ayuda a domicilio. ¿Cuál es?"),
        ("out", "Buenos días, Amparo. Lo tiene apuntado en su carpeta, en la ayuda a domicilio. Si quiere, lo vemos "
                "juntas por teléfono."),
        ("in", "Sí, por favor. Mejor por la mañana."),
    ]),
    "roberto": ("email", [
        ("in", "Hola: ¿saben ya algo de mi solicitud? Gracias."),
        ("out", "Buenas tardes, Roberto. Sigue en estudio. El paso en que está puede verlo en su carpeta."),
    ]),
    "fatima": ("whatsapp", [("in", "السلام عليكم، أريد موعدًا من فضلك.")]),
}  # fmt: skip
STRANGER = ("+34600000099", "Buenas, ¿ayudan ustedes a pagar el alquiler? ¿Dónde pregunto?")
_TALKS = (
    ["Hola, ¿qué horario tienen en el centro?", "Buenos días. De lunes a viernes, de 9 a 14 horas.", "Gracias."],
    ["Necesito pedir cita, pero no sé cómo.", "Puede pedirla aquí mismo, en la web o en el 010. ¿Qué día le va bien?"],
    ["¿Puedo llevar a mi madre al comedor del centro de mayores?"],
    ["Me he cambiado de casa. ¿A qué centro me toca ir ahora?", "Dígame su calle y se lo miro.", "Calle Inventada, 3."],
    ["Quería saber si me han contestado a lo de la teleasistencia."],
)


class _Rows:
    def __init__(self) -> None:
        self.contacts: list[tuple] = []
        self.addresses: list[tuple] = []
        self.windows: list[tuple] = []
        self.history: list[tuple] = []
        self.conversations: list[tuple] = []
        self.messages: list[tuple] = []

    def load(self, connection: Connection) -> int:
        copy(connection, "contact", ("id", "person_id", "claimed_name", "language"), self.contacts)
        copy(
            connection,
            "address",
            ("id", "contact_id", "kind", "value", "person_id", "proved_at", "proved_how", "may_be_read_by_others",
             "last_inbound_at"),
            self.addresses,
        )  # fmt: skip
        copy(connection, "address_window", ("address_id", "our_address", "last_inbound_at"), self.windows)
        copy(
            connection,
            "address_history",
            ("address_id", "act", "contact_after", "person_after", "actor_kind", "actor_id"),
            self.history,
        )
        copy(
            connection,
            "conversation",
            ("id", "contact_id", "person_id", "state", "unit_id", "professional_id", "opened_at", "closed_at",
             "last_message_at", "last_inbound_at", "due_at"),
            self.conversations,
        )  # fmt: skip
        return copy(
            connection,
            "message",
            ("id", "conversation_id", "direction", "channel", "address_id", "our_address", "body", "professional_id",
             "person_id", "state", "state_at", "external_id", "authenticated", "authentication", "received_at",
             "created_at"),
            self.messages,
        )  # fmt: skip


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """Load addresses and conversations; returns the rows by table. Commits nothing."""
    rows, new_id, now = _Rows(), Ids(rng, begin=50_000), clock.now()
    for person in people:
        _one(rows, person, new_id, rng, now)
    _stranger(rows, new_id, now)
    return {"message": rows.load(connection)}


def _one(rows: _Rows, person: CityPerson, new_id: Ids, rng: Random, now: datetime) -> None:
    sample = BY_KEY.get(person.key) if person.key else None
    contact = new_id()
    rows.contacts.append((contact, person.id, None, person.language))
    phone = sample.phone if sample else f"+34600{100_000 + person.number % 900_000:06d}"
    proved = sample.phone_proved if sample else rng.random() < 0.7
    shared = bool(sample and sample.phone_shared)
    addresses = {
        "whatsapp": _address(rows, new_id, contact, person, "whatsapp", phone, proved, now, shared),
        "sms": _address(rows, new_id, contact, person, "sms", phone, False, now, shared),
    }
    mail = sample.email if sample else f"persona{person.number}@correo.example"
    if mail and (sample is None or sample.email_proved):
        addresses["email"] = _address(
            rows, new_id, contact, person, "email", mail, sample is not None or rng.random() < 0.3, now, False
        )
    if sample:
        channel, talk = _SAMPLE_TALKS.get(sample.key, ("", []))
        ends = now - LONG_AGO - timedelta(minutes=190 * person.number)
        professional, unit = BY_LOGIN["marta"].id if sample.key == "amparo" else None, person.unit_id
    elif rng.random() < SHARE_WRITING:
        words = rng.choice(_TALKS)
        channel = rng.choice(("whatsapp", "whatsapp", "sms"))
        talk = [("in" if number % 2 == 0 else "out", text) for number, text in enumerate(words)]
        ends = now - LONG_AGO - timedelta(minutes=rng.randrange(60, 60 * 24 * 20))
        professional, unit = rng.choice((person.professional_id, None)), person.unit_id
    else:
        return
    if talk:
        _conversation(rows, new_id, contact, person, addresses[channel], channel, talk, ends, unit, professional)


def _address(
    rows: _Rows, new_id: Ids, contact: UUID, person: CityPerson, kind: str, value: str, proved: bool, now: datetime,
    read_by_others: bool,
) -> tuple[UUID, bool]:  # fmt: skip
    made = new_id()
    person_id, at, how = (person.id, now - timedelta(days=30), "staff") if proved else (None, None, None)
    rows.addresses.append((made, contact, kind, value, person_id, at, how, read_by_others, None))
    rows.history.append((made, "linked" if proved else "made", contact, person_id, "system", "city"))
    return made, proved


def _conversation(
    rows: _Rows, new_id: Ids, contact: UUID, person: CityPerson | None, address: tuple[UUID, bool] | None, channel: str,
    talk: list[tuple[str, str]], ends: datetime, unit: UUID | None, professional: UUID | None,
) -> None:  # fmt: skip
    address_id, proved = address
    conversation, ours = new_id(), _ours(channel)
    times = [ends - timedelta(minutes=35 * (len(talk) - 1 - number)) for number in range(len(talk))]
    inbound = [at for (direction, _), at in zip(talk, times, strict=True) if direction == "in"]
    waiting = talk[-1][0] == "in"
    person_id = person.id if person else None
    closed = not waiting and ends < clock.now() - timedelta(days=7)
    rows.conversations.append(
        (conversation, contact, person_id, "closed" if closed else "open", unit, professional, times[0],
         ends if closed else None, ends, inbound[-1], first_answer_due(inbound[-1]) if waiting else None)
    )  # fmt: skip
    rows.windows.append((address_id, ours, inbound[-1]))
    for (direction, body), at in zip(talk, times, strict=True):
        coming = direction == "in"
        rows.messages.append(
            (new_id(), conversation, direction, channel, address_id, ours, body,
             None if coming else professional or (person.professional_id if person else None),
             person_id if proved else None, "received" if coming else "read" if channel == "whatsapp" else "delivered",
             at, f"city-{new_id()}", coming, "carrier" if coming and channel != "email" else "none", at, at)
        )  # fmt: skip


def _ours(channel: str) -> str:
    known: dict[str, Any] = {
        "whatsapp": settings().WHATSAPP_SENDER,
        "sms": settings().SMS_SENDER,
        "email": settings().MAIL_ADDRESS,
    }
    return known[channel]


def _stranger(rows: _Rows, new_id: Ids, now: datetime) -> None:
    """Somebody nobody knows asks something: it gets an answer and opens no history."""
    contact, address = new_id(), new_id()
    rows.contacts.append((contact, None, None, "es"))
    rows.addresses.append((address, contact, "sms", STRANGER[0], None, None, None, False, now))
    rows.history.append((address, "made", contact, None, "system", "city"))
    talk = [("in", STRANGER[1])]
    _conversation(rows, new_id, contact, None, (address, False), "sms", talk, now - timedelta(hours=3), None, None)
