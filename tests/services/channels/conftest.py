"""What the tests of conversations share."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.db import new_id, unit_of_work
from case_api.settings import settings
from channels.contacts.linking import link_by_staff
from channels.inbound import intake
from channels.inbound.processing import process_next
from channels.outbound.dispatch import look_next, send_next
from channels.outbound.notices import handle_next
from tests.services.channels.carrier_forms import message_form, status_form
from tests.services.channels.fake_carrier import FakeCarrier

TEST = Actor.system("test")


@pytest.fixture
def carrier(monkeypatch) -> Iterator[FakeCarrier]:
    made = FakeCarrier()
    monkeypatch.setattr(settings(), "CARRIER_URL", made.url)
    yield made
    made.close()


@pytest.fixture
def professional(database) -> UUID:
    return make_professional("marta")


def make_professional(login: str) -> UUID:
    made, centre = new_id(), new_id()
    with unit_of_work(TEST) as unit:
        unit.session.execute(
            text("INSERT INTO unit (id, kind, name, district) VALUES (:id, 'centre', :name, 'Distrito')"),
            {"id": centre, "name": f"Centro {login}"},
        )
        unit.session.execute(
            text(
                "INSERT INTO professional (id, unit_id, login, given_name, surnames, role) "
                "VALUES (:id, :unit, :login, 'Marta', 'Ejemplo', 'social_worker')"
            ),
            {"id": made, "unit": centre, "login": login},
        )
    return made


def arrive(sid: str, body: str = "Hola", sender: str = "whatsapp:+34600000005", **extra: str) -> None:
    """A message stored as the webhook stores it."""
    from urllib.parse import urlencode

    form = message_form(sid, body, sender, **extra)
    store("twilio", "message", f"message\0{sid}", urlencode(form).encode(), {}, sender.removeprefix("whatsapp:"))


def status_arrives(sid: str, status: str, message_id: object = None, **extra: str) -> None:
    from urllib.parse import urlencode

    form = status_form(sid, status, **extra)
    headers = {"message": str(message_id)} if message_id else {}
    store("twilio", "status", f"status\0{sid}\0{status}", urlencode(form).encode(), headers, sid)


def store(channel, kind, dedupe, payload, headers, contact_key) -> str:
    with unit_of_work(TEST) as unit:
        return intake.store(
            unit.session,
            channel=channel,
            kind=kind,
            dedupe=dedupe,
            payload=payload,
            headers=headers,
            contact_key=contact_key,
        )


def work() -> None:
    """Do everything that there is to do now."""
    while process_next() or handle_next() or send_next() or look_next():
        pass


def rows(query: str, **values) -> list:
    with unit_of_work(TEST) as unit:
        return unit.session.execute(text(query), values).all()


def one(query: str, **values):
    [row] = rows(query, **values)
    return row[0] if len(row) == 1 else row


def change(query: str, **values) -> None:
    with unit_of_work(TEST) as unit:
        unit.session.execute(text(query), values)


def prove(person_id: UUID, kind: str, value: str) -> None:
    with unit_of_work(TEST) as unit:
        link_by_staff(unit.session, person_id=person_id, kind=kind, value=value, actor=TEST)
