"""The page of one conversation: its messages, the person beside it, and every form it holds."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import NotFound
from channels.contacts import merging, opting
from channels.conversations import callbacks, filing, letters
from channels.conversations.service import ConversationView
from portal.staff import words
from portal.staff.forms import AssignForm, ByHandForm, MergeForm, NoteForm, ReplyForm
from portal.staff.inbox_views import chosen_view, page_of_inbox
from portal.staff.room import me, my_unit, staff_door

NOBODY = "nobody"
VIDEO = "video"


def here(conversation_id: UUID, anchor: str = "final"):
    """Back to a conversation, at its end."""
    address = url_for("staff.conversation", conversation_id=conversation_id, ver=chosen_view(), _anchor=anchor)
    return redirect(address, code=303)


def reply_form(found: ConversationView) -> ReplyForm:
    """The form to answer on a channel or by a call."""
    sent = request.endpoint == "staff.reply"
    form = ReplyForm(formdata=request.form if sent else None)
    offered = [choice for choice in found.choices if choice.possible and choice.channel not in words.BY_HAND]
    form.channel.choices = [words.channel_choice(choice) for choice in offered]
    if not sent:
        form.channel.data = next((words.channel_key(choice) for choice in offered if choice.suggested), None)
        form.seen.data = str(found.newest_id or "")
    return form


def by_hand_form(found: ConversationView) -> ByHandForm:
    """The form for words that no screen carries, and for the proposal of a video call."""
    form = ByHandForm(formdata=request.form if request.endpoint == "staff.by_hand" else None)
    form.how.choices = [(way, str(name)) for way, name in letters.WAYS.items()]
    if found.person_id is not None:
        form.how.choices.append((VIDEO, _("Videollamada: se lo proponemos en su carpeta")))
    return form


def assign_form(found: ConversationView) -> AssignForm:
    """The form to pass it on."""
    form = AssignForm(formdata=request.form if request.endpoint == "staff.assign" else None)
    colleagues = directory.professionals_of(current_unit().session, found.unit_id or my_unit())
    form.to.choices = [("", _("Elija a quién"))]
    if found.professional_id:
        form.to.choices.append((NOBODY, _("Nadie: que lo coja quien pueda")))
    form.to.choices += [(str(one.id), one.name) for one in colleagues if one.id != found.professional_id]
    if request.endpoint != "staff.assign":
        form.expected.data = str(found.professional_id or "")
    return form


def _beside(found: ConversationView) -> dict[str, Any]:
    """The person beside the conversation: as much as this professional may see, and no more."""
    if found.person_id is None:
        return {"person": None, "appointments": [], "files": None, "places": []}
    door = staff_door(Purpose.ANSWER_MESSAGE, handling=[found.person_id])
    try:
        files = door.files(found.person_id)
    except NotFound:
        files = None
    return {
        "person": door.person(found.person_id),
        "appointments": door.next_appointments(found.person_id, limit=2),
        "files": files,
        "places": filing.places(staff_door(Purpose.MANAGE_CASE), person_id=found.person_id) if _sent(found) else [],
    }


def _sent(found: ConversationView) -> bool:
    """Whether something came that could go into a file."""
    return any(
        part.offered and part.document_id is None and (part.found_type or part.media_type) in filing.FILEABLE
        for message in found.messages
        if message.direction == "in"
        for part in message.attachments
    )


def page(found: ConversationView, status: int = 200, **forms: Any):
    """The page with its forms, as they are or as they were sent."""
    session = current_unit().session
    forms.setdefault("form", reply_form(found))
    forms.setdefault("by_hand_form", by_hand_form(found))
    forms.setdefault("merge_form", MergeForm(formdata=None))
    forms.setdefault("second_form", NoteForm(formdata=None))
    forms.setdefault("assign_form", assign_form(found))
    forms.setdefault("forms", [forms["by_hand_form"], forms["merge_form"]])
    made = render_template(
        "pages/staff/conversation.html",
        conversation=found,
        questions=opting.questions(session, conversation_id=found.id),
        callbacks=callbacks.of_conversation(session, conversation_id=found.id),
        merges=merging.merges_of(session, contact_id=found.contact_id) if found.person_id is None else [],
        come_in=[choice for choice in found.choices if choice.possible and choice.channel in words.LINKED],
        impossible=[choice for choice in found.choices if not choice.possible],
        warnings=[choice for choice in found.choices if choice.possible and choice.warning],
        mine=found.professional_id == me(),
        talk=words.folded(found.messages),
        fileable=filing.FILEABLE,
        **forms,
        **_beside(found),
        **page_of_inbox(),
    )
    return made, status
