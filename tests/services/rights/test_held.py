"""The copy of everything, against the schema: a table with a person in it is in it, or named with a reason."""

import io
import json
import zipfile

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from case_api.rights import held
from case_api.rights.exports import SECTIONS
from portal.apps import create_citizen_app
from portal.office.rights_views import MORE
from tests.services.office.conftest import city, city_template, log_in  # noqa: F401 - fixtures
from tests.services.office.pages import Page

PERSONAL = """
    SELECT DISTINCT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND (a.attname IN ('person_id', 'representative_id') OR c.oid IN (
            SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = 'person'::regclass))
"""


@pytest.fixture(scope="module")
def app():
    return create_citizen_app()


def test_every_table_with_a_person_in_it_is_in_the_copy_or_named_with_a_reason(unit):
    tables = set(unit.session.execute(text(PERSONAL)).scalars())
    told = set(held.EXPORTED) | set(held.WITHHELD)
    assert tables - told == set(), "say in case_api/rights/held.py where its rows go, or why they do not"
    assert set(held.EXPORTED) & set(held.WITHHELD) == set()
    every = set(unit.session.execute(text("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')")).scalars())
    assert told - every == set(), "these tables are gone"


def test_each_section_and_each_reason_exists():
    assert set(held.EXPORTED.values()) == {one.name for one in (*SECTIONS, *MORE)}
    assert set(held.WITHHELD.values()) <= set(held.REASONS)


def fetched(key: str) -> zipfile.ZipFile:
    from case_api import clock

    person = BY_KEY[key].id
    me = Actor("citizen", str(person), person, assurance="substantial", authenticated_at=clock.now())
    with unit_of_work(me) as unit:
        made = open_door(me, "own_record", unit=unit).ask_for_copy(person, MORE)
    with unit_of_work(me) as unit:
        pieces = open_door(me, "own_record", unit=unit).fetch_copy(made.id, MORE)
        return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def test_the_copy_of_a_full_folder_holds_every_part_and_says_what_it_leaves_out(city):  # noqa: F811
    with fetched("amparo") as found:
        assert found.testzip() is None
        told, page = json.loads(found.read("datos.json")), found.read("leer.html").decode()
        assert set(told["attachments"].values()) <= set(found.namelist())
    assert set(told["data"]) == {one.name for one in (*SECTIONS, *MORE)}
    for name in ("representatives", "plan", "history", "documents", "addresses", "conversations"):
        assert told["data"][name], name
    assert told["withheld"] and all(str(one) in page for one in held.REASONS.values())


def test_the_copy_tells_what_was_seen_by_a_permission(city):  # noqa: F811
    with fetched("carmen") as found:
        told = json.loads(found.read("datos.json"))
    seen = told["data"]["consent_releases"]
    assert {one["name"][:6] for one in seen} == {"Marcos", "Centro"} and all(one["seen"] for one in seen)
    assert told["data"]["chosen_people"] and told["data"]["household"][0]["others"] == []
    assert {one["receipt_id"] for one in told["data"]["consent_receipts"]} == {
        one["receipt_id"] for one in told["data"]["consents"]
    }


def test_the_folder_names_what_it_withholds_and_another_way(log_in):  # noqa: F811
    page = Page(log_in("amparo").get("/carpeta/derechos"))
    assert [one for one in held.REASONS.values() if str(one) not in page.main] == []
    assert "En su centro de servicios sociales" in page.main and "Por escrito" in page.main
