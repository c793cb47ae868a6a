"""What may be dangerous, and children who write: looked at first, and decided by a person."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api.db import current_unit
from case_api.errors import Invalid, NotFound
from case_api.settings import settings
from channels.conversations.choices import NAMES
from channels.conversations.deciding import decide_minor
from channels.conversations.explain import error_words, state_words
from channels.inbound import alerts
from channels.outbound import paging
from portal.staff.inbox_views import chosen_view
from portal.staff.room import SEE_EVERY_UNIT, actor, blueprint, me, my_unit, names_of, opened


def waiting_alerts() -> list[alerts.Alert]:
    """What nobody has looked at, of those that are this professional's business."""
    return alerts.waiting(
        current_unit().session,
        unit_id=my_unit(),
        professional_id=me(),
        everywhere=actor().role in SEE_EVERY_UNIT,
    )


def _back(conversation_id: UUID):
    address = url_for("staff.conversation", conversation_id=conversation_id, ver=chosen_view(), _anchor="main")
    return redirect(address, code=303)


def _within(name: str) -> str:
    """A channel's name inside a sentence: small, but for what is written in capitals."""
    return name if name[1:2].isupper() or name == "WhatsApp" else name[:1].lower() + name[1:]


@blueprint.get("/guardia")
def duty():
    """The duty desk: messages whose words may mean danger and that nobody has looked at; and whether it was called."""
    found = waiting_alerts()
    return render_template(
        "pages/staff/duty.html",
        found=found,
        names=names_of(found),
        called=paging.called(current_unit().session, waiting=found),
        somebody=bool(paging.targets()),
        every=settings().DUTY_REPEAT_MINUTES,
        channel_words={channel: _within(str(name)) for channel, name in NAMES.items()},
        state_words=state_words,
        error_words=error_words,
    )


@blueprint.post("/bandeja/<uuid:conversation_id>/visto")
def alert_seen(conversation_id: UUID):
    """Somebody has read it: the alert ends, the deadline does not."""
    opened(conversation_id)
    try:
        alerts.seen(current_unit().session, conversation_id=conversation_id, professional_id=me())
    except NotFound:
        flash(_("Otra persona ya lo había visto."), "warning")
    else:
        flash(_("Anotado: usted lo ha visto. Sigue pendiente de respuesta."), "success")
    return _back(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/menor")
def decide_about_minor(conversation_id: UUID):
    """Whether a child writes, and whether whoever represents the child may see it."""
    opened(conversation_id)
    try:
        decide_minor(
            current_unit().session,
            conversation_id=conversation_id,
            decision=request.form.get("decision", ""),
            professional_id=me(),
        )
    except Invalid:
        flash(_("Elija qué hacer."), "error")
    else:
        flash(_("Decidido."), "success")
    return _back(conversation_id)
