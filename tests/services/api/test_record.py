"""What each token opens, and what every other one gets instead: absence."""

import re

import pytest

from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import create_api_app
from tests.services.api.conftest import PROBLEM


def test_a_person_reads_their_own_record(api):
    amparo = api.place.amparo
    token = api.token(amparo)
    me = api.call("GET", "/people/me", token)
    assert me.status_code == 200 and me.json["id"] == str(amparo) and me.json["given_name"] == "Persona 0"
    assert api.call("GET", f"/people/{amparo}", token).json == me.json
    files = api.call("GET", f"/people/{amparo}/files", token).json
    assert [file["id"] for file in files["items"]] == [str(api.files[amparo])] and files["next"] is None
    assert api.call("GET", f"/files/{api.files[amparo]}", token).json["title"] == "Teleasistencia"
    (document,) = api.call("GET", f"/people/{amparo}/documents", token).json["items"]
    assert api.call("GET", f"/documents/{document['id']}", token).json == document
    content = api.call("GET", f"/documents/{document['id']}/content", token)
    assert content.data == b"hola" and content.headers["Content-Type"].startswith("text/plain")
    assert content.headers["Content-Disposition"] == 'attachment; filename="informe social.txt"'
    assert content.headers["Cache-Control"] == "no-store"


def test_who_looked(api):
    amparo = api.place.amparo
    assert api.call("GET", f"/files/{api.files[amparo]}", api.token(staff=api.place.lucia)).status_code == 200
    (look,) = api.call("GET", f"/people/{amparo}/access-log", api.token(amparo)).json["items"]
    assert (look["unit_name"], look["role"], look["object_kind"]) == ("Centro Ejemplo", "social_worker", "file")
    assert not {"actor_id", "professional", "name"} & look.keys()


