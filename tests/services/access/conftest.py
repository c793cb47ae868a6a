import itertools
import os
from collections.abc import Iterator

import pytest

from case_api.settings import settings
from tests import conftest as base
from tests.services.access.danger import Danger, make_danger, set_shield
from tests.services.record.world import World, make_world

_numbers = itertools.count(1)


@pytest.fixture
def world(database: str) -> World:
    return make_world()


@pytest.fixture
def danger(database: str) -> Danger:
    return make_danger()


@pytest.fixture
def standing(_standing: tuple[str, Danger], _worker_database: str) -> Iterator[Danger]:
    """Ana and Carla under a shield, in a database of a whole file of tests: none of them changes anything."""
    base._point_at(_standing[0])
    yield _standing[1]
    base._point_at(_worker_database)


@pytest.fixture(scope="module")
def _standing(cluster, _worker_database: str) -> Iterator[tuple[str, Danger]]:
    from case_api.access import log

    name = f"alma_danger_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    base._clone(name)
    base._point_at(name)
    made = make_danger()
    set_shield(made)
    base._point_at(_worker_database)
    yield name, made
    base._point_at(name)
    base.engines.engine().dispose()
    log._engine(settings().DATABASE_URL).dispose()
    base._point_at(_worker_database)
    with cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
