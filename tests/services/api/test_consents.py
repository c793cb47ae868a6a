"""Consents over the API: what an application sees with a switch on, and what it no longer sees once it is off."""

import pytest

from case_api.db import new_id
from case_api.http import tokens
from tests.services.api.conftest import PROBLEM
from tests.services.api.test_record import CONSENT, give


def app_token(api, person=None, *, client="carpeta", **more) -> str:
    subject = person or api.place.amparo
    return tokens.issue(kind="client", subject=subject, client_id=client, scopes=list(tokens.SCOPES), **more)


def reads(api, token: str) -> dict[str, int]:
    amparo = api.place.amparo
    paths = {
        "me": "/people/me",
        "appointments": f"/people/{amparo}/appointments",
        "files": f"/people/{amparo}/files",
        "file": f"/files/{api.files[amparo]}",
        "documents": f"/people/{amparo}/documents",
        "report": f"/documents/{api.documents[amparo]}/content",
        "log": f"/people/{amparo}/access-log",
    }
    return {name: api.call("GET", path, token).status_code for name, path in paths.items()}


@pytest.mark.parametrize(
    ("switches", "opened"),
    [
        pytest.param([], set(), id="none"),
        pytest.param(["T1"], {"me", "appointments"}, id="T1: who, and appointments"),
        pytest.param(["T2"], {"me", "files", "file", "documents", "log"}, id="T2: state and documents"),
        pytest.param(["T3"], {"documents", "report"}, id="T3: reports alone"),
        pytest.param(["T4"], set(), id="T4 without the fresh login it asks for"),
        pytest.param(
            ["T1", "T2", "T3"], {"me", "appointments", "files", "file", "documents", "report", "log"}, id="T1 to T3"
        ),
    ],
)
def test_an_application_sees_what_the_switches_open(api, switches, opened):
    api.execute("UPDATE person SET birth_date = '1953-04-12' WHERE id = :id", {"id": api.place.amparo})
    for switch in switches:
        give(api, api.place.amparo, switch)
    found = reads(api, app_token(api))
    assert {name for name, status in found.items() if status == 200} == opened
    assert set(found.values()) <= {200, 404}
    assert set(reads(api, app_token(api, client="another")).values()) == {404}, "given to one, not to another"
    released = api.execute("SELECT DISTINCT object_kind FROM consent_release", {}).scalars().all()
    assert bool(released) == bool(opened)


def test_withdrawn_between_the_list_and_the_fetch(api):
    amparo, token = api.place.amparo, app_token(api)
    consent = give(api, amparo, "T2")
    (listed,) = api.call("GET", f"/people/{amparo}/files", token).json["items"]
    assert api.call("POST", f"/consents/{consent}/withdraw", api.token(amparo)).json["state"] == "withdrawn"
    gone = api.call("GET", f"/files/{listed['id']}", token)
    unknown = api.call("GET", f"/files/{new_id()}", token)
    assert gone.status_code == 404 and gone.data == unknown.data
    events = api.execute("SELECT kind FROM consent_event WHERE consent_id = :id ORDER BY id", {"id": consent}).scalars()
    assert set(events) == {"given", "withdrawn", "recalled"}
    (release,) = api.execute(
        "SELECT recipient_name, object_id, level FROM consent_release WHERE consent_id = :id AND object_id = :file",
        {"id": consent, "file": listed["id"]},
    ).all()
    assert tuple(release) == ("carpeta", listed["id"], "N2")


