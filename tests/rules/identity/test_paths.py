"""Where a login may lead: pages of ours."""

import pytest

from portal.apps import create_citizen_app, create_staff_app
from portal.identity.paths import is_local_path, page_of_ours


@pytest.fixture(scope="module")
def citizen_app():
    return create_citizen_app()


@pytest.fixture(scope="module")
def staff_app():
    return create_staff_app()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("https://evil.example/", id="another site"),
        pytest.param("//evil.example/carpeta", id="another site without scheme"),
        pytest.param("///evil.example", id="three slashes"),
        pytest.param("/\\evil.example", id="backslash"),
        pytest.param("\\/evil.example", id="backslash first"),
        pytest.param("/\t/evil.example", id="tab that browsers drop"),
        pytest.param("/\n/evil.example", id="line end that browsers drop"),
        pytest.param(" /carpeta", id="space first"),
        pytest.param("javascript:alert(1)", id="script"),
        pytest.param("carpeta", id="not from the root"),
        pytest.param("/carpeta//evil.example", id="two slashes inside"),
        pytest.param("http:///carpeta", id="scheme without host"),
        pytest.param("/" + "a" * 2000, id="endless"),
        pytest.param("", id="empty"),
    ],
)
def test_never_leads_away(citizen_app, value):
    assert not is_local_path(value)
    with citizen_app.test_request_context("/entrar"):
        assert page_of_ours(value, "/") == "/"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("/carpeta", "/carpeta", id="the folder"),
        pytest.param("/citas?lang=en", "/citas?lang=en", id="with a query"),
        pytest.param("/no-existe", "/", id="a page that is not"),
        pytest.param("/entrar", "/", id="the login itself"),
        pytest.param("/salir", "/", id="the way out"),
        pytest.param("/recursos/alma.css", "/", id="a file of the look"),
    ],
)
def test_leads_to_pages_that_exist(citizen_app, value, expected):
    with citizen_app.test_request_context("/entrar"):
        assert page_of_ours(value, "/") == expected


def test_staff_are_led_inside_their_own_app_only(staff_app):
    with staff_app.test_request_context("/entrar", base_url="http://localhost/profesionales"):
        assert page_of_ours("/carpeta", "/profesionales/bandeja") == "/profesionales/bandeja"
        assert page_of_ours("/profesionalesfalsos/", "/profesionales/bandeja") == "/profesionales/bandeja"
