"""The routes of the desk, gathered from its parts."""

from portal.staff import (  # noqa: F401 - importing them adds their routes
    agenda_views,
    conversation_views,
    inbox_views,
    person_views,
    quarantine_views,
)
from portal.staff.room import blueprint

__all__ = ["blueprint"]
