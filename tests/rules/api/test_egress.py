"""Where we go and where we do not: the one guard of everything that leaves to an address somebody gave us."""

import pytest

from case_api import egress
from case_api.settings import settings

REFUSED = [
    pytest.param("http://example.com/x", "scheme", id="not encrypted"),
    pytest.param("ftp://example.com/x", "scheme", id="another scheme"),
    pytest.param("file:///etc/passwd", "scheme", id="a file"),
    pytest.param("https://user:pass@example.com/", "credentials", id="with a password"),
    pytest.param("https://example.com:22/", "port", id="another port"),
    pytest.param("https://127.0.0.1/", "address", id="loopback"),
    pytest.param("https://[::1]/", "address", id="loopback, IPv6"),
    pytest.param("https://10.0.0.8/", "address", id="private"),
    pytest.param("https://192.168.1.1/", "address", id="a home router"),
    pytest.param("https://169.254.169.254/latest/meta-data/", "address", id="the cloud's metadata"),
    pytest.param("https://100.64.0.1/", "address", id="shared by carriers"),
    pytest.param("https://0.0.0.0/", "address", id="unspecified"),
    pytest.param("https://224.0.0.1/", "address", id="multicast"),
    pytest.param("https://[fd00::1]/", "address", id="unique local"),
    pytest.param("https://[::ffff:10.0.0.1]/", "address", id="private, mapped"),
    pytest.param("https://[64:ff9b::a00:1]/", "address", id="private, by NAT64"),
    pytest.param("https://[2002:a00:1::]/", "address", id="private, by 6to4"),
    pytest.param("https://localhost/", "address", id="a name of one label"),
    pytest.param("https://db.internal/", "address", id="a name of the inside"),
    pytest.param("https://example.com/#part", "url", id="with a fragment"),
    pytest.param("https://exa mple.com/", "url", id="a space"),
    pytest.param("https://example.com\\@10.0.0.1/", "url", id="a backslash"),
    pytest.param("https:///x", "url", id="no host"),
    pytest.param("https://example.com:99999/", "url", id="a port that is none"),
    pytest.param("https://example.com/" + "a" * 3000, "url", id="endless"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_refused(url, reason):
    with pytest.raises(egress.Forbidden) as caught:
        egress.check(url)
    assert caught.value.reason == reason


@pytest.mark.parametrize("url", ["https://example.com/hook?x=1", "https://93.184.215.14/", "https://ejemplo.es:8443/"])
def test_public_addresses_pass(url):
    egress.check(url)


def test_a_name_that_points_inside_is_not_gone_to(monkeypatch):
    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", ("10.0.0.7", 443))])
    with pytest.raises(egress.Forbidden) as caught:
        egress.send("POST", "https://hook.example/x")
    assert caught.value.reason == "address"


def test_one_bad_address_among_good_ones_is_enough(monkeypatch):
    both = [(2, 1, 6, "", ("93.184.215.14", 443)), (2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(egress.socket, "getaddrinfo", lambda *_a, **_k: both)
    with pytest.raises(egress.Forbidden):
        egress.send("POST", "https://hook.example/x")


def test_the_allow_list_names_a_host_and_a_port(monkeypatch):
    monkeypatch.setattr(settings(), "EGRESS_ALLOW", "127.0.0.1:9999")
    egress.check("http://127.0.0.1:9999/x")
    for other in ("http://127.0.0.1:9998/x", "http://127.0.0.2:9999/x"):
        with pytest.raises(egress.Forbidden):
            egress.check(other)
