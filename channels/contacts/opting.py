"""Who does not want messages on an address. The carrier's refusals and the plain words; nuance is a professional's."""

from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from channels.contacts.addresses import PHONE_KINDS
from channels.contacts.book import Address

# Alone in the message, nothing else: "estoy de baja" is not one.
OUT_WORDS = frozenset({"stop", "baja", "stopall", "unsubscribe"})
IN_WORDS = frozenset({"start", "alta", "unstop"})


def wish(body: str) -> Literal["out", "in"] | None:
    """What a message that consists of one such word asks for."""
    word = body.strip(" \t\r\n.!¡").casefold()
    return "out" if word in OUT_WORDS else "in" if word in IN_WORDS else None


def mind(session: Session, *, address: Address, body: str) -> None:
    """Keep a wish that came by phone."""
    if address.kind not in PHONE_KINDS:
        return
    match wish(body):
        case "out":
            opt_out(session, address_id=address.id, source="person")
        case "in":
            session.execute(text("DELETE FROM opt_out WHERE address_id = :id"), {"id": address.id})


def opt_out(session: Session, *, address_id: UUID, source: str) -> None:
    """No more messages to this address; `source` is 'person' or 'carrier'."""
    session.execute(
        text(
            "INSERT INTO opt_out (address_id, source, at) VALUES (:id, :source, :now) "
            "ON CONFLICT ON CONSTRAINT pk_opt_out DO NOTHING"
        ),
        {"id": address_id, "source": source, "now": clock.now()},
    )


def opted_out(session: Session, *, address_id: UUID) -> bool:
    """Whether the person said no on this address."""
    return bool(session.execute(text("SELECT 1 FROM opt_out WHERE address_id = :id"), {"id": address_id}).scalar())
