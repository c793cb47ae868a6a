"""Every identifier of the OpenAPI document, with everybody who may not: hidden and unknown are one answer.

The cases are read from the document itself: a route that is added is tried without anybody remembering to.
"""

import pytest

from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import create_api_app
from channels.http.conversation_views import blueprint as conversations
from tests.services.api.conftest import PROBLEM
from tests.services.api.test_record import CONSENT, give

OPERATIONS = [
    (method.upper(), path)
    for path, operations in create_api_app([conversations]).spec["paths"].items()
    for method in operations
    if "{" in path
]
# What a body has to be for the request to get as far as the identifier.
BODIES = {
    "/appointments/{appointment_id}/move": {"starts_at": "2030-01-08T10:00:00+01:00"},
    "/people/{person_id}/consents": CONSENT | {"words_sha256": "0" * 64},
    "/people/{person_id}/conversations": {"body": "Hola"},
    "/conversations/{conversation_id}/messages": {"body": "Hola"},
    "/recalls/{recall_id}/acknowledge": {"outcome": "deleted"},
}
PERSONLESS = ("/webhooks/", "/recalls/")


def options(method: str, path: str) -> dict:
    if path.endswith("/documents") and method == "POST":
        return {
            "data": b"%PDF-1.7 x",
            "headers": {"Content-Type": "application/pdf"},
            "query_string": {"name": "a.pdf"},
        }
    return {"json": BODIES.get(path, {})} if method == "POST" else {}


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


@pytest.fixture
def theirs(api) -> dict[str, str]:
    """Things of Amparo's, one of each kind."""
    amparo = api.place.amparo
    token = api.token(amparo)
    mine = api.call("POST", "/appointments", token, json=api.booking())
    assert mine.status_code == 201
    later = api.booking()["starts_at"].replace("T10:", "T12:").replace("T09:", "T11:")
    held = api.call("POST", "/appointment-holds", token, json=api.booking(starts_at=later))
    assert held.status_code == 201, held.text
    talk = api.call("POST", f"/people/{amparo}/conversations", token, json={"body": "Buenos días"})
    assert talk.status_code == 201, talk.text
    return {
        "person_id": str(amparo),
        "file_id": str(api.files[amparo]),
        "document_id": str(api.documents[amparo]),
        "appointment_id": mine.json["id"],
        "hold_id": held.json["id"],
        "consent_id": give(api, amparo, "T3"),
        "conversation_id": talk.json["id"],
        **owned_by_a_client(api, amparo),
    }


def owned_by_a_client(api, amparo) -> dict[str, str]:
    """A webhook and a recall of a client that none of the strangers is."""
    webhook, recall, consent = new_id(), new_id(), new_id()
    api.execute(
        "INSERT INTO oauth_client (id, name, kind, scopes, grant_types) VALUES ('other-app', 'Otra', 'app', "
        "'{person:read}', '{}')",
        {},
    )
    api.execute(
        "INSERT INTO webhook (id, client_id, url, kinds, secret_sealed, created_at) VALUES (:id, 'other-app', "
        "'https://app.example/x', '{consent.given}', 'x', now())",
        {"id": webhook},
    )
    api.execute(
        "INSERT INTO consent (id, person_id, switch, recipient_kind, recipient_name, given_at, withdrawn_at, channel, "
        "language, words, words_sha256, receipt_id) VALUES (:id, :person, 'T1', 'client', 'other-app', now(), now(), "
        "'portal', 'es', 'x', sha256('x'), gen_random_uuid())",
        {"id": consent, "person": amparo},
    )
    api.execute(
        "INSERT INTO consent_recall (id, consent_id, person_id, recipient_kind, recipient_name, created_at) "
        "VALUES (:id, :consent, :person, 'client', 'other-app', now())",
        {"id": recall, "consent": consent, "person": amparo},
    )
    return {"webhook_id": str(webhook), "recall_id": str(recall)}


@pytest.mark.parametrize("stranger", STRANGERS)
def test_hidden_and_unknown_are_one_answer(api, theirs, stranger):
    token = stranger(api)
    before = {table: api.count(table) for table in ("event", "document", "message", "consent", "appointment")}
    for method, path in OPERATIONS:
        hidden = {name: theirs.get(name, str(new_id())) for name in names_in(path)}
        unknown = {name: str(new_id()) for name in names_in(path)}
        real = api.call(method, path.format(**hidden), token, **options(method, path))
        made_up = api.call(method, path.format(**unknown), token, **options(method, path))
        told = (method, path, real.status_code, made_up.status_code, real.text)
        assert real.status_code == made_up.status_code, told
        assert real.status_code == 404 or (real.status_code == 403 and path.startswith(PERSONLESS)), told
        assert real.data == made_up.data and dict(real.headers) == dict(made_up.headers), told
        assert real.content_type == PROBLEM and theirs["person_id"] not in real.text, told
    booking = api.call("POST", "/appointments", token, json=api.booking(person_id=theirs["person_id"]))
    nobody = api.call("POST", "/appointments", token, json=api.booking(person_id=str(new_id())))
    assert booking.status_code == 404 and booking.data == nobody.data
    assert {table: api.count(table) for table in before} == before


def names_in(path: str) -> list[str]:
    return [piece.split("}")[0] for piece in path.split("{")[1:]]


def test_every_identifier_is_tried_with_something_real(theirs):
    """A new kind of identifier needs something real behind it here, or its trial proves nothing."""
    assert {name for _method, path in OPERATIONS for name in names_in(path)} <= set(theirs)


@pytest.mark.parametrize(("method", "path"), [pytest.param(*one, id=" ".join(one)) for one in OPERATIONS])
def test_a_token_without_the_scope_is_told_so_whatever_the_identifier(quiet, method, path):
    scope = "log:read" if "conversations" in path else "conversations:read"
    token = quiet.token(quiet.place.amparo, scopes=[scope])
    first, second = (
        quiet.call(method, path.format(**dict.fromkeys(names_in(path), one)), token, **options(method, path))
        for one in (quiet.place.amparo, new_id())
    )
    assert first.status_code == second.status_code == 403 and first.data == second.data
    assert 'error="insufficient_scope"' in first.headers["WWW-Authenticate"]
