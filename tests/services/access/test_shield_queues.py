"""A shield set while things are on their way out: a reminder, an answer, a notice, a calendar, a copy of everything."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import unit_of_work
from case_api.errors import DomainError, NotFound
from case_api.events import publish
from channels.contacts import book as contacts
from channels.conversations.choices import choices
from channels.outbound import notices, sending
from channels.outbound.dispatch import send_next
from tests.services.access.danger import rows, set_shield, through
from tests.services.channels.fake_carrier import FakeCarrier

LOCATES = ("Centro Aquí", "1 de marzo", "10:00", "9:00")


@pytest.fixture
def carrier(monkeypatch):
    from case_api.settings import settings

    made = FakeCarrier()
    monkeypatch.setattr(settings(), "CARRIER_URL", made.url)
    monkeypatch.setattr(settings(), "QUIET_HOURS", "", raising=False)
    yield made
    made.close()


def _queue(danger, *, level, purpose, kind="notice"):
    with unit_of_work(Actor.system("test")) as unit:
        address = contacts.address(unit.session, address_id=danger.phone)
        sending.send(
            unit.session, conversation_id=danger.conversation, address=address, channel="sms",
            body="El lunes 1 de marzo a las 10:00 en Centro Aquí", level=level, purpose=purpose, kind=kind,
            person_id=danger.ana,
        )  # fmt: skip


def _drain():
    for _ in range(10):
        if not (send_next() or notices.handle_next()):
            return


@pytest.mark.parametrize(
    ("level", "purpose", "kind"),
    [
        pytest.param("N1", "appointment", "notice", id="a reminder"),
        pytest.param("N1", "answer", "text", id="a professional's answer"),
    ],
)
def test_what_was_queued_before_does_not_leave(danger, carrier, level, purpose, kind):
    _queue(danger, level=level, purpose=purpose, kind=kind)
    set_shield(danger)
    _drain()
    assert not carrier.sent, "nothing reached the carrier"
    assert [row.state for row in rows("SELECT state FROM message WHERE channel = 'sms'")] == ["held"]


def test_without_a_shield_it_leaves(danger, carrier):
    _queue(danger, level="N1", purpose="appointment")
    _drain()
    assert len(carrier.sent) == 1


def test_a_notice_not_written_yet_says_nothing_that_locates(danger, carrier):
    with unit_of_work(Actor.system("test")) as unit:
        publish(unit, "appointment.booked", appointment_id=danger.appointment, person_id=danger.ana)
    set_shield(danger)
    _drain()
    said = [row.body for row in rows("SELECT body FROM message WHERE direction = 'out'")] + [
        str(one) for one in carrier.sent
    ]
    assert said and not [body for body in said if any(word in body for word in LOCATES)]


def test_no_channel_carries_a_professionals_words_any_more(danger):
    set_shield(danger)
    with unit_of_work(danger.worker) as unit:
        found = choices(unit.session, conversation_id=danger.conversation)
    # What is left is to speak: in person, or on the telephone.
    assert not {one.channel for one in found if one.possible} & {"sms", "whatsapp", "email", "portal"}
    with unit_of_work(danger.staff("lucia")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM conversation")).scalar() == 0


def test_the_calendar_is_gone_at_the_next_request(danger):
    ana = danger.citizen()
    assert through(ana, "own_record", lambda door: door.appointment(danger.appointment)).uid
    set_shield(danger)
    with pytest.raises(NotFound):
        through(ana, "own_record", lambda door: door.appointment(danger.appointment))


def test_a_copy_asked_for_before_holds_nothing_that_locates_when_it_is_fetched(danger):
    ana = danger.citizen()
    asked = through(ana, "own_record", lambda door: door.ask_for_copy(danger.ana))
    set_shield(danger)
    with clock.frozen(clock.now() + timedelta(seconds=1)), unit_of_work(ana) as unit:
        try:
            content = b"".join(open_door(unit.actor, "own_record").fetch_copy(asked.id))
        except DomainError:
            return  # it may also be refused altogether
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text_of = " ".join(
            archive.read(name).decode(errors="replace") for name in archive.namelist() if not name.endswith(".pdf")
        )
    assert json.dumps("Ana") in text_of or "Ana" in text_of
    for word in ("Centro Aquí", "2027-03-01", str(danger.here), "marta Ficticio", "+34600000071"):
        assert word not in text_of, word