def test_one_files_consent_never_opens_another(api):
    amparo = api.place.amparo
    other = new_id()
    api.execute(
        "INSERT INTO case_file (id, person_id, kind, title, state, opened_at) "
        "VALUES (:id, :person, 'other', 'Otro', 'received', now())",
        {"id": other, "person": amparo},
    )
    give(api, amparo, "T2", file_id=str(api.files[amparo]))
    token = app_token(api)
    assert [one["id"] for one in api.call("GET", f"/people/{amparo}/files", token).json["items"]] == [
        str(api.files[amparo])
    ]
    assert api.call("GET", f"/files/{api.files[amparo]}", token).status_code == 200
    assert api.call("GET", f"/files/{other}", token).status_code == 404
    assert api.call("GET", f"/documents/{api.documents[amparo]}", token).status_code == 404, "a report needs T3"
    assert api.call("GET", f"/people/{amparo}/access-log", token).status_code == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"words_sha256": "0" * 64}, 409, id="other words than those shown"),
        pytest.param({"switch": "T9"}, 422, id="a switch that there is not"),
        pytest.param({"recipient_name": "nobody"}, 422, id="a recipient that there is not"),
        pytest.param({"switch": "O"}, 422, id="an opposition to an application"),
        pytest.param({"file_id": str(new_id())}, 422, id="a file that there is not"),
        pytest.param({"given_at": "2020-01-01T00:00:00Z"}, 422, id="an attribute nobody declared"),
        pytest.param({"words_sha256": None}, 422, id="no hash"),
    ],
)
def test_what_cannot_be_given_says_why(api, change, status):
    amparo, token = api.place.amparo, api.token(api.place.amparo)
    offered = api.call("GET", f"/people/{amparo}/consents", token).json["offered"]
    read = next(one for one in offered if one["switch"] == "T2")
    body = CONSENT | {"words_sha256": read["words_sha256"]} | change
    answer = api.call("POST", f"/people/{amparo}/consents", token, json=body)
    assert answer.status_code == status and answer.content_type == PROBLEM
    assert api.count("consent") == 0


def test_an_application_never_gives_itself_anything(api):
    amparo = api.place.amparo
    give(api, amparo, "T2")
    token = app_token(api)
    listed = api.call("GET", f"/people/{amparo}/consents", token)
    assert [one["switch"] for one in listed.json["items"]] == ["T2"]
    offer = next(one for one in listed.json["offered"] if one["switch"] == "T3")
    body = CONSENT | {"switch": "T3", "words_sha256": offer["words_sha256"]}
    assert api.call("POST", f"/people/{amparo}/consents", token, json=body).status_code == 403
    staff = api.token(staff=api.place.lucia)
    assert api.call("POST", f"/people/{amparo}/consents", staff, json=body).status_code == 403
    assert api.count("consent") == 1
    ended = api.call("POST", f"/consents/{listed.json['items'][0]['id']}/withdraw", token)
    assert ended.json["state"] == "withdrawn"
    assert set(reads(api, token).values()) == {404}


def test_special_data_ask_the_application_for_a_new_login(api):
    from datetime import timedelta

    from case_api import clock

    amparo = api.place.amparo
    api.execute("UPDATE person SET birth_date = '1953-04-12' WHERE id = :id", {"id": amparo})
    api.execute("UPDATE document SET level = 'N4' WHERE person_id = :id", {"id": amparo})
    path = f"/documents/{api.documents[amparo]}/content"
    assert api.call("GET", path, app_token(api, assurance="high")).status_code == 404
    give(api, amparo, "T4")
    old = clock.now() - timedelta(minutes=15, seconds=1)
    stale = api.call("GET", path, app_token(api, assurance="high", authenticated_at=old))
    assert stale.status_code == 401 and "insufficient_user_authentication" in stale.headers["WWW-Authenticate"]
    assert api.call("GET", path, app_token(api, assurance="high")).status_code == 200
    # Giving it asks for one too.
    body = CONSENT | {"switch": "T4", "words_sha256": "0" * 64}
    every = list(tokens.SCOPES)
    old_login = tokens.issue(
        kind="citizen", subject=amparo, client_id="x", scopes=every, assurance="high", authenticated_at=old
    )
    assert api.call("POST", f"/people/{amparo}/consents", old_login, json=body).status_code == 401


def test_the_receipt_holds_what_was_shown(api):
    amparo = api.place.amparo
    consent = give(api, amparo, "T2")
    found = api.call("GET", f"/consents/{consent}/receipt", api.token(amparo)).json
    mine = api.call("GET", f"/consents/{consent}", api.token(amparo)).json
    assert found["schema_version"] == "ISO/IEC TS 27560:2023" and found["receipt_id"] == mine["receipt_id"]
    notice = found["pii_processing"]["privacy_notice"]
    assert (notice["text"], notice["sha256"]) == (mine["words"], mine["words_sha256"])
    assert [event["event_state"] for event in found["events"]] == ["given"]
    assert {party["party_role"] for party in found["party_identification"]} == {
        "pii_controller",
        "third_party",
        "authority",
    }