def test_the_log_pages_without_totals(api):
    amparo = api.place.amparo
    for _ in range(5):
        api.call("GET", f"/files/{api.files[amparo]}", api.token(staff=api.place.lucia))
    seen, cursor = [], None
    for _ in range(5):
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = api.call("GET", f"/people/{amparo}/access-log", api.token(amparo), query_string=query).json
        assert set(page) == {"items", "next"}
        seen += [entry["at"] for entry in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 5 and seen == sorted(seen, reverse=True)


IDOR = [
    pytest.param("GET", "/people/{person}", id="person"),
    pytest.param("GET", "/people/{person}/files", id="files"),
    pytest.param("GET", "/people/{person}/documents", id="documents"),
    pytest.param("GET", "/people/{person}/appointments", id="appointments"),
    pytest.param("GET", "/people/{person}/access-log", id="access log"),
    pytest.param("GET", "/files/{file}", id="file"),
    pytest.param("GET", "/documents/{document}", id="document"),
    pytest.param("GET", "/documents/{document}/content", id="document content"),
    pytest.param("GET", "/appointments/{appointment}", id="appointment"),
    pytest.param("POST", "/appointments/{appointment}/cancel", id="cancel"),
    pytest.param("POST", "/appointments/{appointment}/move", id="move"),
    pytest.param("GET", "/people/{person}/consents", id="consents"),
    pytest.param("POST", "/people/{person}/consents", id="giving"),
    pytest.param("GET", "/consents/{consent}", id="consent"),
    pytest.param("GET", "/consents/{consent}/receipt", id="receipt"),
    pytest.param("POST", "/consents/{consent}/withdraw", id="withdrawing"),
]
CONSENT = {"switch": "T2", "recipient_kind": "client", "recipient_name": "carpeta"}


def test_every_route_with_an_identifier_is_among_the_cases():
    named = {rule.rule for rule in create_api_app().url_map.iter_rules() if rule.arguments}
    tried = {case.values[1] for case in IDOR}
    assert {re.sub(r"<uuid:(\w+)_id>", r"{\1}", rule) for rule in named} == tried


STRANGERS = [
    pytest.param(lambda api: api.token(api.place.roberto), id="another person"),
    pytest.param(lambda api: api.token(api.place.roberto, assurance="low"), id="another person, low assurance"),
    pytest.param(lambda api: api.token(new_id()), id="nobody on record"),
    pytest.param(lambda api: api.token(staff=api.place.omar), id="professional of another centre"),
    pytest.param(
        lambda api: tokens.issue(kind="client", subject="carpeta", client_id="carpeta", scopes=list(tokens.SCOPES)),
        id="client for nobody",
    ),
    pytest.param(
        lambda api: tokens.issue(
            kind="client", subject=api.place.roberto, client_id="carpeta", scopes=list(tokens.SCOPES)
        ),
        id="client for another person",
    ),
]


def give(api, person, switch: str, **more: str) -> str:
    """Turn a switch on as the person would: read the offer, send its hash back. The consent's identifier."""
    query = {"query_string": {"file_id": more["file_id"]}} if more else {}
    token = api.token(person)
    offered = api.call("GET", f"/people/{person}/consents", token, **query).json["offered"]
    asked = CONSENT | {"switch": switch} | more
    read = next(one for one in offered if one["switch"] == switch and one["recipient_name"] == "carpeta")
    body = asked | {"words_sha256": read["words_sha256"]}
    made = api.call("POST", f"/people/{person}/consents", token, json=body)
    assert made.status_code == 201, made.text
    return made.json["id"]


@pytest.mark.parametrize("stranger", STRANGERS)
def test_hidden_and_unknown_are_one_answer(api, stranger):
    amparo = api.place.amparo
    mine = api.call("POST", "/appointments", api.token(amparo), json=api.booking())
    assert mine.status_code == 201
    hidden = {
        "person": amparo,
        "file": api.files[amparo],
        "document": api.documents[amparo],
        "appointment": mine.json["id"],
        "consent": give(api, amparo, "T3"),
    }
    unknown = dict.fromkeys(hidden, new_id())
    token = stranger(api)
    before = api.count("event")
    for case in IDOR:
        method, path = case.values
        options = {}
        if method == "POST":
            options["json"] = {"starts_at": api.booking()["starts_at"]} if path.endswith("/move") else {}
            if path.endswith("/consents"):
                options["json"] = CONSENT | {"words_sha256": "0" * 64}
        real = api.call(method, path.format(**hidden), token, **options)
        made_up = api.call(method, path.format(**unknown), token, **options)
        assert real.status_code == made_up.status_code == 404, (case.id, real.status_code, made_up.status_code)
        assert real.data == made_up.data and dict(real.headers) == dict(made_up.headers), case.id
        assert real.content_type == PROBLEM and str(amparo) not in real.text
    booking = api.call("POST", "/appointments", token, json=api.booking(person_id=str(amparo)))
    nobody = api.call("POST", "/appointments", token, json=api.booking(person_id=str(new_id())))
    assert booking.status_code == 404 and booking.data == nobody.data
    assert api.count("event") == before
    still = api.call("GET", f"/appointments/{mine.json['id']}", api.token(amparo))
    assert still.json == mine.json


@pytest.mark.parametrize(("method", "path"), IDOR)
def test_a_token_without_the_scope_is_told_so_whatever_the_identifier(quiet, method, path):
    scope = "conversations:read"
    answers = {
        identifier: quiet.call(
            method,
            path.format(**dict.fromkeys(("person", "file", "document", "appointment", "consent"), identifier)),
            quiet.token(quiet.place.amparo, scopes=[scope]),
        )
        for identifier in (quiet.place.amparo, new_id())
    }
    first, second = answers.values()
    assert first.status_code == second.status_code == 403 and first.data == second.data
    assert 'error="insufficient_scope"' in first.headers["WWW-Authenticate"]


def test_ones_own_record_at_a_weak_login_asks_for_a_stronger_one(api):
    amparo = api.place.amparo
    token = api.token(amparo, assurance="low")
    assert api.call("GET", "/people/me", token).status_code == 200
    assert api.call("GET", f"/people/{amparo}/appointments", token).status_code == 200
    answer = api.call("GET", f"/people/{amparo}/files", token)
    assert answer.status_code == 401 and answer.content_type == PROBLEM
    assert 'error="insufficient_user_authentication"' in answer.headers["WWW-Authenticate"]
    assert answer.json["acr_values"] == "http://eidas.europa.eu/LoA/substantial"


def test_a_client_acts_for_its_person_within_its_scopes(api):
    amparo = api.place.amparo

    def token(*scopes):
        return tokens.issue(kind="client", subject=amparo, client_id="carpeta", scopes=scopes)

    assert api.call("GET", f"/files/{api.files[amparo]}", token("files:read")).status_code == 404
    give(api, amparo, "T2")
    assert api.call("GET", f"/files/{api.files[amparo]}", token("files:read")).status_code == 200
    assert api.call("GET", f"/files/{api.files[amparo]}", token("person:read")).status_code == 403


def test_a_professional_who_left_has_no_token_left(api):
    token = api.token(staff=api.place.lucia)
    path = f"/people/{api.place.amparo}"
    assert api.call("GET", path, token).status_code == 200
    api.execute("UPDATE professional SET active = false WHERE id = :id", {"id": api.place.lucia})
    assert api.call("GET", path, token).status_code == 401


def test_public_and_in_the_readers_language(api):
    assert [centre["name"] for centre in api.call("GET", "/centres").json["items"]] == [
        "Centro Ejemplo",
        "Centro Muestra",
    ]
    answer = api.call("GET", "/people/me", headers={"Accept-Language": "de, en;q=0.5"})
    assert answer.headers["Content-Language"] == "en" and answer.status_code == 401
