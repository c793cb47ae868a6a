"""Mails on their way to Alma by real SMTP, tried again as a mail server would."""

import smtplib
from email.utils import parseaddr
from typing import Any

from portal.sandbox.config import Config
from portal.sandbox.jobs import Jobs
from portal.sandbox.mail import compose
from portal.sandbox.mail.mailbox import Mailbox

RETRY_SECONDS = (2.0, 5.0, 15.0, 60.0, 300.0)
TIMEOUT_SECONDS = 30.0


class MailSender:
    """Sends letters through the edge relay; registers the job `mail`."""

    def __init__(self, *, config: Config, mailbox: Mailbox, jobs: Jobs) -> None:
        self._config = config
        self._mailbox = mailbox
        self._jobs = jobs
        jobs.handler("mail", self._run)

    def send(self, raw: bytes, *, header_from: str, envelope_from: str, to: str, spoofed: bool) -> dict[str, Any]:
        """Hand a mail over now; what is refused for the moment is tried again later.

        Returns the stored mail ({id, message_id, state: sent | waiting | refused, answer}).
        """
        relayed = compose.relay(
            raw,
            authserv_id=self._config.mail.authserv_id,
            header_from=header_from,
            envelope_from=envelope_from,
            spoofed=spoofed,
        )
        owner = parseaddr(header_from)[1] or envelope_from
        mail_id = self._mailbox.add_sent(owner=owner, envelope_from=envelope_from, to=to, raw=relayed)
        self._attempt(mail_id, attempt=0)
        stored = self._mailbox.get(mail_id)
        assert stored is not None
        return stored

    def _run(self, payload: dict[str, Any]) -> None:
        self._attempt(payload["id"], attempt=payload["attempt"])

    def _attempt(self, mail_id: int, *, attempt: int) -> None:
        mail = self._mailbox.get(mail_id)
        if mail is None or (attempt and mail["state"] != "waiting"):
            return
        state, answer = self._hand_over(mail)
        self._mailbox.sent(mail_id, state=state, answer=answer)
        if state == "waiting" and attempt < len(RETRY_SECONDS):
            self._jobs.add("mail", {"id": mail_id, "attempt": attempt + 1}, delay=RETRY_SECONDS[attempt])

    def _hand_over(self, mail: dict[str, Any]) -> tuple[str, str]:
        host, port = self._config.mail.alma_host, self._config.mail.alma_port
        sender_domain = compose.domain_of(mail["envelope_from"]) or "correo.example"
        try:
            with smtplib.SMTP(host, port, local_hostname=f"mx.{sender_domain}", timeout=TIMEOUT_SECONDS) as smtp:
                smtp.ehlo_or_helo_if_needed()
                options = ["SMTPUTF8"] if smtp.has_extn("smtputf8") and not _is_ascii(mail) else []
                smtp.sendmail(mail["envelope_from"], [mail["envelope_to"]], mail["raw"], mail_options=options)
        except smtplib.SMTPResponseException as error:
            return _judge(error.smtp_code, error.smtp_error)
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            return _judge(code, words)
        except UnicodeError:
            return "refused", "the server takes no addresses with letters outside ASCII"
        except (OSError, smtplib.SMTPException) as error:
            return "waiting", type(error).__name__
        return "sent", "250"


def _is_ascii(mail: dict[str, Any]) -> bool:
    return mail["envelope_from"].isascii() and mail["envelope_to"].isascii()


def _judge(code: int, words: bytes | str) -> tuple[str, str]:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return ("refused" if 500 <= code < 600 else "waiting"), f"{code} {text}"
