"""What each token opens, and what every other one gets instead: absence."""

from case_api.http import tokens
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


CONSENT = {"switch": "T2", "recipient_kind": "client", "recipient_name": "carpeta"}


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
