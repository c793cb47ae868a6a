"""Answers from the record: only for the person, only what their level opens, only what they mark."""

import re

import pytest

from tests.services.office.conftest import app, city, city_template, log_in  # noqa: F401

PAGE = "/ayudas/calcular/mis-datos"


def _boxes(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="checkbox" name="([^"]+)" value="([^"]+)"', page))


def test_a_stranger_is_sent_to_the_login(app, city):  # noqa: F811
    response = app.test_client().get(PAGE)
    assert response.status_code == 303
    assert "next=" in response.location


def test_what_the_record_knows_is_shown_and_nothing_is_marked(log_in):  # noqa: F811
    page = log_in("amparo").get(PAGE).text
    assert _boxes(page)["age"] == "73"
    assert " checked" not in page


@pytest.mark.parametrize("key", ["nuevo", "elena"])
def test_who_has_little_on_record_can_start_all_the_same(log_in, key):  # noqa: F811
    response = log_in(key).get(PAGE)
    assert response.status_code == 200
    assert 'value="seguir"' in response.text


def test_what_is_marked_comes_along(log_in):  # noqa: F811
    browser = log_in("amparo")
    page = browser.get(PAGE).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = browser.post("/ayudas/calcular", data={
        "csrf_token": token, "desde": "inicio", "ir": "resultado", "ayuda": "transporte", "age": _boxes(page)["age"],
    })  # fmt: skip
    assert "abono 65+" in answer.text
