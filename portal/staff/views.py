"""The routes of the desk, gathered from its parts."""

from portal.staff import (  # noqa: F401 - importing them adds their routes
    agenda_views,
    answer_views,
    appointments,
    attachment_views,
    call_views,
    conversation_views,
    duty_views,
    inbox_views,
    oversight_views,
    person_views,
    planning_views,
    quarantine_views,
    record,
    rights_views,
    safety_views,
    template_views,
)
from portal.staff.room import blueprint

__all__ = ["blueprint"]
