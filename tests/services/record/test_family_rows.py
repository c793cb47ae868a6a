"""The second lock under families, referrals and plans: what a forgotten filter, or a forgotten form, cannot do."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from case_api import clock
from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.city import build as city
from case_api.db import unit_of_work
from case_api.errors import NotFound
from tests.services.record.family import STAFF, Family

TABLES = (
    "household_member", "representation", "case_team_member", "referral", "intervention", "history_entry", "plan",
    "plan_goal", "desk_credential", "professional_person",
)  # fmt: skip


@pytest.fixture
def family(unit) -> Family:
    return Family(unit)


def run(family: Family, who: str | Actor, statement: str, **values):
    actor = who if isinstance(who, Actor) else family.actor(who)
    with unit_of_work(actor) as unit, unit.session.begin_nested():
        found = unit.session.execute(text(statement), values)
        return found.all() if found.returns_rows else found.rowcount


def test_nobody_in_particular_sees_nothing(family):
    for table in TABLES:
        assert run(family, Actor.anonymous(), f"SELECT 1 FROM {table}") == [], table


def test_a_citizen_sees_their_own_ties_and_part_and_nothing_of_staff(family):
    assert len(run(family, "paula", "SELECT 1 FROM household_member")) == 1
    assert len(run(family, "paula", "SELECT 1 FROM representation")) == 2
    assert len(run(family, "luis", "SELECT 1 FROM representation")) == 0
    for table in ("case_team_member", "referral", "desk_credential", "professional_person"):
        assert run(family, "paula", f"SELECT 1 FROM {table}") == [], table


_TIE = (
    "INSERT INTO representation (id, person_id, representative_document, representative_name, asked_at, starts_at, "
    "confirmed_at, kind, scope, ends_at) VALUES (gen_random_uuid(), {}, 'x', 'x', now(), now(), now(), '{}', '{}', {})"
)
REFUSED = [
    pytest.param(_TIE.format(":nico", "parent", "N4", "NULL"), id="a tie to somebody else"),
    pytest.param(
        _TIE.format(":luis", "authorisation", "N4", "now() + interval '1 day'"), id="an authorisation beyond N2"
    ),
    pytest.param(_TIE.format(":luis", "support_person", "N2", "NULL"), id="a tie that confirms itself"),
    pytest.param("INSERT INTO case_team_member SELECT gen_random_uuid(), :luis, :marta, now(), now() + '1 day', :marta",
                 id="a place in a team"),
    pytest.param("DELETE FROM representation", id="forgetting a tie"),
    pytest.param("UPDATE representation SET kind = 'parent'", id="another kind"),
    pytest.param("UPDATE representation SET person_id = :luis", id="another person"),
    pytest.param("UPDATE desk_credential SET person_id = :luis", id="a key for another"),
    pytest.param("INSERT INTO professional_person VALUES (:marta, :luis)", id="kin made up"),
]  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_the_database_refuses(family, statement):
    used = {name: family[name] for name in ("nico", "luis", "marta") if f":{name}" in statement}
    with pytest.raises(DBAPIError) as caught:
        run(family, "luis", statement, **used)
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_citizen_changes_no_tie_of_others(family):
    assert run(family, "luis", "UPDATE representation SET ended_at = now(), ended_by = 'person'") == 0
    assert run(family, "luis", "UPDATE household_member SET left_on = joined_on WHERE person_id <> :me",
               me=family["luis"]) == 0  # fmt: skip


def test_the_folder_chosen_lends_its_rows_only_while_the_tie_is_in_force(family):
    with unit_of_work(family.actor("hugo")) as unit:
        open_door(unit.actor, "own_record", represented=family["ana"])
        assert unit.session.execute(text("SELECT count(*) FROM document")).scalar() == 2
    with unit_of_work(family.actor("ivan")) as unit:
        open_door(unit.actor, "own_record", represented=family["ana"])
        assert unit.session.execute(text("SELECT count(*) FROM document")).scalar() == 0


def test_nobody_opens_as_staff_their_own_record_or_that_of_whom_they_live_with(database):
    """Whom a professional is comes from outside: the application cannot write it."""
    with unit_of_work(Actor.system("test")) as unit:
        family = Family(unit)
    with psycopg.connect(city._owner_dsn()) as connection:
        connection.execute("INSERT INTO professional_person VALUES (%s, %s)", (family["marta"], family["self"]))
    for who, person, sees in (("marta", "self", False), ("marta", "ana", False), ("rosa", "ana", True)):
        with unit_of_work(family.actor(who)) as unit:
            door = open_door(unit.actor, "manage_case")
            if sees:
                assert door.person(family[person]).given_name
                continue
            with pytest.raises(NotFound):
                door.person(family[person])
    assert set(STAFF) >= {"marta", "rosa"} and clock.now()
