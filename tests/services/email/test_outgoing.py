"""What leaves, read again by a real SMTP server; and what each answer of the relay becomes."""

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller

from channels.adapters import InboundPart, Outgoing, RawEvent, SendError
from channels.adapters.email import tokens
from channels.adapters.email.adapter import EmailAdapter
from channels.adapters.email.outgoing import flowed
from tests.data.mail.make import ALMA
from tests.sayable import sayable

CONVERSATION = UUID("01890000-0000-7000-8000-0000000000aa")
MESSAGE = UUID("01890000-0000-7000-8000-0000000000bb")
LONG = "Buenos días, Amparo: " + "le escribimos por su cita con su trabajadora social, que sigue como estaba. " * 4


class Relay:
    """An SMTP server that answers as told."""

    def __init__(self) -> None:
        self.rcpt = self.data = self.mail = None
        self.mails: list[tuple[str, list[str], bytes]] = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.mail or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        if self.data == "cut":
            server.transport.abort()
        return self.data or "250 OK"


class OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def relay() -> Iterator[Relay]:
    made = Relay()
    controller = OnAFreePort(made, hostname="127.0.0.1", port=0)
    controller.start()
    made.port = controller.port
    yield made
    controller.stop()


def adapter(port: int) -> EmailAdapter:
    return EmailAdapter(
        SimpleNamespace(
            MAIL_RELAY_HOST="127.0.0.1", MAIL_RELAY_PORT=port, MAIL_ADDRESS=ALMA, MAIL_AUTHSERV_ID="mx.example",
            MAIL_TRUSTED_RELAYS="",
        )
    )  # fmt: skip


def outgoing(**more):
    values = {"id": MESSAGE, "conversation_id": CONVERSATION, "channel": "email", "recipient": "amparo@correo.example",
              "body": LONG}  # fmt: skip
    return sayable(Outgoing(**(values | more)))


def sent(relay: Relay) -> email.message.EmailMessage:
    return email.message_from_bytes(relay.mails[-1][2], policy=email.policy.default)


def test_an_answer_in_its_thread(relay):
    result = adapter(relay.port).send(
        outgoing(subject="Re: Su cita", sender_name="Servicios Sociales", in_reply_to="1@correo.example",
                 references=("0@correo.example",))
    )  # fmt: skip
    mail_from, recipients, _ = relay.mails[-1]
    mail = sent(relay)
    assert result.state == "sent"
    assert mail["Message-ID"] == f"<{result.external_id}>"
    assert mail["In-Reply-To"] == "<1@correo.example>"
    assert mail["References"] == "<0@correo.example> <1@correo.example>"
    assert mail["Subject"] == "Re: Su cita"
    assert mail["From"].addresses[0].display_name == "Servicios Sociales"
    assert recipients == ["amparo@correo.example"]
    assert tokens.read(mail_from) == tokens.read(str(mail["Reply-To"])) == CONVERSATION
    assert tokens.read(result.external_id) == CONVERSATION
    assert mail["Auto-Submitted"] is None
    assert mail.get_content_type() == "text/plain"
    assert mail["Content-Type"].params["format"] == "flowed"
    # The reader of the other side, our own, joins the lines again.
    [read] = EmailAdapter(adapter(relay.port)._settings).parse(RawEvent("email", "mail", relay.mails[-1][2]))
    assert read.body_full == LONG.strip()


def test_a_repeat_bears_the_same_message_id(relay):
    first, second = adapter(relay.port).send(outgoing()), adapter(relay.port).send(outgoing())
    assert first.external_id == second.external_id


def test_an_automatic_message_says_so_and_carries_a_calendar(relay):
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    pdf = InboundPart("cita.pdf", "application/pdf", b"%PDF-1.7")
    adapter(relay.port).send(outgoing(automatic=True, parts=(InboundPart("cita.ics", "text/calendar", ics), pdf)))
    mail = sent(relay)
    assert mail["Auto-Submitted"] == "auto-generated"
    calendar, document = mail.iter_attachments()
    assert (calendar.get_content_type(), calendar.get_filename()) == ("text/calendar", "cita.ics")
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar.get_payload(decode=True).strip() == ics.strip()
    assert (document.get_content_type(), document.get_payload(decode=True)) == ("application/pdf", b"%PDF-1.7")


@pytest.mark.parametrize(
    ("step", "answer", "kind", "code"),
    [
        ("rcpt", "550 5.1.1 <amparo@correo.example> unknown", "permanent", "550 5.1.1"),
        ("rcpt", "450 4.2.0 greylisted", "retry", "450 4.2.0"),
        ("data", "554 5.7.1 refused", "permanent", "554 5.7.1"),
        ("data", "451 later", "retry", "451"),
        ("mail", "550 5.7.1 who are you", "retry", "550 5.7.1"),
        ("mail", "421 4.3.2 closing", "retry", "421 4.3.2"),
        ("data", "cut", "unknown", ""),
    ],
)
def test_what_the_relay_says(relay, step, answer, kind, code):
    setattr(relay, step, answer)
    with pytest.raises(SendError) as caught:
        adapter(relay.port).send(outgoing())
    assert (caught.value.kind, caught.value.code) == (kind, code)
    assert "amparo" not in str(caught.value)


