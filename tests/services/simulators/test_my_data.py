"""Answers from the record: only for the person, only what their level opens, only what they mark."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from portal.simulators.my_data import offers
from portal.simulators.state import State
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


def test_what_was_granted_answers_too(log_in):  # noqa: F811
    """Roberto has the regional minimum income in his record: he need not say so again."""
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(
            text(
                "INSERT INTO benefit (id, person_id, kind, title, state, granted_on) "
                "VALUES (gen_random_uuid(), :person, 'minimum_income', 'Renta mínima', 'active', '2026-01-01')"
            ),
            {"person": BY_KEY["roberto"].id},
        )
    assert _boxes(log_in("roberto").get(PAGE).text)["rmi"] == "si"
    weak = _boxes(log_in("roberto", "low").get(PAGE).text)
    assert weak["age"] == "38" and "rmi" not in weak, "a weak login opens less"


class _Own:
    def __init__(self, relationship: str, joined_on: date) -> None:
        self.own = SimpleNamespace(relationship=relationship, joined_on=joined_on)


@pytest.mark.parametrize(
    ("person", "more", "offered"),
    [
        pytest.param({}, {}, {}, id="an empty record"),
        pytest.param({"age": 40, "dependency_grade": 2}, {}, {"age": "40", "dependency_grade": "II"}, id="person"),
        pytest.param({}, {"household": _Own("partner", date(2020, 1, 1))}, {"partner": "si", "unit_6_months": "si"},
                     id="a couple of years"),
        pytest.param({}, {"household": _Own("holder", date(2026, 5, 1))}, {}, id="a new household says nothing"),
        pytest.param({}, {"minors": [date(2026, 3, 1), date(2023, 1, 1), date(2023, 1, 2), date(2009, 1, 1)]},
                     {"babies": "2", "small_children": "1", "older_children": "1"}, id="minors, by January"),
        pytest.param({}, {"minors": [date(2008, 6, 1)]}, {}, id="of age today"),
        pytest.param({}, {"minors": [date(2008, 6, 2)]}, {"older_children": "1"}, id="of age tomorrow"),
        pytest.param({}, {"benefits": [SimpleNamespace(kind="imv", state="active")]}, {"imv": "si"}, id="imv"),
        pytest.param({}, {"benefits": [SimpleNamespace(kind="imv", state="ended")]}, {}, id="ended"),
        pytest.param({}, {"benefits": [SimpleNamespace(kind="telecare", state="active")]}, {}, id="another benefit"),
    ],
)  # fmt: skip
def test_only_what_the_record_says_for_certain(person, more, offered):
    record = SimpleNamespace(**{"age": None, "dependency_grade": None, **person})
    found = offers(record, day=date(2026, 6, 1), **more)
    assert {each.name: each.text for each in found} == offered
    state = State.from_texts([], {each.name: each.text for each in found})
    assert not state.problems and set(state.answers) == set(offered)


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


def _household(sql: str, **values) -> None:
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text(sql), values)


def test_the_minors_at_home_come_from_the_folders_one_may_look_at(log_in):  # noqa: F811
    """Carmen may look at the folders of Leo and Vera, who is old enough to have a say and has said nothing: only Leo's
    own part tells where he lives. Nothing is offered for the bands in which nobody is known.
    """
    page = log_in("carmen").get(PAGE).text
    assert _boxes(page)["older_children"] == "1"
    assert "babies" not in _boxes(page) and "adults" not in _boxes(page)
    assert "Si hay más, no lo marque" in page
    assert "older_children" not in _boxes(log_in("carmen", "low").get(PAGE).text), "a weak login opens less"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE household_member SET left_on = joined_on WHERE person_id = :child", id="he moved out"),
        pytest.param("UPDATE representation SET ends_at = now() WHERE person_id = :child", id="she acts no more"),
        pytest.param("UPDATE representation SET scope = 'N1' WHERE person_id = :child", id="she sees less of him"),
        pytest.param("UPDATE person SET birth_date = '2001-01-01' WHERE id = :child", id="he is of age"),
    ],
)
def test_a_member_whose_part_is_not_open_is_not_counted(log_in, change):  # noqa: F811
    _household(change, child=BY_KEY["leo"].id)
    assert "older_children" not in _boxes(log_in("carmen").get(PAGE).text)


def test_every_look_at_a_childs_part_is_written_down(log_in):  # noqa: F811
    log_in("carmen").get(PAGE)
    with unit_of_work(Actor.system("test")) as unit:
        seen = unit.session.execute(
            text("SELECT count(*) FROM access_entry WHERE person_id = :child AND object_kind = 'household' "
                 "AND actor_kind = 'citizen'"), {"child": BY_KEY["leo"].id},
        ).scalar()  # fmt: skip
    assert seen


def test_ones_own_centre_and_district_are_told(log_in):  # noqa: F811
    page = log_in("amparo").get(PAGE).text
    assert "Centro de Servicios Sociales Ejemplo" in page and "en el distrito" in page
