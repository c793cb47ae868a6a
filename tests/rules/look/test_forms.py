"""Forms: labels, errors that lead to their box, what was typed, and pages that expired."""

import re
from datetime import UTC, date, datetime

import pytest
from werkzeug.datastructures import MultiDict

from case_api import clock
from portal.look.widgets import DateField, Form
from tests.rules.look.conftest import Everything
from tests.rules.look.test_frame import parsed

GOOD = {
    "name": "Amparo",
    "text": "Necesito ayuda con la luz",
    "reason": "a",
    "where": "o",
    "agreed": "y",
    "born-day": "12",
    "born-month": "4",
    "born-year": "1953",
}


def token(client) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', client.get("/kept").text).group(1)


def test_every_control_has_a_label_or_legend(client):
    page = parsed(client.get("/kept").text)
    labelled = {one.get("for") for one in page.iter("label")}
    controls = [
        one
        for kind in ("input", "select", "textarea")
        for one in page.find(".//main").iter(kind)
        if one.get("type") != "hidden"
    ]
    assert len(controls) == 15
    assert {one.get("id") for one in controls} <= labelled
    assert page.find(".//form").get("novalidate") is not None


@pytest.mark.parametrize("word", ["Choose", "Day", "Month", "Year", "Error:</span> Error", "There is a problem"])
def test_no_english_default_is_left(client, word):
    assert word not in client.post("/kept", data={"csrf_token": token(client)}).text


def test_errors_are_told_above_and_lead_to_their_box(client):
    response = client.post(
        "/kept", data={"csrf_token": token(client), "reason": "a", "born-day": "31", "born-month": "", "born-year": "x"}
    )
    page = parsed(response.text)
    assert response.status_code == 422
    assert page.find(".//title").text.startswith("Error: ")
    links = [one.get("href") for one in page.find(".//div[@class='govuk-error-summary']").iter("a")]
    ids = {one.get("id"): one for one in page.iter() if one.get("id")}
    assert links == ["#name", "#text", "#where", "#agreed", "#born-month"]
    for link in links:
        assert ids[link[1:]].tag in ("input", "textarea", "select")
    assert "name-error" in ids["name"].get("aria-describedby")
    assert ids["born-month"].get("aria-invalid") == "true"


def test_what_was_typed_stays_but_never_a_password(client):
    data = {
        **GOOD,
        "name": "",
        "mail": 'a"b<i>@x',
        "password": "no se enseña",
        "born-year": "53",
        "csrf_token": token(client),
    }
    text = client.post("/kept", data=data).text
    assert "Necesito ayuda con la luz" in text and 'value="53"' in text
    assert "no se enseña" not in text
    assert "<i>@x" not in text and "&lt;i&gt;@x" in text


def test_an_expired_page_comes_back_with_what_was_typed(client, app):
    token(client)
    client.delete_cookie("session")
    response = client.post("/kept", data={**GOOD, "csrf_token": "old"})
    assert response.status_code == 422 and app.done == []
    assert "La página ha caducado" in response.text and "Necesito ayuda con la luz" in response.text
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', response.text).group(1)
    assert client.post("/kept", data={**GOOD, "csrf_token": fresh}).text == "done"


def test_a_post_without_a_token_does_nothing_and_shows_long_texts_to_copy(client, app):
    data = {"text": "Esto me ha costado mucho escribirlo", "password": "una clave larga que no se enseña"}
    response = client.post("/plain", data=data)
    assert response.status_code == 400 and app.done == []
    assert "La página ha caducado" in response.text and "me ha costado mucho" in response.text
    assert "una clave larga" not in response.text


def test_a_view_that_forgets_its_form_is_refused(client):
    response = client.post("/careless", data={})
    assert response.status_code == 400 and "done without asking" not in response.text


@pytest.mark.parametrize(
    ("typed", "data", "part", "says"),
    [
        pytest.param(("29", "2", "2024"), date(2024, 2, 29), None, "", id="leap day"),
        pytest.param(("07", "03", "1975"), date(1975, 3, 7), None, "", id="leading zeros"),
        pytest.param((" 7 ", "3", "1975"), date(1975, 3, 7), None, "", id="spaces"),
        pytest.param(("", "", ""), None, None, "", id="nothing"),
        pytest.param(("29", "2", "2023"), None, "day", "no tiene ese día", id="no leap year"),
        pytest.param(("0", "2", "2023"), None, "day", "no tiene ese día", id="day zero"),
        pytest.param(("1", "13", "2023"), None, "month", "del 1 al 12", id="month 13"),
        pytest.param(("1", "", "2023"), None, "month", "Falta el mes", id="no month"),
        pytest.param(("1", "2", "75"), None, "year", "cuatro cifras", id="two-figure year"),
        pytest.param(("1", "2", "0000"), None, "year", "cuatro cifras", id="year zero"),
        pytest.param(("uno", "2", "2023"), None, "day", "con cifras", id="words"),
        pytest.param(("1", "-2", "2023"), None, "month", "con cifras", id="negative"),
        pytest.param(("1", "²", "2023"), None, "month", "con cifras", id="superscript"),
        pytest.param(("١٢", "٤", "١٩٥٣"), date(1953, 4, 12), None, "", id="arabic figures"),
        pytest.param(("1" * 500, "2", "2023"), None, "day", "con cifras", id="far too long"),
    ],
)
def test_a_date_in_three_boxes(app, typed, data, part, says):
    with app.test_request_context("/", method="POST"):
        form = Everything(
            MultiDict(zip(("born-day", "born-month", "born-year"), typed, strict=True)), meta={"csrf": False}
        )
        assert form.born.data == data
        assert form.born.wrong_part == part
        assert says in " ".join(form.born.process_errors)


@pytest.mark.parametrize(
    ("kind", "year"),
    [pytest.param({"autocomplete": "bday"}, "1975", id="a birth"), pytest.param({}, "2027", id="a day to come")],
)
def test_the_example_of_a_date_fits_its_use(app, kind, year):
    class One(Form):
        day = DateField("Día", render_kw=kind)

    with clock.frozen(datetime(2026, 11, 26, 9, tzinfo=UTC)), app.test_request_context("/", method="POST"):
        form = One(MultiDict({"day-day": "1"}), meta={"csrf": False})
        assert form.day.process_errors == [f"Falta el mes. Por ejemplo: 27 3 {year}."]
