"""What one asks and writes in the name of somebody for whom one acts. Each page decides again; both names are kept."""

import uuid
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.door import Door
from case_api.access.levels import Level
from case_api.agenda.values import MODES
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from case_api.households.representation import Folder
from channels.conversations import service as conversations
from channels.conversations.service import MessageView
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.office import booking_pages
from portal.office.booking_pages import Way
from portal.office.choice import Choice, uuid_or_none
from portal.office.family.other_folder_views import chosen
from portal.office.forms import ConfirmForm, MessageForm
from portal.office.room import blueprint, for_the_known


def _acting(person_id: UUID, action: str, kind: str) -> tuple[Folder, Door]:
    """The folder and its door, for whoever may do this in the person's name; nothing for others."""
    folder, door = chosen(person_id)
    if not door.may_act(person_id, action, level=Level.N1, object_kind=kind):
        raise NotFound()
    return folder, door


def _choice(values) -> Choice:
    """What was chosen, without what only the person has: an hour that is kept, an appointment to be moved."""
    asked = {name: value for name, value in values.items() if name not in ("cambia", "reserva")}
    return Choice.read(asked)


@blueprint.get("/carpeta/de/<uuid:person_id>/citas/nueva")
@for_the_known
def other_booking(person_id: UUID):
    """The first question that has no answer yet."""
    folder, door = _acting(person_id, "book", "appointment")
    way, choice = _way(folder), _choice(request.args)
    reasons = {reason.key: reason for reason in door.reasons()}
    reason = reasons.get(choice.reason or "")
    if reason is None:
        return booking_pages.ask_reason(list(reasons.values()), way)
    centres = directory.centres(current_unit().session)
    if choice.mode not in reason.modes or choice.centre not in {centre.id for centre in centres}:
        return booking_pages.ask_place(reason, centres, home=door.person(person_id).unit_id, way=way)
    return booking_pages.ask_time(door, reason, choice, way=way)


@blueprint.route("/carpeta/de/<uuid:person_id>/citas/nueva/confirmar", methods=["GET", "POST"])
@for_the_known
@form_view
def other_confirm(person_id: UUID):
    """Everything once more, and the button that books in that person's name."""
    folder, door = _acting(person_id, "book", "appointment")
    way, choice = _way(folder), _choice(request.form if request.method == "POST" else request.args)
    if not (choice.reason and choice.centre and choice.mode and choice.starts_at):
        return redirect(way.to_start(**choice.query()), code=303)
    form = ConfirmForm(data={**request.args.to_dict(), "clave": str(uuid.uuid4())})
    if form.validate_on_submit():
        try:
            _book(door, person_id, choice, form)
        except Conflict as conflict:
            return booking_pages.taken(conflict, choice, way), 409
        except Invalid as error:
            form.general.append(error.message or _("No hemos podido dar esta cita. Elija otra hora."))
        else:
            flash(_("La cita está confirmada. Queda anotado que la ha pedido usted."), "success")
            return redirect(url_for("office.other_folder", person_id=person_id), code=303)
    database = current_unit().session
    professional = directory.professional(database, choice.professional) if choice.professional else None
    page = render_template(
        "pages/office/other_booking_confirm.html", folder=folder, way=way, form=form, choice=choice,
        reason=next((one for one in door.reasons() if one.key == choice.reason), None),
        centre=directory.centre(database, choice.centre), mode=MODES.get(choice.mode),
        professional=professional.given_name if professional else None,
    )  # fmt: skip
    return page, 422 if form.is_submitted() else 200


def _way(folder: Folder) -> Way:
    return Way("office.other_booking", "office.other_confirm", folder=folder)


def _book(door: Door, person_id: UUID, choice: Choice, form: ConfirmForm) -> None:
    door.book(
        person_id=person_id, unit_id=choice.centre, reason=choice.reason, mode=choice.mode,
        starts_at=choice.starts_at, professional_id=choice.professional, chosen=choice.professional is not None,
        note=form.nota.data or None, key=(form.clave.data or "")[:64] or None,
    )  # fmt: skip


@blueprint.route("/carpeta/de/<uuid:person_id>/mensajes", methods=["GET", "POST"])
@for_the_known
@form_view
def other_messages(person_id: UUID):
    """What one wrote in that person's name, what was answered, and a form to write more."""
    folder, door = _acting(person_id, "write", "conversation")
    form = MessageForm()
    if form.validate_on_submit():
        try:
            _write(door, person_id, form)
        except Invalid as error:
            form.add_fields(error.fields)
        else:
            return redirect(url_for("office.other_messages", person_id=person_id, enviado=1), code=303)
    page = render_template(
        "pages/office/other_messages.html", folder=folder, form=form, messages=_messages(door, person_id)
    )
    return page, 422 if form.is_submitted() else 200


def _write(door: Door, person_id: UUID, form: MessageForm) -> None:
    door.require(person_id=person_id, level=Level.N1, object_kind="conversation", object_id=person_id, action="write")
    acting = door.acting(person_id)
    if acting is None:
        raise NotFound()
    conversations.write_from_portal(
        current_unit().session, person_id=person_id, body=form.body.data, language=language().tag,
        key=uuid_or_none(form.form_id.data), acting=acting,
    )  # fmt: skip


def _messages(door: Door, person_id: UUID) -> list[MessageView]:
    """What was written by the tie that one acts by, and its answers, oldest first; the look is logged."""
    door.require(person_id=person_id, level=Level.N1, object_kind="conversation", object_id=person_id)
    levels = door.highest(person_id=person_id, object_kind="conversation")
    found = conversations.for_person(current_unit().session, person_id=person_id, levels=levels, representative=True)
    return sorted((each for one in found for each in one.messages), key=lambda each: each.position)
