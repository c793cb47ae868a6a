"""Answers to invitations, as the floor above hands them over: only the person's own, of this version, and proposals."""

import pytest
from sqlalchemy import text

from case_api import events
from case_api.access.actor import Actor
from case_api.agenda.following import replies
from case_api.db import unit_of_work
from tests.services.agenda.test_arranging import book, citizen, door_of, place  # noqa: F401 - a fixture

CASES = [
    pytest.param({"partstat": "DECLINED"}, ("cancel", "open", "booked"), id="declined"),
    pytest.param({"partstat": "ACCEPTED"}, ("comes", "done", "booked"), id="accepted"),
    pytest.param({"partstat": "TENTATIVE"}, ("unclear", "open", "booked"), id="perhaps"),
    pytest.param({"partstat": "NEEDS-ACTION"}, None, id="says nothing"),
    pytest.param({"partstat": "DECLINED", "proved": False}, None, id="somebody else's mail"),
    pytest.param({"partstat": "DECLINED", "person_id": None}, None, id="nobody known"),
    pytest.param({"partstat": "DECLINED", "uid": "x@example.org"}, None, id="an event of others"),
    pytest.param({"partstat": "DECLINED", "sequence": -1}, None, id="an older version"),
]


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_a_calendars_answer(unit, place, changes, expected):  # noqa: F811
    with unit_of_work(citizen(place.amparo)) as work:
        made = book(door_of(work), place, mode="phone")
    payload = {"uid": made.uid, "sequence": 0, "attendee": None, "sender": "amparo@correo.example", "proved": True,
               "person_id": str(place.amparo), "message_id": "m1"} | changes  # fmt: skip
    with unit_of_work(Actor.system("test")) as work:
        events.publish(work, "appointment.reply", **payload)
        assert replies.handle(work) == 1 and replies.handle(work) == 0
        rows = work.session.execute(
            text(
                "SELECT r.said, r.state, a.state FROM appointment_answer r JOIN appointment a ON a.id = appointment_id"
            )
        ).all()
    assert [tuple(row) for row in rows] == ([expected] if expected else [])
