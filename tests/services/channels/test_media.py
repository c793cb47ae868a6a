"""Attachments: fetched from the carrier and from nowhere else; what fails leaves the text alone."""

from urllib.parse import urlsplit

import pytest

from case_api.settings import settings
from channels.adapters.twilio import client
from channels.inbound import media
from tests.services.channels.conftest import arrive, change, one, work


def come_with(url: str, kind: str = "image/jpeg", body: str = "Mire") -> None:
    arrive("SM1", body, NumMedia="1", MediaUrl0=url, MediaContentType0=kind)
    work()


def test_it_is_fetched_with_the_accounts_key(database, carrier):
    url = f"{carrier.url}/2010-04-01/Media/ME1"
    carrier.media[urlsplit(url).path] = ("image/jpeg", b"\xff\xd8foto")
    come_with(url)
    assert one("SELECT state FROM attachment") == "pending"
    media.fetch_next()
    assert one("SELECT state, content, a.size, media_type FROM attachment a JOIN blob USING (sha256)") == (
        "stored",
        b"\xff\xd8foto",
        6,
        "image/jpeg",
    )


FOREIGN = [
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1:1/carrier/x",
    "https://evil.example/carrier/x",
    "file:///etc/passwd",
    "{base}@evil.example/x",
    "{base}/../secret",
    "{root}/other",
]


@pytest.mark.parametrize("url", FOREIGN)
def test_other_addresses_are_not_asked(database, carrier, url, monkeypatch):
    parts = urlsplit(carrier.url)
    url = url.replace("{base}", carrier.url).replace("{root}", f"{parts.scheme}://{parts.netloc}")
    asked = []
    monkeypatch.setattr(client.requests, "get", lambda *a, **k: asked.append(a))
    come_with(url)
    media.fetch_next()
    assert one("SELECT state, reason FROM attachment") == ("failed", "foreign-address")
    assert asked == []
    assert one("SELECT body FROM message") == "Mire"


def test_what_is_too_large_is_left_there(database, carrier, monkeypatch):
    url = f"{carrier.url}/m"
    carrier.media[urlsplit(url).path] = ("image/jpeg", b"x" * 2000)
    monkeypatch.setattr(media, "LARGEST", 1000)
    come_with(url)
    media.fetch_next()
    assert one("SELECT state, reason FROM attachment") == ("failed", "too-large")


def test_a_failing_fetch_is_tried_later_and_ends(database, carrier):
    come_with(f"{carrier.url}/gone", body="")
    assert one("SELECT kind FROM message") == "placeholder"
    media.fetch_next()
    assert one("SELECT state, reason FROM attachment") == ("failed", "gone")


def test_a_carrier_that_is_away_is_asked_again(database, carrier):
    come_with(f"{carrier.url}/m")
    carrier.close()
    for attempt in range(1, media.MOST_ATTEMPTS + 1):
        change("UPDATE attachment SET available_at = now()")
        assert media.fetch_next()
        assert one("SELECT attempts FROM attachment") == attempt
    assert one("SELECT state FROM attachment") == "failed"
    assert not media.fetch_next()


def test_where_the_carrier_sends_us_on_gets_no_key(database, carrier, monkeypatch):
    place = urlsplit(carrier.url)
    monkeypatch.setattr(settings(), "EGRESS_ALLOW", place.netloc)
    carrier.elsewhere["/carrier/m"] = f"{place.scheme}://{place.netloc}/store/m"
    come_with(f"{carrier.url}/m")
    media.fetch_next()
    assert one("SELECT state, content FROM attachment JOIN blob USING (sha256)") == ("stored", b"\xff\xd8foto")
    assert carrier.keys_at_the_store == [None]


ELSEWHERE = [
    pytest.param("http://169.254.169.254/latest/meta-data", id="the cloud's own"),
    pytest.param("https://127.0.0.1/x", id="ourselves"),
    pytest.param("https://[::1]/x", id="ourselves, new style"),
    pytest.param("https://10.0.0.5/x", id="a neighbour"),
    pytest.param("https://localhost/x", id="by name"),
    pytest.param("http://files.example.org/x", id="not encrypted"),
    pytest.param("file:///etc/passwd", id="a file"),
    pytest.param("https://user:key@files.example.org/x", id="with a password in it"),
    pytest.param("//10.0.0.5/x", id="without a scheme"),
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_nobody_sends_us_on_to_the_inside(database, carrier, url):
    carrier.elsewhere["/carrier/m"] = url
    come_with(f"{carrier.url}/m")
    media.fetch_next()
    assert one("SELECT state, reason FROM attachment") == ("failed", "foreign-address")
