"""The door to the city's own keys: given at a desk to whom Cl@ve cannot serve, and taken back."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import lazy_gettext as _l
from sqlalchemy import text

from case_api import clock
from case_api.access.actor import Assurance
from case_api.access.base import DoorBase
from case_api.access.levels import Level
from case_api.db import new_id
from case_api.errors import Invalid, NotFound

KIND = "city"
_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is easily taken for another
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Credential:
    """A key that stands, without its secret."""

    number: str
    reason: str
    issued_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """Who entered with a key, and the login it counts as."""

    person_id: UUID
    given_name: str
    surnames: str
    document: str
    assurance: Assurance


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash(secrets.token_hex(16))


class CredentialDoor(DoorBase):
    def credential(self, person_id: UUID) -> Credential | None:
        """The key that a person holds now, if any (N2, at a desk). Raises NotFound."""
        self._credential_desk(person_id, "read")
        row = self.unit.session.execute(
            text("SELECT number, reason, issued_at, expires_at FROM desk_credential "
                 "WHERE person_id = :person AND revoked_at IS NULL AND expires_at > :now"),
            {"person": person_id, "now": clock.now()},
        ).first()  # fmt: skip
        return Credential(*row) if row else None

    def issue_credential(self, person_id: UUID, *, reason: str) -> tuple[Credential, str]:
        """Give a person a new key; the one before ends. Returns it and its secret, which is shown once.

        The professional has seen the person and their document. Raises NotFound; Invalid (field reason).
        """
        self._credential_desk(person_id, "issue")
        rule = self._table.credentials.get(KIND)
        if rule is None:
            raise NotFound()
        if not reason.strip():
            message = _l("Escriba por qué no puede usar Cl@ve.")
            raise Invalid(message, fields={"reason": message})
        self.revoke_credential(person_id)
        secret = "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))
        now = clock.now()
        values = {
            "id": new_id(), "person": person_id, "number": f"{secrets.randbelow(10**10):010d}", "now": now,
            "hash": _hasher.hash(secret), "reason": reason.strip(), "who": self.actor.professional_id,
            "expires": now + timedelta(days=rule.longest_days),
        }  # fmt: skip
        self.unit.session.execute(
            text("INSERT INTO desk_credential (id, person_id, number, secret_hash, reason, issued_at, issued_by, "
                 "expires_at) VALUES (:id, :person, :number, :hash, :reason, :now, :who, :expires)"),
            values,
        )  # fmt: skip
        return Credential(values["number"], values["reason"], now, values["expires"]), secret

    def revoke_credential(self, person_id: UUID) -> None:
        """Take the key back, from this moment. Raises NotFound."""
        self._credential_desk(person_id, "revoke")
        self.unit.session.execute(
            text("UPDATE desk_credential SET revoked_at = :now WHERE person_id = :person AND revoked_at IS NULL"),
            {"person": person_id, "now": clock.now()},
        )

    def enter_with_credential(self, number: str, secret: str) -> Holder | None:
        """Who holds this key, or None: for the login alone, which brakes guessing. Takes as long for an unknown key."""
        if self.actor.kind != "system":
            raise NotFound()
        row = self.unit.session.execute(
            text("SELECT c.person_id, c.secret_hash, p.given_name, concat_ws(' ', p.surname1, p.surname2) AS surnames, "
                 "coalesce(p.document_number, '') AS document "
                 "FROM desk_credential c JOIN person p ON p.id = c.person_id "
                 "WHERE c.number = :number AND c.revoked_at IS NULL AND c.expires_at > :now "
                 "AND p.deceased_on IS NULL"),
            {"number": "".join(sign for sign in number if sign.isdecimal())[:20], "now": clock.now()},
        ).first()  # fmt: skip
        given = "".join(secret.lower().split())[:40]
        if "-" not in given:
            given = "-".join(given[at : at + 4] for at in range(0, len(given), 4))
        try:
            _hasher.verify(row.secret_hash if row else _nobody(), given)
        except (VerificationError, InvalidHashError):
            return None
        rule = self._table.credentials.get(KIND)
        if row is None or rule is None:
            return None
        self.require(person_id=row.person_id, level=Level.N0, object_kind="credential", object_id=row.person_id,
                     action="enter")  # fmt: skip
        return Holder(row.person_id, row.given_name, row.surnames, row.document, rule.assurance)

    def _credential_desk(self, person_id: UUID, action: str) -> None:
        self.require(
            person_id=person_id if self.actor.kind == "staff" else None, level=Level.N2, object_kind="credential",
            object_id=person_id, action=action,
        )  # fmt: skip
