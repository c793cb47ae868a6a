"""The provider's signing key: RS256, random, kept in the state file."""

import time
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from portal.sandbox.state import Store

ALGORITHM = "RS256"


class Keys:
    """Signs and checks the provider's own tokens."""

    def __init__(self, store: Store) -> None:
        with store.transaction():
            known = store.setting("idp_key")
            if known is None:
                fresh = RSAKey.generate_key(2048, private=True)
                known = {**fresh.as_dict(private=True), "kid": fresh.thumbprint(), "use": "sig", "alg": ALGORITHM}
                store.put_setting("idp_key", known)
        self._key = RSAKey.import_key(known)
        self._kid = known["kid"]

    def public(self) -> dict[str, Any]:
        """The JWK set that relying parties read."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._kid, "use": "sig", "alg": ALGORITHM}]}

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact JWS of these claims."""
        return jwt.encode({"alg": ALGORITHM, "kid": self._kid, "typ": "JWT"}, claims, self._key)

    def read_hint(self, token: str, *, issuer: str) -> dict[str, Any] | None:
        """The claims of an id token of ours, expired or not; None when it is not ours."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        except (JoseError, ValueError):
            return None
        return claims if claims.get("iss") == issuer and claims.get("iat", 0) <= time.time() + 60 else None
