"""Notices: on the channel that fits, in the person's language, as discreet as the address asks."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest

from case_api.errors import NotFound
from channels.outbound import notices
from tests.services.channels.conftest import arrive, change, one, prove, rows, status_arrives, work

ANA = uuid4()
WHEN = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
MADRID_TIME = "10:30"


@pytest.fixture
def appointment(monkeypatch):
    """An appointment behind the door, without the agenda's tables."""
    made = SimpleNamespace(id=uuid4(), state="booked", starts_at=WHEN, centre="Centro Ejemplo", mode="in_person")

    class Door:
        def appointment(self, appointment_id):
            if made.state == "hidden":
                raise NotFound
            return made

    monkeypatch.setattr(notices, "open_door", lambda *_, **__: Door())
    return made


def happens(kind: str, appointment) -> None:
    payload = {"appointment_id": str(appointment.id), "person_id": str(ANA)}
    change(
        "INSERT INTO event (kind, payload) VALUES (:kind, CAST(:payload AS jsonb))",
        kind=kind,
        payload=json.dumps(payload),
    )
    work()


@pytest.fixture
def whatsapp(database, carrier):
    prove(ANA, "whatsapp", "+34600000001")


def in_window() -> None:
    arrive("SMwindow", "Hola", "whatsapp:+34600000001")
    work()


def test_inside_the_window_it_goes_by_whatsapp(whatsapp, carrier, appointment):
    in_window()
    happens("appointment.booked", appointment)
    [sent] = carrier.sent
    assert sent["From"].startswith("whatsapp:")
    assert "jueves 3 de diciembre, 10:30" in sent["Body"]
    assert "Centro Ejemplo" in sent["Body"]
    assert one("SELECT level, kind, person_id FROM message WHERE direction = 'out'") == ("N1", "notice", ANA)


def test_outside_the_window_it_goes_by_sms(whatsapp, carrier, appointment):
    happens("appointment.booked", appointment)
    [sent] = carrier.sent
    assert (sent["From"], sent["To"]) == ("+34910000001", "+34600000001")


def test_without_an_address_it_waits_in_the_portal(database, carrier, appointment):
    happens("appointment.booked", appointment)
    assert carrier.posts == 0
    assert rows("SELECT channel, state, person_id FROM message") == [("portal", "delivered", ANA)]


def test_a_notice_opens_nothing_for_staff(whatsapp, carrier, appointment):
    happens("appointment.booked", appointment)
    assert one("SELECT state, due_at FROM conversation") == ("closed", None)


@pytest.mark.parametrize("flag", ["may_be_read_by_others", "discreet", "shared"])
def test_where_others_read_it_says_nothing(whatsapp, carrier, appointment, flag):
    change(f"UPDATE address SET {flag} = true")
    in_window()
    happens("appointment.booked", appointment)
    body = carrier.sent[-1]["Body"]
    assert MADRID_TIME not in body and "Centro" not in body and "cita" not in body
    assert one("SELECT level FROM message WHERE direction = 'out'") == "N0"


def test_what_the_door_hides_is_not_said(whatsapp, carrier, appointment):
    appointment.state = "hidden"
    in_window()
    happens("appointment.booked", appointment)
    assert "cita" not in carrier.sent[-1]["Body"]


@pytest.mark.parametrize(
    ("kind", "state", "said"),
    [
        ("appointment.cancelled", "cancelled", "anulada"),
        ("appointment.moved", "booked", "ha cambiado"),
        ("appointment.booked", "cancelled", None),
        ("appointment.moved", "cancelled", None),
    ],
)
def test_only_what_still_holds_is_told(whatsapp, carrier, appointment, kind, state, said):
    appointment.state = state
    happens(kind, appointment)
    assert [said in sent["Body"] for sent in carrier.sent] == ([True] if said else [])
    assert one("SELECT count(*) FROM event WHERE handled_at IS NULL") == 0


@pytest.mark.parametrize("never", [True, False])
def test_never_means_never(whatsapp, carrier, appointment, never):
    change("UPDATE address SET never = :never", never=never)
    in_window()
    happens("appointment.booked", appointment)
    assert bool(carrier.posts) is not never


def test_a_notice_that_did_not_arrive_finds_another_way(whatsapp, carrier, appointment):
    in_window()
    happens("appointment.booked", appointment)
    status_arrives(carrier.sent[0]["sid"], "failed", ErrorCode="63016")
    work()
    assert [sent["From"] for sent in carrier.sent] == ["whatsapp:+34910000002", "+34910000001"]
    assert "cita" not in carrier.sent[1]["Body"]


def test_a_fault_is_tried_again_and_then_left(database, carrier, appointment, monkeypatch):
    monkeypatch.setattr(notices, "tell", lambda *_, **__: 1 / 0)
    happens("appointment.booked", appointment)
    for _ in range(6):
        notices.handle_next()
    assert one("SELECT attempts, handled_at IS NOT NULL FROM event") == (notices.MOST_ATTEMPTS, True)


def test_in_the_persons_language(whatsapp, carrier, appointment):
    change("UPDATE contact SET language = 'xx'")
    happens("appointment.booked", appointment)
    assert "Su cita" in carrier.sent[0]["Body"]
