"""Taking values out of the access log by rule: signed, so that verification accepts these gaps and no others.

The chain binds commitments, not values: what an entry said may go, and the chain over it stands. Only the owner of the
database can remove anything (`alma access drop`); the application's role cannot.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidSignature
from sqlalchemy.engine import make_url

from case_api import clock
from case_api.access.chain import _private_key, public_key
from case_api.keys import derive
from case_api.settings import settings


@dataclass(frozen=True, slots=True)
class Drop:
    """The positions of one month's chain whose values are gone. `link` is the chain's at the last of them."""

    number: int
    month: date
    first_position: int
    last_position: int
    link: bytes
    reason: str
    dropped_at: datetime
    signature: bytes = b""

    @property
    def _signed(self) -> bytes:
        when = self.dropped_at.astimezone(UTC).isoformat(timespec="microseconds")
        parts = ("alma.access.drop", self.number, self.month.isoformat(), self.first_position, self.last_position)
        encoded = [str(part).encode() for part in (*parts, self.reason, when)] + [bytes(self.link)]
        return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)

    def signed(self) -> "Drop":
        """The same with its signature."""
        return replace(self, signature=_private_key(derive("access-log.head")).sign(self._signed))

    @property
    def genuine(self) -> bool:
        """Whether the signature is this install's, over exactly these values."""
        try:
            public_key().verify(bytes(self.signature), self._signed)
        except InvalidSignature:
            return False
        return True


def drop_month(month: date, *, reason: str) -> int:
    """Remove what the entries sealed in one month said, and leave the chain; how many went. As the owner."""
    return _drop("s.month = %s", [month], reason)


def drop_person(person_id: UUID, *, reason: str) -> int:
    """Remove what the sealed entries about one person said; how many went. As the owner.

    Entries not sealed yet stay: they are sealed within seconds.
    """
    return _drop("e.person_id = %s", [person_id], reason)


def _drop(where: str, values: list[Any], reason: str) -> int:
    if not reason.strip():
        raise ValueError("values leave the log by a rule that can be named")
    url = make_url(settings().DATABASE_OWNER_URL).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('alma.access.seal'))")
        rows = connection.execute(
            "SELECT s.month, s.position, s.link, e.id FROM access_seal s JOIN access_entry e ON e.id = s.entry_id "
            f"WHERE {where} ORDER BY s.month, s.position",
            values,
        ).fetchall()
        number = connection.execute("SELECT coalesce(max(number), 0) FROM access_drop").fetchone()[0]
        for drop in _ranges(number, rows, reason.strip()):
            connection.execute(
                "INSERT INTO access_drop (number, month, first_position, last_position, link, reason, dropped_at, "
                "signature) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
                [getattr(drop, name) for name in Drop.__slots__],
            )
        connection.execute("DELETE FROM access_entry WHERE id = ANY(%s)", [[row[3] for row in rows]])
    return len(rows)


def _ranges(number: int, rows: Iterable[Any], reason: str) -> Iterable[Drop]:
    """One signed drop for each run of neighbours."""
    now, open_drop = clock.now(), None
    for month, position, link, _id in rows:
        if open_drop and (open_drop.month, open_drop.last_position + 1) == (month, position):
            open_drop = replace(open_drop, last_position=position, link=bytes(link))
            continue
        if open_drop:
            yield open_drop.signed()
        number += 1
        open_drop = Drop(number, month, position, position, bytes(link), reason, now)
    if open_drop:
        yield open_drop.signed()
