"""One database cluster a run; a migrated template, cloned for each worker and for each test that commits.

`tests/rules` needs none of it and starts none of it. `tests/services` and `tests/journeys` use:
- `unit`: a unit of work in a transaction that is undone at the end (savepoints inside);
- `database`: a database of its own, for what commits, races or dies.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_shared = os.environ.get("ALMA_TEST_VAR")
_mine = None
if not _shared:
    _mine = tempfile.mkdtemp(prefix="alma-test-")
    os.environ["ALMA_TEST_VAR"] = _shared = _mine
os.environ["ALMA_ENV"] = "test"
os.environ["ALMA_VAR_DIR"] = _shared
os.environ["ALMA_OPENING_HOURS"] = str(Path(__file__).parent / "data" / "always_open.yaml")
os.environ["ALMA_QUIET_HOURS"] = ""  # what is tested at night is what is tested by day
for _name in ("ALMA_DATABASE_URL", "ALMA_DATABASE_OWNER_URL", "ALMA_PUBLIC_URL"):
    os.environ.pop(_name, None)

from case_api.db import engine as engines  # noqa: E402
from case_api.db import schema  # noqa: E402
from case_api.db.cluster.server import Cluster, embedded_cluster  # noqa: E402
from case_api.settings import settings  # noqa: E402

TEMPLATE = "alma_template"
_numbers = itertools.count(1)
_cluster: Cluster | None = None


def _needs_database(config: pytest.Config) -> bool:
    return not config.args or any("rules" not in Path(argument.split("::")[0]).parts for argument in config.args)


def pytest_sessionstart(session: pytest.Session) -> None:
    """The first process starts the cluster; workers of a parallel run join it by its folder."""
    global _cluster
    _cluster = embedded_cluster()
    if hasattr(session.config, "workerinput") or not _needs_database(session.config):
        return
    _cluster.start()
    with _cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER alma_owner")
    schema.upgrade(_cluster.url("alma_owner", TEMPLATE))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    if _cluster is not None:
        _cluster.stop()
    if _mine:
        shutil.rmtree(_mine, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        level = item.path.relative_to(Path(__file__).parent).parts[0]
        if level in ("rules", "services", "journeys"):
            item.add_marker(level)


def _clone(name: str) -> None:
    with _cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER alma_owner TEMPLATE {TEMPLATE} STRATEGY WAL_LOG")


def _point_at(name: str) -> None:
    settings().DATABASE_URL = _cluster.url("alma_app", name)
    settings().DATABASE_OWNER_URL = _cluster.url("alma_owner", name)
    engines.forget_engines()


@pytest.fixture(scope="session")
def cluster() -> Cluster:
    return _cluster


@pytest.fixture(scope="session")
def _worker_database() -> str:
    name = f"alma_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    _clone(name)
    _point_at(name)
    return name


@pytest.fixture
def unit(_worker_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator:
    """A unit of work for a system actor; every unit opened inside joins its transaction, which is undone."""
    from sqlalchemy.orm import Session

    from case_api.access.actor import Actor
    from case_api.db import unit as units

    connection = engines.engine().connect()
    outer = connection.begin()

    def session() -> Session:
        return Session(bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False)

    monkeypatch.setattr(units, "session_factory", lambda: session)
    made = units.Unit(Actor.system("test"), session())
    with units.running(made):
        yield made
    made.session.close()
    outer.rollback()
    connection.close()


@pytest.fixture
def database(_worker_database: str) -> Iterator[str]:
    """The application's URL of a database of this test alone; what commits here stays here."""
    name = f"{_worker_database}_{next(_numbers)}"
    _clone(name)
    _point_at(name)
    yield settings().DATABASE_URL
    engines.engine().dispose()
    _point_at(_worker_database)
    with _cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
