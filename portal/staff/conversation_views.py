"""One conversation: read, answered, noted, passed on, closed."""

import io
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from channels.conversations import service as conversations
from channels.conversations.service import ConversationView
from portal.look.csrf import form_view
from portal.office.choice import uuid_or_none
from portal.staff import words
from portal.staff.forms import AssignForm, NoteForm, ReplyForm
from portal.staff.inbox_views import chosen_view, page_of_inbox
from portal.staff.room import blueprint, me, my_unit, opened, staff_door

NOBODY = "nobody"


def _here(conversation_id: UUID, anchor: str = "final"):
    address = url_for("staff.conversation", conversation_id=conversation_id, ver=chosen_view(), _anchor=anchor)
    return redirect(address, code=303)


def _reply_form(found: ConversationView) -> ReplyForm:
    form = ReplyForm(formdata=request.form if request.endpoint == "staff.reply" else None)
    form.channel.choices = [words.channel_choice(choice) for choice in found.choices if choice.possible]
    if not form.is_submitted() or request.endpoint != "staff.reply":
        form.channel.data = next((words.channel_key(choice) for choice in found.choices if choice.suggested), None)
        form.seen.data = str(found.newest_id or "")
    return form


def _assign_form(found: ConversationView) -> AssignForm:
    form = AssignForm(formdata=request.form if request.endpoint == "staff.assign" else None)
    colleagues = directory.professionals_of(current_unit().session, found.unit_id or my_unit())
    form.to.choices = [(str(one.id), one.name) for one in colleagues if one.id != found.professional_id]
    if found.professional_id:
        form.to.choices.insert(0, (NOBODY, _("Nadie: que lo coja quien pueda")))
    if request.endpoint != "staff.assign":
        form.expected.data = str(found.professional_id or "")
    return form


def _beside(found: ConversationView) -> dict[str, Any]:
    """The person beside the conversation: as much as this professional may see, and no more."""
    if found.person_id is None:
        return {"person": None, "appointments": [], "files": None}
    door = staff_door(Purpose.ANSWER_MESSAGE, handling=[found.person_id])
    try:
        files = door.files(found.person_id)
    except NotFound:
        files = None
    return {
        "person": door.person(found.person_id),
        "appointments": door.next_appointments(found.person_id, limit=2),
        "files": files,
    }


def _page(found: ConversationView, status: int = 200, **forms: Any):
    forms.setdefault("form", _reply_form(found))
    forms.setdefault("second_form", NoteForm(formdata=None))
    forms.setdefault("assign_form", _assign_form(found))
    page = render_template(
        "pages/staff/conversation.html",
        conversation=found,
        impossible=[choice for choice in found.choices if not choice.possible],
        warnings=[choice for choice in found.choices if choice.possible and choice.warning],
        mine=found.professional_id == me(),
        **forms,
        **_beside(found),
        **page_of_inbox(),
    )
    return page, status


@blueprint.get("/bandeja/<uuid:conversation_id>")
def conversation(conversation_id: UUID):
    """The conversation with its messages, the person beside it, and the form to answer."""
    return _page(opened(conversation_id))


@blueprint.post("/bandeja/<uuid:conversation_id>/responder")
@form_view
def reply(conversation_id: UUID):
    """Answer on the channel chosen. A newer message of the person stops it: 409, with the text kept."""
    found = opened(conversation_id)
    form = _reply_form(found)
    if not form.validate():
        return _page(found, 422, form=form)
    channel, address_id = words.channel_of_key(form.channel.data)
    try:
        conversations.reply(
            current_unit().session,
            conversation_id=conversation_id,
            channel=channel,
            address_id=address_id,
            body=form.body.data,
            author=me(),
            seen_message_id=uuid_or_none(form.seen.data),
            message_id=uuid_or_none(form.form_id.data),
        )
    except Conflict as error:
        form.general.append(error.message)
        form.seen.data = str(found.newest_id or "")
        return _page(found, 409, form=form)
    except Invalid as error:
        form.add_fields(error.fields)
        return _page(found, 422, form=form)
    return _here(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/nota")
@form_view
def note(conversation_id: UUID):
    """A note for the team."""
    found = opened(conversation_id)
    form = NoteForm()
    if not form.validate():
        return _page(found, 422, second_form=form)
    conversations.note(current_unit().session, conversation_id=conversation_id, body=form.body.data, author=me())
    return _here(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/coger")
def take(conversation_id: UUID):
    """Take a conversation that is nobody's; of several who do, one gets it."""
    opened(conversation_id)
    try:
        conversations.assign(current_unit().session, conversation_id=conversation_id, professional_id=me())
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("La conversación es suya."), "success")
    return _here(conversation_id, "main")


@blueprint.post("/bandeja/<uuid:conversation_id>/pasar")
@form_view
def assign(conversation_id: UUID):
    """Pass a conversation to a colleague, or back to nobody."""
    found = opened(conversation_id)
    form = _assign_form(found)
    if not form.validate():
        return _page(found, 422, assign_form=form, forms=[form])
    to = None if form.to.data == NOBODY else uuid_or_none(form.to.data)
    try:
        conversations.assign(
            current_unit().session,
            conversation_id=conversation_id,
            professional_id=to,
            expected=uuid_or_none(form.expected.data),
        )
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("Conversación pasada."), "success")
    return _here(conversation_id, "main")


@blueprint.post("/bandeja/<uuid:conversation_id>/cerrar")
def close(conversation_id: UUID):
    """Close it; what the person writes next opens it again."""
    opened(conversation_id)
    seen = uuid_or_none(request.form.get("seen"))
    try:
        conversations.close(current_unit().session, conversation_id=conversation_id, seen_message_id=seen)
    except Conflict as error:
        flash(error.message, "warning")
        return _here(conversation_id)
    flash(_("Conversación cerrada. Si la persona escribe, se abre otra vez."), "success")
    return redirect(url_for("staff.inbox", ver=chosen_view()), code=303)


@blueprint.post("/bandeja/<uuid:conversation_id>/reabrir")
def reopen(conversation_id: UUID):
    """Open a closed conversation again."""
    opened(conversation_id)
    conversations.reopen(current_unit().session, conversation_id=conversation_id)
    return _here(conversation_id)


@blueprint.get("/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>")
def attachment(conversation_id: UUID, attachment_id: UUID):
    """A file that came with a message, to keep; the browser never opens it, whatever it says it is."""
    found = opened(conversation_id)
    if attachment_id not in {part.id for message in found.messages for part in message.attachments}:
        raise NotFound()
    part, content = conversations.attachment_content(current_unit().session, attachment_id=attachment_id)
    answer = send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=part.name or _("archivo"),
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
