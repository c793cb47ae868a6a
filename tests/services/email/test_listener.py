"""The listener on a real port, with smtplib and with raw bytes. A store in memory stands for the database here."""

import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from channels.adapters.email.envelope import dedupe_digest
from channels.adapters.email.server import serve
from tests.data.mail.make import ALMA, all_mails, build, ten_megabytes


class Memory:
    """Keeps what is stored; fails or waits when told to."""

    def __init__(self) -> None:
        self.events: dict[str, dict] = {}
        self.failure: Exception | None = None
        self.gate: threading.Event | None = None
        self.entered = threading.Event()

    def __call__(self, **event) -> str:
        self.entered.set()
        if self.gate is not None:
            self.gate.wait(10)
        if self.failure is not None:
            raise self.failure
        if event["dedupe"] in self.events:
            return "duplicate"
        self.events[event["dedupe"]] = event
        return "stored"

    @property
    def only(self) -> dict:
        [event] = self.events.values()
        return event


def settings_for(**more) -> SimpleNamespace:
    values = {
        "SMTP_HOST": "127.0.0.1", "SMTP_PORT": 0, "SMTP_TLS_CERT": "", "SMTP_TLS_KEY": "", "MAIL_ADDRESS": ALMA,
        "MAIL_TRUSTED_RELAYS": "",
    }  # fmt: skip
    return SimpleNamespace(**(values | more))


