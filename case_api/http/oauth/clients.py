"""Programs that may ask for tokens: applications that act for a person, systems that act for an employee of theirs."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from authlib.oauth2.rfc6749 import ClientMixin
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.errors import Invalid, NotFound
from case_api.http.oauth import ends
from case_api.http.scopes import SCOPES

CODE = "authorization_code"
REFRESH = "refresh_token"
CREDENTIALS = "client_credentials"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
GRANT_TYPES = (CODE, REFRESH, CREDENTIALS, EXCHANGE)


@dataclass(frozen=True, slots=True)
class Client(ClientMixin):
    """One registered program. `kind` is app or system; without a secret it proves itself by PKCE alone."""

    id: str
    name: str
    kind: str
    secret_sha256: bytes | None
    redirect_uris: tuple[str, ...]
    scopes: tuple[str, ...]
    grant_types: tuple[str, ...]
    accepts_from: tuple[str, ...]

    @property
    def client_id(self) -> str:
        return self.id

    def get_client_id(self) -> str:
        return self.id

    def get_default_redirect_uri(self) -> str | None:
        return self.redirect_uris[0] if len(self.redirect_uris) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """The scopes asked for, when all of them are this client's; None (an error) for any other, and for none."""
        wanted = list(dict.fromkeys((scope or "").split()))
        return " ".join(wanted) if wanted and set(wanted) <= set(self.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        # To the letter (RFC 9700, 2.1): no patterns, no prefixes.
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        found = hashlib.sha256(client_secret.encode()).digest()
        return self.secret_sha256 is not None and hmac.compare_digest(found, self.secret_sha256)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        if self.secret_sha256 is None:
            return method == "none"
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code" and CODE in self.grant_types

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in self.grant_types


_COLUMNS = "id, name, kind, secret_sha256, redirect_uris, scopes, grant_types, accepts_from"


def find(session: Session, client_id: str | None) -> Client | None:
    """A client that is not disabled, or None."""
    if not client_id or "\0" in client_id:
        return None
    row = session.execute(
        text(f"SELECT {_COLUMNS} FROM oauth_client WHERE id = :id AND disabled_at IS NULL"), {"id": client_id}
    ).first()
    return _client(row) if row else None


def _client(row: Any) -> Client:
    secret = bytes(row.secret_sha256) if row.secret_sha256 is not None else None
    return Client(row.id, row.name, row.kind, secret, *(tuple(values) for values in row[4:]))


def employee(session: Session, *, client_id: str, login: str) -> UUID | None:
    """The professional of this login, active, of a unit that the system may act for; None alike for any other."""
    return session.execute(
        text(
            "SELECT p.id FROM professional p JOIN oauth_client_unit u ON u.unit_id = p.unit_id "
            "WHERE u.client_id = :client AND p.login = :login AND p.active"
        ),
        {"client": client_id, "login": login.replace("\0", "")},
    ).scalar()


def register(
    session: Session,
    *,
    client_id: str,
    name: str,
    kind: str,
    scopes: Iterable[str],
    redirect_uris: Iterable[str] = (),
    grant_types: Iterable[str] = (),
    accepts_from: Iterable[str] = (),
    units: Iterable[UUID] = (),
    secret: str | None = None,
    public: bool = False,
) -> str | None:
    """Make a client, or give a known one new values; returns its secret (once: only the hash is kept), None if public.

    Raises Invalid for scopes or ways to a token that there are not.
    """
    scopes, grant_types = list(scopes), list(grant_types)
    unknown = [one for one in scopes if one not in SCOPES] + [one for one in grant_types if one not in GRANT_TYPES]
    if unknown or not scopes:
        raise Invalid(_l("No existe: %(names)s.", names=", ".join(unknown) or "-"), fields={"scopes": unknown})
    made = None if public else secret or secrets.token_urlsafe(32)
    values = {
        "id": client_id, "name": name, "kind": kind, "scopes": scopes, "grants": grant_types,
        "secret": hashlib.sha256(made.encode()).digest() if made else None, "uris": list(redirect_uris),
        "accepts": list(accepts_from),
    }  # fmt: skip
    session.execute(
        text(
            "INSERT INTO oauth_client (id, name, kind, secret_sha256, redirect_uris, scopes, grant_types, "
            "accepts_from) VALUES (:id, :name, :kind, :secret, :uris, :scopes, :grants, :accepts) "
            "ON CONFLICT ON CONSTRAINT pk_oauth_client DO UPDATE SET name = excluded.name, kind = excluded.kind, "
            "secret_sha256 = excluded.secret_sha256, redirect_uris = excluded.redirect_uris, "
            "scopes = excluded.scopes, grant_types = excluded.grant_types, accepts_from = excluded.accepts_from, "
            "disabled_at = NULL"
        ),
        values,
    )
    session.execute(text("DELETE FROM oauth_client_unit WHERE client_id = :id"), {"id": client_id})
    for unit_id in units:
        session.execute(
            text("INSERT INTO oauth_client_unit (client_id, unit_id) VALUES (:id, :unit)"),
            {"id": client_id, "unit": unit_id},
        )
    return made


def disable(session: Session, *, client_id: str) -> None:
    """Close a client: its tokens, authorisations and webhooks end in this transaction. Raises NotFound."""
    now = clock.now()
    found = session.execute(
        text("UPDATE oauth_client SET disabled_at = :now WHERE id = :id AND disabled_at IS NULL RETURNING id"),
        {"id": client_id, "now": now},
    ).scalar()
    if found is None:
        raise NotFound()
    session.execute(
        text(
            "UPDATE oauth_grant SET ended_at = :now, ended_why = 'client_disabled' "
            "WHERE client_id = :id AND ended_at IS NULL"
        ),
        {"id": client_id, "now": now},
    )
    session.execute(
        text("UPDATE webhook SET ended_at = :now WHERE client_id = :id AND ended_at IS NULL"),
        {"id": client_id, "now": now},
    )
    ends.end(session, ends.of_client(client_id))
