"""What the sample providers and the edge relay put into a mail."""

import email
import email.policy

import pytest

from portal.sandbox.mail import compose, mailbox
from portal.sandbox.mail.compose import Letter

OURS = "mx.servicios.alma.example"


def _relay(raw: bytes, *, spoofed: bool = False) -> email.message.EmailMessage:
    relayed = compose.relay(
        raw,
        authserv_id=OURS,
        header_from="Ana <ana@correo.example>",
        envelope_from="ana@correo.example",
        spoofed=spoofed,
    )
    return email.message_from_bytes(relayed, policy=email.policy.default)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(b"Authentication-Results: mx.servicios.alma.example; dmarc=pass\r\n", id="plain"),
        pytest.param(b"AUTHENTICATION-RESULTS:MX.Servicios.Alma.Example; dmarc=pass\r\n", id="case"),
        pytest.param(b"Authentication-Results: (x) mx.servicios.alma.example 1;\r\n dmarc=pass\r\n", id="comment"),
        pytest.param(b"Authentication-Results:\r\n mx.servicios.alma.example;\r\n\tdmarc=pass\r\n", id="folded"),
        pytest.param(b'Authentication-Results : "mx.servicios.alma.example"; dmarc=pass\r\n', id="space, quotes"),
    ],
)
def test_a_forged_verdict_of_ours_is_taken_out(forged: bytes) -> None:
    mail = _relay(b"From: ana@correo.example\r\n" + forged + b"Subject: x\r\n\r\nHola\r\n", spoofed=True)
    verdicts = mail.get_all("Authentication-Results")
    assert len(verdicts) == 1
    assert "dmarc=fail" in verdicts[0]
    assert mail["Subject"] == "x"
    assert mail.get_content().strip() == "Hola"


def test_verdicts_of_others_and_words_in_the_body_stay() -> None:
    other = b"Authentication-Results: mx.otro.example; dmarc=fail\r\n"
    body = b"Authentication-Results: mx.servicios.alma.example; dmarc=pass\r\n"
    mail = _relay(other + b"From: ana@correo.example\r\n\r\n" + body)
    ours, theirs = mail.get_all("Authentication-Results")
    assert ours.startswith(OURS)
    assert "header.from=correo.example" in ours
    assert "spf=pass" in ours and "dkim=pass" in ours and "dmarc=pass" in ours
    assert theirs.startswith("mx.otro.example")
    assert "dmarc=pass" in mail.get_content()


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"From: a@b.example", id="headers without an end"),
        pytest.param(b"\r\nonly a body", id="no headers"),
        pytest.param(b"Subject: a\n\nbare line feeds\n", id="bare line feeds"),
    ],
)
def test_odd_mails_lose_nothing(raw: bytes) -> None:
    assert compose.strip_results(raw, OURS) == raw


def test_a_reply_refers_to_what_it_answers() -> None:
    letter = Letter("ana@correo.example", "alma@x.example", "Re: Cita", "Sí", in_reply_to="<2@x>", references="<1@x>")
    mail = email.message_from_bytes(compose.compose(letter), policy=email.policy.default)
    assert mail["In-Reply-To"] == "<2@x>"
    assert mail["References"].split() == ["<1@x>", "<2@x>"]
    assert mail["Message-ID"].endswith("@correo.example>")
    assert mail["Date"]


def test_a_header_cannot_be_smuggled_in() -> None:
    with pytest.raises(ValueError, match="linefeed|newline|line"):
        compose.compose(Letter("ana@correo.example", "alma@x.example", "a\r\nBcc: todos@x.example", "x"))


def test_a_mail_without_message_id_is_known_by_its_bytes() -> None:
    assert mailbox.message_id_of(b"Subject: a\r\n\r\nMessage-ID: <no@x>\r\n").startswith("sha256:")
    assert mailbox.message_id_of(b"Subject: a\r\nmessage-id:  <si@x>\r\n\r\n") == "<si@x>"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"From: ((((((\r\nContent-Type: text/plain; charset=nada\r\n\r\nx", id="charset nobody knows"),
        pytest.param(b"Content-Type: multipart/mixed\r\n\r\nx", id="multipart without boundary"),
        pytest.param(b"Content-Transfer-Encoding: base64\r\n\r\n!!!", id="broken base64"),
        pytest.param(b"\xff\xfe\x00", id="not a mail"),
    ],
)
def test_any_mail_can_be_shown(raw: bytes) -> None:
    assert isinstance(mailbox.view(raw).text, str)


def test_html_is_shown_as_words() -> None:
    raw = b"Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p>Hola</p><p>Ana</p>"
    assert mailbox.view(raw).text.split() == ["Hola", "Ana"]
