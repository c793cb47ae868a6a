"""A small synthetic city, built once and cloned for each test, and browsers that are logged in."""

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from case_api import clock
from case_api.access.actor import Actor
from case_api.city.build import build
from case_api.city.sample import BY_KEY
from case_api.db import unit_of_work
from case_api.settings import settings
from channels.city import contribute
from portal.apps import create_citizen_app
from portal.identity import sessions
from portal.identity.tokens import Identity
from tests import conftest as base

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def city_template(cluster, _worker_database) -> str:
    """A database with a city of forty. A room that borrows these fixtures makes its own."""
    name = f"alma_office_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{next(_numbers)}"
    base._clone(name)
    base._point_at(name)
    build(40, 1, extra=[contribute])
    base.engines.engine().dispose()
    base._point_at(_worker_database)
    return name


@pytest.fixture
def city(cluster, city_template, _worker_database) -> Iterator[None]:
    """The city, in a database of this test alone."""
    from case_api.access import log

    name = f"{city_template}_{next(_numbers)}"
    with cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER alma_owner TEMPLATE {city_template} STRATEGY WAL_LOG")
    base._point_at(name)
    yield
    base.engines.engine().dispose()
    log._engine(settings().DATABASE_URL).dispose()
    base._point_at(_worker_database)
    with cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def app():
    return create_citizen_app()


LogIn = Callable[..., FlaskClient]


@pytest.fixture
def log_in(app, city) -> LogIn:
    """`log_in("amparo", "substantial", ago=minutes)`: a browser that is logged in."""

    def make(key: str, assurance: str = "substantial", *, ago: int = 0) -> FlaskClient:
        person = BY_KEY[key]
        who = Identity(
            key, person.given_name, f"{person.surname1} {person.surname2}", person.document, assurance,
            clock.now() - timedelta(minutes=ago),
        )  # fmt: skip
        with unit_of_work(Actor.system("test")) as unit:
            token = sessions.begin_citizen(
                unit.session, identity=who, id_token="x", person_id=person.id if person.on_record else None
            )
        browser = app.test_client()
        signed = SecureCookieSessionInterface().get_signing_serializer(app).dumps({"_user_id": token})
        browser.set_cookie("alma_citizen", signed)
        return browser

    return make
