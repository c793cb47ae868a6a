"""Access tokens: what is ours and fresh is read, everything else is refused in the same words."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from case_api import clock
from case_api.errors import Invalid
from case_api.http import tokens

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERSON = UUID("01941f29-7c00-7001-8000-000000000001")


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


def good(**changes) -> str:
    values = {
        "kind": "citizen",
        "subject": PERSON,
        "client_id": "test",
        "scopes": ["files:read", "person:read"],
        "assurance": "substantial",
        "authenticated_at": NOW - timedelta(minutes=5),
    }
    return tokens.issue(**values | changes)


def forged(claims=None, header=None, key=None, algorithm="Ed25519") -> str:
    """A token signed with our key (or another), with some claims changed or, when None, missing."""
    base = json.loads(base64.urlsafe_b64decode(good().split(".")[1] + "=="))
    base = {name: value for name, value in (base | (claims or {})).items() if value is not None}
    head = {"alg": algorithm, "typ": "at+jwt"} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return jwt.encode(head, base, key or tokens._key()[0], algorithms=[algorithm])


def unsigned() -> str:
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'at+jwt'})}.{good().split('.')[1]}."


def with_public_key_as_secret() -> str:
    public = json.dumps(tokens._key()[0].as_dict(private=False)).encode()
    return forged(key=OctKey.import_key(public + b"0" * 32), algorithm="HS256")


def at(moment: datetime) -> int:
    return int(moment.timestamp())


def test_a_good_token_tells_for_whom_it_acts():
    token = tokens.read(good())
    assert token.actor.kind == "citizen" and token.actor.person_id == PERSON
    assert token.actor.assurance == "substantial" and token.actor.authenticated_at == NOW - timedelta(minutes=5)
    assert token.scopes == {"files:read", "person:read"} and token.client_id == "test"


def test_a_client_acts_for_nobody_until_it_is_said_for_whom():
    assert tokens.read(good(kind="client", subject="test", assurance=None)).actor.person_id is None
    acting = tokens.read(good(kind="client", assurance=None)).actor
    assert (acting.kind, acting.id, acting.person_id) == ("client", "test", PERSON)


def test_minutes_of_skew_and_no_more():
    token = good(minutes=10)
    with clock.frozen(NOW + timedelta(minutes=10, seconds=59)):
        tokens.read(token)
    with clock.frozen(NOW + timedelta(minutes=11)), pytest.raises(tokens.BadToken):
        tokens.read(token)
    with clock.frozen(NOW - timedelta(seconds=59)):
        tokens.read(token)
    with clock.frozen(NOW - timedelta(seconds=61)), pytest.raises(tokens.BadToken):
        tokens.read(token)


REFUSED = [
    pytest.param(lambda: "", id="empty"),
    pytest.param(lambda: "a.b.c", id="not a token"),
    pytest.param(lambda: "€" * 50, id="not ASCII"),
    pytest.param(lambda: "a" * 10_000, id="far too long"),
    pytest.param(lambda: good()[:-6] + "AAAAAA", id="signature changed"),
    pytest.param(unsigned, id="algorithm none"),
    pytest.param(with_public_key_as_secret, id="public key as HMAC secret"),
    pytest.param(lambda: forged(key=RSAKey.generate_key(2048), algorithm="RS256"), id="another algorithm"),
    pytest.param(lambda: forged(key=OKPKey.generate_key("Ed25519")), id="another key"),
    pytest.param(lambda: forged(header={"typ": "JWT"}), id="an ID token"),
    pytest.param(lambda: forged(header={"typ": None}), id="no type"),
    pytest.param(lambda: forged({"aud": "https://other.example/api"}), id="another audience"),
    pytest.param(lambda: forged({"aud": None}), id="no audience"),
    pytest.param(lambda: forged({"iss": "https://other.example"}), id="another issuer"),
    pytest.param(lambda: forged({"exp": None}), id="no end"),
    pytest.param(lambda: forged({"exp": at(NOW - timedelta(minutes=5))}), id="over"),
    pytest.param(lambda: forged({"exp": at(NOW + timedelta(days=1))}), id="lives a day"),
    pytest.param(lambda: forged({"exp": "2027-01-01"}), id="end in words"),
    pytest.param(lambda: forged({"exp": 10**30}), id="end beyond time"),
    pytest.param(lambda: forged({"iat": at(NOW + timedelta(minutes=5))}), id="from the future"),
    pytest.param(lambda: forged({"sub": "amparo"}), id="subject is no person"),
    pytest.param(lambda: forged({"sub": None}), id="no subject"),
    pytest.param(lambda: forged({"sub": 7}), id="subject is a number"),
    pytest.param(lambda: forged({"kind": "system"}), id="calls itself the system"),
    pytest.param(lambda: forged({"kind": ["citizen"]}), id="kind is a list"),
    pytest.param(lambda: forged({"acr": "http://eidas.europa.eu/LoA/divine"}), id="unknown assurance"),
    pytest.param(lambda: forged({"auth_time": None}), id="assurance without its time"),
    pytest.param(lambda: forged({"scope": ["files:read"]}), id="scope is a list"),
    pytest.param(lambda: forged({"jti": None}), id="no identifier"),
]


@pytest.mark.parametrize("make", REFUSED)
def test_refused(make):
    with pytest.raises(tokens.BadToken):
        tokens.read(make())


def test_scopes_nobody_knows_open_nothing():
    assert tokens.read(forged({"scope": "files:read everything"})).scopes == {"files:read"}
    for scopes in ([], ["everything"]):
        with pytest.raises(Invalid):
            good(scopes=scopes)


@pytest.mark.parametrize("minutes", [0, 9, 61])
def test_a_token_lives_ten_to_sixty_minutes(minutes):
    with pytest.raises(ValueError):
        good(minutes=minutes)
