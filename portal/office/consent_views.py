"""Who may see what: one switch a decision, what follows from it said before the button, and the receipt to keep."""

import json
from itertools import groupby
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from case_api.access.consents.recalled import ANSWERED
from case_api.access.entries import OBJECTS
from case_api.access.levels import Level
from case_api.errors import Conflict, NotFound
from portal.office.choice import uuid_or_none
from portal.office.forms import PermissionForm, PressForm
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.get("/carpeta/permisos")
@for_the_known
def permissions():
    """Everybody who sees something: by the person's own switches, and by law."""
    door, me = my_door(), my_id()
    offered = door.offered(me)
    kept = door.consents(me)
    by_recipient = [
        (who, list(switches))
        for (_kind, who), switches in groupby(offered, key=lambda one: (one.recipient_kind, one.recipient_words))
    ]
    return render_template(
        "pages/office/permissions.html",
        shown=[(who, switches) for who, switches in by_recipient if switches[0].switch != "O"],
        oppositions=[one for one in offered if one.switch == "O"],
        of_one_file=[one for one in kept if one.file_id and one.state == "standing"],
        ended=[one for one in kept if one.state != "standing"][:10],
        by_law=door.by_law(),
    )


@blueprint.route("/carpeta/permisos/nuevo", methods=["GET", "POST"])
@for_the_known
def give_permission():
    """What follows, and the button; opening the page changes nothing."""
    door, me = my_door(), my_id()
    form = PermissionForm(request.form if request.method == "POST" else request.args)
    asked = {
        "switch": form.permiso.data or "",
        "recipient_kind": form.para.data or "",
        "recipient_name": form.quien.data or "",
        "file_id": uuid_or_none(form.expediente.data),
    }
    if form.expediente.data and asked["file_id"] is None:
        raise NotFound()
    offered, status = door.offer(me, **asked), 200
    if offered.standing is not None:
        return redirect(url_for("office.permission", consent_id=offered.standing.id), code=303)
    if form.validate_on_submit():
        try:
            given = door.give(me, **asked, shown=form.leido.data or "")
        except Conflict as conflict:
            form.general.append(conflict.message)
            status = 409
        else:
            flash(_("Hecho. Vale desde ahora mismo."), "success")
            return redirect(url_for("office.permission", consent_id=given.id), code=303)
    form.leido.data = offered.words_sha256
    page = render_template(
        "pages/office/permission_give.html", form=form, offered=offered, files=_files(door, me, offered)
    )
    return page, status


def _files(door, me: UUID, offered) -> list:
    if not offered.one_file or not door.allows(person_id=me, level=Level.N2, object_kind="file"):
        return []
    return [one for one in door.files(me) if one.id != offered.file_id]


@blueprint.get("/carpeta/permisos/<uuid:consent_id>")
@for_the_known
def permission(consent_id: UUID):
    """The receipt as a page to read or print, and what was seen because of it."""
    door = my_door()
    return render_template(
        "pages/office/permission.html",
        one=door.consent(consent_id),
        releases=door.releases(consent_id),
        objects=OBJECTS,
        recall=door.recall_of(consent_id),
        outcomes=ANSWERED,
    )


@blueprint.get("/carpeta/permisos/<uuid:consent_id>/recibo.json")
@for_the_known
def permission_receipt(consent_id: UUID):
    """The receipt as a file."""
    content = json.dumps(my_door().consent_receipt(consent_id), ensure_ascii=False, indent=2)
    answer = Response(content, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="permiso.json"'
    return answer


@blueprint.route("/carpeta/permisos/<uuid:consent_id>/quitar", methods=["GET", "POST"])
@for_the_known
def withdraw_permission(consent_id: UUID):
    """Ask, then turn it off."""
    door = my_door()
    one = door.consent(consent_id)
    form = PressForm()
    if form.validate_on_submit():
        door.withdraw(consent_id)
        flash(_("Quitado. Desde ahora mismo ya no vale."), "success")
        return redirect(url_for("office.permissions"), code=303)
    if one.state != "standing":
        return redirect(url_for("office.permission", consent_id=consent_id), code=303)
    return render_template("pages/office/permission_withdraw.html", one=one, form=form)
