"""Calendar files: what a calendar needs to follow a move, and nothing that tells on anybody."""

from dataclasses import replace
from datetime import UTC, datetime

import icalendar
import pytest

from case_api.agenda.calendar import calendar
from case_api.agenda.values import Appointment
from case_api.db import new_id

BOOKED = Appointment(
    id=new_id(),
    person_id=new_id(),
    unit_id=new_id(),
    centre="Centro Ejemplo",
    address="Calle Inventada 1; 2.º, B",
    professional_id=new_id(),
    professional="Lucía",
    room="Despacho 1",
    reason="follow_up",
    reason_name="Seguimiento",
    discreet=False,
    starts_at=datetime(2026, 7, 1, 7, 30, tzinfo=UTC),
    minutes=30,
    mode="in_person",
    state="booked",
    sequence=0,
    uid="one@servicios.alma.example",
)


def read(raw: bytes) -> icalendar.Event:
    parsed = icalendar.Calendar.from_ical(raw)
    assert parsed["version"] == "2.0" and parsed["method"]
    return parsed.walk("VEVENT")[0]


def test_a_booking_is_a_confirmed_event_in_utc():
    event = read(calendar(BOOKED))
    assert event["uid"] == BOOKED.uid and event["sequence"] == 0 and event["status"] == "CONFIRMED"
    assert event.decoded("dtstart") == BOOKED.starts_at and event.decoded("dtend") == BOOKED.ends_at
    assert b"DTSTART:20260701T073000Z" in calendar(BOOKED)
    assert event["location"] == "Centro Ejemplo, Calle Inventada 1; 2.º, B"


def test_a_move_keeps_the_uid_and_raises_the_sequence():
    moved = read(calendar(replace(BOOKED, sequence=1, starts_at=datetime(2026, 7, 2, 9, tzinfo=UTC)), method="REQUEST"))
    assert (moved["uid"], moved["sequence"]) == (BOOKED.uid, 1)


def test_a_cancellation_says_so_and_rings_no_more():
    event = read(calendar(replace(BOOKED, state="cancelled", sequence=2), method="CANCEL"))
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2) and event.walk("VALARM") == []


@pytest.mark.parametrize("mode", ["in_person", "phone", "video", "home"])
def test_a_discreet_appointment_tells_neither_place_nor_person_nor_reason(mode):
    raw = calendar(replace(BOOKED, discreet=True, mode=mode, reason_name="Violencia")).decode()
    for word in ("Ejemplo", "Inventada", "Lucía", "Despacho", "Violencia", "Seguimiento", "servicios sociales"):
        assert word not in raw


def test_no_calendar_names_the_reason_or_the_professional():
    raw = calendar(BOOKED).decode()
    assert "Seguimiento" not in raw and "Lucía" not in raw
