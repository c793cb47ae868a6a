"""Copies and requests over the API: asked once however often, as wide as the scopes, by pages and by versions."""

import io
import json
import zipfile

import pytest

REQUEST = {"kind": "rectification", "about": "Mi apellido", "wanted": "Díaz"}


@pytest.mark.parametrize(
    ("line", "body", "other"),
    [
        pytest.param("POST /people/{ana}/rights-requests", REQUEST, REQUEST | {"about": "Mi calle"}, id="a request"),
        pytest.param("POST /people/{ana}/exports", None, None, id="a copy"),
    ],
)
def test_the_same_key_asks_once(stage, line, body, other):
    token, headers = stage.token("ana"), {"Idempotency-Key": "una vez"}
    first, again = (stage.call(line, token, body, headers) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json == again.json and first.headers["Location"] == again.headers["Location"]
    place = first.headers["Location"].removeprefix("/api/v1")
    assert stage.call(f"GET {place}", token).json == first.json
    assert len(stage.call(line.replace("POST", "GET"), token).json["items"]) == 1
    if other:
        assert stage.call(line, token, other, headers).status_code == 422


def copy_of(stage, scopes=None) -> tuple[dict, list[str]]:
    """What a copy holds that was asked for and fetched with these scopes, and the names of its files."""
    token = stage.token("ana", scopes)
    made = stage.call("POST /people/{ana}/exports", token)
    assert made.status_code == 201, made.text
    answer = stage.call(f"GET /people/{{ana}}/exports/{made.json['id']}/content", token)
    assert answer.content_type == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert found.testzip() is None
        return json.loads(found.read("datos.json"))["data"], found.namelist()


def test_a_copy_holds_conversations_too(stage):
    written = stage.call("POST /people/{ana}/conversations", stage.token("ana"), {"body": "Hola, una pregunta"})
    assert written.status_code == 201
    held, names = copy_of(stage)
    assert {"person", "files", "documents", "plan", "household", "conversations"} <= held.keys()
    assert "Hola, una pregunta" in str(held["conversations"])
    assert any("report.txt" in name for name in names) and not any("draft" in name for name in names)


def test_a_copy_is_no_wider_than_its_token(stage):
    held, names = copy_of(stage, ["rights:read", "rights:write", "person:read"])
    assert "person" in held and not {"files", "documents", "plan", "household"} & held.keys()
    assert not any(name.startswith("documentos/") for name in names)


def test_a_copy_asked_for_with_all_scopes_is_narrowed_when_it_is_fetched(stage):
    stage.happen("copy")
    answer = stage.call("GET /people/{ana}/exports/{copy}/content", stage.token("ana", ["rights:read"]))
    with zipfile.ZipFile(io.BytesIO(answer.data)) as found:
        assert not any(name.startswith("documentos/") for name in found.namelist())


def test_requests_come_page_by_page(stage):
    stage.happen("ask_often 5")
    seen, cursor = [], ""
    for _ in range(4):
        page = stage.call(f"GET /people/{{ana}}/rights-requests?limit=2{cursor}", stage.token("ana")).json
        assert set(page) == {"items", "next"}
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == len(set(seen)) == 5


def test_a_request_has_a_version_of_what_is_shown(stage):
    stage.happen("ask")
    token = stage.token("ana")
    first = stage.call("GET /rights-requests/{asked}", token)
    tag = first.headers["ETag"]
    assert tag == stage.kept["tag"]
    assert stage.call("GET /rights-requests/{asked}", token, headers={"If-None-Match": tag}).status_code == 304
    stage.happen("answer")
    later = stage.call("GET /rights-requests/{asked}", token, headers={"If-None-Match": tag})
    assert later.status_code == 200 and later.headers["ETag"] != tag


def test_opposition_is_a_switch_and_stops_the_query(stage):
    """Given through the API as any consent is, with the words that were read; withdrawn alike."""
    token = stage.token("ana")
    offered = stage.call("GET /people/{ana}/consents", token).json["offered"]
    read = next(one for one in offered if one["switch"] == "O")
    body = {name: read[name] for name in ("switch", "recipient_kind", "recipient_name", "words_sha256")}
    made = stage.call("POST /people/{ana}/consents", token, body)
    assert made.status_code == 201 and made.json["state"] == "standing", made.text
    assert stage.call(f"GET {made.headers['Location'].removeprefix('/api/v1')}", token).json == made.json
    stranger = stage.call(f"POST /consents/{made.json['id']}/withdraw", stage.token("beto"))
    assert stranger.status_code == 404

    from case_api.access.actor import Actor
    from case_api.access.door import open_door
    from case_api.db import unit_of_work

    def asked() -> str:
        lucia = Actor("staff", "lucia", None, stage.place.lucia, stage.place.unit, "social_worker", "high")
        with unit_of_work(lucia) as unit:
            door = open_door(lucia, "manage_case", unit=unit)
            data = {"seguridad_social": ["work"], "sepe": ["unemployment"], "catastro": ["property"]}
            name = body["recipient_name"]
            return door.may_query(
                stage.ids["ana"], name, data=data.get(name, ["disability"]), purpose="requirements", employee="lucia"
            ).reason

    assert asked() == "opposed"
    assert stage.call(f"POST /consents/{made.json['id']}/withdraw", token).status_code == 200
    assert asked() == "allowed"
