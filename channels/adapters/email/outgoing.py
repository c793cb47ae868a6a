"""One message to the relay, over SMTP.

A repeat bears the same Message-ID: a relay cannot be asked what became of a mail, so that id is what keeps a second
copy from being a second message (RFC 5322 section 3.6.4).
"""

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from case_api import clock
from case_api.settings import Settings
from channels.adapters import Outgoing, SendError, SendResult
from channels.adapters.email import tokens
from channels.adapters.email.headers import normalise_address
from channels.adapters.outgoing import Sayable, opened

CONNECT_SECONDS = 15.0
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_WIDTH = 76
_DEFAULT_SUBJECT = "Un mensaje para usted"  # seen in passing, it tells nobody from whom


def flowed(text: str) -> str:
    """Break lines softly at 76 characters for format=flowed (RFC 3676), losing no character."""
    out = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = line.rstrip(" ") if line != "-- " else line
        while True:
            stuffed = " " + line if line.startswith((" ", ">", "From ")) else line
            if len(stuffed) <= _WIDTH:
                break
            cut = line.rfind(" ", 1, _WIDTH - 1)
            cut = cut if cut > 0 else line.find(" ", _WIDTH - 1)
            if cut < 0 or cut + 1 >= len(line):
                break
            head, line = line[: cut + 1], line[cut + 1 :]
            out.append(" " + head if head.startswith((" ", ">", "From ")) else head)
        out.append(stuffed)
    return "\n".join(out)


def _one_line(text: str, most: int) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()[:most]


def _bracketed(message_id: str) -> str | None:
    found = re.search(r"[^<>\s]{1,250}", message_id)
    return f"<{found[0]}>" if found and found[0].isascii() and "@" in found[0] else None


def compose(outgoing: Outgoing, settings: Settings) -> EmailMessage:
    """The mail itself. The same `outgoing` gives the same Message-ID. Raises SendError('permanent') for an address
    that is none."""
    recipient = normalise_address(outgoing.recipient)
    if recipient is None:
        raise SendError("permanent", "5.1.3", "address")
    mail = EmailMessage(policy=SMTP)
    domain = settings.MAIL_ADDRESS.rpartition("@")[2]
    name = _one_line(outgoing.sender_name or "", 60).replace('"', "'").replace("\\", "")
    mail["From"] = f'"{name}" <{settings.MAIL_ADDRESS}>' if name else settings.MAIL_ADDRESS
    mail["To"] = recipient
    mail["Reply-To"] = tokens.reply_address(outgoing.conversation_id, settings.MAIL_ADDRESS)
    mail["Subject"] = _one_line(outgoing.subject or "", 200) or _DEFAULT_SUBJECT
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = tokens.message_id(outgoing.conversation_id, outgoing.id, domain)
    answered = _bracketed(outgoing.in_reply_to or "")
    if answered:
        mail["In-Reply-To"] = answered
    chain = [found for found in map(_bracketed, outgoing.references[-20:]) if found]
    if answered and answered not in chain:
        chain.append(answered)
    if chain:
        mail["References"] = " ".join(chain)
    if outgoing.automatic:
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834 section 5: nobody's robot answers ours
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(
        flowed(outgoing.body), subtype="plain", charset="utf-8", cte="quoted-printable", params={"format": "flowed"}
    )
    for part in outgoing.parts:
        main, _, sub = part.media_type.partition("/")
        if main == "text":
            text = part.content.decode("utf-8", "replace")
            params = {"method": "REQUEST"} if sub == "calendar" and b"METHOD:REQUEST" in part.content else {}
            mail.add_attachment(text, subtype=sub, charset="utf-8", cte="base64", filename=part.name, params=params)
        else:
            mail.add_attachment(
                part.content, maintype=main or "application", subtype=sub or "octet-stream", filename=part.name
            )
    return mail


def _refusal(code: int, reply: bytes | str, *, recipient: bool) -> SendError:
    """The relay's no, without its words (they may quote the address): only codes are kept."""
    text = reply.decode("ascii", "replace") if isinstance(reply, bytes) else reply
    enhanced = re.search(r"\b[245]\.\d{1,3}\.\d{1,3}\b", text[:200])
    kind = "permanent" if code >= 500 and recipient else "retry"
    return SendError(kind, f"{code} {enhanced[0]}" if enhanced else str(code), "recipient" if recipient else "relay")


def _secure(client: smtplib.SMTP, settings: Settings) -> None:
    """STARTTLS to every relay on another machine, with a certificate that holds for its name. One that offers none
    gets no mail in production: an offer taken out on the way (RFC 3207 section 6) looks just like that.

    Raises SendError('retry').
    """
    if settings.MAIL_RELAY_HOST in LOOPBACK:
        return
    if not client.has_extn("starttls"):
        if settings.ENV == "production":
            raise SendError("retry", "no-tls", "relay")
        return
    context = ssl.create_default_context(cafile=settings.MAIL_RELAY_CA or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        client.starttls(context=context)
    except ssl.SSLError:
        raise SendError("retry", "tls-certificate", "relay") from None
    client.ehlo()


def _hand_over(client: smtplib.SMTP, mail: EmailMessage, envelope_sender: str, recipient: str) -> None:
    code, reply = client.mail(envelope_sender)
    if code != 250:
        raise _refusal(code, reply, recipient=False)
    code, reply = client.rcpt(recipient)
    if code not in {250, 251}:
        raise _refusal(code, reply, recipient=True)
    try:
        code, reply = client.data(mail.as_bytes())
    except smtplib.SMTPDataError as error:
        raise _refusal(error.smtp_code, error.smtp_error, recipient=True) from None
    except (smtplib.SMTPServerDisconnected, OSError):
        # Cut off while or after the text went: the relay may have it.
        raise SendError("unknown", "", "disconnected") from None
    if code != 250:
        raise _refusal(code, reply, recipient=True)


def send(sayable: Sayable, settings: Settings) -> SendResult:
    """Hand one mail to the relay (MAIL_RELAY_HOST/PORT); `external_id` is its Message-ID without brackets.

    Raises SendError: 'permanent' (5xx for this recipient or this mail), 'retry' (4xx, no connection, a relay that
    refuses us as a whole), 'unknown' (cut off after the text began to go). `code` is SMTP's, with the enhanced one.
    """
    mail = compose(opened(sayable), settings)
    # Bounces come back to the plus-address, so that they find their conversation even without our Message-ID.
    try:
        client = smtplib.SMTP(
            settings.MAIL_RELAY_HOST,
            settings.MAIL_RELAY_PORT,
            local_hostname=settings.MAIL_ADDRESS.rpartition("@")[2],
            timeout=CONNECT_SECONDS,
        )
    except smtplib.SMTPConnectError as error:
        raise _refusal(error.smtp_code, error.smtp_error, recipient=False) from None
    except (smtplib.SMTPException, OSError) as error:
        raise SendError("retry", "", type(error).__name__) from None
    try:
        client.ehlo_or_helo_if_needed()
        _secure(client, settings)
        _hand_over(client, mail, mail["Reply-To"], mail["To"])
    except SendError:
        raise
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error, recipient=False) from None
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        raise SendError("retry", "", type(error).__name__) from None
    finally:
        _goodbye(client)
    return SendResult("sent", mail["Message-ID"].strip("<> "))


def _goodbye(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        client.close()
