"""The public pages through the app, with the centres in the database."""

import re

import html5lib
import pytest
from sqlalchemy import text

from case_api.db import new_id
from case_api.web import UnitFlask
from portal.look import build, init_look
from portal.public import blueprint

PAGES = ["/", "/ayuda", "/centros", "/escribir", "/buscar", "/buscar?q=alquiler", "/buscar?q=xyzzy", "/accesibilidad",
         "/privacidad", "/preferencias"]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build_assets()


@pytest.fixture
def client(unit):
    for name, district, open_ in (("Centro Ejemplo", "Arganzuela", True), ("Centro Cerrado", "Usera", False)):
        unit.session.execute(
            text(
                "INSERT INTO unit (id, kind, name, district, address, phone, opening_hours, open) VALUES "
                "(:id, 'centre', :name, :district, 'Calle Inventada, 12', '+34910000010', 'De 9:00 a 14:00', :open)"
            ),
            {"id": new_id(), "name": name, "district": district, "open": open_},
        )
    app = UnitFlask("public-pages", static_folder=None)
    app.secret_key = "only for this test"
    app.config["TESTING"] = True
    init_look(app, area="citizen")
    app.register_blueprint(blueprint)
    return app.test_client()


def parsed(page: str):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


@pytest.mark.parametrize("lang", ["es", "en", "ar"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_whole(client, path, lang):
    response = client.get(path + ("&" if "?" in path else "?") + f"lang={lang}")
    page = parsed(response.text)
    assert response.status_code == 200
    assert len(list(page.iter("h1"))) == 1
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))


def test_no_link_leads_nowhere(client):
    seen, waiting = {}, ["/"]
    while waiting:
        path = waiting.pop()
        seen[path] = client.get(path).text
        for href in re.findall(r'href="(/[^"?#]*)', seen[path]):
            assert client.get(href).status_code == 200, f"{path} links to {href}"
            if href not in seen and href not in waiting and not href.startswith("/recursos/"):
                waiting.append(href)
    help_ids = set(re.findall(r'id="([^"]+)"', seen["/ayuda"]))
    assert set(re.findall(r'href="/ayuda#([^"]+)"', "".join(seen.values()))) <= help_ids


def test_open_centres_are_listed_and_found(client):
    page = client.get("/centros").text
    assert "Centro Ejemplo" in page and "910 000 010" in page and "Centro Cerrado" not in page
    assert "Centro Ejemplo" in client.get("/buscar?q=arganzuela").text
    assert "Centro Cerrado" not in client.get("/buscar?q=usera").text


def test_help_for_fear_at_home_has_a_title_and_address_that_say_nothing(client):
    page = client.get("/ayuda").text
    assert parsed(page).find(".//title").text == "Ayudas - Alma"
    assert "016" in page and 'href="/ayuda#apoyo"' in client.get("/").text
    for word in ("miedo", "violencia", "016"):
        assert not re.search(rf'(?:href|id)="[^"]*{word}', page.replace('href="tel:016"', ""))


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("q=%00", id="null byte"),
        pytest.param("q=" + "a" * 5000, id="very long"),
        pytest.param("q=%3Cscript%3Ealert(1)%3C/script%3E", id="markup"),
        pytest.param("q=%ff%fe", id="not UTF-8"),
        pytest.param("q=%D8%A5%D9%8A%D8%AC%D8%A7%D8%B1", id="arabic"),
        pytest.param("q='%22;--", id="quotes"),
    ],
)
def test_odd_searches_are_answered(client, query):
    response = client.get(f"/buscar?{query}")
    assert response.status_code == 200 and "<script>alert" not in response.text


def test_pages_without_people_ask_no_database(monkeypatch, client):
    import portal.public.views as views

    def refuse():
        raise AssertionError("this page needs no database")

    monkeypatch.setattr(views, "current_unit", refuse)
    for path in ("/", "/ayuda", "/escribir", "/accesibilidad", "/privacidad", "/preferencias", "/buscar"):
        assert client.get(path).status_code == 200
