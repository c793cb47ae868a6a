"""The unit of work: one transaction, one actor, undone whole."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from case_api.access.actor import Actor
from case_api.db import current_unit, unit_of_work
from case_api.db.engine import UnsafeRole, engine, refuse_powerful_role
from case_api.settings import settings
from case_api.yardstick import plain


def _count(session) -> int:
    return session.execute(text("SELECT count(*) FROM event")).scalar()


def _event(session) -> None:
    session.execute(text("INSERT INTO event (kind, payload) VALUES ('test', '{}')"))


def test_commits_once_at_the_end(database):
    with unit_of_work(Actor.system("one")) as unit:
        _event(unit.session)
        with unit_of_work(Actor.system("other")) as other:
            assert _count(other.session) == 0
    with unit_of_work(Actor.system("one")) as unit:
        assert _count(unit.session) == 1


def test_undone_when_the_block_raises(database):
    with pytest.raises(ZeroDivisionError), unit_of_work(Actor.system("one")) as unit:
        _event(unit.session)
        raise ZeroDivisionError
    with unit_of_work(Actor.system("one")) as unit:
        assert _count(unit.session) == 0


def test_the_actor_is_gone_from_the_connection_afterwards(database):
    with unit_of_work(Actor("staff", "marta")) as unit:
        assert unit.session.execute(text("SELECT current_setting('alma.actor_id')")).scalar() == "marta"
    with engine().connect() as connection:
        assert connection.execute(text("SELECT current_setting('alma.actor_id', true)")).scalar() in (None, "")


def _end(pid: int) -> None:
    """End a session of the application's, as a restart of the database does."""
    with psycopg.connect(plain(settings().DATABASE_URL), autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)


def _pid(unit) -> int:
    return unit.session.execute(text("SELECT pg_backend_pid()")).scalar()


def test_a_connection_that_died_in_the_pool_is_replaced(database):
    with unit_of_work(Actor.system("one")) as unit:
        pid = _pid(unit)
    _end(pid)
    with unit_of_work(Actor("staff", "marta")) as unit:
        assert _pid(unit) != pid
        assert unit.session.execute(text("SELECT current_setting('alma.actor_id')")).scalar() == "marta"
        _event(unit.session)
    with unit_of_work(Actor.system("one")) as unit:
        assert _count(unit.session) == 1


def test_one_that_dies_in_the_middle_is_an_error_and_undone(database):
    with pytest.raises(OperationalError) as caught, unit_of_work(Actor.system("one")) as unit:
        _event(unit.session)
        _end(_pid(unit))
        unit.ask("SELECT %(secret)s AS said", {"secret": "12345678Z"})
    assert "12345678Z" not in str(caught.value)
    with unit_of_work(Actor.system("one")) as unit:
        assert _count(unit.session) == 0


@pytest.mark.parametrize("name", ["O'Hara", 'a"b', "\\'; DROP TABLE event; --", "ñ€漢", "%s %(id)s"])
def test_whoever_acts_is_told_as_they_are(database, name):
    with unit_of_work(Actor("client", name)) as unit:
        assert unit.session.execute(text("SELECT current_setting('alma.actor_id')")).scalar() == name
        assert _count(unit.session) == 0


def test_nested_units_do_not_mix(unit):
    with unit_of_work(Actor.system("inner")) as inner:
        assert current_unit() is inner
    assert current_unit() is unit


def test_an_owner_is_refused_at_start(database, monkeypatch):
    refuse_powerful_role()
    monkeypatch.setattr(settings(), "DATABASE_URL", settings().DATABASE_OWNER_URL)
    engine.cache_clear()
    with pytest.raises(UnsafeRole):
        refuse_powerful_role()
    engine.cache_clear()
