"""The calculator's pages through the app: a person walks them with the buttons alone."""

import re

import html5lib
import pytest

from case_api.web import UnitFlask
from portal.look import build, init_look
from portal.simulators.household.home import questions
from portal.simulators.parameters.library import library
from portal.simulators.views import blueprint

FLOW = "/ayudas/calcular"
ALONE = {
    "age": "40",
    "registered": "si",
    "adults": "1",
    "babies": "0",
    "small_children": "0",
    "older_children": "0",
    "household_income": "1.234,50",
    "own_income": "1234,50 €",
}


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    build.build_assets()


@pytest.fixture
def client():
    app = UnitFlask("calculator", static_folder=None)
    app.secret_key = "only for this test"
    app.config["TESTING"] = True
    init_look(app, area="citizen")
    app.register_blueprint(blueprint)
    return app.test_client()


def parsed(response):
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(response.text)
    assert len(list(page.iter("h1"))) == 1
    ids = [one.get("id") for one in page.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    return page


def token(client) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get(FLOW).text)[1]


def send(client, path=FLOW, **values):
    return client.post(path, data={"csrf_token": token(client), **values})


def boxes(page) -> dict[str, list[str]]:
    """What the page would send back: its hidden and filled boxes."""
    found: dict[str, list[str]] = {}
    for box in page.iter("input"):
        if box.get("type") in ("radio", "checkbox") and box.get("checked") is None:
            continue
        found.setdefault(box.get("name"), []).append(box.get("value", ""))
    return found


def words(page) -> str:
    return " ".join(" ".join(page.itertext()).split())


@pytest.mark.parametrize("lang", ["es", "en", "ar"])
@pytest.mark.parametrize("path", [FLOW, *(f"{FLOW}/{name}" for name in library().benefits)])
def test_every_page_is_whole(client, path, lang):
    response = client.get(f"{path}?lang={lang}")
    assert response.status_code == 200
    parsed(response)


def test_a_whole_walk_with_the_buttons_alone(client):
    """From the start to the result, answering what is asked; what was said comes along and nothing is stored."""
    response = send(client, desde="inicio", ir="seguir", ayuda=["imv", "rmi"])
    visited = []
    for _ in range(20):
        page = parsed(response)
        assert response.status_code == 200
        sending = boxes(page)
        if sending["desde"] == ["resultado"]:
            break
        visited += sending["desde"]
        for name in sending["preguntas"]:
            sending[name] = [ALONE.get(name, "no-digo")]
        response = client.post(FLOW, data={**sending, "ir": "seguir"})
    assert visited[:3] == ["you", "home", "money"]
    assert len(set(visited)) == len(visited)
    said = words(page)
    assert "Ingreso Mínimo Vital" in said and "Probablemente no" in said and "Tarjeta Azul" not in said
    assert "1.234,50" in said


def test_only_what_matters_is_asked(client):
    page = parsed(send(client, desde="you", ir="seguir", ayuda="transporte", age="66", preguntas="age"))
    assert boxes(page)["desde"] == ["resultado"]
    assert "abono 65+" in words(page)


def test_the_range_narrows(client):
    few = {"ayuda": "imv", "age": "40", "adults": "1", "babies": "0", "small_children": "0", "older_children": "0"}
    first = words(parsed(send(client, desde="home", ir="money", **few)))
    second = words(parsed(send(client, desde="money", ir="health", **few, household_income="300", pensions="0")))
    assert "entre 0,00" in first and "895,00" in first.replace("894,99", "895,00")
    assert "entre 433,60" in second and "594,99" in second


