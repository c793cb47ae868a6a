"""What the issuer's token must prove before anybody is logged in."""

import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from portal.identity.tokens import BadToken, read_id_token

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
STAMP = int(NOW.timestamp())
KEY = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
OTHER = RSAKey.generate_key(2048, parameters={"kid": "one", "use": "sig", "alg": "RS256"})
TURNED = RSAKey.generate_key(2048, parameters={"kid": "two", "use": "sig", "alg": "RS256"})
GOOD = {
    "iss": "https://issuer.example",
    "aud": "alma",
    "sub": "s-1",
    "nonce": "n-1",
    "exp": STAMP + 300,
    "iat": STAMP - 2,
    "auth_time": STAMP - 10,
    "acr": "http://eidas.europa.eu/LoA/substantial",
    "given_name": "Amparo",
    "family_name": "Ejemplo Serrano",
    "document": "00000001R",
}


def _keys(again: bool = False) -> dict:
    return KeySet([KEY]).as_dict(private=False)


def _signed(claims: dict, key=KEY, **header) -> str:
    return jwt.encode({"alg": "RS256", "kid": key.kid, **header}, claims, key)


def _read(raw: str, keys=_keys, **more):
    return read_id_token(
        raw, keys=keys, issuer="https://issuer.example", client_id="alma", nonce="n-1", now=NOW, **more
    )


def test_a_good_token_tells_who_and_how_sure():
    found = _read(_signed(GOOD))
    assert (found.subject, found.document, found.assurance) == ("s-1", "00000001R", "substantial")
    assert found.authenticated_at == NOW - timedelta(seconds=10)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"iss": "https://other.example"}, "iss", id="another issuer"),
        pytest.param({"iss": None}, "iss", id="no issuer"),
        pytest.param({"aud": "somebody-else"}, "aud", id="for another client"),
        pytest.param({"aud": []}, "aud", id="for nobody"),
        pytest.param({"aud": {"alma": 1}}, "aud", id="an odd audience"),
        pytest.param({"aud": ["alma", "other"]}, "azp", id="for several, without a main one"),
        pytest.param({"azp": "other"}, "azp", id="given to another client"),
        pytest.param({"nonce": "n-2"}, "nonce", id="of another login"),
        pytest.param({"nonce": None}, "nonce", id="of no login"),
        pytest.param({"exp": STAMP - 61}, "exp", id="expired"),
        pytest.param({"exp": None}, "exp", id="without an end"),
        pytest.param({"exp": True}, "exp", id="an odd end"),
        pytest.param({"iat": STAMP + 120}, "iat", id="from the future"),
        pytest.param({"nbf": STAMP + 120}, "nbf", id="not yet"),
        pytest.param({"auth_time": None}, "auth_time", id="without the time of the login"),
        pytest.param({"auth_time": STAMP + 120}, "auth_time", id="logged in tomorrow"),
        pytest.param({"acr": None}, "acr", id="without a level"),
        pytest.param({"acr": "high"}, "acr", id="a level that is not one"),
        pytest.param({"acr": ["http://eidas.europa.eu/LoA/high"]}, "acr", id="a list of levels"),
        pytest.param({"sub": ""}, "sub", id="nobody"),
    ],
)
def test_a_claim_that_does_not_hold(changes, reason):
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(BadToken) as refused:
        _read(_signed(claims))
    assert refused.value.reason == reason


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _headed(header: bytes) -> str:
    return f"{_part(header)}.{_signed(GOOD).split('.')[1]}"


def _none_algorithm() -> str:
    return _headed(b'{"alg":"none","kid":"one"}') + "."


def _hmac_with_the_public_key() -> str:
    text = _headed(b'{"alg":"HS256","kid":"one"}')
    return f"{text}.{_part(hmac.digest(KEY.as_pem(private=False), text.encode(), 'sha256'))}"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(_none_algorithm(), id="algorithm none"),
        pytest.param(_hmac_with_the_public_key(), id="signed with the public key as a secret"),
        pytest.param(_signed(GOOD, OTHER), id="signed by another key of the same name"),
        pytest.param(_signed(GOOD, TURNED), id="signed by a key the issuer never had"),
        pytest.param(_signed(GOOD)[:-4] + "AAAA", id="signature changed"),
        pytest.param("not a token", id="not a token"),
        pytest.param("a.b.c", id="three parts of nothing"),
        pytest.param("", id="empty"),
    ],
)
def test_a_signature_that_proves_nothing(raw):
    with pytest.raises(BadToken):
        _read(raw)


def test_keys_that_turned_are_fetched_once_more():
    asked = []

    def keys(again: bool) -> dict:
        asked.append(again)
        return KeySet([KEY, TURNED] if again else [KEY]).as_dict(private=False)

    assert _read(_signed(GOOD, TURNED), keys=keys).subject == "s-1"
    assert asked == [False, True]


def test_a_fresh_login_is_one_made_just_now():
    assert _read(_signed(GOOD), max_age=0).subject == "s-1"
    with pytest.raises(BadToken) as refused:
        _read(_signed({**GOOD, "auth_time": STAMP - 600}), max_age=0)
    assert refused.value.reason == "max_age"
