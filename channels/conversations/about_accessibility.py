"""What people write about the accessibility of the site: Real Decreto 1112/2018, articles 10 to 13.

Anybody may write, without a log-in. Nobody is known by an address they typed: what they write begins a conversation of
its own, which staff answer like any other. A complaint or a request for accessible information (article 12) is answered
within twenty working days, a claim against the answer (article 13) within two months.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from flask_babel import lazy_gettext as _l
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.access.actor import Actor
from case_api.agenda.deadlines import last_day
from case_api.clock import MADRID
from case_api.directory import holidays
from case_api.errors import Invalid, NotFound
from channels.contacts import book as contacts
from channels.conversations import messages
from channels.inbound import intake, joining, noticing

ANSWER_WORKING_DAYS = 20  # article 12; days as Ley 39/2015, article 30.2, counts them
CLAIM_MONTHS = 2  # article 13
MOST_A_DAY = 5
SUBJECTS = {
    "comment": "Accesibilidad: comunicación (art. 10.2.a)",
    "information": "Accesibilidad: solicitud de información accesible (art. 12)",
    "complaint": "Accesibilidad: queja (art. 12)",
    "claim": "Accesibilidad: reclamación (art. 13)",
}
"""What staff read in the inbox, by kind: in Spanish, as the norm names it."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: its kind, when (UTC), and the last day for our answer (None for a comment, which has no term)."""

    kind: str
    reference: str
    received_at: datetime
    answer_by: date | None


def write(
    session: Session,
    *,
    kind: str,
    body: str,
    email: str | None,
    name: str | None = None,
    page: str | None = None,
    earlier: str | None = None,
    key: UUID,
    language: str = "es",
) -> Received:
    """Keep it and put it before the staff. The same form (`key`) sent twice is one message.

    `page` is where the trouble was, `earlier` the reference of what a claim is about. Raises Invalid for a kind there
    is not, or where one address writes more than MOST_A_DAY times a day.
    """
    if kind not in SUBJECTS:
        raise Invalid(fields={"kind": _l("Elija qué quiere hacer")})
    now = clock.now()
    external_id = _external(key)
    told = {"kind": kind, "body": body, "email": email, "name": name, "page": page, "earlier": earlier}
    contact_id, address_id = _who(session, email=email, name=name, language=language)
    contacts.lock_contact(session, contact_id=contact_id)
    if _written_today(session, contact_id) >= MOST_A_DAY:
        raise Invalid(fields={"body": _l("Hoy ya nos ha escrito varias veces. Siga mañana o llámenos.")})
    outcome = intake.store(
        session, channel="portal", kind="form", dedupe=external_id, payload=json.dumps(told).encode(),
        headers={"form": "accessibility"}, contact_key=email or external_id,
    )  # fmt: skip
    if outcome == "duplicate":
        return received(session, key=key)
    intake.done(session, channel="portal", dedupe=external_id)
    conversation_id = joining.new_conversation(
        session, contact_id=contact_id, at=now, subject=SUBJECTS[kind], nobodys=True
    )
    noticed = noticing.read(body)
    message_id = messages.write(
        session, conversation_id=conversation_id, direction="in", channel="portal", address_id=address_id,
        subject=SUBJECTS[kind], body=_as_text(told), state="received", language=noticed.language or language,
        danger=list(noticed.danger), received_at=now, external_id=external_id,
    )  # fmt: skip
    noticing.mark(session, conversation_id=conversation_id, message_id=message_id, noticed=noticed)
    joining.heard(session, conversation_id=conversation_id, at=now, waits=True, urgent=bool(noticed.danger))
    return received(session, key=key)


def received(session: Session, *, key: UUID) -> Received:
    """What was kept of a form, without its content. Raises NotFound."""
    row = session.execute(
        text("SELECT subject, received_at FROM message WHERE channel = 'portal' AND external_id = :id"),
        {"id": _external(key)},
    ).first()
    kind = next((k for k, subject in SUBJECTS.items() if row and row.subject == subject), None)
    if row is None or kind is None:
        raise NotFound
    return Received(kind, str(key)[:8].upper(), row.received_at, answer_by(session, kind=kind, at=row.received_at))


def answer_by(session: Session, *, kind: str, at: datetime) -> date | None:
    """The last day of the term, in Madrid."""
    day = at.astimezone(MADRID).date()
    if kind == "claim":
        return day + relativedelta(months=CLAIM_MONTHS)
    if kind == "comment":
        return None
    free = holidays(session, first=day, last=day + relativedelta(months=3))
    return last_day(day, ANSWER_WORKING_DAYS, kind="working", holidays=free)


def _external(key: UUID) -> str:
    return f"accessibility:{key}"


def _who(session: Session, *, email: str | None, name: str | None, language: str) -> tuple[UUID, UUID | None]:
    """A contact of what was typed; one that is not proved joins nothing that anybody else wrote."""
    actor = Actor.system("accessibility-form")
    if email:
        found = contacts.find_or_make(
            session, kind="email_unverified", value=email, actor=actor, claimed_name=name, language=language
        )
        return found.contact_id, found.id
    return contacts.nameless_contact(session, claimed_name=name, language=language), None


def _written_today(session: Session, contact_id: UUID) -> int:
    return session.execute(
        text(
            "SELECT count(*) FROM conversation WHERE contact_id = :contact AND opened_at > :since "
            "AND subject LIKE 'Accesibilidad:%'"
        ),
        {"contact": contact_id, "since": clock.now() - relativedelta(days=1)},
    ).scalar_one()


def _as_text(told: dict[str, Any]) -> str:
    """What staff read: the text, and after it what else was filled in."""
    more = [("Página", told["page"]), ("Sobre lo presentado con la referencia", told["earlier"])]
    more += [("Nombre", told["name"]), ("Correo para contestar, sin comprobar", told["email"])]
    lines = [f"{label}: {value}" for label, value in more if value]
    return told["body"].strip() + ("\n\n" + "\n".join(lines) if lines else "")
