"""Answers to invitations (iTIP, RFC 5546) within a mail. Runs only in the capped parser process."""

from typing import Any

from channels.adapters.email.bodies import Attachment
from channels.adapters.email.headers import normalise_address

CALENDARS = frozenset({"text/calendar", "application/ics"})
PARTSTATS = frozenset({"ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED"})
MOST = 20
LARGEST = 200_000  # bytes of one calendar


def calendar_replies(attachments: list[Attachment]) -> list[dict[str, Any]]:
    """The answers (METHOD:REPLY) that came with a mail, each once, as plain values. Never raises."""
    found: dict[tuple[str, str | None], dict[str, Any]] = {}
    for part in attachments:
        if part.media_type in CALENDARS and len(part.content) <= LARGEST:
            for reply in _replies(part.content):
                found.setdefault((reply["uid"], reply["attendee"]), reply)
    return list(found.values())[:MOST]


def _replies(content: bytes) -> list[dict[str, Any]]:
    from icalendar import Calendar  # only for the few mails that have one: it takes a while to load

    try:
        read = Calendar.from_ical(content)
        if str(read.get("METHOD", "")).upper() != "REPLY":
            return []
        return [reply for event in read.walk("VEVENT")[:MOST] for reply in _of_event(event)]
    except Exception:  # noqa: BLE001 (a calendar nobody can read is an attachment like any other)
        return []


def _of_event(event: Any) -> list[dict[str, Any]]:
    uid = str(event.get("UID", "")).strip()[:250]
    attendees = event.get("ATTENDEE", [])
    made = []
    for attendee in (attendees if isinstance(attendees, list) else [attendees])[:MOST]:
        partstat = str(attendee.params.get("PARTSTAT", "")).upper()
        if uid and partstat in PARTSTATS:
            address = str(attendee).strip()
            address = address[7:] if address.lower().startswith("mailto:") else address
            made.append(
                {
                    "uid": uid,
                    "partstat": partstat,
                    "attendee": normalise_address(address),
                    "sequence": int(event.get("SEQUENCE", 0)),
                }
            )
    return made
