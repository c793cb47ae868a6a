"""Reading the issuer's ID token (OpenID Connect Core 1.0, section 3.1.3.7). No network here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from case_api.access.actor import Assurance
from portal.identity.assurance import assurance_of
from portal.identity.limits import LEEWAY

ALGORITHMS = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"]
"""Signatures by a key that only the issuer holds. What the token's own header says chooses among these alone."""


class BadToken(Exception):
    """The token proves nothing. `reason` is a word for the log; it quotes nothing of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """What the issuer says about somebody who has just logged in."""

    subject: str
    given_name: str
    family_name: str
    document: str
    assurance: Assurance
    authenticated_at: datetime
    birth_date: str = ""  # as the issuer writes it: ISO 8601, or nothing


def _verified(raw: str, keys: Callable[[bool], Mapping[str, Any]]) -> dict[str, Any]:
    registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
    for again in (False, True):
        try:
            return jwt.decode(raw, KeySet.import_key_set(dict(keys(again))), registry=registry).claims
        except InvalidKeyIdError:
            continue  # the issuer may have turned its keys since we fetched them: once more
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise BadToken("signature") from error
    raise BadToken("key")


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(name)
    return float(value)


def _check(claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime) -> None:
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if claims.get("iss") != issuer:
        raise BadToken("iss")
    if not isinstance(audiences, list) or client_id not in audiences:
        raise BadToken("aud")
    if (len(audiences) > 1 or "azp" in claims) and claims.get("azp") != client_id:
        raise BadToken("azp")
    if not nonce or claims.get("nonce") != nonce:
        raise BadToken("nonce")
    stamp = now.timestamp()
    if _number(claims, "exp") <= stamp - LEEWAY:
        raise BadToken("exp")
    if _number(claims, "iat") > stamp + LEEWAY:
        raise BadToken("iat")
    if "nbf" in claims and _number(claims, "nbf") > stamp + LEEWAY:
        raise BadToken("nbf")


def read_id_token(
    raw: str,
    *,
    keys: Callable[[bool], Mapping[str, Any]],
    issuer: str,
    client_id: str,
    nonce: str,
    now: datetime,
    max_age: int | None = None,
) -> Identity:
    """Who this is, once every check has held.

    `keys(again)` gives the issuer's JWK set, fetched anew when `again`. `now` is aware. `max_age` is in seconds: the
    login must be no older. Raises BadToken for a wrong signature, algorithm, issuer, audience, nonce or time, for a
    level we do not know, and for a token without a subject.
    """
    claims = _verified(raw, keys)
    _check(claims, issuer=issuer, client_id=client_id, nonce=nonce, now=now)
    authenticated = _number(claims, "auth_time")
    if authenticated > now.timestamp() + LEEWAY:
        raise BadToken("auth_time")
    if max_age is not None and authenticated < now.timestamp() - max_age - LEEWAY:
        raise BadToken("max_age")
    assurance = assurance_of(claims.get("acr"))
    if assurance is None:
        raise BadToken("acr")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise BadToken("sub")
    return Identity(
        subject=subject,
        given_name=str(claims.get("given_name") or ""),
        family_name=str(claims.get("family_name") or ""),
        document=str(claims.get("document") or ""),
        assurance=assurance,
        authenticated_at=datetime.fromtimestamp(authenticated, UTC),
        birth_date=str(claims.get("birthdate") or ""),
    )
