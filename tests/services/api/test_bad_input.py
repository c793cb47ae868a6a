"""Every operation of the document with everything that can be wrong: a problem that says so, and nothing written."""

import json
from typing import Any

import pytest

from case_api.city.pdf import make_pdf
from case_api.http import tokens
from case_api.http.app import create_api_app
from channels.http.conversation_views import blueprint as conversations
from tests.services.api import faults
from tests.services.api.conftest import PROBLEM
from tests.services.api.test_idor import BODIES
from tests.services.api.things import everything

DOCUMENT = create_api_app([conversations]).spec
OPERATIONS = [
    pytest.param(method.upper(), path, operation, id=f"{method.upper()} {path}")
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
# What is written whatever comes of a request: who looked, or wanted to.
ALWAYS = ("access_entry", "alembic_version")


@pytest.fixture(scope="module")
def ids(lasting) -> dict[str, str]:
    return everything(lasting)


@pytest.fixture(scope="module")
def held(lasting) -> str:
    """One statement that tells whether anything has changed in any table."""
    names = lasting.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename", {}
    ).scalars()
    each = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(CAST(t AS text), '|' ORDER BY CAST(t AS text)), '')) FROM {name} t"
        for name in names
        if not name.startswith(ALWAYS)
    )
    return f"{each} ORDER BY 1".replace(":", "\\:")


def schema_of(operation: dict[str, Any]) -> dict[str, Any] | None:
    found = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return DOCUMENT["components"]["schemas"][found["$ref"].rpartition("/")[2]] if found else None


def attempts(api: Any, ids: dict[str, str], method: str, path: str, operation: dict[str, Any]) -> list[faults.Attempt]:
    concrete = path.format(**ids)
    valid = BODIES.get(path) or VALID.get(path, lambda _api: {})(api)
    if method == "GET":
        found = [*faults.of_query(concrete, operation), *faults.of_path(path, ids, {})]
        return found + list(faults.of_headers(concrete, operation, {})) if "security" in operation else found
    takes_bytes = "application/pdf" in operation.get("requestBody", {}).get("content", {})
    if takes_bytes:
        body = {"data": make_pdf("x", ("x",)), "headers": {"Content-Type": "application/pdf"}}
        named = f"{path}?name=a.pdf"
        found = list(faults.of_query(concrete, operation, body))
        return [*found, *faults.of_path(named, ids, body), *faults.of_headers(named.format(**ids), operation, body)]
    sent = {"json": valid} if schema_of(operation) else {}
    found = list(faults.of_query(concrete, operation))
    found += [*faults.of_path(path, ids, sent), *faults.of_headers(concrete, operation, sent)]
    return found + list(faults.of_body(concrete, schema_of(operation), valid))


VALID = {
    "/appointments": lambda api: api.booking(),
    "/appointment-holds": lambda api: {
        name: value for name, value in api.booking().items() if name != "override_reason"
    },
    "/webhooks": lambda _api: {"url": "https://app.example/x", "kinds": ["consent.given"]},
    "/appointments/{appointment_id}/cancel": lambda _api: {},
}


def token_for(api: Any, method: str, path: str) -> str:
    """Of whoever may: staff answer what the person may not, and webhooks are a program's."""
    if path.startswith("/rights-requests/") and method == "POST":
        return api.token(staff=api.place.lucia)
    if path.startswith(("/webhooks", "/recalls")):
        return tokens.issue(kind="client", subject="other-app", client_id="other-app", scopes=list(tokens.SCOPES))
    return api.token(api.place.amparo)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS)
def test_a_problem_says_so_and_nothing_is_written(lasting, ids, held, method, path, operation):
    before = lasting.execute(held, {}).all()
    token = token_for(lasting, method, path)
    tried = attempts(lasting, ids, method, path, operation)
    assert len(tried) >= 2
    for attempt in tried:
        headers = {"Authorization": f"Bearer {token}"} | attempt.options.get("headers", {})
        answer = lasting.call(method, attempt.path, **attempt.options | {"headers": headers})
        told = (attempt.what, answer.status_code, answer.text[:300])
        assert answer.status_code in attempt.statuses, told
        assert answer.content_type == PROBLEM, told
        problem = json.loads(answer.data)
        assert problem["status"] == answer.status_code and problem["title"], told
        assert "Traceback" not in answer.text and "psycopg" not in answer.text, told
        if answer.status_code == 422:
            assert problem["errors"] and all(one["field"] and one["message"] for one in problem["errors"]), told
    assert lasting.execute(held, {}).all() == before


@pytest.mark.parametrize("path", sorted(DOCUMENT["paths"]))
def test_another_method_is_told_which_ones_there_are(lasting, ids, path):
    there = {method.upper() for method in DOCUMENT["paths"][path]}
    for method in sorted({"PUT", "PATCH", "DELETE", "POST", "TRACE"} - there):
        answer = lasting.call(method, path.format(**ids), lasting.token(lasting.place.amparo))
        assert (answer.status_code, answer.content_type) == (405, PROBLEM), (method, answer.text)
        assert there <= set(answer.headers["Allow"].split(", "))
