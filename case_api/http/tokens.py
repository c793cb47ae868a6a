"""Access tokens as RFC 9068 describes them: signed JWTs, short-lived, for this API only.

Signed with Ed25519 (RFC 8037, named as in RFC 9864), by a key of this install. What changes meanwhile is not taken
from the token: whether a professional still works here, and where, is asked again at each request.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, get_args
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask_babel import lazy_gettext as _l
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from sqlalchemy import text

from case_api import clock, directory
from case_api.access.actor import Actor, Assurance
from case_api.db import Unit
from case_api.db.engine import session_factory
from case_api.errors import DomainError, Invalid, Refused
from case_api.http.oauth import ends
from case_api.http.scopes import SCOPES, family
from case_api.keys import derive
from case_api.settings import settings

ALGORITHM = "Ed25519"
TYPE = "at+jwt"
MINUTES = (10, 60)
_REMEMBERED = 2000
SKEW = timedelta(seconds=60)
LONGEST_TOKEN = 4096
ACR = "http://eidas.europa.eu/LoA/"
_KINDS = ("citizen", "staff", "client")


class BadToken(DomainError):
    """The token cannot be used. Says nothing about any record."""

    status = 401
    code = "invalid-token"


class InsufficientScope(DomainError):
    """The token is good, but not for this. `scope` is the one that the route demands."""

    status = 403
    code = "insufficient-scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_l("Su permiso no alcanza para esto: hace falta «%(scope)s».", scope=scope), scope=scope)
        self.scope = scope


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was read: for whom it acts, what for, and which one it is.

    `grant_id` is the authorisation that it came from, when it came from one; `through` the client whose token was
    exchanged for it.
    """

    actor: Actor
    scopes: frozenset[str]
    client_id: str
    id: str
    subject: str
    issued_at: datetime
    expires_at: datetime
    grant_id: str | None = None
    through: str | None = None

    @property
    def ends(self) -> list[str]:
        """Under which keys this token may have ended early."""
        keys = [ends.of_token(self.id), ends.of_client(self.client_id)]
        keys += [ends.of_grant(self.grant_id)] if self.grant_id else []
        keys += [ends.of_client(self.through)] if self.through else []
        return [*keys, ends.of_professional(self.subject)] if self.actor.kind == "staff" else keys


def issuer() -> str:
    return settings().PUBLIC_URL


def audience() -> str:
    """Whom the tokens are for: this API, by its address."""
    return f"{settings().PUBLIC_URL}/api/v1"


def _plain(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(maxsize=2)
def _key_of(seed: bytes) -> tuple[OKPKey, str]:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _plain(seed), "x": _plain(public)})
    return key, key.thumbprint()


def _key() -> tuple[OKPKey, str]:
    """The key of this install and its name, the thumbprint (RFC 7638)."""
    return _key_of(derive("http.access-token.ed25519"))


def issue(
    *,
    kind: str,
    subject: UUID | str,
    client_id: str,
    scopes: Iterable[str],
    assurance: Assurance | None = None,
    authenticated_at: datetime | None = None,
    minutes: int = 30,
    grant_id: UUID | str | None = None,
    through: str | None = None,
) -> str:
    """A signed token.

    `kind` is citizen (subject: the person), staff (the professional) or client (the person it acts for, or itself).
    `minutes` from 10 to 60; less when it was exchanged (`through` a client) for one that ends earlier. `grant_id` is
    the authorisation that it ends with. Raises Invalid for an unknown scope, ValueError for a kind or a time out of
    bounds.
    """
    wanted = list(dict.fromkeys(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown or not wanted:
        raise Invalid(
            _l("Permisos que existen: %(scopes)s.", scopes=", ".join(SCOPES)), fields={"scope": ", ".join(unknown)}
        )
    if kind not in _KINDS or not (1 if through else MINUTES[0]) <= minutes <= MINUTES[1]:
        raise ValueError("kind is citizen, staff or client; a token lives from 10 to 60 minutes")
    now = clock.now()
    claims: dict[str, Any] = {
        "iss": issuer(),
        "aud": audience(),
        "sub": str(subject),
        "client_id": client_id,
        "scope": " ".join(wanted),
        "jti": secrets.token_urlsafe(16),
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=minutes)).timestamp()),
        "kind": kind,
    }
    if grant_id is not None:
        claims["sid"] = str(grant_id)
    if through is not None:
        claims["act"] = {"sub": client_id}
        claims["through"] = through
    if assurance is not None:
        claims["acr"] = ACR + assurance
        claims["auth_time"] = int((authenticated_at or now).timestamp())
    key, name = _key()
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": name}, claims, key, algorithms=[ALGORITHM])


def read(token: str) -> Token:
    """Check a token and tell for whom it acts.

    Strict: one algorithm, the type at+jwt, our issuer and audience, times with a minute of skew, a lifetime of at most
    an hour, known claims of the right kind. Raises BadToken, without saying more than a client needs.
    """
    if len(token) > LONGEST_TOKEN:
        raise BadToken(_l("El permiso no es válido."))
    key, name = _key()
    seen_as = (hashlib.sha256(token.encode(errors="replace")).digest(), name, settings().PUBLIC_URL)
    known = _known.get(seen_as)
    if known is None:
        claims = _signed(token, key)
        known = claims, _token(claims)
        if len(_known) >= _REMEMBERED:
            _known.clear()
        _known[seen_as] = known
        return known[1]
    if known[1].actor.kind == "staff":
        return _token(known[0])
    _check_again(known[1])
    return known[1]


# What a token was found good for, by its hash: checking a signature is a pure function, and half of the work of a
# small request. Times, whether it ended early, and who a professional is by now, are looked at each time.
_known: dict[tuple[bytes, str, str], tuple[dict[str, Any], Token]] = {}


