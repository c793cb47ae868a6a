"""Every fault has a page: what happened, what to do, another way, and not a word more."""

import pytest

from tests.rules.look.conftest import SECRET_WORDS
from tests.rules.look.test_frame import parsed

STATUSES = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422, 429, 500, 503]


@pytest.mark.parametrize("status", [*STATUSES, 418, 502])
def test_a_status_has_a_page_that_helps(client, status):
    response = client.get(f"/status/{status}") if status not in (418, 502) else client.get(f"/status/{status}")
    page = parsed(response.text)
    assert response.status_code == status
    assert len(list(page.iter("h1"))) == 1
    assert "010" in response.text and "centro" in response.text and "112" in response.text
    assert "Traceback" not in response.text
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        pytest.param("bug", 500, "díganos este código", id="a mistake of ours"),
        pytest.param("database", 503, "Volvemos enseguida", id="no database"),
        pytest.param("missing", 404, "No encontramos esta página", id="absence"),
        pytest.param("conflict", 409, "Esa hora ya no está libre.", id="the service's own words"),
        pytest.param("invalid", 422, "Escriba la fecha", id="fields"),
    ],
)
def test_a_fault_in_a_view_has_its_page(client, name, status, says):
    response = client.get(f"/raise/{name}")
    assert response.status_code == status and says in response.text
    assert SECRET_WORDS not in response.text


@pytest.mark.parametrize("name", ["bug", "database", "conflict"])
def test_a_machine_gets_a_problem_document_with_as_little(client, name):
    response = client.get(f"/raise/{name}", headers={"Accept": "application/json"})
    assert response.mimetype == "application/problem+json"
    assert set(response.json) <= {"type", "title", "status", "detail"}
    assert SECRET_WORDS not in response.text


def test_the_page_stands_when_the_frame_itself_is_broken(client, app):
    @app.context_processor
    def broken():
        raise RuntimeError(SECRET_WORDS)

    response = client.get("/raise/database")
    assert response.status_code == 503 and "010" in response.text and SECRET_WORDS not in response.text
    assert len(list(parsed(response.text).iter("h1"))) == 1


def test_wrong_method_says_which_is_right(client):
    response = client.delete("/", headers={"X-CSRFToken": "x"})
    assert response.status_code in (400, 405)
    response = client.put("/kept")
    assert response.status_code in (400, 405)
