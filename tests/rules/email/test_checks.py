"""SPF, DKIM and DMARC asked of the sender's domain: a domain name system of our own answers."""

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from channels.adapters import RawEvent
from channels.adapters.email.adapter import EmailAdapter
from channels.adapters.email.authentication import vouched
from channels.adapters.email.checks import Unanswered, check
from tests.data.mail.make import RELAY, build, proved
from tests.rules.email.conftest import SETTINGS

PEER = "192.0.2.10"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # test: quick, and used nowhere else
PRIVATE = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
)
PUBLIC = KEY.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def published(**changed: list[str] | None) -> dict[str, list[str]]:
    import base64

    zone = {
        "correo.example TXT": ["v=spf1 ip4:192.0.2.0/24 -all"],
        "a._domainkey.correo.example TXT": [f"v=DKIM1; k=rsa; p={base64.b64encode(PUBLIC).decode()}"],
        "a._domainkey.otro.example TXT": [f"v=DKIM1; k=rsa; p={base64.b64encode(PUBLIC).decode()}"],
        "_dmarc.correo.example TXT": ["v=DMARC1; p=reject"],
    }
    names = {
        "spf": "correo.example TXT",
        "key": "a._domainkey.correo.example TXT",
        "dmarc": "_dmarc.correo.example TXT",
    }
    for name, records in changed.items():
        zone[names[name]] = records
    return zone


def answering(zone: dict[str, list[str] | None]):
    def lookup(name: str, kind: str) -> list[str]:
        records = zone.get(f"{name} {kind}", [])
        if records is None:
            raise Unanswered
        return records

    return lookup


def signed(raw: bytes, domain: str = "correo.example", **options) -> bytes:
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    headers = [b"from", b"to", b"subject"]
    return dkim.sign(raw, b"a", domain.encode(), PRIVATE, include_headers=headers, **options) + raw


PLAIN = build()
SIGNED = signed(PLAIN)
CASES = [
    pytest.param(PLAIN, PEER, {}, ("pass", "none", "pass"), id="SPF aligned"),
    pytest.param(PLAIN, "203.0.113.9", {}, ("fail", "none", "fail"), id="from elsewhere"),
    pytest.param(SIGNED, "203.0.113.9", {}, ("fail", "pass", "pass"), id="forwarded, signature holds"),
    pytest.param(SIGNED.replace(b"Buenos", b"Malos"), "203.0.113.9", {}, ("fail", "fail", "fail"), id="text changed"),
    pytest.param(signed(PLAIN, "otro.example"), "203.0.113.9", {}, ("fail", "pass", "fail"), id="signed by another"),
    pytest.param(signed(PLAIN, length=True), "203.0.113.9", {}, ("fail", "none", "fail"), id="l= counts as unsigned"),
    pytest.param(SIGNED, None, {}, ("none", "pass", "pass"), id="peer unknown, behind a relay"),
    pytest.param(PLAIN, None, {}, ("none", "none", "fail"), id="peer unknown, unsigned"),
    pytest.param(PLAIN, PEER, {"dmarc": []}, ("pass", "none", "none"), id="no DMARC published"),
    pytest.param(PLAIN, PEER, {"dmarc": ["v=DMARC1; p=none", "v=DMARC1; p=reject"]}, ("pass", "none", "none"),
                 id="two policies are none"),
    pytest.param(PLAIN, PEER, {"dmarc": ["otra cosa", "v=DMARC1; p=none"]}, ("pass", "none", "pass"),
                 id="another text beside the policy"),
    pytest.param(PLAIN, PEER, {"dmarc": ["v=DMARC1"]}, ("pass", "none", None), id="a broken policy"),
    pytest.param(PLAIN, PEER, {"spf": []}, ("none", "none", "fail"), id="no SPF published"),
    pytest.param(PLAIN, PEER, {"spf": ["v=spf1 ?all"]}, ("neutral", "none", "fail"), id="neutral SPF"),
    pytest.param(PLAIN, PEER, {"spf": ["v=spf1 rubbish:x"]}, ("permerror", "none", "fail"), id="broken SPF"),
    pytest.param(PLAIN, PEER, {"spf": None}, ("temperror", "none", "fail"), id="SPF without an answer"),
    pytest.param(SIGNED, PEER, {"key": []}, ("pass", "fail", "pass"), id="no key"),
    pytest.param(SIGNED, None, {"key": None}, ("none", "temperror", "fail"), id="key without an answer"),
    pytest.param(PLAIN, PEER, {"dmarc": None}, ("pass", "none", "temperror"), id="DMARC without an answer"),
    pytest.param(build(From=["amparo@correo.example", "x@evil.example"]), PEER, {}, ("pass", "none", "none"),
                 id="two From"),
    pytest.param(b"", PEER, {}, (None, "none", "none"), id="no mail at all"),
    pytest.param(b"\xff\xfe rubbish", PEER, {}, (None, "none", "none"), id="rubbish"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "peer", "zone", "expected"), CASES)