@pytest.mark.parametrize(
    ("name", "typed", "says"),
    [
        ("household_income", "mucho", "Escriba un número"),
        ("household_income", "-5", "demasiado pequeño"),
        ("household_income", "12,345", "dos decimales"),
        ("household_income", "seiscientos", "Escriba un número"),
        ("household_income", "-1.200,00 €", "demasiado pequeño"),
        ("household_income", "€", "Escriba un número"),
        ("household_income", "9" * 30, "demasiado grande"),
    ],
)
def test_a_bad_answer_is_kept_and_explained(client, name, typed, says):
    response = send(client, desde="money", ir="seguir", ayuda="imv", preguntas=name, age="40", **{name: typed})
    page = parsed(response)
    assert response.status_code == 422
    assert says in words(page)
    assert boxes(page)[name] == [typed]
    assert boxes(page)["age"] == ["40"]
    assert "Error:" in response.text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1.234,50", "1.234,50"),
        ("1234.5", "1.234,50"),
        ("1 234,5 €", "1.234,50"),
        ("1.234", "1.234,00"),
        ("٦٥٠", "650,00"),
        ("1234,50 euros", "1.234,50"),
        ("1.234 EUR", "1.234,00"),
        (" 1 234 € ", "1.234,00"),
        ("1,234.50", "1.234,50"),
        ("0", "0,00"),
    ],
)
def test_numbers_as_people_write_them(client, typed, read):
    page = parsed(
        send(client, desde="money", ir="resultado", ayuda="imv", preguntas="household_income", household_income=typed)
    )
    assert read in words(page)


def test_back_and_change_keep_what_was_said(client):
    page = parsed(
        send(
            client,
            desde="money",
            ir="atras",
            ayuda="imv",
            age="40",
            adults="1",
            preguntas="household_income",
            household_income="algo",
        )
    )
    assert boxes(page)["desde"] == ["home"] and boxes(page)["adults"] == ["1"]
    page = parsed(send(client, desde="resultado", ir="you", ayuda="imv", age="40", adults="1"))
    assert boxes(page)["desde"] == ["you"] and boxes(page)["age"] == ["40"]


def test_why_says_limit_article_and_what_would_change_it(client):
    page = parsed(send(client, f"{FLOW}/imv", ayuda="imv", **{**ALONE, "household_income": "900", "pensions": "0"}))
    said = words(page)
    for piece in (
        "Probablemente no",
        "723,60",
        "No se cumple",
        "artículo 11.2 y 13.1",
        "Esto lo cambiaría",
        "DNI, NIE o pasaporte",
        "imv.seg-social.es",
        "Ley 19/2021",
        "1 de enero de 2026",
    ):
        assert piece in said, piece


def test_benefits_bear_on_each_other(client):
    said = words(
        parsed(
            send(
                client,
                desde="money",
                ir="resultado",
                ayuda=["imv", "rmi"],
                age="40",
                adults="1",
                babies="0",
                small_children="0",
                older_children="0",
                household_income="0",
            )
        )
    )
    assert "Pida antes el Ingreso Mínimo Vital" in said


@pytest.mark.parametrize(
    "values",
    [
        {"desde": "nowhere", "ir": "elsewhere"},
        {"desde": "you", "ir": "seguir", "preguntas": ["age", "nothing"], "age": "\x00"},
        {"ayuda": ["gold"], "ir": "resultado"},
        {"age": "1e9", "adults": "٣", "residence": "moon", "mono": "si", "ir": "resultado"},
        {"ir": "", "desde": ""},
    ],
)
def test_bent_forms_are_answered(client, values):
    assert send(client, **values).status_code in (200, 422)
    assert send(client, f"{FLOW}/imv", **values).status_code in (200, 422)


def test_an_unknown_benefit_is_not_found(client):
    assert client.get(f"{FLOW}/oro").status_code == 404


def test_an_expired_page_keeps_the_answers(client):
    response = client.post(FLOW, data={"desde": "you", "ir": "seguir", "ayuda": "imv", "preguntas": "age", "age": "40"})
    assert response.status_code == 422
    assert boxes(parsed(response))["age"] == ["40"]


