"""The routes of the office, gathered from its parts."""

from portal.office import (  # noqa: F401 - importing them adds their routes
    appointment_views,
    arranging_views,
    beginning_views,
    booking_views,
    consent_views,
    contact_views,
    family,
    file_views,
    folder_views,
    guest_views,
    guest_waiting_views,
    link_views,
    look_views,
    message_views,
    rights_views,
    sharing_views,
    step_up_views,
)
from portal.office.room import blueprint

__all__ = ["blueprint"]
