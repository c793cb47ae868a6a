"""What goes in and out is what the document says: no more is taken, no more is told, every fault is a problem."""

from hashlib import sha256

import pytest

from case_api.city.pdf import make_pdf
from case_api.db import new_id
from case_api.http.app import create_api_app
from channels.http.conversation_views import blueprint as conversations
from tests.services.api.conftest import PROBLEM

DOCUMENT = create_api_app([conversations]).spec
SCHEMAS = DOCUMENT["components"]["schemas"]


def resolved(schema: dict) -> dict:
    return SCHEMAS[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def undeclared(value, schema: dict, where: str = "") -> list[str]:
    """The attributes of an answer that its schema does not know."""
    schema = resolved(schema)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        found = [f"{where}.{name}" for name in value if name not in known]
        return found + [
            x for name in value if name in known for x in undeclared(value[name], known[name], f"{where}.{name}")
        ]
    if isinstance(value, list) and "items" in schema:
        return [x for one in value for x in undeclared(one, schema["items"], where + "[]")]
    return []


BODIES = [
    (path, resolved(operation["requestBody"]["content"]["application/json"]["schema"]))
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
]
MORE = ("id", "person_id", "state", "level", "released_at", "client_id", "created_at", "given_at", "secret", "is_admin")


@pytest.mark.parametrize(("path", "schema"), [pytest.param(*one, id=one[0]) for one in BODIES])
def test_no_body_takes_more_than_it_declares(quiet, path, schema):
    extra = {name: "x" for name in MORE if name not in schema.get("properties", {})}
    assert extra and schema.get("additionalProperties") is False
    names = [piece.split("}")[0] for piece in path.split("{")[1:]]
    concrete = path.format(**dict.fromkeys(names, quiet.place.amparo))
    answer = quiet.call("POST", concrete, quiet.token(quiet.place.amparo), json=extra)
    assert answer.status_code == 422 and answer.content_type == PROBLEM
    assert set(extra) <= {one["field"] for one in answer.json["errors"]}


def test_no_answer_tells_more_than_it_declares(api, theirs):
    token, seen = api.token(api.place.amparo), 0
    for path, operations in DOCUMENT["paths"].items():
        content = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if not schema:
            continue
        answer = api.call("GET", path.format(**theirs), token)
        if answer.status_code == 200 and answer.is_json:
            seen += 1
            assert undeclared(answer.json, schema) == [], path
            again = api.call("GET", path.format(**theirs), token, headers={"If-None-Match": answer.headers["ETag"]}) \
                if "ETag" in answer.headers else None  # fmt: skip
            assert again is None or again.status_code in (200, 304)
    assert seen >= 25


FAULTS = [
    pytest.param("GET", "/nothing", {}, 404, id="no such address"),
    pytest.param("GET", "/people/not-a-uuid", {}, 404, id="no identifier"),
    pytest.param("PUT", "/people/me", {}, 405, id="another method"),
    pytest.param("POST", "/appointments", {"data": b"{", "content_type": "application/json"}, 400, id="half a JSON"),
    pytest.param("POST", "/appointments", {"data": b"\xff", "content_type": "application/json"}, 400, id="no UTF-8"),
    pytest.param("POST", "/appointments", {"data": b"[" * 30000, "content_type": "application/json"}, 400, id="nested"),
    pytest.param("POST", "/appointments", {"json": []}, 422, id="a list"),
    pytest.param("POST", "/appointments", {"data": b"<a/>", "content_type": "text/xml"}, 415, id="XML"),
    pytest.param(
        "POST", "/appointments", {"data": b"{" + b" " * 70000 + b"}", "content_type": "application/json"}, 413,
        id="too large",
    ),
    pytest.param("GET", "/people/me", {"query_string": {"x": "1"}}, 422, id="a parameter nobody reads"),
    pytest.param("GET", "/centres", {"query_string": {"limit": ["1", "2"]}}, 422, id="said twice"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "sent", "status"), FAULTS)
def test_every_fault_is_a_problem_document(quiet, method, path, sent, status):
    answer = quiet.call(method, path, quiet.token(quiet.place.amparo), **sent)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM), answer.text
    assert answer.json["status"] == status and answer.json["title"] and "Traceback" not in answer.text


BAD_FILES = [
    pytest.param(b"MZ not a document", "application/pdf", 422, id="a program that says it is a PDF"),
    pytest.param(b"", "application/pdf", 422, id="empty"),
    pytest.param(b"%PDF-1.7", "text/html", 415, id="another type"),
    pytest.param(b"%PDF-1.7" + b"0" * (10 * 1024 * 1024), "application/pdf", 413, id="too large"),
]