class Listener:
    def __init__(self, store: Memory, settings: SimpleNamespace, **options) -> None:
        self.stop = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(
            target=serve, args=(settings, self.stop), kwargs={"store": store, "ready": self._up, **options}, daemon=True
        )
        self._thread.start()
        assert self._ready.wait(20)

    def _up(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._ready.set()

    def client(self) -> smtplib.SMTP:
        return smtplib.SMTP(self.host, self.port, local_hostname="test.example", timeout=20)

    def end(self) -> None:
        self.stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def store() -> Memory:
    return Memory()


@pytest.fixture
def listener(store: Memory) -> Iterator[Listener]:
    made = Listener(store, settings_for())
    yield made
    made.end()


def raw_session(listener: Listener, *steps: bytes) -> list[bytes]:
    """Send each step, read one answer to it."""
    with socket.create_connection((listener.host, listener.port), timeout=20) as connection:
        stream = connection.makefile("rwb")
        answers = [stream.readline()]
        for step in steps:
            stream.write(step)
            stream.flush()
            answers.append(stream.readline())
        return answers


def test_stored_before_250_byte_for_byte(listener, store):
    raw = build()
    with listener.client() as client:
        assert client.sendmail("amparo@correo.example", [ALMA], raw) == {}
    event = store.only
    assert event["payload"] == raw
    assert (event["channel"], event["kind"], event["contact_key"]) == ("email", "mail", "amparo@correo.example")
    assert event["headers"]["mail_from"] == "amparo@correo.example"
    assert event["headers"]["rcpt_to"] == [ALMA]
    assert event["headers"]["peer"] == "127.0.0.1"


def test_no_250_while_the_store_is_under_way(listener, store):
    store.gate = threading.Event()
    client = listener.client()
    answers: list = []
    sending = threading.Thread(target=lambda: answers.append(client.sendmail("a@b.example", [ALMA], build())))
    sending.start()
    assert store.entered.wait(10)
    with listener.client() as other:  # the loop is free meanwhile
        assert other.noop()[0] == 250
    assert answers == []
    store.gate.set()
    sending.join(10)
    assert answers == [{}]


@pytest.mark.parametrize("failure", [RuntimeError("secreto: amparo@correo.example"), OSError("no hay disco")])
def test_cannot_store_is_451_without_a_word_of_why(listener, store, failure):
    store.failure = failure
    with listener.client() as client, pytest.raises(smtplib.SMTPDataError) as caught:
        client.sendmail("a@b.example", [ALMA], build())
    assert caught.value.smtp_code == 451
    assert b"secreto" not in caught.value.smtp_error
    assert b"disco" not in caught.value.smtp_error
    store.failure = None
    with listener.client() as client:
        assert client.sendmail("a@b.example", [ALMA], build()) == {}
    assert store.only["payload"] == build()


@pytest.mark.parametrize(
    ("recipient", "code"),
    [(ALMA, 250), (ALMA.upper(), 250), (ALMA.replace("@", "+abc@"), 250), ("x@servicios.alma.example", 550),
     ("alma@otro.example", 550), ("root", 550)],
)  # fmt: skip
def test_recipients(listener, recipient, code):
    with listener.client() as client:
        client.ehlo()
        client.mail("a@b.example")
        assert client.rcpt(recipient)[0] == code


def test_size_is_advertised_and_kept(store):
    listener = Listener(store, settings_for(), size_limit=100_000)
    try:
        with listener.client() as client:
            client.ehlo()
            assert client.esmtp_features["size"] == "100000"
            assert client.mail("a@b.example", ["SIZE=100001"])[0] == 552
            client.rset()
            client.mail("a@b.example")
            client.rcpt(ALMA)
            assert client.data(b"x" * 200_000)[0] == 552
            assert client.sendmail("a@b.example", [ALMA], build()) == {}
    finally:
        listener.end()
    assert len(store.events) == 1


def test_the_same_mail_twice_is_one_and_two_mails_under_one_id_are_two(listener, store):
    with listener.client() as client:
        client.sendmail("a@b.example", [ALMA], build())
        client.sendmail("a@b.example", [ALMA], b"Received: again\r\n" + build())
        client.sendmail("a@b.example", [ALMA], build("Otro texto, misma Message-ID"))
    assert len(store.events) == 2


def test_bounce_with_an_empty_sender_is_taken(listener, store):
    with listener.client() as client:
        client.sendmail("", [ALMA], build())
    assert store.only["headers"]["mail_from"] == ""


def test_a_line_of_ten_megabytes_and_a_mail_of_ten(listener, store):
    line = build("palabra " * 1_250_000)
    with listener.client() as client:
        client.sendmail("a@b.example", [ALMA], line)
        client.sendmail("a@b.example", [ALMA], ten_megabytes())
    assert {event["payload"] for event in store.events.values()} == {line, ten_megabytes()}


def test_every_nasty_mail_is_kept(listener, store):
    mails = all_mails(large=False)
    with listener.client() as client:
        for raw in mails.values():
            client.sendmail("a@b.example", [ALMA], raw)
    # smtplib leaves bytes as they are but for a line end at the end of the text.
    assert set(store.events) == {dedupe_digest(raw) for raw in mails.values()}
    assert len(store.events) == len(mails)


def test_dots_bare_line_feeds_and_no_smuggling(listener, store):
    hello = [b"EHLO x\r\n"]
    with socket.create_connection((listener.host, listener.port), timeout=20) as connection:
        stream = connection.makefile("rwb")
        stream.readline()
        stream.write(hello[0])
        stream.flush()
        while stream.readline()[3:4] == b"-":
            pass
        for step in (b"MAIL FROM:<a@b.example>\r\n", b"RCPT TO:<%b>\r\n" % ALMA.encode(), b"DATA\r\n"):
            stream.write(step)
            stream.flush()
            assert stream.readline()[:1] in b"23"
        stream.write(b"Subject: x\r\n\r\n..uno\r\ndos\n.\nMAIL FROM:<z@z.example>\n.\r\ntres\r\n.\r\nQUIT\r\n")
        stream.flush()
        assert stream.readline().startswith(b"250")
        assert stream.readline().startswith(b"221")
    assert store.only["payload"] == b"Subject: x\r\n\r\n.uno\r\ndos\n.\nMAIL FROM:<z@z.example>\n.\r\ntres\r\n"


def test_empty_text_and_sequence_errors(listener, store):
    recipient = b"RCPT TO:<%b>\r\n" % ALMA.encode()
    answers = raw_session(
        listener, b"DATA\r\n", b"HELO x\r\n", b"DATA\r\n", b"MAIL FROM:<a@b.example>\r\n", recipient, b"DATA\r\n",
        b".\r\n", b"\xff\xfe\r\n", b"QUIT\r\n",
    )  # fmt: skip
    assert [answer[:3] for answer in answers] == [
        b"220",
        b"503",
        b"250",
        b"503",
        b"250",
        b"250",
        b"354",
        b"250",
        b"500",
        b"221",
    ]
    assert store.only["payload"] == b""


def test_connections_are_capped(store):
    listener = Listener(store, settings_for(), connections=2)
    try:
        deadline = time.monotonic() + 10
        one = two = None
        while two is None and time.monotonic() < deadline:  # the controller's own greeting may still be closing
            try:
                one = one or listener.client()
                two = listener.client()
            except smtplib.SMTPConnectError:
                continue
        with pytest.raises(smtplib.SMTPConnectError) as caught:
            listener.client()
        assert caught.value.smtp_code == 421
        one.quit()
        assert two.noop()[0] == 250
        while time.monotonic() < deadline:
            try:
                listener.client().quit()
                break
            except smtplib.SMTPConnectError:
                continue
        else:
            pytest.fail("a place did not come free")
    finally:
        listener.end()


def test_stopping_lets_the_mail_under_way_be_stored(store):
    listener = Listener(store, settings_for())
    store.gate = threading.Event()
    client = listener.client()
    answers: list = []
    sending = threading.Thread(target=lambda: answers.append(client.sendmail("a@b.example", [ALMA], build())))
    sending.start()
    assert store.entered.wait(10)
    listener.stop.set()
    store.gate.set()
    sending.join(10)
    listener.end()
    assert answers == [{}]
    assert store.only["payload"] == build()
    with pytest.raises(OSError):
        listener.client()


def test_starttls_when_there_is_a_certificate(store, tmp_path):
    import ssl

    certificate, key = _certificate(tmp_path)
    listener = Listener(store, settings_for(SMTP_TLS_CERT=str(certificate), SMTP_TLS_KEY=str(key)))
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with listener.client() as client:
            assert client.starttls(context=context)[0] == 220
            client.sendmail("a@b.example", [ALMA], build())
        with listener.client() as client:
            assert client.noop()[0] == 250
    finally:
        listener.end()
    assert store.only["headers"]["tls"] is True


def _certificate(folder):
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "alma.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    certificate, private = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
