"""One conversation: read, noted, passed on, closed, joined with another contact's. Answering is in `answer_views`."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from case_api.db import current_unit
from case_api.errors import Conflict, NotFound
from channels.contacts import book as contacts
from channels.contacts import merging
from channels.contacts.addresses import is_address
from channels.conversations import service as conversations
from portal.look.csrf import form_view
from portal.office.choice import uuid_or_none
from portal.staff.conversation_page import NOBODY, assign_form, here, page
from portal.staff.forms import MergeForm, NoteForm
from portal.staff.inbox_views import chosen_view
from portal.staff.room import actor, blueprint, me, opened


@blueprint.get("/bandeja/<uuid:conversation_id>")
def conversation(conversation_id: UUID):
    """The conversation with its messages, the person beside it, and the form to answer."""
    return page(opened(conversation_id))


@blueprint.post("/bandeja/<uuid:conversation_id>/nota")
@form_view
def note(conversation_id: UUID):
    """A note for the team."""
    found = opened(conversation_id)
    form = NoteForm()
    if not form.validate():
        return page(found, 422, second_form=form)
    conversations.note(current_unit().session, conversation_id=conversation_id, body=form.body.data, author=me())
    return here(conversation_id)


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
    return here(conversation_id, "main")


@blueprint.post("/bandeja/<uuid:conversation_id>/pasar")
@form_view
def assign(conversation_id: UUID):
    """Pass a conversation to a colleague, or back to nobody."""
    found = opened(conversation_id)
    form = assign_form(found)
    if not form.validate():
        return page(found, 422, assign_form=form, forms=[form])
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
    return here(conversation_id, "main")


@blueprint.post("/bandeja/<uuid:conversation_id>/cerrar")
def close(conversation_id: UUID):
    """Close it; what the person writes next opens it again."""
    opened(conversation_id)
    seen = uuid_or_none(request.form.get("seen"))
    try:
        conversations.close(current_unit().session, conversation_id=conversation_id, seen_message_id=seen)
    except Conflict as error:
        flash(error.message, "warning")
        return here(conversation_id)
    flash(_("Conversación cerrada. Si la persona escribe, se abre otra vez."), "success")
    return redirect(url_for("staff.inbox", ver=chosen_view()), code=303)


@blueprint.post("/bandeja/<uuid:conversation_id>/reabrir")
def reopen(conversation_id: UUID):
    """Open a closed conversation again."""
    opened(conversation_id)
    conversations.reopen(current_unit().session, conversation_id=conversation_id)
    return here(conversation_id)


@blueprint.post("/bandeja/<uuid:conversation_id>/unir")
@form_view
def merge(conversation_id: UUID):
    """Whoever writes here is also a contact that the desk knows by a number or a mail: from now on they are one."""
    found = opened(conversation_id)
    form = MergeForm()
    session = current_unit().session
    other = None
    if form.validate():
        if is_address(form.kind.data, form.value.data):
            other = contacts.find(session, kind=form.kind.data, value=form.value.data)
        if other is None:
            form.value.errors = [_("De ahí no ha llegado ningún mensaje.")]
    if other is not None:
        try:
            merging.merge(session, kept_id=other.contact_id, folded_id=found.contact_id, actor=actor())
        except Conflict as error:
            form.value.errors = [error.message]
        else:
            flash(_("Unido. Se puede separar otra vez: no se ha perdido nada."), "success")
            return here(conversation_id, "main")
    return page(found, 422, merge_form=form)


@blueprint.post("/bandeja/<uuid:conversation_id>/separar/<uuid:merge_id>")
def part(conversation_id: UUID, merge_id: UUID):
    """Take a joining back: each keeps their conversations as they were."""
    found = opened(conversation_id)
    session = current_unit().session
    if merge_id not in {one.id for one in merging.merges_of(session, contact_id=found.contact_id)}:
        raise NotFound()
    try:
        merging.part(session, merge_id=merge_id, actor=actor())
    except Conflict as error:
        flash(error.message, "warning")
    else:
        flash(_("Separado. Cada conversación vuelve a ser de quien era."), "success")
    return here(conversation_id, "main")
