"""How a conversation is answered: on a channel, by a call, on paper or by hand, by video; and asking who it is."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from case_api import clock
from case_api.clock import MADRID
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid
from channels.contacts import opting
from channels.conversations import answering, letters
from channels.conversations.letters import ByHand
from channels.outbound.costs import Estimate, estimate
from portal.look.csrf import form_view
from portal.office.choice import uuid_or_none
from portal.staff import words
from portal.staff.conversation_page import VIDEO, by_hand_form, here, page, reply_form
from portal.staff.forms import ByHandForm, ReplyForm
from portal.staff.room import blueprint, me, my_unit, opened


@blueprint.post("/bandeja/<uuid:conversation_id>/responder")
@form_view
def reply(conversation_id: UUID):
    """Answer on the channel chosen. A newer message of the person stops it: 409, with the text kept. An SMS of several
    parts is sent after its writer has seen what it takes."""
    found = opened(conversation_id)
    form = reply_form(found)
    if not form.validate():
        return page(found, 422, form=form)
    channel, address_id = words.channel_of_key(form.channel.data)
    told = _costs_more_than_one(form, channel)
    if told is not None:
        form.parts.data = str(told.parts.count)
        return page(found, 200, form=form, told=told)
    try:
        answering.reply(
            current_unit().session,
            conversation_id=conversation_id,
            channel=channel,
            address_id=address_id,
            body=form.body.data,
            author=me(),
            level=form.says.data,
            seen_message_id=uuid_or_none(form.seen.data),
            message_id=uuid_or_none(form.form_id.data),
        )
    except Conflict as error:
        form.general.append(error.message)
        form.seen.data = str(found.newest_id or "")
        return page(found, 409, form=form)
    except Invalid as error:
        return page(found, form.refuse(error), form=form)
    return here(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/mensajes/<uuid:message_id>/otra-vez")
def send_again(conversation_id: UUID, message_id: UUID):
    """The same words once more, where nobody knows whether they arrived."""
    opened(conversation_id)
    try:
        answering.send_again(
            current_unit().session, conversation_id=conversation_id, message_id=message_id, author=me()
        )
    except Invalid as error:
        flash(next(iter(error.fields.values()), _("No se puede enviar por aquí.")), "error")
    else:
        flash(_("Sale otra vez. El de antes queda a la vista."), "success")
    return here(conversation_id)


def _costs_more_than_one(form: ReplyForm, channel: str) -> Estimate | None:
    """What an SMS takes, when it is more than the writer was told."""
    if channel != "sms" or form.says.data == "N3":
        return None
    made = estimate(channel=channel, body=form.body.data.strip(), on=clock.today())
    return made if made.parts.count > 1 and form.parts.data != str(made.parts.count) else None


@blueprint.post("/bandeja/<uuid:conversation_id>/en-mano")
@form_view
def by_hand(conversation_id: UUID):
    """Words on paper, handed over, or the proposal of a video call."""
    found = opened(conversation_id)
    form = by_hand_form(found)
    if not form.validate():
        return page(found, 422, by_hand_form=form)
    try:
        answering.reply(
            current_unit().session,
            conversation_id=conversation_id,
            author=me(),
            body=form.words.data,
            level=form.tells.data,
            message_id=uuid_or_none(form.form_id.data),
            **_hand(form),
        )
    except (Invalid, Conflict) as error:
        status = form.refuse(error, channel="how", way="how", proposed="day", body="words")
        return page(found, status, by_hand_form=form)
    flash(_("Hecho. Está en la conversación."), "success")
    return here(conversation_id)


def _hand(form: ByHandForm) -> dict[str, Any]:
    if form.how.data == VIDEO:
        return {"channel": "video", "proposed_at": _proposed(form)}
    channel = next(channel for channel, ways in letters.OF_CHANNEL.items() if form.how.data in ways)
    return {"channel": channel, "by_hand": ByHand(form.how.data, form.place.data or "", my_unit())}


def _proposed(form: ByHandForm) -> datetime | None:
    if form.day.data is None or not form.hour.data:
        return None
    return datetime.combine(form.day.data, time.fromisoformat(form.hour.data), MADRID)


@blueprint.post("/bandeja/<uuid:conversation_id>/quien-es")
def come_in(conversation_id: UUID):
    """Ask whoever writes to enter, with a link that comes back to this conversation."""
    found = opened(conversation_id)
    _channel, address_id = words.channel_of_key(request.form.get("channel", ""))
    known = {choice.address_id for choice in found.choices if choice.possible and choice.address_id}
    if address_id not in known:
        flash(_("Ahora no hay ningún canal por el que se pueda pedir."), "warning")
        return here(conversation_id)
    answering.ask_to_come_in(
        current_unit().session, conversation_id=conversation_id, address_id=address_id, author=me()
    )
    flash(_("Enviado. El enlace vale una vez y un día, y solo sirve para entrar."), "success")
    return here(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/baja/<uuid:question_id>")
def opting_answer(conversation_id: UUID, question_id: UUID):
    """What the professional read in words that may mean "no more messages"."""
    opened(conversation_id)
    opting.answer(
        current_unit().session,
        question_id=question_id,
        conversation_id=conversation_id,
        out=request.form.get("baja") == "si",
        author=me(),
    )
    flash(_("Apuntado."), "success")
    return redirect(url_for("staff.conversation", conversation_id=conversation_id), code=303)
