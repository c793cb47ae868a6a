"""The API mounted as the product mounts it, on a database of the test's own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from case_api.agenda import repeat
from case_api.db import engine as engines
from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import MOUNT, create_api_app
from case_api.settings import settings
from channels.http.conversation_copy import TALKS
from channels.http.conversation_views import blueprint as conversations
from tests.services.agenda.city import Place, build, build_as_owner, next_weekday
from tests.services.api.stage import Stage, noon
from tests.services.api.things import everything

PROBLEM = "application/problem+json"
ALL = list(tokens.SCOPES)


@dataclass
class Api:
    """A client of the API, and what is in its city."""

    client: Client
    place: Place
    execute: Callable[[str, dict[str, Any]], Any]
    files: dict[UUID, UUID]
    documents: dict[UUID, UUID]

    def token(self, person: UUID | None = None, *, staff: UUID | None = None, scopes=ALL, assurance="high") -> str:
        kind = "staff" if staff else "citizen"
        return tokens.issue(kind=kind, subject=staff or person, client_id="test", scopes=scopes, assurance=assurance)

    def call(self, method: str, path: str, token: str | None = None, **options: Any) -> TestResponse:
        headers = dict(options.pop("headers", {}))
        if token:
            headers["Authorization"] = f"Bearer {token}"
        return self.client.open(MOUNT + path, method=method, headers=headers, **options)

    def booking(self, **changes: Any) -> dict[str, Any]:
        """A body for POST /appointments: a phone call with Lucía at ten on the next Tuesday."""
        from case_api import clock
        from tests.services.agenda.city import at

        day = next_weekday(clock.today(), 1)
        base = {
            "unit_id": str(self.place.unit),
            "reason": "follow_up",
            "mode": "phone",
            "starts_at": at(day, 10).isoformat(),
            "professional_id": str(self.place.lucia),
        }
        return {name: value for name, value in (base | changes).items() if value is not None}

    def count(self, table: str) -> int:
        return self.execute(f"SELECT count(*) FROM {table}", {}).scalar()


def _fill(execute: Any, place: Place) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    files, documents = {}, {}
    for person in (place.amparo, place.roberto):
        files[person], documents[person] = new_id(), new_id()
        execute(
            "INSERT INTO case_file (id, person_id, unit_id, professional_id, kind, title, state, summary, opened_at) "
            "VALUES (:id, :person, :unit, :lucia, 'telecare', 'Teleasistencia', 'granted', '', now())",
            {"id": files[person], "person": person, "unit": place.unit, "lucia": place.lucia},
        )
        execute(
            "INSERT INTO document (id, person_id, file_id, kind, title, file_name, level, media_type, size, sha256, "
            "content, created_at, signed_at, released_at) VALUES (:id, :person, :file, 'report', 'Informe', "
            "'informe social.txt', 'N3', 'text/plain', 4, sha256('hola'), 'hola', now(), now(), now())",
            {"id": documents[person], "person": person, "file": files[person]},
        )
    return files, documents


def _client() -> Client:
    return Client(DispatcherMiddleware(Flask("nothing"), {MOUNT: create_api_app([conversations], TALKS)}))


@pytest.fixture
def api(database: str) -> Iterator[Api]:
    """On a database of its own, where requests commit."""
    engine = create_engine(settings().DATABASE_OWNER_URL, isolation_level="AUTOCOMMIT")
    place = build_as_owner()
    with engine.connect() as connection:

        def execute(sql: str, values: dict[str, Any]) -> Any:
            return connection.execute(text(sql), values)

        yield Api(_client(), place, execute, *_fill(execute, place))
    engine.dispose()


@pytest.fixture
def theirs(api: Api) -> dict[str, str]:
    """Things of Amparo's, one of each kind, by the name of their identifier in the document."""
    return everything(api)


@pytest.fixture
def quiet(unit: Any) -> Api:
    """Inside a transaction that is undone: quicker, for what must write nothing. For citizens' tokens only."""

    def execute(sql: str, values: dict[str, Any]) -> Any:
        return unit.session.execute(text(sql), values)

    place = build(execute)
    made = Api(_client(), place, execute, *_fill(execute, place))
    # Requests join this transaction by savepoints, one inside the other: the fixture's own must be out of the way.
    unit.session.commit()
    return made


@pytest.fixture(scope="module")
def city(cluster: Any, _worker_database: str) -> Iterator[tuple[str, str, Place]]:
    """A database for a whole module, whose tests make their own people: its two addresses, and the place."""
    name = f"{_worker_database}_{new_id().hex[-8:]}"
    with cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} OWNER alma_owner TEMPLATE alma_template STRATEGY WAL_LOG")
    urls = cluster.url("alma_app", name), cluster.url("alma_owner", name)
    engine = create_engine(urls[1])
    with engine.begin() as connection:
        place = build(lambda sql, values: connection.execute(text(sql), values))
    engine.dispose()
    yield *urls, place
    engines.forget_engines()
    with cluster.connect() as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def app_client() -> Client:
    """One app for a whole module."""
    return _client()


@pytest.fixture(scope="module")
def lasting(city: tuple[str, str, Place], app_client: Client) -> Iterator[Api]:
    """For a whole module, whose tests change nothing: Amparo and Roberto, as in `api`."""
    app, owner, place = city
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings(), "DATABASE_URL", app)
        patch.setattr(settings(), "DATABASE_OWNER_URL", owner)
        engines.forget_engines()
        engine = create_engine(owner, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:

            def execute(sql: str, values: dict[str, Any]) -> Any:
                return connection.execute(text(sql), values)

            yield Api(app_client, place, execute, *_fill(execute, place))
        engine.dispose()
        engines.engine().dispose()
    engines.forget_engines()


@pytest.fixture
def stage(city: tuple[str, str, Place], app_client: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A new Ana and a new Beto, with everything that a record may hold; Carla lives with Ana."""
    app, owner, place = city
    monkeypatch.setattr(settings(), "DATABASE_URL", app)
    monkeypatch.setattr(settings(), "DATABASE_OWNER_URL", owner)
    monkeypatch.setattr(repeat, "PATIENCE", "100ms")
    engines.forget_engines()
    engine = create_engine(owner, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        made = Stage(app_client, place, lambda sql, values: connection.execute(text(sql), values), noon())
        for name in ("ana", "beto", "carla"):
            made.person(name)
        made.household()
        yield made
    engine.dispose()
    engines.engine().dispose()
    engines.forget_engines()
