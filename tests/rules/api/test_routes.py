"""Every route of the API and the scope it demands; the document tells the truth about both."""

import re

import pytest
from flask import Blueprint

from case_api.http import scopes
from case_api.http.app import create_api_app
from channels.http.conversation_views import blueprint as conversations

ROUTES = {
    ("GET", "/openapi.json"): "",
    ("GET", "/centres"): "",
    ("GET", "/centres/<uuid:centre_id>"): "",
    ("GET", "/people"): "person:read",
    ("GET", "/people/me"): "person:read",
    ("GET", "/people/<uuid:person_id>"): "person:read",
    ("GET", "/people/<uuid:person_id>/files"): "files:read",
    ("GET", "/files/<uuid:file_id>"): "files:read",
    ("GET", "/files/<uuid:file_id>/steps"): "files:read",
    ("GET", "/files/<uuid:file_id>/steps/<uuid:step_id>"): "files:read",
    ("GET", "/people/<uuid:person_id>/reports"): "documents:read",
    ("GET", "/reports/<uuid:report_id>"): "documents:read",
    ("GET", "/reports/<uuid:report_id>/content"): "documents:read",
    ("GET", "/people/<uuid:person_id>/households"): "household:read",
    ("GET", "/people/<uuid:person_id>/households/<uuid:household_id>"): "household:read",
    ("GET", "/people/<uuid:person_id>/plans"): "plan:read",
    ("GET", "/plans/<uuid:plan_id>"): "plan:read",
    ("GET", "/people/<uuid:person_id>/exports"): "rights:read",
    ("POST", "/people/<uuid:person_id>/exports"): "rights:write",
    ("GET", "/people/<uuid:person_id>/exports/<uuid:export_id>"): "rights:read",
    ("GET", "/people/<uuid:person_id>/exports/<uuid:export_id>/content"): "rights:read",
    ("GET", "/people/<uuid:person_id>/rights-requests"): "rights:read",
    ("POST", "/people/<uuid:person_id>/rights-requests"): "rights:write",
    ("GET", "/rights-requests/<uuid:request_id>"): "rights:read",
    ("POST", "/rights-requests/<uuid:request_id>/answer"): "rights:write",
    ("POST", "/rights-requests/<uuid:request_id>/extend"): "rights:write",
    ("GET", "/people/<uuid:person_id>/documents"): "documents:read",
    ("GET", "/documents/<uuid:document_id>"): "documents:read",
    ("GET", "/documents/<uuid:document_id>/content"): "documents:read",
    ("GET", "/people/<uuid:person_id>/access-log"): "log:read",
    ("GET", "/people/<uuid:person_id>/access-log/<uuid:entry_id>"): "log:read",
    ("POST", "/people/<uuid:person_id>/access-log/<uuid:entry_id>/challenge"): "log:write",
    ("GET", "/people/<uuid:person_id>/log-challenges"): "log:read",
    ("GET", "/people/<uuid:person_id>/administration-queries"): "log:read",
    ("GET", "/people/<uuid:person_id>/appointments"): "appointments:read",
    ("GET", "/people/<uuid:person_id>/consents"): "consents:read",
    ("POST", "/people/<uuid:person_id>/consents"): "consents:write",
    ("GET", "/consents/<uuid:consent_id>"): "consents:read",
    ("GET", "/consents/<uuid:consent_id>/receipt"): "consents:read",
    ("POST", "/consents/<uuid:consent_id>/withdraw"): "consents:write",
    ("GET", "/appointment-reasons"): "appointments:read",
    ("GET", "/slots"): "appointments:read",
    ("GET", "/slots/first"): "appointments:read",
    ("GET", "/appointment-holds/<uuid:hold_id>"): "appointments:read",
    ("POST", "/appointment-holds"): "appointments:write",
    ("POST", "/appointment-holds/<uuid:hold_id>/release"): "appointments:write",
    ("GET", "/appointments/<uuid:appointment_id>"): "appointments:read",
    ("GET", "/people/<uuid:person_id>/benefits"): "files:read",
    ("GET", "/people/<uuid:person_id>/benefits/<uuid:benefit_id>"): "files:read",
    ("POST", "/files/<uuid:file_id>/documents"): "documents:write",
    ("GET", "/people/<uuid:person_id>/conversations"): "conversations:read",
    ("POST", "/people/<uuid:person_id>/conversations"): "conversations:write",
    ("GET", "/conversations/<uuid:conversation_id>"): "conversations:read",
    ("POST", "/conversations/<uuid:conversation_id>/messages"): "conversations:write",
    ("GET", "/webhooks"): "webhooks:read",
    ("POST", "/webhooks"): "webhooks:write",
    ("GET", "/webhooks/<uuid:webhook_id>"): "webhooks:read",
    ("DELETE", "/webhooks/<uuid:webhook_id>"): "webhooks:write",
    ("GET", "/recalls"): "webhooks:read",
    ("GET", "/recalls/<uuid:recall_id>"): "webhooks:read",
    ("POST", "/recalls/<uuid:recall_id>/acknowledge"): "webhooks:write",
    ("POST", "/appointments"): "appointments:write",
    ("POST", "/appointments/<uuid:appointment_id>/cancel"): "appointments:write",
    ("POST", "/appointments/<uuid:appointment_id>/move"): "appointments:write",
}


