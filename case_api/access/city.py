"""What the synthetic city holds of consents: one of the sample people lets an application see her appointments."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.access.consents import words
from case_api.city.load import copy
from case_api.city.values import CityPerson

_CONSENT = (
    "id", "person_id", "switch", "recipient_kind", "recipient_name", "given_at", "channel", "language", "words",
    "words_sha256", "receipt_id",
)  # fmt: skip
_EVENT = ("id", "consent_id", "person_id", "kind", "at", "channel", "actor_kind", "actor_id")
WHO, DAYS_AGO = "elena", 12


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """Elena's consent to T1 for the city's own folder, as if she had given it in the portal some days ago."""
    day = clock.today() - timedelta(days=DAYS_AGO)
    given_at = datetime(day.year, day.month, day.day, 10, 5, tzinfo=UTC)
    said = "\n".join(words.statement("T1", words.recipient_words("client", "carpeta")))
    consents, events = [], []
    for person in (one for one in people if one.key == WHO):
        consent, receipt, event = (UUID(int=rng.getrandbits(128), version=4) for _ in range(3))
        consents.append(
            (consent, person.id, "T1", "client", "carpeta", given_at, "portal", "es", said,
             hashlib.sha256(said.encode()).digest(), receipt)
        )  # fmt: skip
        events.append((event, consent, person.id, "given", given_at, "portal", "citizen", str(person.id)))
    return {
        "consent": copy(connection, "consent", _CONSENT, consents),
        "consent_event": copy(connection, "consent_event", _EVENT, events),
    }