def test_no_relay_there_is_tried_again():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refused
        with pytest.raises(SendError) as caught:
            adapter(taken.getsockname()[1]).send(outgoing())
    assert caught.value.kind == "retry"


def test_a_relay_that_says_nothing_is_tried_again(monkeypatch):
    monkeypatch.setattr("channels.adapters.email.outgoing.CONNECT_SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        holding = threading.Thread(target=mute.accept, daemon=True)
        holding.start()
        with pytest.raises(SendError) as caught:
            adapter(mute.getsockname()[1]).send(outgoing())
    assert caught.value.kind == "retry"


@pytest.mark.parametrize(
    "recipient", ["", "amparo", "a@b.example\r\nRCPT TO:<x@y.example>", "a b@c.example", "ñ@\ufffd.example"]
)
def test_an_address_that_is_none_is_refused_before_any_connection(recipient):
    with pytest.raises(SendError) as caught:
        adapter(1).send(outgoing(recipient=recipient))
    assert caught.value.kind == "permanent"


def test_no_header_can_be_smuggled(relay):
    adapter(relay.port).send(
        outgoing(subject="Hola\r\nBcc: x@y.example", sender_name='A"\r\nX: 1', in_reply_to="a@b\r\nX: 2")
    )
    mail = sent(relay)
    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert mail["Subject"] == "Hola Bcc: x@y.example"


@pytest.mark.parametrize(
    "text",
    ["", "corto", LONG, "a" * 300, " sangría", "> citado", "From aquí", "uno\n\ndos\n", "x " * 100, "بسم الله " * 40],
)
def test_flowed_lines_lose_nothing(text):
    from channels.adapters.email.bodies import _unflowed

    broken = flowed(text)
    assert _unflowed(broken, delete_space=False) == "\n".join(
        (">" + line[1:] if line.startswith(">") else line).rstrip(" ") for line in text.split("\n")
    )
    assert all(len(line) <= 78 or " " not in line.strip() for line in broken.split("\n"))


# --- TLS to a relay on another machine


def certificate(folder, name: str) -> tuple[str, str, str]:
    """An authority of this test and a certificate for an address of this machine; the three files."""
    from datetime import UTC, datetime, timedelta
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.now(UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, each)]) for each in ("Autoridad inventada", name)]
    made = []
    for number, authority in ((0, True), (1, False)):
        builder = (
            x509.CertificateBuilder().subject_name(names[number]).issuer_name(names[0])
            .public_key(keys[number].public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(keys[number].public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(keys[0].public_key()), critical=False)
            .add_extension(x509.KeyUsage(True, False, False, False, False, authority, authority, False, False),
                           critical=True)
        )  # fmt: skip
        if not authority:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(name))]), critical=False
            )
        made.append(builder.sign(keys[0], hashes.SHA256()))
    pem = serialization.Encoding.PEM
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = [folder / each for each in ("authority.pem", "relay.pem", "relay.key")]
    files[0].write_bytes(made[0].public_bytes(pem))
    files[1].write_bytes(made[1].public_bytes(pem))
    files[2].write_bytes(keys[1].private_bytes(pem, *plain))
    return tuple(map(str, files))


def far_relay(tmp_path, name: str, **more):
    """A relay that is not this machine's own name, with STARTTLS and a certificate for `name`."""
    import ssl

    authority, chain, key = certificate(tmp_path, name)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, key)
    relay = Relay()
    controller = OnAFreePort(relay, hostname="127.0.0.2", port=0, **({"tls_context": context} | more))
    controller.start()
    sender = EmailAdapter(
        SimpleNamespace(
            MAIL_RELAY_HOST="127.0.0.2", MAIL_RELAY_PORT=controller.port, MAIL_ADDRESS=ALMA, ENV="production",
            MAIL_AUTHSERV_ID="mx.example", MAIL_TRUSTED_RELAYS="", MAIL_RELAY_CA=authority,
        )
    )  # fmt: skip
    return relay, controller, sender


def test_mail_goes_over_tls_to_a_relay_whose_certificate_holds(tmp_path):
    relay, controller, sender = far_relay(tmp_path, "127.0.0.2", require_starttls=True)
    try:
        assert sender.send(outgoing()).state == "sent"
    finally:
        controller.stop()
    assert len(relay.mails) == 1


TLS = [
    pytest.param({"name": "127.0.0.3"}, {}, "tls-certificate", id="a certificate of another name"),
    pytest.param({"name": "127.0.0.2"}, {"MAIL_RELAY_CA": ""}, "tls-certificate", id="an authority nobody knows"),
    pytest.param({"name": "127.0.0.2", "tls_context": None}, {}, "no-tls", id="no TLS offered"),
]


@pytest.mark.parametrize(("relay_is", "we_are", "code"), TLS)
def test_without_tls_that_holds_nothing_leaves(tmp_path, relay_is, we_are, code):
    relay, controller, sender = far_relay(tmp_path, **relay_is)
    for name, value in we_are.items():
        setattr(sender._settings, name, value)
    try:
        with pytest.raises(SendError) as told:
            sender.send(outgoing())
    finally:
        controller.stop()
    assert (told.value.kind, told.value.code) == ("retry", code), "it waits: the relay is mended, not the mail"
    assert relay.mails == []
