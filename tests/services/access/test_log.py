"""The access log: kept before the work, or there is no work; never changed afterwards."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from case_api.access import log
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import new_id, unit_of_work
from case_api.errors import NotFound, StepUpRequired


def entries(**where: object) -> list:
    with unit_of_work(Actor.system("test")) as unit:
        query = "SELECT * FROM access_entry WHERE true" + "".join(f" AND {name} = :{name}" for name in where)
        return unit.session.execute(text(query + " ORDER BY at, id"), where).all()


def test_a_look_is_kept_with_its_reason(world):
    with unit_of_work(world.worker) as unit:
        open_door(unit.actor, "manage_case").file(world.file)
    (entry,) = entries()
    assert (entry.actor_id, entry.unit_id, entry.role) == ("marta", world.here, "social_worker")
    assert (entry.purpose, entry.rule, entry.basis, entry.level) == ("manage_case", "care-relation", "L", "N2")
    assert (entry.object_kind, entry.object_id, entry.person_id) == ("file", str(world.file), world.ana)
    assert (entry.outcome, entry.action) == ("allowed", "read")


def test_one_entry_for_a_list_however_long(world):
    with unit_of_work(world.worker) as unit:
        door = open_door(unit.actor, "manage_case")
        assert len(door.documents(world.ana)) == 4
        door.documents(world.ana)
    assert [(entry.object_kind, entry.action) for entry in entries()] == [("document", "list")]


def test_a_refusal_survives_the_rollback_of_its_work(world):
    with pytest.raises(NotFound), unit_of_work(world.stranger) as unit:
        unit.session.execute(text("INSERT INTO event (kind, payload) VALUES ('test', '{}')"))
        open_door(unit.actor, "manage_case").files(world.ana)
    (entry,) = entries()
    assert (entry.outcome, entry.rule, entry.person_id) == ("denied", "deny", world.ana)
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM event")).scalar() == 0


def test_a_look_at_an_unknown_id_is_kept(world):
    unknown = new_id()
    with pytest.raises(NotFound), unit_of_work(world.worker) as unit:
        open_door(unit.actor, "manage_case").document(unknown)
    assert [(entry.outcome, entry.object_id) for entry in entries()] == [("denied", str(unknown))]


def test_a_weak_login_is_kept_as_such(world):
    with pytest.raises(StepUpRequired) as caught, unit_of_work(world.citizen(assurance="low")) as unit:
        open_door(unit.actor, "own_record").files(world.ana)
    assert caught.value.assurance == "substantial"
    assert [entry.outcome for entry in entries()] == ["step_up"]


def test_when_the_log_cannot_be_kept_the_work_is_not_done(world, monkeypatch):
    monkeypatch.setattr(log, "_INSERT", log._INSERT.replace("access_entry", "no_such_table"))
    with pytest.raises(psycopg.errors.UndefinedTable), unit_of_work(world.worker) as unit:
        unit.session.execute(text("INSERT INTO event (kind, payload) VALUES ('test', '{}')"))
        open_door(unit.actor, "manage_case").files(world.ana)
    with unit_of_work(Actor.system("test")) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM event")).scalar() == 0


def test_a_connection_that_died_in_between_is_replaced(world, cluster):
    with unit_of_work(world.worker) as unit:
        open_door(unit.actor, "manage_case").files(world.ana)
    with cluster.connect() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alma-access-log'"
        )
    with unit_of_work(world.worker) as unit:
        open_door(unit.actor, "manage_case").person(world.ana)
    assert [entry.object_kind for entry in entries()] == ["file", "person"]


def test_when_the_log_cannot_be_kept_the_page_is_not_sent(world, monkeypatch):
    from case_api.web import UnitFlask

    app = UnitFlask("app")
    app.actor_loader = lambda: world.worker
    app.add_url_rule("/", view_func=lambda: open_door(world.worker, "manage_case").person(world.ana).name)
    assert app.test_client().get("/").text == "Ana Ñandú Prueba"
    monkeypatch.setattr(log, "_INSERT", log._INSERT.replace("access_entry", "no_such_table"))
    answer = app.test_client().get("/")
    assert answer.status_code == 500 and "Ana" not in answer.text


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_entry SET purpose = 'login'",
        "DELETE FROM access_entry",
        "TRUNCATE access_entry",
        "UPDATE access_seal SET link = commitment",
        "DELETE FROM access_seal",
        "UPDATE access_head SET number = 2",
        "DELETE FROM access_head",
    ],
)
def test_the_application_cannot_change_it(world, statement):
    with pytest.raises(ProgrammingError) as caught, unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text(statement))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_an_entry_outlives_its_person(world):
    with unit_of_work(world.stranger) as unit:
        open_door(unit.actor, "manage_case").person(world.berta)
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text("DELETE FROM person WHERE id = :id"), {"id": world.berta})
    assert [entry.person_id for entry in entries()] == [world.berta]


def test_the_person_reads_unit_role_purpose_and_basis_but_no_name(world):
    with unit_of_work(world.worker) as unit:
        open_door(unit.actor, "manage_case").files(world.ana)
    with pytest.raises(NotFound), unit_of_work(world.stranger) as unit:
        open_door(unit.actor, "manage_case").files(world.ana)
    with unit_of_work(world.citizen()) as unit:
        (entry,) = open_door(unit.actor, "own_record").access_entries(world.ana)
    assert (entry.unit_name, entry.role, entry.purpose, entry.basis) == (
        "Centro Aquí", "social_worker", "manage_case", "L",
    )  # fmt: skip
    assert "marta" not in repr(entry) and str(world.marta) not in repr(entry)
    assert str(entry.purpose_words) == "Para llevar su caso"


def test_an_application_of_the_person_reads_the_same_and_is_named_in_it(world):
    carpeta = Actor("client", "carpeta", person_id=world.ana)
    asked = {"switch": "T2", "recipient_kind": "client", "recipient_name": "carpeta"}
    with unit_of_work(world.citizen()) as unit:
        door = open_door(unit.actor, "own_record")
        door.give(world.ana, **asked, shown=door.offer(world.ana, **asked).words_sha256)
    for _ in range(2):
        with unit_of_work(carpeta) as unit:
            found = open_door(unit.actor, "api", scopes=["log:read"]).access_entries(world.ana)
    assert [(entry.client_id, entry.unit_name, entry.basis) for entry in found] == [("carpeta", None, "C")]


def test_the_person_reads_nobody_elses(world):
    with pytest.raises(NotFound), unit_of_work(world.citizen(world.berta)) as unit:
        open_door(unit.actor, "own_record").access_entries(world.ana)
    with unit_of_work(world.citizen(world.berta)) as unit:
        assert unit.session.execute(text("SELECT count(*) FROM access_entry")).scalar() == 0


def test_an_entry_above_the_readers_login_leaves_no_gap(world):
    with unit_of_work(world.worker) as unit:
        door = open_door(unit.actor, "manage_case")
        door.document(world.documents["health"])
        door.files(world.ana)
    old = world.citizen()
    from dataclasses import replace
    from datetime import timedelta

    old = replace(old, authenticated_at=old.authenticated_at - timedelta(hours=1))
    for actor, seen in ((old, ["N2"]), (world.citizen(), ["N2", "N4"])):
        with unit_of_work(actor) as unit:
            found = open_door(unit.actor, "own_record").access_entries(world.ana)
            assert len(found) == len(seen)
