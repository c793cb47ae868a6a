"""The second lock: a query that forgets every filter returns what the actor may see at most."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.db.engine import engine

# Read before anybody is known to act: a login finds its session by an unguessable key.
UNGUARDED = {"login_session"}
TABLES = (
    "person", "social_history", "case_file", "file_step", "document", "benefit", "access_entry", "consent",
    "consent_release",
)  # fmt: skip


def counts(actor) -> dict[str, int]:
    with unit_of_work(actor) as unit:
        return {name: unit.session.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in TABLES}


def test_without_an_actor_nothing(world):
    with engine().connect() as connection:
        for name in TABLES:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() == 0


def test_anonymous_sees_nothing(world):
    assert set(counts(Actor.anonymous()).values()) == {0}


def test_a_citizen_sees_their_own_rows_and_no_unreleased_report(world):
    found = counts(world.citizen())
    assert (found["person"], found["case_file"], found["file_step"], found["document"]) == (1, 1, 1, 3)
    assert counts(world.citizen(world.berta)) == {name: int(name == "person") for name in TABLES}


def test_a_citizen_cannot_write_into_another_record(world):
    for statement in (
        "UPDATE person SET given_name = 'x' WHERE id = :ana",
        "UPDATE case_file SET state = 'granted' WHERE person_id = :ana",
        "DELETE FROM document WHERE person_id = :ana",
    ):
        with unit_of_work(world.citizen(world.berta)) as unit:
            unit.session.execute(text(statement), {"ana": world.ana})
    with pytest.raises(ProgrammingError) as caught, unit_of_work(world.citizen(world.berta)) as unit:
        unit.session.execute(
            text(
                "INSERT INTO benefit (id, person_id, kind, title, state, granted_on) "
                "VALUES (gen_random_uuid(), :ana, 'x', 'x', 'active', now())"
            ),
            {"ana": world.ana},
        )
    assert isinstance(caught.value.orig, psycopg.errors.InsufficientPrivilege)
    with unit_of_work(world.worker) as unit:
        row = unit.session.execute(
            text("SELECT given_name, (SELECT count(*) FROM document) FROM person WHERE id = :ana"), {"ana": world.ana}
        ).one()
    assert tuple(row) == ("Ana", 4)


def test_every_table_with_a_person_in_it_is_guarded(database):
    """A table of another room that names a person and has no second lock is found here."""
    with engine().connect() as connection:
        open_tables = connection.execute(
            text("""
                SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                AND a.attname = 'person_id' AND NOT c.relrowsecurity ORDER BY 1
            """)
        ).scalars()
        assert set(open_tables) <= UNGUARDED
