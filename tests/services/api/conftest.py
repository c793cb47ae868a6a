"""The API mounted as the product mounts it, on a database of the test's own."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from case_api.db import new_id
from case_api.http import tokens
from case_api.http.app import MOUNT, create_api_app
from case_api.settings import settings
from tests.services.agenda.city import Place, build_as_owner, next_weekday

PROBLEM = "application/problem+json"
ALL = list(tokens.SCOPES)


@dataclass
class Api:
    """A client of the API, and what is in its city."""

    client: Client
    place: Place
    files: dict[UUID, UUID] = field(default_factory=dict)
    documents: dict[UUID, UUID] = field(default_factory=dict)

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
        engine = create_engine(settings().DATABASE_OWNER_URL)
        with engine.connect() as connection:
            number = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar()
        engine.dispose()
        return number


@pytest.fixture
def api(database: str) -> Api:
    place = build_as_owner()
    made = Api(Client(DispatcherMiddleware(Flask("nothing"), {MOUNT: create_api_app()})), place)
    engine = create_engine(settings().DATABASE_OWNER_URL)
    with engine.begin() as connection:
        for person in (place.amparo, place.roberto):
            file_id, document_id = new_id(), new_id()
            connection.execute(
                text(
                    "INSERT INTO case_file (id, person_id, unit_id, professional_id, kind, title, state, summary, "
                    "opened_at) VALUES (:id, :person, :unit, :lucia, 'telecare', "
                    "'Teleasistencia', 'granted', '', now())"
                ),
                {"id": file_id, "person": person, "unit": place.unit, "lucia": place.lucia},
            )
            connection.execute(
                text(
                    "INSERT INTO document (id, person_id, file_id, kind, title, file_name, level, media_type, size, "
                    "sha256, content, created_at, signed_at, released_at) VALUES (:id, :person, :file, 'report', "
                    "'Informe', 'informe social.txt', 'N3', 'text/plain', 4, sha256('hola'), "
                    "'hola', now(), now(), now())"
                ),
                {"id": document_id, "person": person, "file": file_id},
            )
            made.files[person], made.documents[person] = file_id, document_id
    engine.dispose()
    return made
