"""One's messages: the same conversation whatever channel it went on, and a form to write in it."""

import io
from uuid import UUID

from flask import redirect, render_template, request, send_file, session, url_for
from flask_babel import gettext as _

from case_api.access.levels import Level
from case_api.db import current_unit
from case_api.errors import Invalid, NotFound
from channels.conversations import service as conversations
from portal.identity.guard import typed_before
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.office import words
from portal.office.choice import instant, uuid_or_none
from portal.office.forms import MessageForm
from portal.office.messages_waiting import mark_read, own_conversations, waiting_by_conversation
from portal.office.room import blueprint, for_the_known, my_door, my_id


def _look(object_id: UUID | None = None) -> None:
    """One's messages are of the level of one's appointments, and a look at them is in the log like any other."""
    me = my_id()
    my_door().require(person_id=me, level=Level.N1, object_kind="conversation", object_id=object_id or me)


def _channels() -> dict[str, str]:
    return {"whatsapp": "WhatsApp", "sms": "SMS", "email": _("Correo"), "portal": _("Su carpeta")}


@blueprint.get("/mensajes")
@for_the_known
def messages():
    """Every conversation, the latest first."""
    _look()
    return render_template(
        "pages/office/messages.html",
        conversations=own_conversations(my_id()),
        waiting=waiting_by_conversation(my_id()),
        channels=_channels(),
        words=words,
    )


@blueprint.route("/mensajes/nuevo", methods=["GET", "POST"])
@for_the_known
@form_view
def new_message():
    """Write to us; a page that one wants to ask about begins the text."""
    form = _form(_beginning)
    sent = _send(form, None)
    if sent is not None:
        return sent
    page = render_template("pages/office/new_message.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/mensajes/<uuid:conversation_id>", methods=["GET", "POST"])
@for_the_known
@form_view
def conversation(conversation_id: UUID):
    """One conversation and the form to go on with it."""
    _look(conversation_id)
    found = next((one for one in own_conversations(my_id()) if one.id == conversation_id), None)
    if found is None and session.pop("escrito", None) == str(conversation_id):
        # What was written goes on where this login does not read it: the same thanks as for anybody.
        return render_template("pages/office/message_sent.html")
    if found is None:
        raise NotFound()
    form = _form(lambda: "")
    sent = _send(form, conversation_id)
    if sent is not None:
        return sent
    mark_read(my_id(), found)
    page = render_template("pages/office/conversation.html", conversation=found, form=form, channels=_channels())
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/mensajes/adjuntos/<uuid:attachment_id>")
@for_the_known
def attachment(attachment_id: UUID):
    """A file that came with a message, to keep; whatever it says it is, the browser does not open it."""
    _look(attachment_id)
    known = {part.id for one in own_conversations(my_id()) for message in one.messages for part in message.attachments}
    if attachment_id not in known:
        raise NotFound()
    found, content = conversations.attachment_content(current_unit().session, attachment_id=attachment_id)
    answer = send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=found.name or "archivo",
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _form(beginning) -> MessageForm:
    if request.method == "POST":
        return MessageForm()
    kept = typed_before()
    return MessageForm(data={"body": (kept.get("body") if kept else None) or beginning()})


def _send(form: MessageForm, conversation_id: UUID | None):
    if not form.validate_on_submit():
        return None
    try:
        written = conversations.write_from_portal(
            current_unit().session,
            person_id=my_id(),
            body=form.body.data,
            conversation_id=conversation_id,
            language=language().tag,
            key=uuid_or_none(form.form_id.data),
        )
    except Invalid as error:
        form.add_fields(error.fields)
        return None
    session["escrito"] = str(written)
    return redirect(url_for("office.conversation", conversation_id=written, enviado=1), code=303)


def _beginning() -> str:
    """What the text begins with, when a page of the folder led here. What it names is read through the door."""
    asked = request.args
    looked_at = instant(asked.get("consulta"))
    if looked_at:
        entries = my_door().access_entries(my_id(), limit=500)
        entry = next((one for one in entries if one.at == looked_at), None)
        return words.question_about(entry.at, words.who_looked(entry)) if entry else ""
    file_id = uuid_or_none(asked.get("expediente"))
    if file_id:
        return _("Quiero preguntar por mi expediente “%(title)s”. ", title=my_door().file(file_id).title)
    if asked.get("asunto") == "datos":
        return _("Quiero corregir un dato mío. Lo que está mal es: ")
    return ""
