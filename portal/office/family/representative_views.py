"""Whom one lives with, and who acts for one: seen, given, told, ended; and a minor's own say."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api import clock
from case_api.access.levels import Level
from case_api.access.table import table_on
from case_api.errors import Conflict, Invalid, NotFound
from case_api.households.representation import Representative
from portal.look.csrf import form_view
from portal.office.family.forms import AuthoriseForm, SayForm, TellForm
from portal.office.forms import PressForm
from portal.office.room import blueprint, for_the_known, my_door, my_id


@blueprint.get("/carpeta/convivencia")
@for_the_known
def household():
    """One's own part of the household, and who acts for one."""
    door, me = my_door(), my_id()
    return render_template("pages/office/family_household.html", household=door.household(me), folders=door.folders())


@blueprint.get("/carpeta/representantes")
@for_the_known
def representatives():
    """Who acts for the person, and what each may see today."""
    found = my_door().representatives(my_id(), ended=True)
    now = [one for one in found if one.state not in ("ended", "expired")]
    past = [one for one in found if one.state in ("ended", "expired")]
    return render_template("pages/office/family_representatives.html", now=now, past=past)


@blueprint.route("/carpeta/representantes/autorizar", methods=["GET", "POST"])
@for_the_known
@form_view
def authorise():
    """Let somebody look at one's folder."""
    door, form = my_door(), AuthoriseForm()
    door.representatives(my_id())
    if form.validate_on_submit():
        try:
            door.give_authorisation(
                my_id(), name=form.name.data, document=form.document.data, until=form.until.data,
                level=Level(form.level.data),
            )  # fmt: skip
        except (Invalid, Conflict) as error:
            _tell(form, error)
        else:
            flash(_("Hecho. Esa persona ya puede ver su carpeta al entrar con su propio DNI."), "success")
            return redirect(url_for("office.representatives"), code=303)
    return render_template("pages/office/family_authorise.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/carpeta/representantes/avisar", methods=["GET", "POST"])
@for_the_known
@form_view
def tell_representative():
    """Tell us of somebody who supports or represents the person; the centre looks at the papers."""
    door, form = my_door(), TellForm()
    form.offer(table_on(clock.today()).representation.asked)
    door.representatives(my_id())
    if form.validate_on_submit():
        try:
            door.ask_representation(my_id(), kind=form.kind.data, name=form.name.data, document=form.document.data)
        except (Invalid, Conflict) as error:
            _tell(form, error)
        else:
            flash(_("Apuntado. Lleve los papeles a su centro: hasta entonces esa persona no ve nada."), "success")
            return redirect(url_for("office.representatives"), code=303)
    return render_template("pages/office/family_tell.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/carpeta/representantes/<uuid:representation_id>/quitar", methods=["GET", "POST"])
@for_the_known
def end_representative(representation_id: UUID):
    """Ask, then end it."""
    one, form = _mine(representation_id), PressForm()
    if form.validate_on_submit():
        my_door().end_representation(representation_id)
        flash(_("Quitado. Desde ahora mismo esa persona ya no ve su carpeta."), "success")
        return redirect(url_for("office.representatives"), code=303)
    return render_template("pages/office/family_end.html", one=one, form=form)


@blueprint.route("/carpeta/representantes/<uuid:representation_id>/decidir", methods=["GET", "POST"])
@for_the_known
@form_view
def decide_representative(representation_id: UUID):
    """A minor decides what a parent or tutor may go on seeing."""
    one = _mine(representation_id)
    if not one.own_say:
        raise NotFound()
    form = SayForm(says=one.minor_says)
    if form.validate_on_submit():
        my_door().minor_says(representation_id, yes=form.says.data == "yes")
        flash(_("Hecho. Puede cambiarlo cuando quiera."), "success")
        return redirect(url_for("office.representatives"), code=303)
    return render_template("pages/office/family_say.html", one=one, form=form), 422 if form.is_submitted() else 200


def _mine(representation_id: UUID) -> Representative:
    found = next((one for one in my_door().representatives(my_id()) if one.id == representation_id), None)
    if found is None:
        raise NotFound()
    return found


def _tell(form, error) -> None:
    form.add_fields(getattr(error, "fields", {}))
    if not getattr(error, "fields", {}):
        form.general.append(error.message)
