"""Every identifier of the OpenAPI document, with everybody who may not: hidden and unknown are one answer.

The cases are read from the document itself: a route that is added is tried without anybody remembering to.
"""

import pytest

from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import create_api_app
from channels.http.conversation_views import blueprint as conversations
from tests.services.api.conftest import PROBLEM
from tests.services.api.test_record import CONSENT

OPERATIONS = [
    (method.upper(), path)
    for path, operations in create_api_app([conversations]).spec["paths"].items()
    for method, operation in operations.items()
    if "{" in path and "security" in operation
]
# What a body has to be for the request to get as far as the identifier.
BODIES = {
    "/appointments/{appointment_id}/move": {"starts_at": "2030-01-08T10:00:00+01:00"},
    "/people/{person_id}/consents": CONSENT | {"words_sha256": "0" * 64},
    "/people/{person_id}/conversations": {"body": "Hola"},
    "/conversations/{conversation_id}/messages": {"body": "Hola"},
    "/recalls/{recall_id}/acknowledge": {"outcome": "deleted"},
    "/people/{person_id}/rights-requests": {"kind": "access", "about": "Todo"},
    "/rights-requests/{request_id}/answer": {"state": "accepted", "answer": "Hecho"},
    "/rights-requests/{request_id}/extend": {"why": "Hace falta más tiempo"},
    "/people/{person_id}/access-log/{entry_id}/challenge": {"words": "¿Por qué?"},
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


WRITTEN = (
    "event", "document", "message", "consent", "appointment", "appointment_hold", "rights_request", "data_export",
    "log_challenge", "idempotency", "consent_release",
)  # fmt: skip
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


@pytest.mark.parametrize("stranger", STRANGERS)
def test_hidden_and_unknown_are_one_answer(api, theirs, stranger):
    token = stranger(api)
    before = {table: api.count(table) for table in WRITTEN}
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


def test_what_is_anothers_is_not_found_under_ones_own_name(api, theirs):
    """An address with two identifiers: the first one's own, the second another's."""
    roberto = api.token(api.place.roberto)
    own = {"person_id": str(api.place.roberto), "file_id": str(api.files[api.place.roberto])}
    for method, path in OPERATIONS:
        names = names_in(path)
        if len(names) < 2:
            continue
        mixed = {name: own.get(name, theirs[name]) for name in names}
        nobody = {name: own.get(name, str(new_id())) for name in names}
        assert mixed != {name: theirs[name] for name in names}
        real = api.call(method, path.format(**mixed), roberto, **options(method, path))
        unknown = api.call(method, path.format(**nobody), roberto, **options(method, path))
        assert real.status_code == unknown.status_code == 404, (method, path, real.text)
        assert real.data == unknown.data and dict(real.headers) == dict(unknown.headers), (method, path)


def test_whose_it_is_finds_each_of_them(api, theirs):
    """So that the trials above are of things that are there."""
    token = api.token(api.place.amparo)
    for method, path in OPERATIONS:
        if method == "GET" and not path.startswith(PERSONLESS):
            assert api.call(method, path.format(**theirs), token).status_code == 200, path


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
