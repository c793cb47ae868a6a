"""What came with a message: saved, listened to, filed into its sender's file."""

import io
from uuid import UUID

from flask import Response, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _

from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from channels.conversations import service as conversations
from channels.conversations.filing import file_attachment
from channels.conversations.reading import PLAYABLE, AttachmentView
from portal.office.choice import uuid_or_none
from portal.staff.inbox_views import chosen_view
from portal.staff.room import blueprint, me, opened, staff_door


def _content(conversation_id: UUID, attachment_id: UUID) -> tuple[AttachmentView, bytes]:
    found = opened(conversation_id)
    if attachment_id not in {part.id for message in found.messages for part in message.attachments}:
        raise NotFound()
    return conversations.attachment_content(current_unit().session, attachment_id=attachment_id)


def _closed(answer: Response) -> Response:
    """Nothing in it runs, whatever it is, and nobody keeps it on the way."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@blueprint.get("/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>")
def attachment(conversation_id: UUID, attachment_id: UUID):
    """A file that came with a message, to keep; the browser never opens it, whatever it says it is."""
    part, content = _content(conversation_id, attachment_id)
    answer = send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=part.name or _("archivo"),
        conditional=False,
        etag=False,
    )
    return _closed(answer)


@blueprint.get("/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>/escuchar")
def listen(conversation_id: UUID, attachment_id: UUID):
    """A voice note, for the page's player: only bytes that are sound, under the type that they have."""
    part, content = _content(conversation_id, attachment_id)
    if not part.playable:
        raise NotFound()
    kind = part.found_type if part.found_type in PLAYABLE else part.media_type
    # In pieces when the player asks for them, so that one can go back and listen again.
    return _closed(send_file(io.BytesIO(content), mimetype=kind, as_attachment=False, conditional=True, etag=False))


@blueprint.post("/bandeja/<uuid:conversation_id>/adjuntos/<uuid:attachment_id>/archivar")
def file_document(conversation_id: UUID, attachment_id: UUID):
    """Put a document into its sender's file, for the step that waits for it."""
    found = opened(conversation_id)
    file_id, _colon, step_id = request.form.get("place", "").partition(":")
    place = uuid_or_none(file_id), uuid_or_none(step_id)
    if None in place:
        flash(_("Elija en qué expediente va el documento."), "error")
    else:
        try:
            file_attachment(
                current_unit().session,
                door=staff_door(Purpose.MANAGE_CASE, handling=[found.person_id] if found.person_id else []),
                conversation_id=conversation_id,
                attachment_id=attachment_id,
                file_id=place[0],
                step_id=place[1],
                professional_id=me(),
            )
        except (Conflict, Invalid) as error:
            flash(str(next(iter(getattr(error, "fields", {}).values()), error.message)), "warning")
        else:
            flash(_("Guardado en su expediente. Ya no se le pide."), "success")
    address = url_for("staff.conversation", conversation_id=conversation_id, ver=chosen_view(), _anchor="main")
    return redirect(address, code=303)
