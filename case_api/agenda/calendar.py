"""Appointments as iCalendar (RFC 5545, iTIP RFC 5546).

Instants go out in UTC: no calendar can read them an hour wrong, whatever it knows of Madrid. UID never changes and
SEQUENCE rises with each change, or calendars ignore the update. The words are few and discreet: a calendar is read by
whoever shares the phone.
"""

from datetime import UTC, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from icalendar import Alarm, Calendar, Event, vText

from case_api import clock
from case_api.agenda.values import MODES, Appointment

MEDIA_TYPE = "text/calendar; charset=utf-8"
SUMMARY: Any = _l("Cita")
SUMMARY_CANCELLED: Any = _l("Cita anulada")


def calendar(*appointments: Appointment, method: str = "PUBLISH") -> bytes:
    """A calendar file with these appointments, cancelled ones as such.

    `method` is PUBLISH for a file that somebody downloads; REQUEST or CANCEL for an invitation by mail.
    """
    result = Calendar()
    result.add("prodid", "-//Alma//Citas//ES")
    result.add("version", "2.0")
    result.add("calscale", "GREGORIAN")
    result.add("method", method)
    for appointment in appointments:
        result.add_component(_event(appointment))
    return result.to_ical()


def _event(appointment: Appointment) -> Event:
    cancelled = appointment.state == "cancelled"
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", clock.now().replace(microsecond=0))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("summary", str(SUMMARY_CANCELLED if cancelled else SUMMARY))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    if not appointment.discreet:
        event.add("description", str(MODES[appointment.mode]))
        if appointment.mode == "in_person":
            place = ", ".join(part for part in (appointment.centre, appointment.address) if part)
            event.add("location", vText(place))
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", str(SUMMARY))
        alarm.add("trigger", timedelta(hours=-24))
        event.add_component(alarm)
    return event