@pytest.fixture(scope="module")
def app():
    return create_api_app([conversations])


def test_every_route_and_its_scope(app):
    found = {
        (method, rule.rule): scopes.demanded(app, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert found == ROUTES


def test_a_route_that_names_no_scope_stops_the_start():
    forgotten = Blueprint("forgotten", __name__)

    @forgotten.get("/forgotten")
    def view():
        return {}

    with pytest.raises(scopes.UnlistedRoute):
        create_api_app([forgotten])


def test_a_scope_that_does_not_exist_cannot_be_demanded():
    with pytest.raises(scopes.UnlistedRoute):
        scopes.needs("everything")


def test_every_scope_has_words():
    assert all(str(words) for words in scopes.SCOPES.values())


def test_whatever_makes_something_takes_a_key(app):
    """A POST that answers 201 may have to be sent again: then it says so, and does nothing twice."""
    makes, takes = set(), set()
    for path, operations in app.spec["paths"].items():
        posted = operations.get("post", {})
        makes |= {path} if "201" in posted.get("responses", {}) else set()
        takes |= {path for one in posted.get("parameters", []) if one["name"] == "Idempotency-Key"}
    assert makes == takes and len(makes) >= 10


GUARDED = [pytest.param(*route, id=" ".join(route)) for route, scope in ROUTES.items() if scope]


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_without_a_token_a_route_speaks_of_the_token_only(app, method, path):
    concrete = re.sub(r"<uuid:\w+>", "01941f29-7c00-7000-8000-000000000001", path)
    answer = app.test_client().open(concrete, method=method)
    assert answer.status_code == 401 and answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_the_document_declares_what_happens(app):
    document = app.test_client().get("/openapi.json").get_json()
    assert document["openapi"].startswith("3.1") and document["servers"] == [{"url": "/api/v1"}]
    known = set(document["components"]["schemas"])
    told = str(document)
    for reference in {piece.split("'")[0] for piece in told.split("'#/components/schemas/")[1:]}:
        assert reference in known
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            assert operation["operationId"], (path, method)
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    assert list(response["content"]) == ["application/problem+json"], (path, method, status)
    declared = {
        (method.upper(), path): next(iter(operation.get("security", [{"": [""]}])[0].values()))[0]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }
    expected = {
        (method, path.replace("<uuid:", "{").replace(">", "}")): scope
        for (method, path), scope in ROUTES.items()
        if path != "/openapi.json"
    }
    assert declared == expected
