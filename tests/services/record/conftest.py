from collections.abc import Iterator

import pytest

from case_api.db import engine as engines
from tests import conftest as house
from tests.services.record.world import World, make_world


@pytest.fixture
def world(database: str) -> World:
    """A world of this test alone."""
    return make_world()


@pytest.fixture(scope="module")
def _read_database(_worker_database: str) -> Iterator[tuple[str, World]]:
    name = f"{_worker_database}_read"
    house._clone(name)
    house._point_at(name)
    world = make_world()
    house._point_at(_worker_database)
    yield name, world
    with house._cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def read_world(_read_database: tuple[str, World], _worker_database: str) -> Iterator[World]:
    """A world shared by the tests of a module that change nothing in it (the access log grows)."""
    house._point_at(_read_database[0])
    yield _read_database[1]
    engines.engine().dispose()
    house._point_at(_worker_database)
