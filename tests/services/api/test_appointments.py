"""Booking through the API: what works, and every way in which a request can be wrong."""

import pytest

from case_api.db import new_id
from tests.services.api.conftest import PROBLEM


def test_slots_book_read_cancel(api):
    token = api.token(api.place.amparo, assurance="low")
    query = {"unit_id": str(api.place.unit), "reason": "follow_up", "mode": "phone", "limit": 3}
    first = api.call("GET", "/slots", token, query_string=query).json
    second = api.call("GET", "/slots", token, query_string=query | {"cursor": first["next"]}).json
    assert len(first["items"]) == len(second["items"]) == 3
    assert first["items"][-1]["starts_at"] <= second["items"][0]["starts_at"]
    assert not [slot for slot in second["items"] if slot in first["items"]]
    slot = first["items"][0]
    body = api.booking(starts_at=slot["starts_at"], professional_id=slot["professional_id"])
    made = api.call("POST", "/appointments", token, json=body)
    assert made.status_code == 201 and made.headers["Location"].endswith(f"/api/v1/appointments/{made.json['id']}")
    assert set(made.json) == {
        *("id", "person_id", "unit_id", "centre", "address", "professional_id", "professional", "room", "reason"),
        *("starts_at", "minutes", "mode", "state", "sequence", "due_at"),
    }
    path = f"/appointments/{made.json['id']}"
    read = api.call("GET", path, token)
    assert read.json == made.json and read.headers["ETag"] == made.headers["ETag"]
    assert api.call("GET", path, token, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    moved = api.call("POST", f"{path}/move", token, json={"starts_at": second["items"][-1]["starts_at"]})
    assert moved.status_code in (200, 409)
    for tag in ('"99-booked"', 'W/"0-booked"', '""', "0-booked", "\\"):
        stale = api.call("POST", f"{path}/cancel", token, headers={"If-Match": tag})
        assert stale.status_code == 412 and stale.content_type == PROBLEM, tag
    now = api.call("GET", path, token)
    gone = api.call(
        "POST", f"{path}/cancel", token, json={"why": "No puedo"}, headers={"If-Match": now.headers["ETag"]}
    )
    assert gone.status_code == 200 and gone.json["state"] == "cancelled"
    assert api.call("POST", f"{path}/cancel", token).json == gone.json
    listed = api.call("GET", f"/people/{api.place.amparo}/appointments", token).json
    assert [one["state"] for one in listed["items"]] == ["cancelled"] and listed["next"] is None


def test_taken_brings_alternatives_and_the_first_can_be_booked(api):
    assert api.call("POST", "/appointments", api.token(api.place.roberto), json=api.booking()).status_code == 201
    token = api.token(api.place.amparo)
    refused = api.call("POST", "/appointments", token, json=api.booking())
    assert refused.status_code == 409 and refused.content_type == PROBLEM
    choice = refused.json["alternatives"]
    assert choice[0]["professional_id"] == str(api.place.lucia) and str(api.place.roberto) not in refused.text
    again = api.booking(starts_at=choice[0]["starts_at"], professional_id=choice[0]["professional_id"])
    assert api.call("POST", "/appointments", token, json=again).status_code == 201


def test_the_same_key(api):
    token = api.token(api.place.amparo)
    headers = {"Idempotency-Key": "one click"}
    first = api.call("POST", "/appointments", token, json=api.booking(), headers=headers)
    again = api.call("POST", "/appointments", token, json=api.booking(), headers=headers)
    assert first.status_code == again.status_code == 201 and first.json == again.json
    other = api.call("POST", "/appointments", token, json=api.booking(mode="video"), headers=headers)
    assert other.status_code == 422 and other.json["errors"][0]["field"] == "Idempotency-Key"
    assert api.count("appointment") == 1 and api.count("event") == 1


def test_pages_of_appointments_are_whole(api):
    token = api.token(api.place.amparo)
    for minute in (0, 30, 60, 90, 120):
        start = f"{9 + minute // 60:02d}:{minute % 60:02d}"
        day = api.booking()["starts_at"][:10]
        from datetime import date, time

        from case_api.agenda.wall import instant_of

        body = api.booking(starts_at=instant_of(date.fromisoformat(day), time.fromisoformat(start)).isoformat())
        assert api.call("POST", "/appointments", token, json=body).status_code == 201
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.call("GET", f"/people/{api.place.amparo}/appointments", token, query_string=query).json
        seen += [one["starts_at"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 5 and seen == sorted(seen, reverse=True)


BAD_BODIES = [
    pytest.param({"data": b"{"}, 400, None, id="not JSON"),
    pytest.param({"data": b"\xff\xfe"}, 400, None, id="not UTF-8"),
    pytest.param({"data": b"[" * 60_000}, 400, None, id="nested without end"),
    pytest.param({"data": b'{"unit_id": ' + b"9" * 5000 + b"}"}, 400, None, id="a number without end"),
    pytest.param({"data": b'"' + b"a" * 70_000 + b'"'}, 413, None, id="too large"),
    pytest.param({"data": b"a=b", "content_type": "application/x-www-form-urlencoded"}, 415, None, id="a form"),
    pytest.param({"data": b"{}", "content_type": "text/plain"}, 415, None, id="plain text"),
    pytest.param({"data": b"[]"}, 422, "body", id="a list"),
    pytest.param({"data": b"null"}, 422, None, id="null"),
    pytest.param({"data": b""}, 422, "unit_id", id="empty"),
]


@pytest.mark.parametrize(("options", "status", "field"), BAD_BODIES)
def test_a_body_that_is_no_booking(quiet, options, status, field):
    options = {"content_type": "application/json"} | options
    answer = quiet.call("POST", "/appointments", quiet.token(quiet.place.amparo), **options)
    assert answer.status_code == status and answer.content_type == PROBLEM and answer.json["status"] == status
    assert field is None or field in [error["field"] for error in answer.json["errors"]]
    assert quiet.count("appointment") == 0 and quiet.count("event") == 0


BAD_FIELDS = [
    pytest.param({"unit_id": "x"}, "unit_id", id="no UUID"),
    pytest.param({"unit_id": 7}, "unit_id", id="a number for a UUID"),
    pytest.param({"mode": "carrier pigeon"}, "mode", id="unknown mode"),
    pytest.param({"reason": "Robert'); DROP TABLE"}, "reason", id="reason that is no key"),
    pytest.param({"reason": "unknown"}, "reason", id="unknown reason"),
    pytest.param({"reason": "follow_up\u0000"}, "reason", id="NUL in the reason"),
    pytest.param({"starts_at": "mañana"}, "starts_at", id="time in words"),
    pytest.param({"starts_at": "2026-12-01T09:30:00"}, "starts_at", id="time without zone"),
    pytest.param({"starts_at": 1_800_000_000}, "starts_at", id="seconds since 1970"),
    pytest.param({"starts_at": True}, "starts_at", id="a boolean for a time"),
    pytest.param({"override_reason": "x" * 501}, "override_reason", id="too long"),
    pytest.param({"override_reason": "a\u0000b"}, "override_reason", id="NUL in words"),
    pytest.param({"override_reason": "\ud800"}, "override_reason", id="half a character"),
    pytest.param({"override_reason": "porque sí"}, "override_reason", id="what only staff may"),
    pytest.param({"state": "attended"}, "state", id="an attribute nobody declared"),
    pytest.param({"created_by": "staff:lucia"}, "created_by", id="mass assignment"),
    pytest.param({"person_id": "me"}, "person_id", id="a person that is no UUID"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_FIELDS)
def test_a_bad_field_is_named_and_not_quoted(quiet, changes, field):
    answer = quiet.call("POST", "/appointments", quiet.token(quiet.place.amparo), json=quiet.booking(**changes))
    assert answer.status_code == 422 and answer.content_type == PROBLEM
    assert [error["field"] for error in answer.json["errors"]] == [field] and answer.json["errors"][0]["message"]
    assert "pigeon" not in answer.text and "DROP" not in answer.text
    assert quiet.count("appointment") == 0 and quiet.count("event") == 0


NEVER = [
    pytest.param("9999-12-31T23:59:59-14:00", id="end of time"),
    pytest.param("0001-01-01T00:00:00+14:00", id="beginning of time"),
    pytest.param("2020-01-07T10:00:00+01:00", id="past"),
    pytest.param("2199-01-07T10:00:00+01:00", id="far ahead"),
]


@pytest.mark.parametrize("moment", NEVER)
def test_a_moment_nobody_offers(quiet, moment):
    answer = quiet.call("POST", "/appointments", quiet.token(quiet.place.amparo), json=quiet.booking(starts_at=moment))
    assert answer.status_code in (409, 422) and answer.content_type == PROBLEM
    assert quiet.count("appointment") == 0


BAD_QUERIES = [
    pytest.param({"reason": "follow_up"}, "unit_id", id="missing"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "from_day": "31-12-2026"}, "from_day", id="date"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "from_day": "9999-12-31"}, "from_day", id="far"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "to_day": "2027-12-31"}, "to_day", id="too long"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "limit": "0"}, "limit", id="limit"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "cursor": "AAAA"}, "cursor", id="cursor"),
    pytest.param({"unit_id": str(new_id()), "reason": "follow_up", "sort": "x"}, "sort", id="undeclared"),
    pytest.param({"unit_id": [str(new_id()), str(new_id())], "reason": "follow_up"}, "unit_id", id="said twice"),
]


@pytest.mark.parametrize(("query", "field"), BAD_QUERIES)
def test_a_bad_query_names_its_field(quiet, query, field):
    answer = quiet.call("GET", "/slots", quiet.token(quiet.place.amparo), query_string=query)
    assert answer.status_code == 422 and answer.content_type == PROBLEM
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_an_unknown_path_and_method_are_problems_too(api):
    assert api.call("GET", "/nothing").content_type == PROBLEM
    wrong = api.call("DELETE", "/appointments", api.token(api.place.amparo))
    assert wrong.status_code == 405 and wrong.content_type == PROBLEM and "POST" in wrong.headers["Allow"]
    assert api.call("GET", "/people/amparo", api.token(api.place.amparo)).status_code == 404


def test_staff_may_book_out_of_hours_for_their_people(api):
    body = api.booking(person_id=str(api.place.amparo), override_reason="Viene de noche")
    body["starts_at"] = body["starts_at"].replace("T09:", "T05:").replace("T10:", "T05:")
    made = api.call("POST", "/appointments", api.token(staff=api.place.lucia), json=body)
    assert made.status_code == 201
