"""A file and its steps, its documents: reading them, downloading them, handing one in."""

import io
from uuid import UUID

from flask import Response, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _

from case_api.errors import Conflict, Invalid
from case_api.files.documents import Document
from portal.look.csrf import form_view
from portal.office import words
from portal.office.forms import HandInForm
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.get("/carpeta/expedientes/<uuid:file_id>")
@for_the_known
def file(file_id: UUID):
    """One file: its state, its steps, its documents."""
    door = my_door()
    found = door.file(file_id)
    return render_template(
        "pages/office/file.html", file=found, documents=door.documents(found.person_id, file_id), words=words
    )


@blueprint.route("/carpeta/expedientes/<uuid:file_id>/subir", methods=["GET", "POST"])
@for_the_known
@form_view
def hand_in(file_id: UUID):
    """Hand in the document that a step asks for."""
    door = my_door()
    found = door.file(file_id)
    step = words.step_to_hand_in(found)
    if step is None:
        return render_template("pages/office/nothing_to_hand_in.html", file=found)
    form = HandInForm()
    if form.validate_on_submit() and taken(door, found.id, step.id, form):
        flash(_("Hemos recibido su documento. Una persona lo va a mirar y le avisaremos."), "success")
        return redirect(url_for("office.file", file_id=file_id), code=303)
    page = render_template("pages/office/hand_in.html", file=found, step=step, form=form, words=words)
    return page, 422 if form.is_submitted() else 200


def taken(door, file_id: UUID, step_id: UUID, form: HandInForm) -> bool:
    """Whether what a form brought is in the record now; else the form says what is wrong with it."""
    sent = form.document.data
    try:
        door.add_document(file_id, sent.filename or "", sent.mimetype or "", sent.read(), step_id=step_id)
    except Invalid as error:
        form.add_fields(error.fields)
    except Conflict as error:
        form.general.append(error.message)
    else:
        return True
    return False


@blueprint.get("/carpeta/documentos")
@for_the_known
def documents():
    """Every document and report the person may read now."""
    return render_template("pages/office/documents.html", documents=my_door().documents(my_id()), words=words)


@blueprint.get("/carpeta/documentos/<uuid:document_id>")
@for_the_known
def document(document_id: UUID):
    """Download one, decided at this moment. A file to keep, never a page of ours."""
    return as_download(*my_door().document_content(document_id))


def as_download(found: Document, content: bytes) -> Response:
    """A document as a file that no browser opens as a page of ours, and no cache keeps."""
    answer = send_file(
        io.BytesIO(content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.file_name,
        conditional=False,
        etag=False,
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
