"""Letting a centre or a chosen person see: whom and what, then the page with what follows; and giving it back."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.office.forms import PressForm
from portal.office.room import blueprint, for_the_known, my_door, my_id
from portal.office.sharing_forms import CentreForm, RecallForm, SomebodyForm


@blueprint.route("/carpeta/permisos/centro", methods=["GET", "POST"])
@for_the_known
@form_view
def share_with_centre():
    """Which centre, and what; nothing is given here."""
    door, form = my_door(), CentreForm()
    door.consents(my_id())
    mine = door.me().unit_id
    centres = [one for one in directory.centres(current_unit().session) if one.id != mine]
    form.centre.choices = [("", _("Elija un centro")), *((str(one.id), one.name) for one in centres)]
    if form.validate_on_submit():
        return _to_the_words("other_unit", form.centre.data, form.switch.data)
    page = render_template("pages/office/share_centre.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/carpeta/permisos/persona", methods=["GET", "POST"])
@for_the_known
@form_view
def share_with_somebody():
    """Whom one chooses, and what; nothing is given here."""
    door, form = my_door(), SomebodyForm()
    before = door.chosen_people(my_id())
    if form.validate_on_submit():
        try:
            chosen = door.choose_recipient(my_id(), name=form.name.data, document=form.document.data)
        except (Invalid, Conflict) as error:
            form.add_fields(getattr(error, "fields", {}))
            if not getattr(error, "fields", {}):
                form.general.append(error.message)
        else:
            return _to_the_words("chosen", str(chosen.id), form.switch.data)
    page = render_template("pages/office/share_somebody.html", form=form, before=before)
    return page, 422 if form.is_submitted() else 200


def _to_the_words(kind: str, name: str, switch: str):
    return redirect(url_for("office.give_permission", permiso=switch, para=kind, quien=name), code=303)


@blueprint.route("/carpeta/de/devolver/<uuid:recall_id>", methods=["GET", "POST"])
@for_the_known
@form_view
def answer_recall(recall_id: UUID):
    """Somebody took a permission back: say what was done with what one had kept."""
    door, form = my_door(), RecallForm()
    one = next((one for one in door.recalled_from_me() if one.id == recall_id), None)
    if one is None:
        raise NotFound()
    if one.acknowledged_at is not None:
        form = PressForm()
    elif form.validate_on_submit():
        door.answer_recall(recall_id, outcome=form.outcome.data)
        flash(_("Gracias. Esa persona ya lo puede leer."), "success")
        return redirect(url_for("office.other_folders"), code=303)
    page = render_template("pages/office/recall.html", form=form, one=one)
    return page, 422 if form.is_submitted() and one.acknowledged_at is None else 200
