"""The inbox: every conversation of every channel in one list, what cannot wait first."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from case_api.access.purposes import Purpose
from case_api.db import current_unit
from channels.conversations import service as conversations
from channels.conversations.service import InboxPage
from portal.staff import words
from portal.staff.room import SEE_EVERY_UNIT, actor, blueprint, me, my_unit, staff_door

PAGE = 30


def views() -> dict[str, str]:
    """The lists this professional may ask for, with their names, the usual one first."""
    found = {"unit": _("Mi centro"), "mine": _("Mías"), "unassigned": _("Sin asignar"), "closed": _("Cerradas")}
    if actor().role in SEE_EVERY_UNIT:
        found["all"] = _("Todas")
    return found


def chosen_view() -> str:
    """The list asked for; the centre's when none or an unknown one is."""
    asked = request.args.get("ver", "")
    return asked if asked in views() else "unit"


def filters() -> dict[str, str]:
    """How a list may be narrowed, with names."""
    return {
        "danger": _("Con señal de peligro"),
        "overdue": _("Fuera de plazo"),
        "waiting": _("Sin contestar"),
        "failed": _("No ha llegado"),
        "unknown": _("De alguien sin identificar"),
        "flood": _("Muchos mensajes seguidos"),
    }


def chosen_filter() -> str | None:
    """The filter asked for; None when none or an unknown one is."""
    asked = request.args.get("solo", "")
    return asked if asked in filters() else None


def chosen_channel() -> str | None:
    """The channel asked for, of the last message; None for any."""
    asked = request.args.get("canal", "")
    return asked if asked in words.channel_names() else None


def page_of_inbox(cursor: str | None = None) -> dict[str, Any]:
    """What the list's template takes: the rows, their people's names, the views and the next page."""
    view, only, channel = chosen_view(), chosen_filter(), chosen_channel()
    page: InboxPage = conversations.inbox(
        current_unit().session,
        view=view,
        professional_id=me(),
        unit_id=my_unit(),
        cursor=cursor,
        limit=PAGE,
        only=only,
        channel=channel,
    )
    people = [item.person_id for item in page.items if item.person_id]
    return {
        "page": page,
        "names": staff_door(Purpose.ANSWER_MESSAGE, handling=people).names(people),
        "views": views(),
        "view": view,
        "filters": filters(),
        "only": only,
        "channel_asked": channel,
        "next_page": url_for("staff.inbox", ver=view, solo=only, canal=channel, desde=page.next_cursor)
        if page.next_cursor
        else None,
    }


@blueprint.get("/bandeja")
def inbox():
    """The list alone, page by page."""
    from portal.staff.duty_views import waiting_alerts

    return render_template(
        "pages/staff/inbox.html", alerts=len(waiting_alerts()), **page_of_inbox(request.args.get("desde"))
    )
