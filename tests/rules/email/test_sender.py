"""Who a mail is from, and whether that is proved."""

import pytest

from channels.adapters.email.adapter import is_ours, trusted_peer
from channels.adapters.email.headers import header_text, mailboxes, normalise_address
from tests.data.mail.make import RELAY, build, proved
from tests.rules.email.test_corpus import read

PASS = f"{RELAY}; dmarc=pass header.from=correo.example"
SIGNATURE = "v=1; a=rsa-sha256; d=correo.example; s=a; l=10; bh=x; b=y"


@pytest.mark.parametrize(
    ("raw", "authenticated", "words"),
    [
        pytest.param(proved(), True, "dmarc=pass", id="our relay says aligned DMARC"),
        pytest.param(
            proved(Authentication_Results=f"{RELAY} 1; dmarc=pass (p=reject) header.from=Correo.Example"),
            True,
            "dmarc=pass",
            id="version, comment and capitals",
        ),
        pytest.param(build(), False, "none", id="no result"),
        pytest.param(
            proved(Authentication_Results=f"{RELAY}; dmarc=fail header.from=correo.example"),
            False,
            "dmarc=fail",
            id="failed",
        ),
        pytest.param(
            proved(Authentication_Results="mx.evil.example; dmarc=pass header.from=correo.example"),
            False,
            "none",
            id="somebody else's result",
        ),
        pytest.param(
            proved(Authentication_Results=["mx.other.example; dmarc=fail header.from=correo.example", PASS]),
            False,
            "none",
            id="ours is not the topmost",
        ),
        pytest.param(
            proved(Authentication_Results=f"{RELAY}.evil.example; dmarc=pass header.from=correo.example"),
            False,
            "none",
            id="our id as a prefix",
        ),
        pytest.param(
            proved(Authentication_Results=f"(x) {RELAY}; dmarc=pass header.from=evil.example"),
            False,
            "dmarc=pass",
            id="pass for another domain",
        ),
        pytest.param(
            proved(Authentication_Results=f"{RELAY}; spf=pass smtp.mailfrom=correo.example"),
            False,
            "none",
            id="SPF alone proves no From",
        ),
        pytest.param(
            proved(Authentication_Results=f"{RELAY}; dkim=pass (dmarc=pass header.from=correo.example)"),
            False,
            "none",
            id="pass within a comment",
        ),
        pytest.param(
            proved(Authentication_Results=f'{RELAY}; x="; dmarc=pass header.from=correo.example"'),
            False,
            "none",
            id="pass within quotes",
        ),
        pytest.param(
            proved(Authentication_Results=f"{RELAY}; dmarc=fail; dmarc=pass header.from=correo.example"),
            False,
            "none",
            id="two DMARC results",
        ),
        pytest.param(proved(From=["amparo@correo.example", "x@evil.example"]), False, "dmarc=pass", id="two From"),
        pytest.param(proved(From="amparo@correo.example, x@evil.example"), False, "dmarc=pass", id="two authors"),
        pytest.param(
            proved(From="juez@madrid.es <amparo@correo.example>"), False, "dmarc=pass", id="address as a name"
        ),
        pytest.param(
            proved(From='"amparo@correo.example" <amparo@correo.example>'),
            True,
            "dmarc=pass",
            id="the same address as a name",
        ),
        pytest.param(proved(Subject=["uno", "dos"]), False, "dmarc=pass", id="doubled subject"),
        pytest.param(proved(DKIM_Signature=SIGNATURE), True, "dmarc=pass", id="l= but SPF is aligned"),
        pytest.param(
            proved(DKIM_Signature=SIGNATURE, Authentication_Results=PASS),
            False,
            "dmarc=pass",
            id="l= and nothing but DKIM",
        ),
    ],
)
def test_proof_of_the_sender(adapter, raw, authenticated, words):
    inbound = read(adapter, raw)
    assert (inbound.authenticated, inbound.authentication) == (authenticated, words)


def test_a_result_counts_only_through_our_relay(adapter):
    inbound = read(adapter, proved(), peer="203.0.113.9")
    assert (inbound.authenticated, inbound.authentication) == (False, "none")
    assert "authentication-results-through-an-unknown-relay" in inbound.notes


def test_an_import_has_no_relay(adapter):
    assert read(adapter, proved(), mail_from=None, peer=None).authenticated is False


@pytest.mark.parametrize(
    ("value", "found", "defects"),
    [
        ("Ana <Ana@Correo.Example>", ["ana@correo.example"], []),
        ('"Pérez, Ana" <ana@correo.example>', ["ana@correo.example"], []),
        ("ana@correo.example", ["ana@correo.example"], []),
        ("<ana@correo.example>", ["ana@correo.example"], []),
        ("ana@correo.example (Ana)", ["ana@correo.example"], []),
        ("=?utf-8?q?Ana_Mu=C3=B1oz?= <ana@correo.example>", ["ana@correo.example"], []),
        ("Ana <ana@correo.example", ["ana@correo.example"], ["unbalanced"]),
        (
            "Ana <ana@correo.example> <x@evil.example>",
            ["ana@correo.example"],
            ["text-after-address", "several-addresses"],
        ),
        ("Ana <ana@correo.example> x", ["ana@correo.example"], ["text-after-address"]),
        ("a: ana@correo.example;", ["ana@correo.example"], ["group"]),
        ("Ana", [], ["unreadable-address"]),
        ("ana@correo@evil.example", ["ana@correo"], ["text-beside-address"]),
        ("=?utf-8?q?juez=40madrid.es?= <x@evil.example>", ["x@evil.example"], ["name-shows-another-address"]),
        ("", [], []),
    ],
)
def test_address_headers(value, found, defects):
    read_boxes = mailboxes(value)
    assert [address for _, address in read_boxes.found] == found
    if "text-after-address" not in defects:
        assert read_boxes.defects == defects
    else:
        assert "text-after-address" in read_boxes.defects or "several-addresses" in read_boxes.defects


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ANA@Correo.Example", "ana@correo.example"),
        (" <ana@correo.example> ", "ana@correo.example"),
        ("ana@ñandú.example", "ana@xn--and-6ma2c.example"),
        ("ana", None),
        ("@correo.example", None),
        ("a b@correo.example", None),
        ("a@b.example,c@d.example", None),
        ("a" * 70 + "@b.example", None),
        ("a@\ufffd.example", None),
    ],
)
def test_normalised_addresses(value, expected):
    assert normalise_address(value) == expected


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("alma@servicios.alma.example", True),
        ("ALMA+abc@Servicios.Alma.Example", True),
        ("almax@servicios.alma.example", False),
        ("alma@servicios.alma.example.evil.example", False),
        ("x@servicios.alma.example", False),
        ("", False),
    ],
)
def test_our_addresses(address, ours):
    assert is_ours(address, "alma@servicios.alma.example") is ours


@pytest.mark.parametrize(
    ("peer", "trusted"),
    [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.1", False), ("x", False), (None, False)],
)
def test_trusted_relays(peer, trusted):
    assert trusted_peer(peer, "127.0.0.1, ::1") is trusted


def test_header_text_is_one_line():
    assert header_text("uno\r\n\tdos\x00") == "uno dos\ufffd"
