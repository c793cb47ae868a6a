"""The unit of work: one transaction, one actor, undone whole."""

import pytest
from sqlalchemy import text

from case_api.access.actor import Actor
from case_api.db import current_unit, unit_of_work
from case_api.db.engine import UnsafeRole, engine, refuse_powerful_role
from case_api.settings import settings


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