def _check_again(token: Token) -> None:
    try:
        _check_times(token.issued_at, token.expires_at)
    except ValueError:
        raise BadToken(_l("El permiso no es válido.")) from None


def _signed(token: str, key: OKPKey) -> dict[str, Any]:
    """The claims of a token with a good signature, of the right type."""
    try:
        found = jwt.decode(token, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError):
        raise BadToken(_l("El permiso no es válido.")) from None
    kind = found.header.get("typ")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") != TYPE or "crit" in found.header:
        raise BadToken(_l("El permiso no es válido."))
    if not isinstance(found.claims, dict):
        raise BadToken(_l("El permiso no es válido."))
    return found.claims


def ended(unit: Unit, token: Token) -> bool:
    """Whether it is over before its time: revoked, or the authorisation, the account or the client behind it is."""
    return ends.ended(unit, token.ends, issued_at=token.issued_at)


def public_key() -> dict[str, Any]:
    """The key that checks our tokens, as a JWK."""
    key, name = _key()
    return key.as_dict(private=False) | {"kid": name, "use": "sig", "alg": ALGORITHM}


def _token(claims: Any) -> Token:
    try:
        expires_at, issued_at = _instant(claims["exp"]), _instant(claims["iat"])
        _check_times(issued_at, expires_at)
        for_us = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
        if claims["iss"] != issuer() or audience() not in for_us or claims["kind"] not in _KINDS:
            raise ValueError
        texts = [claims[name] for name in ("sub", "client_id", "scope", "jti")]
        if not all(isinstance(value, str) and value for value in texts):
            raise ValueError
        more = [claims.get(name) for name in ("sid", "through")]
        if not all(value is None or isinstance(value, str) for value in more):
            raise ValueError
        actor = _actor(claims)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError, OSError):
        raise BadToken(_l("El permiso no es válido.")) from None
    scopes = frozenset(claims["scope"].split()) & SCOPES.keys()
    return Token(actor, scopes, claims["client_id"], claims["jti"], claims["sub"], issued_at, expires_at, *more)


def _check_times(issued_at: datetime, expires_at: datetime) -> None:
    now = clock.now()
    if now >= expires_at + SKEW:
        raise BadToken(_l("El permiso ha caducado. Pida otro."))
    if issued_at > now + SKEW or not issued_at < expires_at <= issued_at + timedelta(minutes=MINUTES[1]):
        raise ValueError


def _instant(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError
    return datetime.fromtimestamp(value, UTC)


def _actor(claims: Any) -> Actor:
    assurance: Any = None
    authenticated_at = None
    if "acr" in claims:
        assurance = claims["acr"].removeprefix(ACR)
        if assurance not in get_args(Assurance):
            raise ValueError
        authenticated_at = _instant(claims["auth_time"])
    kind, subject = claims["kind"], claims["sub"]
    if kind == "citizen":
        return Actor("citizen", subject, UUID(subject), None, None, None, assurance, authenticated_at)
    if kind == "client":
        person_id = None if subject == claims["client_id"] else UUID(subject)
        return Actor("client", claims["client_id"], person_id, None, None, None, assurance, authenticated_at)
    with session_factory()() as session:
        professional = directory.professional(session, UUID(subject))
    if professional is None or not professional.active:
        raise ValueError
    return Actor(
        "staff",
        professional.login,
        None,
        professional.id,
        professional.unit_id,
        professional.role,
        assurance,
        authenticated_at,
    )


def issue_for_sample(who: str, scopes: Iterable[str], *, assurance: Assurance = "substantial") -> str:
    """A token for one of the sample people (`amparo`), professionals (`marta`) or clients (`carpeta`, for nobody;
    `carpeta:amparo`, for her; `agenda-centro:marta`, on her behalf).

    A scope may be a family: `appointments` is both of its scopes. Refused outside development; Invalid for an unknown
    name or scope, saying which there are.
    """
    from case_api.city.sample import BY_KEY, BY_LOGIN

    if not settings().development:
        raise Refused(_l("Solo en desarrollo."))
    wanted = [scope for word in scopes for scope in (family(word) or [word])]
    client, _colon, key = who.partition(":")
    person = BY_KEY.get(key or who)
    if client == "carpeta" and (person or not key):
        return issue(kind="client", subject=_on_record(person) if person else client, client_id=client, scopes=wanted)
    if person is not None and not _colon:
        return issue(
            kind="citizen", subject=_on_record(person), client_id="alma-cli", scopes=wanted, assurance=assurance
        )
    if client == "agenda-centro" and not key:
        return issue(kind="client", subject=client, client_id=client, scopes=wanted)
    login = key if client == "agenda-centro" else who
    if login in BY_LOGIN and (not _colon or client == "agenda-centro"):
        with session_factory()() as session:
            professional = directory.professional_by_login(session, login)
        if professional is None:
            raise Invalid(_l("Primero construya la ciudad de prueba: alma city build."))
        through = client if _colon else "alma-cli"
        return issue(kind="staff", subject=professional.id, client_id=through, scopes=wanted, assurance=assurance)
    names = ", ".join([*BY_KEY, *BY_LOGIN, "carpeta", "carpeta:amparo", "agenda-centro", "agenda-centro:marta"])
    raise Invalid(_l("No conocemos a «%(who)s». Hay: %(names)s.", who=who, names=names))


def _on_record(person: Any) -> UUID:
    """The identifier of a sample person as this database has it."""
    from case_api.db import unit_of_work

    with unit_of_work(Actor.system("token")) as unit:
        found = unit.session.execute(
            text("SELECT id FROM person WHERE document_number = :document"), {"document": person.document}
        ).scalar()
    if found is None:
        raise Invalid(_l("Esa persona todavía no tiene ficha."))
    return found
