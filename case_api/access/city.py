"""What the synthetic city holds of consents: some that stand, and some that were taken back."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from psycopg import Connection

from case_api import clock
from case_api.access.consents import words
from case_api.city.load import copy
from case_api.city.sample import BY_KEY, OTHER_CENTRE
from case_api.city.values import CityPerson

_CONSENT = (
    "id", "person_id", "switch", "recipient_kind", "recipient_name", "given_at", "withdrawn_at", "channel", "language",
    "words", "words_sha256", "receipt_id",
)  # fmt: skip
_EVENT = ("id", "consent_id", "person_id", "kind", "at", "channel", "actor_kind", "actor_id")
_CHOSEN = ("id", "person_id", "name", "document_number", "chosen_at")
_RELEASE = (
    "id", "consent_id", "person_id", "recipient_kind", "recipient_name", "object_kind", "object_id", "level", "action",
    "at",
)  # fmt: skip
_RECALL = ("id", "consent_id", "person_id", "recipient_kind", "recipient_name", "created_at")
DAYS_AGO = 12


def contribute(connection: Connection, people: Sequence[CityPerson], rng: Random) -> dict[str, int]:
    """Elena's consent to T1 for the city's own folder, as if she had given it in the portal some days ago; Carmen's to
    Marcos and to another centre, both taken back after something was seen, so that it is asked back of them."""
    day = clock.today() - timedelta(days=DAYS_AGO)
    given_at = datetime(day.year, day.month, day.day, 10, 5, tzinfo=UTC)
    by_key = {one.key: one for one in people if one.key}
    rows = _Rows(given_at, rng)
    if "elena" in by_key:
        rows.consent(by_key["elena"].id, "T1", "client", "carpeta", words.recipient_words("client", "carpeta"))
    chosen = []
    if {"carmen", "marcos"} <= set(by_key):
        carmen, marcos = by_key["carmen"].id, by_key["marcos"]
        key = UUID(int=rng.getrandbits(128), version=4)
        document = BY_KEY["marcos"].document
        chosen.append((key, carmen, marcos.name, document, given_at))
        rows.taken_back(carmen, "T2", "chosen", str(key), f"{marcos.name} (…{document[-3:]})")
        centre = connection.execute("SELECT id, name FROM unit WHERE name = %s", [OTHER_CENTRE]).fetchone()
        if centre is not None:
            rows.taken_back(carmen, "T3", "other_unit", str(centre[0]), centre[1])
    made = {"chosen_recipient": copy(connection, "chosen_recipient", _CHOSEN, chosen)}
    for table, columns, values in (
        ("consent", _CONSENT, rows.consents), ("consent_event", _EVENT, rows.events),
        ("consent_release", _RELEASE, rows.releases), ("consent_recall", _RECALL, rows.recalls),
    ):  # fmt: skip
        made[table] = copy(connection, table, columns, values)
    return made


class _Rows:
    """Consents and what followed from them, as they would have been written."""

    def __init__(self, given_at: datetime, rng: Random):
        self.at, self.rng = given_at, rng
        self.consents: list[tuple[Any, ...]] = []
        self.events: list[tuple[Any, ...]] = []
        self.releases: list[tuple[Any, ...]] = []
        self.recalls: list[tuple[Any, ...]] = []

    def id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)

    def consent(self, person: UUID, switch: str, kind: str, name: str, who: str, ended: datetime | None = None) -> UUID:
        said = "\n".join(words.statement(switch, who, kind=kind))
        consent, receipt, event = self.id(), self.id(), self.id()
        self.consents.append(
            (consent, person, switch, kind, name, self.at, ended, "portal", "es", said,
             hashlib.sha256(said.encode()).digest(), receipt)
        )  # fmt: skip
        self.events.append((event, consent, person, "given", self.at, "portal", "citizen", str(person)))
        return consent

    def taken_back(self, person: UUID, switch: str, kind: str, name: str, who: str) -> None:
        end = self.at + timedelta(days=4)
        consent = self.consent(person, switch, kind, name, who, end)
        for what in ("withdrawn", "recalled"):
            self.events.append((self.id(), consent, person, what, end, "portal", "citizen", str(person)))
        seen = self.at + timedelta(days=1)
        level = "N2" if switch == "T2" else "N3"
        self.releases.append((self.id(), consent, person, kind, name, "document", str(person), level, "list", seen))
        self.recalls.append((self.id(), consent, person, kind, name, end))