def test_every_question_can_be_asked(client):
    """Each topic's page with everything said shows every question of it."""
    for topic in questions().topics:
        names = [name for name, each in questions().questions.items() if each.topic == topic]
        page = parsed(send(client, desde="resultado", ir=topic, **dict.fromkeys(names, "no-digo")))
        assert set(boxes(page)["preguntas"]) == set(names)


HERE = {"aqui": "si"}


def switches(page) -> dict[str, str]:
    """The page's language and theme buttons: their words, and where they send the answers."""
    return {
        one.text: one.get("formaction")
        for one in page.iter("button")
        if one.get("name") == "aqui" and one.get("form") == "answers"
    }


@pytest.mark.parametrize(
    ("switch", "kept"),
    [
        pytest.param("English", {"lang": "en"}, id="English"),
        pytest.param("العربية", {"lang": "ar", "dir": "rtl"}, id="Arabic"),
        pytest.param("Lenguaje sencillo", {"lang": "es"}, id="plain Spanish"),
        pytest.param("Fondo oscuro", {"data-theme": "dark"}, id="dark"),
    ],
)
def test_another_language_or_theme_keeps_the_answers_and_what_is_half_typed(client, switch, kept):
    """In the middle of the questions, by the buttons of the frame: the same page, nothing judged, nothing lost."""
    page = parsed(send(client, desde="you", ir="seguir", ayuda="imv", preguntas="age", age="40"))
    sending = {**boxes(page), "adults": ["dos y medio"]}
    response = client.post(switches(page)[switch], data={**sending, **HERE})
    again = parsed(response)
    assert response.status_code == 200
    assert {name: again.get(name) for name in kept} == kept
    there = boxes(again)
    assert (there["desde"], there["preguntas"]) == (sending["desde"], sending["preguntas"])
    assert (there["age"], there["adults"], there["ayuda"]) == (["40"], ["dos y medio"], ["imv"])
    assert not list(again.iterfind(".//*[@class='govuk-error-summary']"))


@pytest.mark.parametrize(
    "path", [FLOW, f"{FLOW}/imv", f"{FLOW}/imprimir"], ids=["result", "one benefit and why", "for paper"]
)
def test_another_language_keeps_the_answers_on_every_page_of_the_result(client, path):
    page = parsed(send(client, path, desde="resultado", ir="resultado", ayuda="imv", age="40", adults="1"))
    response = client.post(switches(page)["English"], data={**boxes(page), **HERE})
    again = parsed(response)
    assert response.status_code == 200 and again.get("lang") == "en"
    assert boxes(again)["age"] == ["40"] and boxes(again)["adults"] == ["1"]
    assert [one.tag for one in again.iter("h1")] == ["h1"] and list(boxes(again)) == list(boxes(page))


def test_enter_never_presses_a_language(client):
    """A browser presses the first button of the form: it must be the way on, hidden from eyes and Tab."""
    page = parsed(send(client, desde="you", ir="seguir", ayuda="imv", preguntas="age", age="40"))
    first = next(one for one in page.iter("button") if one.get("form") == "answers")
    assert first.get("formaction") is None and first.get("name") is None
    assert (first.get("tabindex"), first.get("aria-hidden")) == ("-1", "true")


def test_choosing_other_benefits_keeps_the_answers(client):
    page = parsed(send(client, desde="resultado", ir="inicio", ayuda="imv", age="40", adults="1"))
    assert boxes(page)["desde"] == ["inicio"] and boxes(page)["ayuda"] == ["imv"]
    assert boxes(page)["age"] == ["40"] and boxes(page)["adults"] == ["1"]
    page = parsed(client.post(switches(page)["English"], data={**boxes(page), "ayuda": ["rmi"], **HERE}))
    assert boxes(page)["ayuda"] == ["rmi"] and boxes(page)["age"] == ["40"]


def test_a_page_with_an_address_of_its_own_keeps_plain_links(client):
    page = parsed(client.get(FLOW))
    assert not switches(page) and [one for one in page.iter("a") if one.get("hreflang") == "ar"]
