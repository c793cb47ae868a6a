"""The synthetic city: the same twice, whole, and never over somebody's data."""

import hashlib
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.sealer import seal_once, verify
from case_api.city import build as city
from case_api.city.sample import BY_KEY, PEOPLE, STAFF
from case_api.db import unit_of_work

TABLES = ("unit", "professional", "person", "social_history", "case_file", "file_step", "document", "benefit")


def fingerprint() -> str:
    digest = hashlib.sha256()
    with psycopg.connect(city._owner_dsn()) as connection:
        for table in TABLES:
            for (row,) in connection.execute(f"SELECT md5(t::text) FROM {table} t ORDER BY id"):
                digest.update(row.encode())
    return digest.hexdigest()


def test_the_same_seed_builds_the_same_city_and_another_seed_another(database):
    with clock.frozen(datetime(2026, 6, 1, 12, tzinfo=UTC)):
        city.build(60, 1)
        first = fingerprint()
        city.build(60, 1)
        assert fingerprint() == first
        city.build(60, 2)
        assert fingerprint() != first


def test_refuses_data_that_nobody_called_synthetic(database):
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text("INSERT INTO event (kind, payload) VALUES ('real', '{}')"))
    with pytest.raises(city.NotSynthetic):
        city.build(10, 1)
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM event")).scalar() == 1
        assert not unit.session.execute(text("SELECT synthetic FROM installation")).scalar()


@pytest.mark.quiet
def test_replaces_what_a_synthetic_city_held_log_and_anchor_too(database):
    city.build(20, 1)
    with unit_of_work(Actor.system("sealer")) as unit:
        assert seal_once(unit.session) == 5
    city.build(10, 1)
    assert verify() == {"ok": True, "entries": 5, "first_broken": None}
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM person")).scalar() == 10


def test_a_contribution_that_fails_leaves_the_old_city(database):
    city.build(10, 1)
    before = fingerprint()

    def fail(connection, people, rng):
        assert len(people) == 12
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        city.build(12, 2, extra=[fail])
    assert fingerprint() == before


def test_the_sample_people_find_their_stories(database):
    city.build(10, 1)
    amparo = BY_KEY["amparo"]
    actor = Actor("citizen", "amparo", amparo.id, assurance="substantial", authenticated_at=clock.now())
    with unit_of_work(actor) as unit:
        door = open_door(unit.actor, "own_record")
        files = {file.title: file for file in door.files(amparo.id)}
        assert str(files["Ayuda a domicilio"].state_words) == "Le falta un documento"
        assert files["Ayuda a domicilio"].next_step.instructions == "Traiga o suba el contrato de alquiler"
        assert files["Teleasistencia"].state == "granted"
        assert "Informe social" in {document.title for document in door.documents(amparo.id)}
        assert "Informe de valoración en el domicilio" not in {d.title for d in door.documents(amparo.id)}
        assert door.access_entries(amparo.id)[0].purpose == "prepare_appointment"
        content = door.document_content(door.documents(amparo.id)[0].id)[1]
        assert content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF")
    with unit_of_work(Actor.system("login")) as unit:
        door = open_door(unit.actor, "login")
        assert door.person_by_document(BY_KEY["fatima"].document).language == "ar"
        assert door.person_by_document(BY_KEY["nuevo"].document) is None
    with unit_of_work(Actor.system("test")) as unit:
        logins = set(unit.session.execute(text("SELECT login FROM professional")).scalars())
    assert {one.login for one in STAFF} <= logins
    assert len(PEOPLE) == 9
