"""The programs of the synthetic city, and a request about data that waits at the desk."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.city.sample import MAIN_CENTRE
from case_api.city.values import CityPerson
from case_api.http.oauth.clients import CODE, CREDENTIALS, EXCHANGE, REFRESH
from case_api.keys import derive
from case_api.rights.requests import due

BACK = "https://carpeta.example/vuelta"
_APP = [
    "person:read", "appointments:read", "appointments:write", "files:read", "documents:read", "documents:write",
    "plan:read", "consents:read", "conversations:read", "conversations:write", "log:read", "webhooks:read",
    "webhooks:write",
]  # fmt: skip
_SYSTEM = ["person:read", "appointments:read", "appointments:write", "files:read", "webhooks:read", "webhooks:write"]


def sample_secret(client_id: str) -> str:
    """The secret of a sample program, of this install."""
    return hashlib.sha256(derive(f"sample-client.{client_id}")).hexdigest()


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """The city's own folder, the agenda program of one centre, and Roberto's wish to have his name corrected."""
    for client_id, name, kind, uris, scopes, ways in (
        ("carpeta", "Carpeta Ciudadana", "app", [BACK], _APP, [CODE, REFRESH, CREDENTIALS, EXCHANGE]),
        ("agenda-centro", "Agenda del centro", "system", [], _SYSTEM, [CREDENTIALS]),
    ):
        connection.execute(
            "INSERT INTO oauth_client (id, name, kind, secret_sha256, redirect_uris, scopes, grant_types) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (client_id, name, kind, hashlib.sha256(sample_secret(client_id).encode()).digest(), uris, scopes, ways),
        )
    connection.execute(
        "INSERT INTO oauth_client_unit (client_id, unit_id) SELECT 'agenda-centro', id FROM unit WHERE name = %s",
        (MAIN_CENTRE,),
    )
    day = clock.today() - timedelta(days=3)
    asked = 0
    for person in (one for one in people if one.key == "roberto"):
        connection.execute(
            "INSERT INTO rights_request (id, person_id, kind, about, wanted, channel, received_at, due_on) "
            "VALUES (%s, %s, 'rectification', %s, %s, 'portal', %s, %s)",
            (
                UUID(int=rng.getrandbits(128), version=4), person.id, "Mi segundo apellido está sin tilde.", "Díaz",
                datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC), due(day),
            ),
        )  # fmt: skip
        asked += 1
    return {"oauth_client": 2, "oauth_client_unit": 1, "rights_request": asked}
