"""What the synthetic city holds of safety: who may set shields, an urgent look to review, a challenged look."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.city.load import copy
from case_api.city.values import CityPerson
from case_api.keys import keyed_hash

OFFICERS = ("marta",)
WHO_BROKE, WHO_ASKED = "lucia", "amparo"


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """Marta may protect people in danger; Lucía opened a record in a hurry; Amparo asked about a look."""
    now = clock.now()
    since = datetime(2026, 1, 1, tzinfo=clock.MADRID)
    officers = connection.execute(
        "SELECT id FROM professional WHERE login = ANY(%s) ORDER BY login", [list(OFFICERS)]
    ).fetchall()
    made = {
        "protection_officer": copy(
            connection, "protection_officer", ("professional_id", "since"), [(row[0], since) for row in officers]
        )
    }
    broke = connection.execute("SELECT id, login, unit_id FROM professional WHERE login = %s", [WHO_BROKE]).fetchone()
    if broke is not None:
        opened_at = now - timedelta(hours=5)
        reason = "Llamaron del hospital: estaba sola y sin medicinas (ejemplo)."
        glass = (
            UUID(int=rng.getrandbits(128), version=4), broke[0], broke[1], broke[2], False, None,
            keyed_hash("broken-glass.identifier", "00000000T"), reason, opened_at, opened_at + timedelta(hours=1),
        )  # fmt: skip
        columns = (
            "id", "professional_id", "actor_id", "unit_id", "urgency", "person_id", "identifier_hash", "reason",
            "opened_at", "ends_at",
        )  # fmt: skip
        made["broken_glass"] = copy(connection, "broken_glass", columns, [glass])
    asked = connection.execute(
        "SELECT e.id, e.person_id FROM access_entry e WHERE e.person_id = ANY(%s) AND e.actor_kind = 'staff' "
        "AND e.outcome = 'allowed' ORDER BY e.at LIMIT 1",
        [[one.id for one in people if one.key == WHO_ASKED]],
    ).fetchone()
    if asked is not None:
        challenge = (
            UUID(int=rng.getrandbits(128), version=4), asked[1], asked[0], [asked[0]],
            "Ese día yo no había pedido nada. ¿Por qué lo miraron?", now - timedelta(days=2),
            clock.today() + timedelta(days=28),
        )  # fmt: skip
        columns = ("id", "person_id", "entry_id", "entries", "words", "asked_at", "due_on")
        made["log_challenge"] = copy(connection, "log_challenge", columns, [challenge])
    return made
