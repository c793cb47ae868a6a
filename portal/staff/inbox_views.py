"""The inbox: every conversation of every channel in one list."""

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from case_api.access.purposes import Purpose
from case_api.db import current_unit
from channels.conversations import service as conversations
from channels.conversations.service import InboxPage
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


def page_of_inbox(cursor: str | None = None) -> dict[str, Any]:
    """What the list's template takes: the rows, their people's names, the views and the next page."""
    view = chosen_view()
    page: InboxPage = conversations.inbox(
        current_unit().session, view=view, professional_id=me(), unit_id=my_unit(), cursor=cursor, limit=PAGE
    )
    people = [item.person_id for item in page.items if item.person_id]
    return {
        "page": page,
        "names": staff_door(Purpose.ANSWER_MESSAGE, handling=people).names(people),
        "views": views(),
        "view": view,
        "next_page": url_for("staff.inbox", ver=view, desde=page.next_cursor) if page.next_cursor else None,
    }


@blueprint.get("/bandeja")
def inbox():
    """The list alone, page by page."""
    return render_template("pages/staff/inbox.html", **page_of_inbox(request.args.get("desde")))
