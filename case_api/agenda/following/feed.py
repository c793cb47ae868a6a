"""A professional's busy time as a calendar that their own program reads. It says when, and "Ocupado"; nothing else.

The address is the key: kept hashed, ended with a button, and dead with the account, in that very request.
"""

import secrets
from datetime import UTC, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from icalendar import Calendar, Event
from sqlalchemy import text
from sqlalchemy.orm import Session

from case_api import clock
from case_api.db import Unit, new_id
from case_api.errors import NotFound
from case_api.keys import keyed_hash
from case_api.settings import settings

BUSY = _l("Ocupado")
BEHIND, AHEAD = timedelta(days=7), timedelta(days=120)


def _hash(token: str) -> bytes:
    return keyed_hash("agenda-feed", token)


def open_feed(unit: Unit, *, professional_id: UUID) -> str:
    """A new address for a professional; the ones before end. Its token, which is kept nowhere."""
    end_feeds(unit, professional_id=professional_id)
    token = secrets.token_urlsafe(24)
    unit.session.execute(
        text("INSERT INTO agenda_feed (id, professional_id, token_hash, created_at) VALUES (:id, :who, :hash, :now)"),
        {"id": new_id(), "who": professional_id, "hash": _hash(token), "now": clock.now()},
    )
    return token


def end_feeds(unit: Unit, *, professional_id: UUID) -> None:
    """End every address of a professional."""
    unit.session.execute(
        text("UPDATE agenda_feed SET ended_at = :now WHERE professional_id = :who AND ended_at IS NULL"),
        {"who": professional_id, "now": clock.now()},
    )


def has_feed(session: Session, *, professional_id: UUID) -> bool:
    """Whether a professional has an address that works."""
    return bool(
        session.execute(
            text("SELECT 1 FROM agenda_feed WHERE professional_id = :who AND ended_at IS NULL"),
            {"who": professional_id},
        ).first()
    )


def read(session: Session, token: str) -> bytes:
    """The calendar of an address. Raises NotFound when it never was, was ended, or its professional works here no more.

    The identifiers in it are made for the feed alone: they are no appointment's.
    """
    who = session.execute(
        text(
            "SELECT p.id FROM agenda_feed f JOIN professional p ON p.id = f.professional_id "
            "WHERE f.token_hash = :hash AND f.ended_at IS NULL AND p.active"
        ),
        {"hash": _hash(token[:80])},
    ).scalar()
    if who is None:
        raise NotFound()
    rows = session.execute(
        text(
            "SELECT starts_at, ends_at FROM agenda_busy(ARRAY[CAST(:who AS uuid)], '{}', tstzrange(:since, :until), "
            "NULL, :now) ORDER BY starts_at"
        ),
        {"who": who, "since": clock.now() - BEHIND, "until": clock.now() + AHEAD, "now": clock.now()},
    )
    result = Calendar()
    result.add("prodid", "-//Alma//Agenda//ES")
    result.add("version", "2.0")
    result.add("method", "PUBLISH")
    domain = settings().MAIL_ADDRESS.rpartition("@")[2]
    for row in rows:
        event = Event()
        name = keyed_hash("agenda-feed-uid", str(who), row.starts_at.isoformat(), row.ends_at.isoformat()).hex()[:32]
        event.add("uid", f"{name}@{domain}")
        event.add("dtstamp", clock.now().replace(microsecond=0))
        event.add("dtstart", row.starts_at.astimezone(UTC))
        event.add("dtend", row.ends_at.astimezone(UTC))
        event.add("summary", str(BUSY))
        event.add("class", "PRIVATE")
        event.add("transp", "OPAQUE")
        result.add_component(event)
    return result.to_ical()
