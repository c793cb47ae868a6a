"""The duty desk is called where nobody looks at a page: in words that name nobody, until somebody has read."""

from datetime import datetime, timedelta

import pytest

from case_api import clock
from case_api.clock import MADRID
from case_api.db import unit_of_work
from case_api.settings import Settings, settings
from channels.inbound import alerts
from channels.outbound.paging import call_due
from tests.services.channels.conftest import TEST, arrive, make_professional, one, rows, work

NIGHT = datetime(2026, 3, 1, 3, 12, tzinfo=MADRID)
PHONE, MAIL = "+34600000097", "guardia@servicios.alma.example"
PAGES = "SELECT body FROM message WHERE body LIKE 'Guardia:%' ORDER BY position, id"


@pytest.fixture
def desk(database, carrier, monkeypatch):
    """A duty phone, at night, in quiet hours."""
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", PHONE)
    monkeypatch.setattr(settings(), "DUTY_REPEAT_MINUTES", 10)
    monkeypatch.setattr(settings(), "QUIET_HOURS", "22:00-08:00")
    return carrier


def at(minutes: float = 0.0) -> list[str]:
    """Let the worker do what is due so long after the first alert; what has left by then."""
    with clock.frozen(NIGHT + timedelta(minutes=minutes)):
        call_due()
        work()
    return [body for (body,) in rows(PAGES)]


def danger(sid: str = "SM1", minutes: float = 0.0) -> None:
    with clock.frozen(NIGHT + timedelta(minutes=minutes)):
        arrive(sid, "mi marido me pega, soy Ana y vivo en la calle Inventada 5")
        work()


def to_duty(carrier) -> list[dict]:
    return [form for form in carrier.sent if form["To"] == PHONE]


def test_the_duty_phone_rings_at_once_and_at_night_and_tells_nothing(desk):
    danger()
    at()
    [sent] = to_duty(desk)
    assert sent["Body"] == f"Guardia: hay 1 mensaje que nadie ha mirado. {settings().PUBLIC_URL}/profesionales/guardia"
    assert one("SELECT level FROM message WHERE body LIKE 'Guardia:%'") == "N0"


def test_it_rings_again_until_somebody_has_read(desk):
    danger()
    assert [len(at(minutes)) for minutes in (0, 5, 9.9, 10, 15, 20)] == [1, 1, 1, 2, 2, 3]
    reader = make_professional("marta")
    with unit_of_work(TEST) as unit, clock.frozen(NIGHT + timedelta(minutes=21)):
        conversation = unit.session.execute(alerts._OPEN, {"everywhere": True, "unit": None, "professional": None,
                                                           "most": 1}).one().conversation_id  # fmt: skip
        alerts.seen(unit.session, conversation_id=conversation, professional_id=reader)
    assert len(at(30)) == len(at(300)) == 3


def test_a_new_alert_does_not_wait_for_the_repeat_and_many_ring_once(desk):
    danger()
    assert len(at()) == 1
    for number in range(5):
        danger(f"SM2{number}", minutes=0.5)
    assert len(at(0.6)) == 1
    assert at(1.1)[-1].startswith("Guardia: hay 6 mensajes que nadie ha mirado.")
    assert len(at(2.2)) == 2


def test_of_two_workers_one_calls(desk):
    danger()
    with clock.frozen(NIGHT):
        call_due()
        call_due()
        work()
    assert len(to_duty(desk)) == 1


def test_while_the_carrier_is_away_the_calls_do_not_pile_up(desk):
    danger()
    desk.answers += [(503, None)] * 40
    for minutes in (0, 10, 20, 30):
        with clock.frozen(NIGHT + timedelta(minutes=minutes)):
            call_due()
    assert len(rows(PAGES)) == 1


def test_each_way_that_the_setting_names(desk, monkeypatch):
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", f"{PHONE}, voice:+34910000088, {MAIL}")
    danger()
    with clock.frozen(NIGHT):
        call_due()
    assert {channel for (channel,) in rows("SELECT channel FROM message WHERE body LIKE 'Guardia:%'")} == {
        "sms", "voice", "email",
    }  # fmt: skip
    assert one("SELECT body FROM message WHERE channel = 'voice'") == "Guardia: hay 1 mensaje que nadie ha mirado."


@pytest.mark.parametrize("body", ["Hola, ¿a qué hora abren?", ""], ids=["ordinary", "empty"])
def test_nobody_is_called_for_nothing(desk, body):
    arrive("SM1", body or " ")
    assert at() == []


def test_without_an_address_nobody_is_called(desk, monkeypatch):
    monkeypatch.setattr(settings(), "DUTY_ADDRESSES", "")
    danger()
    assert at() == []


def test_the_call_opens_no_conversation_for_staff(desk):
    danger()
    at()
    assert one("SELECT count(*) FROM conversation WHERE state = 'open'") == 1


@pytest.mark.parametrize("typed", ["600", "guardia", "voice:x@y.example", "+34600000097;+34600000098"])
def test_what_cannot_be_called_is_refused_at_the_start(typed, monkeypatch, tmp_path):
    with pytest.raises(ValueError, match="DUTY_ADDRESSES"):
        Settings(DUTY_ADDRESSES=typed, VAR_DIR=tmp_path)
