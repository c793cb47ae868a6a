"""The desk's rooms for appointments: what is offered (rooms, reasons, groups), and giving one to whoever asks."""

from portal.staff.appointments import (  # noqa: F401 - importing them adds their routes
    catalogue_views,
    desk_views,
    group_views,
    one_views,
)
