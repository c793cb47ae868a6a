"""What every page bears, whoever wrote it."""

import re

import html5lib
import pytest


def parsed(text: str):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)


def test_a_page_has_its_frame(client):
    text = client.get("/").text
    page = parsed(text)
    assert page.get("lang") == "es" and page.get("dir") == "ltr"
    assert [one.text for one in page.iter("h1")] == ["Hola"]
    assert page.find(".//title").text == "Hola - Alma"
    assert page.find(".//a[@class='skip']").get("href") == "#main"
    assert page.find(".//main").get("id") == "main"
    assert "010" in text and "Salir rápido" in text
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    assert "style=" not in text and "<style" not in text


def test_the_quick_exit_comes_before_the_navigation_and_needs_no_script(client):
    page = parsed(client.get("/").text)
    links = list(page.iter("a"))
    assert links[0].get("class") == "skip" and links[1].get("class") == "exit"
    assert links[1].get("href").startswith("https://www.aemet.es/") and "noreferrer" in links[1].get("rel")


@pytest.mark.parametrize(
    ("code", "tag", "direction", "sheet"),
    [
        pytest.param("es", "es", "ltr", "alma.", id="spanish"),
        pytest.param("en", "en", "ltr", "alma.", id="english"),
        pytest.param("ar", "ar", "rtl", "alma.rtl.", id="arabic is mirrored"),
    ],
)
def test_language_by_address_is_kept_in_a_cookie(client, code, tag, direction, sheet):
    asked = client.get(f"/?lang={code}")
    again = client.get("/")
    for response in (asked, again):
        page = parsed(response.text)
        assert (page.get("lang"), page.get("dir")) == (tag, direction)
        assert response.headers["Content-Language"] == tag
        assert "Cookie" in response.headers["Vary"]
        assert re.search(rf"/recursos/{re.escape(sheet)}[0-9a-f]{{12}}\.css", response.text)


@pytest.mark.parametrize("asked", ["xx", "../../etc", "es@valencia", "%00", "EN"])
def test_an_unknown_language_is_spanish_and_leaves_no_cookie(client, asked):
    response = client.get("/", query_string={"lang": asked})
    assert 'lang="es"' in response.text and "Set-Cookie" not in response.headers


def test_language_links_keep_the_page_and_speak_their_own_language(client):
    page = parsed(client.get("/kept?a=1&lang=en&a=2").text)
    links = {one.text: one for one in page.iter("a") if one.get("hreflang")}
    assert links["العربية"].get("lang") == "ar"
    assert links["العربية"].get("href") == "/kept?a=1&a=2&lang=ar"
    assert links["English"].get("aria-current") == "true"


def test_no_link_of_the_frame_leads_to_another_site(client):
    text = client.get("//evil.example/%2e%2e?x=1").text
    hrefs = re.findall(r'(?:href|action)="([^"]*)"', text)
    foreign = [href for href in hrefs if href.startswith(("//", "http"))]
    assert [href for href in foreign if "aemet" not in href] == []


@pytest.mark.parametrize(("theme", "shown"), [("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')])
def test_theme_is_kept(client, theme, shown):
    client.get(f"/?theme={theme}")
    assert shown in client.get("/").text
    client.get("/?theme=auto")
    assert "data-theme" not in client.get("/").text


def test_headers_keep_pages_out_of_caches_and_frames(client):
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "same-origin"


def test_built_files_are_kept_for_ever_and_nothing_else_is_served(client):
    sheet = re.search(r'href="(/recursos/alma\.[^"]+css)"', client.get("/").text).group(1)
    response = client.get(sheet)
    assert response.status_code == 200 and "immutable" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers
    for path in ("/recursos/manifest.json", "/recursos/.stamp", "/recursos/../build.py", "/recursos/alma.css"):
        assert client.get(path).status_code == 404


def test_the_style_is_light_and_carries_nothing_that_is_not_ours(client):
    import gzip

    from case_api.settings import STATIC
    from portal.look.static import manifest

    for name in ("alma.css", "alma.rtl.css"):
        sheet = (STATIC / manifest()[name]).read_bytes()
        assert len(gzip.compress(sheet)) < 25_000
        for foreign in (b"GDS Transport", b"crest", b"opengovernment", b"#00703c", b"#0f7a52"):
            assert foreign not in sheet


def test_navigation_shows_only_pages_that_exist(client, app):
    text = client.get("/").text
    assert 'href="/carpeta"' not in text and 'href="/centros"' not in text


@pytest.mark.parametrize(
    ("page", "text", "known", "told"),
    [
        pytest.param("es", "السلام عليكم", None, "ar", id="arabic letters, nothing known"),
        pytest.param("es", "السلام عليكم", "es", "ar", id="letters outweigh what is known"),
        pytest.param("es", "سلام علیکم", "fa", "fa", id="a known language of those letters"),
        pytest.param("es", "Good morning", "en", "en", id="known and not the page's"),
        pytest.param("en", "Buenos días", "es", "es", id="Spanish on an English page"),
        pytest.param("en", "Buenos días", None, "es", id="nothing known: the city's own"),
        pytest.param("es", "Buenos días", "es", "", id="the page's own"),
        pytest.param("es", "Buenos días", "ar", "", id="Latin letters are no Arabic"),
        pytest.param("es", "123", None, "", id="nothing to tell by"),
        pytest.param("es", None, None, "", id="no words"),
    ],
)
def test_the_language_of_words_that_somebody_wrote(client, page, text, known, told):
    from portal.look.language import spoken

    with client.application.test_request_context(f"/?lang={page}"):
        client.application.preprocess_request()
        assert spoken(text, known) == told
