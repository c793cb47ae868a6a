"""Mail both ways over real SMTP."""

import base64
import email
import email.policy
import re
import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.journeys.sandbox.process import Sandbox, eventually

AMPARO = "amparo@correo.example"
ALMA = "alma@servicios.alma.example"


class AlmaSmtp:
    """Alma's SMTP server: keeps what comes, answers as told."""

    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.raw.append(envelope.original_content or b"")
        self.envelopes.append(((envelope.mail_from or "").strip("<>"), list(envelope.rcpt_tos)))
        return "250 OK"

    def mail(self, index: int = -1) -> EmailMessage:
        return email.message_from_bytes(self.raw[index], policy=email.policy.default)


@pytest.fixture
def alma_smtp(sandbox: Sandbox) -> Iterator[AlmaSmtp]:
    handler = AlmaSmtp()
    controller = Controller(handler, hostname="127.0.0.1", port=sandbox.config["mail"]["alma_port"])
    controller.start()
    try:
        yield handler
    finally:
        controller.stop()


def _letter(**headers: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = f"Alma <{ALMA}>", AMPARO, "Su cita"
    letter["Message-ID"] = "<cita-1@servicios.alma.example>"
    for name, value in headers.items():
        letter[name.replace("_", "-")] = value
    letter.set_content("Le esperamos el lunes. Más en http://localhost/citas")
    return letter


def _deliver(sandbox: Sandbox, letter: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox.config["smtp_port"], timeout=10) as smtp:
        smtp.send_message(letter)


def test_what_alma_sends_is_shown_once_and_counted(sandbox: Sandbox) -> None:
    for _ in range(3):
        _deliver(sandbox, _letter())
    (mail,) = sandbox.mails(AMPARO)
    assert (mail["subject"], mail["repeats"], mail["envelope_from"]) == ("Su cita", 3, ALMA)
    page = httpx.get(f"{sandbox.url}/mail/{AMPARO}").text
    assert "Le esperamos el lunes" in page and "Ha llegado 3 veces" in page
    assert '<a href="http://localhost/citas"' in page


@pytest.mark.parametrize(
    ("fault", "code", "stored"),
    [pytest.param("defer", 451, 0, id="451"), pytest.param("reject", 550, 0, id="550")],
)
def test_faults_that_refuse(sandbox: Sandbox, fault: str, code: int, stored: int) -> None:
    httpx.put(f"{sandbox.url}/mail/control/faults", json={fault: 1})
    with pytest.raises(smtplib.SMTPDataError) as caught:
        _deliver(sandbox, _letter())
    assert caught.value.smtp_code == code
    assert len(sandbox.mails(AMPARO)) == stored
    _deliver(sandbox, _letter())
    assert len(sandbox.mails(AMPARO)) == 1


def test_accepted_and_then_silence(sandbox: Sandbox) -> None:
    httpx.put(f"{sandbox.url}/mail/control/faults", json={"accept_then_close": 1})
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        _deliver(sandbox, _letter())
    assert len(sandbox.mails(AMPARO)) == 1


def test_honest_mail_passes_and_spoofed_mail_fails(sandbox: Sandbox, alma_smtp: AlmaSmtp) -> None:
    call: dict[str, Any] = {"from": f"Amparo <{AMPARO}>", "subject": "Duda", "text": "¿Qué llevo?"}
    sent = sandbox.post("/mail/control/send", **call)
    assert sent["state"] == "sent"
    mail = alma_smtp.mail()
    assert alma_smtp.envelopes == [(AMPARO, [ALMA])]
    assert mail["Message-ID"] == sent["message_id"]
    assert mail["From"] == f"Amparo <{AMPARO}>"
    assert mail.get_content().strip() == "¿Qué llevo?"
    verdict = mail["Authentication-Results"]
    assert verdict.startswith("mx.servicios.alma.example;")
    assert "spf=pass" in verdict and "dkim=pass" in verdict and "dmarc=pass header.from=correo.example" in verdict

    forged = {"Authentication-Results": "mx.servicios.alma.example; dmarc=pass header.from=correo.example"}
    sandbox.post("/mail/control/send", **call, spoofed=True, headers=forged)
    (verdict,) = alma_smtp.mail().get_all("Authentication-Results")
    assert "spf=fail" in verdict and "dmarc=fail" in verdict


def test_a_raw_mail_goes_as_it_is(sandbox: Sandbox, alma_smtp: AlmaSmtp) -> None:
    raw = b"From: ((((\r\nContent-Type: text/plain; charset=nada\r\n\r\n.\xff\r\n..dots\r\n"
    sandbox.post("/mail/control/send", **{"from": AMPARO, "raw": base64.b64encode(raw).decode(), "envelope_from": ""})
    assert alma_smtp.raw[0].endswith(raw)
    assert alma_smtp.envelopes[0][0] == ""


def test_a_mail_waits_for_alma_and_a_refusal_is_final(sandbox: Sandbox, alma_smtp: AlmaSmtp) -> None:
    alma_smtp.answers = ["451 later", "550 no"]
    waiting = sandbox.post("/mail/control/send", **{"from": AMPARO, "subject": "a", "text": "x"})
    refused = sandbox.post("/mail/control/send", **{"from": AMPARO, "subject": "b", "text": "x"})
    assert (waiting["state"], refused["state"]) == ("waiting", "refused")
    eventually(lambda: [one["state"] for one in sandbox.mails(AMPARO, "out")] == ["sent", "refused"])
    assert [one["Subject"] for one in map(alma_smtp.mail, range(len(alma_smtp.raw)))] == ["a"]


def test_alma_is_down(sandbox: Sandbox) -> None:
    sent = sandbox.post("/mail/control/send", **{"from": AMPARO, "text": "x"})
    assert (sent["state"], sent["answer"]) == ("waiting", "ConnectionRefusedError")


def test_a_human_reads_and_replies(sandbox: Sandbox, alma_smtp: AlmaSmtp) -> None:
    _deliver(sandbox, _letter(Reply_To="alma+clave@servicios.alma.example", References="<0@servicios.alma.example>"))
    mail_id = sandbox.mails(AMPARO)[0]["id"]
    with httpx.Client(base_url=sandbox.url, follow_redirects=True) as browser:
        page = browser.get(f"/mail/{AMPARO}/{mail_id}/reply").text
        assert 'value="alma+clave@servicios.alma.example"' in page and "&gt; Le esperamos" in page
        token = re.search(r'name="form_token" value="(\w+)"', page)
        assert token
        form = {"form_token": token[1], "to": "alma+clave@servicios.alma.example", "answers": str(mail_id)}
        empty = browser.post(f"/mail/{AMPARO}", data=form | {"subject": "Re: Su cita", "text": " "})
        assert empty.status_code == 422 and "Re: Su cita" in empty.text and "<title>Error: " in empty.text
        done = browser.post(f"/mail/{AMPARO}", data=form | {"subject": "Re: Su cita", "text": "Allí estaré"})
        assert done.status_code == 200 and "Entregado a Alma" in done.text
    mail = alma_smtp.mail()
    assert alma_smtp.envelopes == [(AMPARO, ["alma+clave@servicios.alma.example"])]
    assert mail["In-Reply-To"] == "<cita-1@servicios.alma.example>"
    assert mail["References"].split() == ["<0@servicios.alma.example>", "<cita-1@servicios.alma.example>"]
    assert mail["From"] == f"Amparo Ejemplo Serrano <{AMPARO}>"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"text": "x"}, id="no from"),
        pytest.param({"from": AMPARO, "raw": "%%"}, id="raw is not base64"),
        pytest.param({"from": AMPARO, "subject": "a\nb"}, id="line break in a header"),
    ],
)
def test_bad_control_calls_are_told_why(lasting_sandbox: Sandbox, content: dict[str, str]) -> None:
    answer = httpx.post(f"{lasting_sandbox.url}/mail/control/send", json=content)
    assert answer.status_code == 422 and answer.json()["details"]
