"""The folder of somebody for whom one acts: chosen, in the address of each page, and said at its top."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api.access.door import Door, open_door
from case_api.access.levels import Level
from case_api.access.purposes import Purpose
from case_api.errors import Conflict, NotFound
from case_api.households.representation import Folder
from portal.look.csrf import form_view
from portal.office import words
from portal.office.file_views import as_download, taken
from portal.office.forms import CancelForm, HandInForm, PressForm
from portal.office.room import actor, blueprint, for_the_known, my_door


@blueprint.get("/carpeta/de")
@for_the_known
def other_folders():
    """Whose folder does one want to look at."""
    door = my_door()
    return render_template("pages/office/other_folders.html", folders=door.folders(), recalled=door.recalled_from_me())


@blueprint.get("/carpeta/de/<uuid:person_id>")
@for_the_known
def other_folder(person_id: UUID):
    """The folder of that person, as far as it is open: appointments, files, documents, the plan."""
    folder, door = chosen(person_id)

    def opens(level: Level, kind: str) -> bool:
        return door.allows(person_id=person_id, level=level, object_kind=kind, listing=True)

    papers = opens(Level.N2, "document") or opens(Level.N3, "document") or opens(Level.N4, "document")
    return render_template(
        "pages/office/other_folder.html",
        folder=folder,
        appointments=door.next_appointments(person_id, limit=5) if opens(Level.N1, "appointment") else None,
        files=door.files(person_id) if opens(Level.N2, "file") else None,
        documents=door.documents(person_id) if papers else None,
        cancels=door.may_act(person_id, "cancel", level=Level.N1, object_kind="appointment"),
        books=door.may_act(person_id, "book", level=Level.N1, object_kind="appointment"),
        writes=door.may_act(person_id, "write", level=Level.N1, object_kind="conversation"),
        plan=door.plan(person_id) if opens(Level.N3, "plan") else None,
        words=words,
    )


@blueprint.get("/carpeta/de/<uuid:person_id>/expedientes/<uuid:file_id>")
@for_the_known
def other_file(person_id: UUID, file_id: UUID):
    """One file of that person."""
    folder, door = chosen(person_id)
    found = door.file(file_id)
    if found.person_id != person_id:
        raise NotFound()
    documents = door.documents(person_id, file_id)
    step = next((one for one in found.steps if one.waits_for_document), None)
    may = step is not None and door.may_act(person_id, "hand_in", level=Level.N2, object_kind="document")
    return render_template(
        "pages/office/other_file.html", folder=folder, file=found, documents=documents, step=step if may else None,
        words=words,
    )  # fmt: skip


@blueprint.route("/carpeta/de/<uuid:person_id>/expedientes/<uuid:file_id>/subir", methods=["GET", "POST"])
@for_the_known
@form_view
def other_hand_in(person_id: UUID, file_id: UUID):
    """Hand in what a file of that person waits for, in their name."""
    folder, door = chosen(person_id)
    found = door.file(file_id)
    step = next((one for one in found.steps if one.waits_for_document), None)
    may = door.may_act(person_id, "hand_in", level=Level.N2, object_kind="document")
    if found.person_id != person_id or step is None or not may:
        raise NotFound()
    form = HandInForm()
    if form.validate_on_submit() and taken(door, file_id, step.id, form):
        flash(_("Hemos recibido el documento. Queda anotado que lo ha entregado usted."), "success")
        return redirect(url_for("office.other_file", person_id=person_id, file_id=file_id), code=303)
    page = render_template("pages/office/other_hand_in.html", folder=folder, file=found, step=step, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/carpeta/de/<uuid:person_id>/citas/<uuid:appointment_id>/anular", methods=["GET", "POST"])
@for_the_known
def other_cancel(person_id: UUID, appointment_id: UUID):
    """Ask, then cancel an appointment of that person, in their name."""
    folder, door = chosen(person_id)
    found = door.appointment(appointment_id)
    may = door.may_act(person_id, "cancel", level=Level.N1, object_kind="appointment")
    if found.person_id != person_id or not may:
        raise NotFound()
    form, status = CancelForm(version=found.version), 200
    if form.validate_on_submit():
        try:
            door.cancel(appointment_id, seen_version=form.version.data)
        except Conflict as conflict:
            form.general.append(conflict.message)
            status = 409
        else:
            flash(_("La cita está anulada. Queda anotado que la ha anulado usted."), "success")
            return redirect(url_for("office.other_folder", person_id=person_id), code=303)
    page = render_template("pages/office/other_cancel.html", folder=folder, appointment=found, form=form, words=words)
    return page, status


@blueprint.get("/carpeta/de/<uuid:person_id>/documentos/<uuid:document_id>")
@for_the_known
def other_document(person_id: UUID, document_id: UUID):
    """Download one of that person's documents, decided at this moment."""
    _folder, door = chosen(person_id)
    found, content = door.document_content(document_id)
    if found.person_id != person_id:
        raise NotFound()
    return as_download(found, content)


@blueprint.route("/carpeta/de/<uuid:person_id>/dejar", methods=["GET", "POST"])
@for_the_known
def leave_other_folder(person_id: UUID):
    """Stop acting for that person."""
    folder, _door = chosen(person_id)
    form = PressForm()
    if form.validate_on_submit():
        door = my_door()
        for one in door.my_ties(person_id):
            door.end_representation(one)
        flash(_("Hecho. Ya no ve la carpeta de esa persona."), "success")
        return redirect(url_for("office.other_folders"), code=303)
    return render_template("pages/office/other_leave.html", folder=folder, form=form)


def chosen(person_id: UUID) -> tuple[Folder, Door]:
    """The folder and the door to it; whoever does not act for that person finds nothing."""
    folder = next((one for one in my_door().folders() if one.person_id == person_id), None)
    door = open_door(actor(), Purpose.OWN_RECORD, represented=person_id)
    door.require(person_id=person_id, level=Level.N0, object_kind="person", object_id=person_id)
    if folder is None:
        raise NotFound()
    return folder, door