def waiting_step(api) -> None:
    api.execute(
        "INSERT INTO file_step (id, file_id, person_id, ordinal, title, state, asks_document) "
        "VALUES (gen_random_uuid(), :file, :person, 1, 'Empadronamiento', 'current', true)",
        {"file": api.files[api.place.amparo], "person": api.place.amparo},
    )


def send(api, content: bytes, kind: str = "application/pdf", **headers: str):
    return api.call(
        "POST", f"/files/{api.files[api.place.amparo]}/documents", api.token(api.place.amparo), data=content,
        query_string={"name": "a.pdf"}, headers={"Content-Type": kind, **headers},
    )  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "status"), BAD_FILES)
def test_a_file_that_cannot_be_taken_says_why(api, content, kind, status):
    waiting_step(api)
    before = api.count("document")
    answer = send(api, content, kind)
    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert api.count("document") == before


def test_a_document_is_handed_in_once_and_streamed_back(api):
    waiting_step(api)
    content = make_pdf("Empadronamiento", ("Una hoja inventada.",))
    first = send(api, content, **{"Idempotency-Key": "k"})
    again = send(api, content, **{"Idempotency-Key": "k"})
    assert first.status_code == 201, first.text
    assert again.status_code == 201 and again.json["id"] == first.json["id"]
    other = make_pdf("Empadronamiento", ("Otra hoja.",))
    assert send(api, other, **{"Idempotency-Key": "k"}).status_code == 422, "the key came with other bytes"
    assert send(api, content).status_code == 409, "nothing is asked for any more"
    token = api.token(api.place.amparo)
    back = api.call("GET", f"/documents/{first.json['id']}/content", token)
    # What is kept may have been cleaned of what a paper does not need; what is told of it holds.
    assert sha256(back.data).hexdigest() == first.json["sha256"] and back.content_length == first.json["size"]


def test_a_download_ends_where_the_permission_ends(api):
    made, content = new_id(), b"0" * (3 * 1024 * 1024)
    api.execute(
        "INSERT INTO document (id, person_id, kind, title, file_name, level, media_type, size, sha256, content, "
        "created_at, released_at) VALUES (:id, :person, 'document', 'Grande', 'a.pdf', 'N2', 'application/pdf', :size, "
        "sha256(:content), :content, now(), now())",
        {"id": made, "person": api.place.amparo, "size": len(content), "content": content},
    )
    whole = api.call("GET", f"/documents/{made}/content", api.token(api.place.amparo))
    assert whole.data == content and whole.content_length == len(content)
    from case_api.access.actor import Actor
    from case_api.access.door import open_door
    from case_api.db import unit_of_work
    from case_api.errors import NotFound

    me = Actor("citizen", str(api.place.amparo), api.place.amparo, None, None, None, "substantial")
    with unit_of_work(me) as unit:
        _document, pieces = open_door(me, "own_record", unit=unit).document_stream(made)
    assert len(next(pieces)) == 1024 * 1024
    api.execute("DELETE FROM document WHERE id = :id", {"id": made})
    with pytest.raises(NotFound):
        list(pieces)


KEYS = ["", "a" * 201, "\x01"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_cannot_be_one(api, key):
    answer = api.call(
        "POST", "/appointments", api.token(api.place.amparo), json=api.booking(), headers={"Idempotency-Key": key}
    )
    assert answer.status_code == 422 and api.count("appointment") == 0


def test_a_key_belongs_to_a_person(api):
    headers = {"Idempotency-Key": "the same"}
    first = api.call("POST", "/appointments", api.token(api.place.amparo), json=api.booking(), headers=headers)
    other = api.booking(professional_id=str(api.place.marta))
    second = api.call("POST", "/appointments", api.token(api.place.roberto), json=other, headers=headers)
    assert first.status_code == second.status_code == 201 and first.json["id"] != second.json["id"]


def test_one_of_several_tags(api):
    token = api.token(api.place.amparo)
    made = api.call("POST", "/appointments", token, json=api.booking())
    path, tag = f"/appointments/{made.json['id']}/cancel", made.headers["ETag"]
    assert api.call("POST", path, token, headers={"If-Match": '"old", "older"'}).status_code == 412
    assert api.call("POST", path, token, headers={"If-Match": f'"old", {tag}'}).status_code == 200
    assert api.call("POST", path, token, headers={"If-Match": "*"}).status_code == 200