def test_what_a_domain_says_of_a_mail(raw, peer, zone, expected):
    found = check(
        raw, peer=peer, mail_from="amparo@correo.example", helo="mx.correo.example", lookup=answering(published(**zone))
    )
    seen = tuple(found[name] for name in ("spf", "dkim", "dmarc"))
    assert tuple(got if want is not None else None for got, want in zip(seen, expected, strict=True)) == expected
    assert found["by"] == "us"


def test_a_domain_that_never_ends_is_given_up():
    asked = []

    def endless(name: str, kind: str) -> list[str]:
        asked.append(name)
        return [f"v=spf1 include:a{len(asked)}.correo.example -all"] if kind == "TXT" else []

    found = check(PLAIN, peer=PEER, mail_from="amparo@correo.example", helo="x", lookup=endless)
    assert found["spf"] == "permerror" and len(asked) < 60


class _Direct:
    """The same settings, with the questions turned on."""

    def __getattr__(self, name):
        return True if name == "mail_checks" else getattr(SETTINGS, name)


def raw_event(raw: bytes, peer: str = PEER, **headers) -> RawEvent:
    wire = {"mail_from": "amparo@correo.example", "rcpt_to": [], "peer": peer, "helo": "mx", "source": "smtp"}
    return RawEvent("email", "mail", raw, wire | headers)


WANTS = [
    pytest.param(raw_event(PLAIN), True, id="straight from a stranger"),
    pytest.param(raw_event(proved(), peer="127.0.0.1"), False, id="our relay vouches"),
    pytest.param(raw_event(build(), peer="127.0.0.1"), True, id="our relay says nothing"),
    pytest.param(raw_event(proved()), True, id="a stranger who says to be our relay"),
    pytest.param(raw_event(PLAIN, source="import"), False, id="an import"),
    pytest.param(raw_event(PLAIN, checks={}), False, id="asked already"),
]


@pytest.mark.parametrize(("event", "wants"), WANTS)
def test_who_is_asked_about(event, wants, pool):
    assert EmailAdapter(_Direct(), pool).wants_preparing(event) is wants


def test_nobody_is_asked_when_that_is_turned_off(adapter):
    assert not adapter.wants_preparing(raw_event(PLAIN))


PROVED = [
    pytest.param(PLAIN, {}, True, id="aligned"),
    pytest.param(PLAIN, {"dmarc": []}, False, id="no policy"),
    pytest.param(proved(), {"spf": []}, False, id="claims our relay's word"),
    pytest.param(
        build(From='"juez@madrid.example" <amparo@correo.example>'), {}, False, id="name shows another address"
    ),
]


@pytest.mark.parametrize(("raw", "zone", "authenticated"), PROVED)
def test_a_mail_nobody_vouched_for_is_its_senders_only_with_dmarc(pool, raw, zone, authenticated):
    adapter = EmailAdapter(_Direct(), pool)
    adapter.lookup = answering(published(**zone))
    event = raw_event(raw)
    ready = RawEvent("email", "mail", raw, event.headers | adapter.prepare(event))
    [found] = adapter.parse(ready)
    assert found.authenticated is authenticated
    assert found.checks["by"] == "us" and found.authentication == f"dmarc={found.checks['dmarc']}"


def test_what_our_relay_found_is_shown(adapter):
    said = "spf=pass smtp.mailfrom=correo.example; dkim=fail; dmarc=pass header.from=correo.example"
    raw = proved(Authentication_Results=f"{RELAY}; {said}")
    [found] = adapter.parse(raw_event(raw, peer="127.0.0.1"))
    assert dict(found.checks) == {"by": "relay", "spf": "pass", "dkim": "fail", "dmarc": "pass"}


@pytest.mark.parametrize(("raw", "seen"), [
    pytest.param(proved(), True, id="topmost"),
    pytest.param(build(), False, id="none"),
    pytest.param(b"Subject: x\r\n\r\nAuthentication-Results: mx.servicios.alma.example; none", False, id="in the text"),
    pytest.param(b"Authentication-Results:\r\n mx.servicios.alma.example; none\r\n\r\n", True, id="folded"),
])  # fmt: skip
def test_whether_our_relay_spoke(raw, seen):
    assert vouched(raw, RELAY) is seen
