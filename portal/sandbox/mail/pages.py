"""The mailboxes as pages: read, reply, write, and write as somebody else."""

import email
import email.policy
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from portal.sandbox.mail import compose, mailbox
from portal.sandbox.services import services
from portal.sandbox.web import form_protected

pages = Blueprint("mail_pages", __name__, url_prefix="/sandbox/mail")

STATES = {
    "received": "Recibido",
    "sending": "Enviándose",
    "sent": "Entregado a Alma",
    "waiting": "Alma no lo ha podido recoger. Se intentará otra vez.",
    "refused": "Alma lo ha rechazado",
}


def checked_address(text: str) -> str | None:
    """The address in lower case, or None; names without a real domain (.example) are welcome here."""
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return found.normalized.lower()


@pages.get("")
def accounts() -> str:
    """All boxes, and a form to open one with any other address."""
    return _accounts_page()


@pages.post("")
@form_protected
def open_box() -> Any:
    """Go to the box with the address that was typed."""
    typed = request.form.get("address", "").strip()
    address = checked_address(typed)
    if address is None:
        error = "Escriba una dirección de correo completa, por ejemplo tomas@correo.example."
        return _accounts_page(error=error, typed=typed), 422
    return redirect(url_for("mail_pages.box", address=address), 303)


@pages.get("/<address>")
def box(address: str) -> str:
    """What a person got and sent, newest first, with a form to write to Alma."""
    return _box_page(_known(address), typed={})


@pages.post("/<address>")
@form_protected
def write(address: str) -> Any:
    """Send what was typed to Alma, as an answer when `answers` names a mail of this box."""
    known = _known(address)
    typed = {key: request.form.get(key, "") for key in ("to", "subject", "text", "answers", "spoofed")}
    parts = services()
    to = checked_address(mailbox.address_of(typed["to"])) if typed["to"] else parts.config.mail.alma_address
    error, field = None, ""
    if to is None:
        error, field = "Escriba en «Para» una dirección de correo completa.", "to"
    elif not typed["text"].strip():
        error, field = "Escriba el texto del correo.", "text"
    if error is not None:
        return _box_page(known, typed=typed, error=error, field=field), 422
    answered = _owned(known, typed["answers"]) if typed["answers"] else None
    seen = mailbox.view(answered["raw"]) if answered else None
    letter = compose.Letter(
        sender=_named(known),
        to=to or "",
        subject=" ".join(typed["subject"].split()),
        text=typed["text"].replace("\r\n", "\n"),
        in_reply_to=seen.message_id if seen else None,
        references=seen.references if seen else None,
    )
    parts.mail_sender.send(
        compose.compose(letter),
        header_from=known,
        envelope_from=known,
        to=to or "",
        spoofed=bool(typed["spoofed"]),
    )
    return redirect(url_for("mail_pages.box", address=known), 303)


@pages.get("/<address>/<int:mail_id>/reply")
def reply(address: str, mail_id: int) -> str:
    """The same page with the form filled in to answer one mail, the original quoted below."""
    known = _known(address)
    answered = _owned(known, str(mail_id))
    if answered is None:
        raise NotFound
    seen = mailbox.view(answered["raw"])
    subject = seen.subject if seen.subject.lower().startswith("re:") else f"Re: {seen.subject}"
    quoted = "\n".join(f"> {line}" for line in seen.text.splitlines()[:200])
    typed = {
        "to": mailbox.address_of(_reply_to(answered["raw"]) or seen.sender),
        "subject": subject,
        "text": f"\n\nEl {seen.date}, {mailbox.address_of(seen.sender)} escribió:\n{quoted}\n",
        "answers": str(mail_id),
    }
    return _box_page(known, typed=typed, answering=seen.subject)


@pages.get("/<address>/<int:mail_id>/raw")
def raw(address: str, mail_id: int) -> Response:
    """The mail as it came, to download."""
    mail = _owned(_known(address), str(mail_id))
    if mail is None:
        raise NotFound
    return _download(mail["raw"], f"correo-{mail_id}.eml")


@pages.get("/<address>/<int:mail_id>/attachments/<int:index>")
def attachment(address: str, mail_id: int, index: int) -> Response:
    """One attachment, always as a download."""
    mail = _owned(_known(address), str(mail_id))
    found = mailbox.view(mail["raw"]).attachments if mail else []
    if index >= len(found):
        raise NotFound
    name, _kind, content = found[index]
    return _download(content, name)


def _download(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def _reply_to(raw_mail: bytes) -> str:
    try:
        parsed = email.message_from_bytes(raw_mail, policy=email.policy.default)
        return str(parsed.get("Reply-To", ""))
    except Exception:  # the sender decides what is in a mail
        return ""


def _known(address: str) -> str:
    known = checked_address(address)
    if known is None:
        raise NotFound
    return known


def _owned(owner: str, mail_id: str) -> dict[str, Any] | None:
    mail = services().mailbox.get(int(mail_id)) if mail_id.isdecimal() and len(mail_id) < 15 else None
    return mail if mail is not None and mail["owner"] == owner else None


def _named(address: str) -> str:
    for person in services().config.idp.people:
        if person.email and person.email.lower() == address:
            return f"{person.given_name} {person.family_name} <{address}>"
    return address


def _accounts_page(*, error: str | None = None, typed: str = "") -> str:
    parts = services()
    alma = parts.config.mail.alma_address.lower()
    known = [account.lower() for account in parts.config.mail.accounts]
    boxes = known + [owner for owner in parts.mailbox.owners() if owner not in known and owner != alma]
    counts = {owner: sum(mail["direction"] == "in" for mail in parts.mailbox.of(owner)) for owner in boxes}
    return render_template("accounts.html", boxes=boxes, counts=counts, error=error, typed=typed)


def _box_page(
    address: str, *, typed: dict[str, str], error: str | None = None, field: str = "", answering: str | None = None
) -> str:
    parts = services()
    mails = [{**mail, "view": mailbox.view(mail["raw"])} for mail in parts.mailbox.of(address, limit=50)]
    return render_template(
        "box.html",
        address=address,
        mails=mails,
        states=STATES,
        typed={"to": parts.config.mail.alma_address, **{key: value for key, value in typed.items() if value}},
        error=error,
        field=field,
        answering=answering,
    )
