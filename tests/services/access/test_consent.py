"""Switches and oppositions through the door: who, until when, what stays written, what it stops."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.db import new_id, unit_of_work
from case_api.errors import Conflict, Invalid, NotFound, Refused, StepUpRequired
from tests.services.record.world import World, make_world

CARPETA = {"recipient_kind": "client", "recipient_name": "carpeta"}
SEPE = {"recipient_kind": "administration", "recipient_name": "sepe"}


@pytest.fixture
def world(database) -> World:
    return make_world()


def through(actor, work, purpose="own_record", **more):
    with unit_of_work(actor):
        return work(open_door(actor, purpose, **more))


def give(world, switch="T2", actor=None, to=CARPETA, **more):
    def work(door):
        shown = door.offer(world.ana, switch=switch, **to, **more).words_sha256
        return door.give(world.ana, switch=switch, **to, shown=shown, **more)

    return through(actor or world.citizen(), work)


def application(world, **more) -> Actor:
    return Actor("client", "carpeta", person_id=world.ana, **more)


def sees(world, work, actor=None) -> bool:
    scopes = ["person:read", "files:read", "documents:read", "special:read", "consents:read", "appointments:read"]
    try:
        through(actor or application(world), work, "api", scopes=scopes)
    except NotFound:
        return False
    return True


def rows(statement, **values):
    with unit_of_work(Actor.system("test")) as unit:
        return unit.session.execute(text(statement), values).all()


def test_what_was_shown_is_kept_to_the_letter(world):
    given = give(world)
    assert hashlib.sha256(given.words.encode()).hexdigest() == given.words_sha256
    assert "Carpeta Ciudadana" in given.words and given.language == "es" and given.state == "standing"
    with pytest.raises(ProgrammingError) as caught, unit_of_work(world.citizen()) as unit:
        unit.session.execute(text("UPDATE consent SET words = 'otra cosa' WHERE id = :id"), {"id": given.id})
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("DELETE FROM consent", id="deleting a consent"),
        pytest.param("UPDATE consent SET expires_at = 'infinity'", id="prolonging it"),
        pytest.param("UPDATE consent_event SET kind = 'given'", id="rewriting history"),
        pytest.param("DELETE FROM consent_event", id="forgetting history"),
        pytest.param("DELETE FROM consent_release", id="forgetting what went out"),
        pytest.param("UPDATE administration_query SET allowed = true", id="rewriting a query"),
    ],
)
@pytest.mark.parametrize("who", ["citizen", "system"])
def test_history_is_only_added_to(world, statement, who):
    give(world)
    actor = world.citizen() if who == "citizen" else Actor.system("test")
    with pytest.raises(ProgrammingError) as caught, unit_of_work(actor) as unit:
        unit.session.execute(text(statement))
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_withdrawn_consent_is_not_taken_up_again_by_an_update(world):
    given = give(world)
    through(world.citizen(), lambda door: door.withdraw(given.id))
    with unit_of_work(world.citizen()) as unit:
        done = unit.session.execute(text("UPDATE consent SET withdrawn_at = NULL WHERE id = :id"), {"id": given.id})
        assert done.rowcount == 0
    again = give(world)
    assert again.id != given.id and again.receipt_id != given.receipt_id


def test_on_twice_is_once_and_off_twice_too(world):
    given = give(world)
    assert through(world.citizen(), lambda d: d.give(world.ana, switch="T2", **CARPETA, shown="")).id == given.id
    first = through(world.citizen(), lambda door: door.withdraw(given.id))
    assert through(world.citizen(), lambda door: door.withdraw(given.id)).withdrawn_at == first.withdrawn_at
    assert [row.kind for row in rows("SELECT kind FROM consent_event ORDER BY id")] == ["given", "withdrawn"]


def test_giving_and_withdrawing_are_in_the_access_log(world):
    given = give(world)
    through(world.citizen(), lambda door: door.withdraw(given.id))
    with pytest.raises(NotFound):
        through(world.citizen(world.berta), lambda door: door.withdraw(given.id))
    found = rows("SELECT action, outcome FROM access_entry WHERE object_kind = 'consent' ORDER BY id")
    assert [tuple(row) for row in found if row.action != "offer"] == [
        ("give", "allowed"),
        ("withdraw", "allowed"),
        ("withdraw", "denied"),
    ]


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda door, world, id: door.consent(id), id="read"),
        pytest.param(lambda door, world, id: door.withdraw(id), id="withdraw"),
        pytest.param(lambda door, world, id: door.consent_receipt(id), id="receipt"),
        pytest.param(lambda door, world, id: door.releases(id), id="releases"),
        pytest.param(lambda door, world, id: door.consents(world.ana), id="list"),
        pytest.param(
            lambda door, world, id: door.give(world.ana, switch="T1", **CARPETA, shown="0" * 64), id="give for another"
        ),
    ],
)
@pytest.mark.parametrize("who", ["another person", "another centre", "nobody"])
def test_anothers_consent_is_not_there(world, read, who):
    given = give(world)
    actor, purpose = {
        "another person": (world.citizen(world.berta), "own_record"),
        "another centre": (world.stranger, "manage_case"),
        "nobody": (Actor.anonymous(), "own_record"),
    }[who]
    with pytest.raises(NotFound):
        through(actor, lambda door: read(door, world, given.id), purpose)


NIGHTS = [
    pytest.param(datetime(2026, 11, 20, 12, tzinfo=clock.MADRID), id="within winter"),
    pytest.param(datetime(2026, 1, 10, 23, 30, tzinfo=clock.MADRID), id="over the night of 23 hours"),
    pytest.param(datetime(2025, 12, 30, 0, 0, tzinfo=clock.MADRID), id="last day is the one of 23 hours"),
    pytest.param(datetime(2026, 9, 1, 12, tzinfo=clock.MADRID), id="over the night of 25 hours"),
    pytest.param(datetime(2026, 7, 28, 23, 59, 59, tzinfo=clock.MADRID), id="last day is the one of 25 hours"),
    pytest.param(datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=clock.MADRID), id="given in the hour that comes twice"),
    pytest.param(datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=clock.MADRID), id="given in that hour, again"),
]


@pytest.mark.parametrize("at", NIGHTS)
def test_special_consent_ends_on_its_second(world, at):
    with clock.frozen(at):
        given = give(world, "T4")
    ends = given.expires_at.astimezone(clock.MADRID)
    assert (ends.hour, ends.minute, ends.date()) == (0, 0, at.date() + timedelta(days=90))
    for late, state in ((-1, "standing"), (0, "expired"), (1, "expired")):
        with clock.frozen(given.expires_at + timedelta(seconds=late)):
            actor = application(world, assurance="high", authenticated_at=clock.now())
            assert sees(world, lambda d: d.document(world.documents["health"]), actor) == (state == "standing")
            assert through(world.citizen(), lambda d: d.consent(given.id)).state == state
    with clock.frozen(given.expires_at + timedelta(seconds=1)):
        again = give(world, "T4")
        assert again.id != given.id and again.state == "standing"
    assert [r.kind for r in rows("SELECT kind FROM consent_event ORDER BY id")] == ["given", "expired", "given"]


@pytest.mark.parametrize(
    ("switch", "born", "today", "given"),
    [
        pytest.param("T2", date(2012, 11, 21), date(2026, 11, 20), False, id="thirteen"),
        pytest.param("T2", date(2012, 11, 21), date(2026, 11, 21), True, id="fourteen today"),
        pytest.param("T4", date(2008, 11, 21), date(2026, 11, 20), False, id="special data, seventeen"),
        pytest.param("T4", date(2008, 11, 21), date(2026, 11, 21), True, id="special data, eighteen today"),
        pytest.param("T4", date(2008, 2, 29), date(2026, 2, 28), False, id="special data, born on a leap day, the eve"),
        pytest.param("T4", None, date(2026, 11, 21), False, id="special data, age unknown"),
        pytest.param("T1", None, date(2026, 11, 21), True, id="appointments, age unknown"),
    ],
)
def test_age_is_asked_as_the_table_says(world, switch, born, today, given):
    with unit_of_work(Actor.system("test")) as unit:
        unit.session.execute(text("UPDATE person SET birth_date = :b WHERE id = :id"), {"b": born, "id": world.ana})
    with clock.frozen(datetime(today.year, today.month, today.day, 0, 0, 1, tzinfo=clock.MADRID)):
        if given:
            assert give(world, switch).state == "standing"
        else:
            with pytest.raises(Refused):
                give(world, switch)


@pytest.mark.parametrize(
    ("actor", "fresh"),
    [
        pytest.param(lambda w: w.citizen(assurance="low"), False, id="low login"),
        pytest.param(
            lambda w: replace(w.citizen(), authenticated_at=clock.now() - timedelta(minutes=16)),
            True,
            id="login of a quarter of an hour ago",
        ),
    ],
)
def test_special_data_are_given_after_a_new_login_only(world, actor, fresh):
    with pytest.raises(StepUpRequired) as caught:
        give(world, "T4", actor(world))
    assert caught.value.details.get("fresh") == fresh


def test_a_text_that_changed_meanwhile_is_not_agreed_to(world):
    old = through(world.citizen(), lambda d: d.offer(world.ana, switch="T4", **CARPETA)).words_sha256
    with clock.frozen(clock.now() + timedelta(days=1)), pytest.raises(Conflict):
        through(world.citizen(), lambda d: d.give(world.ana, switch="T4", **CARPETA, shown=old))
    assert rows("SELECT 1 FROM consent") == []


@pytest.mark.parametrize(
    ("switch", "to", "file"),
    [
        pytest.param("T2", CARPETA, lambda w: new_id(), id="a file that there is not"),
        pytest.param("T1", CARPETA, lambda w: w.file, id="a switch that knows no files"),
        pytest.param("O", SEPE, lambda w: w.file, id="an opposition about one file"),
        pytest.param("O", CARPETA, lambda w: None, id="an opposition to an application"),
        pytest.param("T2", SEPE, lambda w: None, id="documents for an administration"),
        pytest.param("T7", CARPETA, lambda w: None, id="a switch that there is not"),
    ],
)
def test_what_is_not_offered_cannot_be_given(world, switch, to, file):
    with pytest.raises(Invalid):
        through(world.citizen(), lambda d: d.offer(world.ana, switch=switch, **to, file_id=file(world)))


def test_an_opposition_stops_the_query_itself(world):
    def ask(actor=world.worker, **more):
        asked = {"data": ["unemployment"], "purpose": "RMI", "employee": "marta", **more}
        return through(actor, lambda d: d.may_query(world.ana, "sepe", **asked), "manage_case")

    assert ask().allowed
    opposition = give(world, "O", to=SEPE)
    assert (opposition.data, opposition.purpose) == (("unemployment",), "requirements")
    assert (ask().allowed, ask().reason) == (False, "opposed")
    assert ask(proceeding="inspection").allowed and ask(proceeding="sanction").allowed
    assert ask(data=["unemployment", "income"]).reason == "not_offered"
    other = {"data": ["work"], "purpose": "RMI", "employee": "marta"}
    assert through(world.worker, lambda d: d.may_query(world.ana, "seguridad_social", **other), "manage_case").allowed
    assert not through(world.worker, lambda d: d.may_query(world.ana, "aeat", **other), "manage_case").allowed
    through(world.citizen(), lambda door: door.withdraw(opposition.id))
    assert ask().allowed
    with pytest.raises(NotFound):
        ask(world.stranger)
    for missing in ({"data": []}, {"purpose": " "}, {"employee": ""}):
        with pytest.raises(ValueError):
            ask(**missing)
    kept = rows("SELECT data, purpose, employee, allowed, opposition_id FROM administration_query ORDER BY id")
    assert tuple(kept[1]) == (["unemployment"], "RMI", "marta", False, opposition.id) and len(kept) == 9


def test_a_forgotten_filter_shows_one_application_nothing_of_another(world):
    give(world)
    for actor, seen in ((application(world), 1), (Actor("client", "another", person_id=world.ana), 0)):
        with unit_of_work(actor) as unit:
            assert unit.session.execute(text("SELECT count(*) FROM consent")).scalar() == seen
    with pytest.raises(ProgrammingError), unit_of_work(application(world)) as unit:
        unit.session.execute(
            text(
                "INSERT INTO consent (id, person_id, switch, recipient_kind, recipient_name, given_at, channel, "
                "language, words, words_sha256, receipt_id) VALUES (:id, :p, 'T1', 'client', 'carpeta', now(), "
                "'api', 'es', 'x', sha256('x'), :id)"
            ),
            {"id": new_id(), "p": world.ana},
        )
