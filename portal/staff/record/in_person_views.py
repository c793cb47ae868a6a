"""What is done in a person's name, in front of them: reading their folder, a key of the city, their permissions."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from case_api import directory
from case_api.access.levels import Level
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from portal.look.csrf import form_view
from portal.office import words
from portal.office.forms import PressForm
from portal.staff.record.forms import DeskConsentForm, DeskSomebodyForm, KeyForm
from portal.staff.record.page import case_door, show
from portal.staff.room import blueprint, staff_door


@blueprint.get("/personas/<uuid:person_id>/carpeta")
def read_folder(person_id: UUID):
    """What the person would see in their folder, to read or print it for them. Kept in their access log as that."""
    door = staff_door(Purpose.READ_TO_PERSON)
    door.require(person_id=person_id, level=Level.N2, object_kind="document", object_id=person_id, action="print")
    reads_plan = door.allows(person_id=person_id, level=Level.N3, object_kind="plan")
    plan = door.plan(person_id) if reads_plan else None
    return show(
        "record_folder", door, person_id,
        appointments=door.next_appointments(person_id), files=door.files(person_id),
        documents=[one for one in door.documents(person_id) if one.released_at is not None],
        benefits=door.benefits(person_id), plan=plan if plan and plan.released_at else None, office_words=words,
    )  # fmt: skip


@blueprint.route("/personas/<uuid:person_id>/clave", methods=["GET", "POST"])
@form_view
def city_key(person_id: UUID):
    """A key for whoever Cl@ve cannot serve; its secret is shown once."""
    door, form, made = case_door(), KeyForm(), None
    held = door.credential(person_id)
    if form.validate_on_submit():
        try:
            made = door.issue_credential(person_id, reason=form.reason.data)
        except Invalid as error:
            form.refuse(error)
    if made is not None:
        page, _status = show("record_key_made", door, person_id, key=made[0], secret=made[1])
        return page, 200, {"Cache-Control": "no-store"}
    return show("record_key", door, person_id, form, held=held)


@blueprint.post("/personas/<uuid:person_id>/clave/quitar")
def revoke_key(person_id: UUID):
    """Take the key back."""
    case_door().revoke_credential(person_id)
    flash(_("Quitada. Ya no sirve para entrar."), "success")
    return redirect(url_for("staff.city_key", person_id=person_id), code=303)


@blueprint.get("/personas/<uuid:person_id>/permisos")
def desk_permissions(person_id: UUID):
    """The person's switches, as they stand."""
    door = case_door()
    return show("record_permissions", door, person_id, offered=door.offered(person_id))


@blueprint.route("/personas/<uuid:person_id>/permisos/otro", methods=["GET", "POST"])
@form_view
def desk_somebody(person_id: UUID):
    """Whom the person lets see something: a centre, or somebody they choose; nothing is given here."""
    door, form = case_door(), DeskSomebodyForm()
    door.consents(person_id)
    mine = door.person(person_id).unit_id
    centres = [one for one in directory.centres(current_unit().session) if one.id != mine]
    form.centre.choices = [("", _("Elija un centro")), *((str(one.id), one.name) for one in centres)]
    if form.validate_on_submit():
        name = form.centre.data
        try:
            if form.to.data == "chosen":
                chosen = door.choose_recipient(person_id, name=form.name.data or "", document=form.document.data or "")
                name = str(chosen.id)
        except (Invalid, Conflict) as error:
            form.refuse(error)
        else:
            asked = {"permiso": form.switch.data, "para": form.to.data, "quien": name}
            return redirect(url_for("staff.desk_give", person_id=person_id, **asked), code=303)
    return show("record_somebody", door, person_id, form)


@blueprint.route("/personas/<uuid:person_id>/permisos/dar", methods=["GET", "POST"])
@form_view
def desk_give(person_id: UUID):
    """Read the words to the person, who signs; then write it down."""
    door = case_door()
    asked = {name: request.values.get(name, "") for name in ("permiso", "para", "quien")}
    offered = door.offer(
        person_id, switch=asked["permiso"], recipient_kind=asked["para"], recipient_name=asked["quien"]
    )
    form = DeskConsentForm(**asked, leido=offered.words_sha256)
    if form.validate_on_submit():
        try:
            door.give(
                person_id, switch=asked["permiso"], recipient_kind=asked["para"], recipient_name=asked["quien"],
                shown=form.leido.data or "", channel="desk", evidence=form.evidence.data,
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            form.refuse(error)
            form.leido.data = offered.words_sha256
        else:
            flash(_("Apuntado en nombre de la persona. Entréguele su copia."), "success")
            return redirect(url_for("staff.desk_permissions", person_id=person_id), code=303)
    return show("record_permission", door, person_id, form, offered=offered)


@blueprint.route("/personas/<uuid:person_id>/permisos/<uuid:consent_id>/quitar", methods=["GET", "POST"])
def desk_withdraw(person_id: UUID, consent_id: UUID):
    """Ask, then take it back in the person's name."""
    door, form = case_door(), PressForm()
    one = door.consent(consent_id)
    if one.person_id != person_id:
        raise NotFound()
    if form.validate_on_submit():
        door.withdraw(consent_id, channel="desk")
        flash(_("Quitado. Desde ahora mismo ya no vale."), "success")
        return redirect(url_for("staff.desk_permissions", person_id=person_id), code=303)
    return show("record_withdraw", door, person_id, form, one=one)
