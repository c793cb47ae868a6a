"""Entering with a key that the city gave at a desk."""

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _

from case_api.access.actor import Actor
from case_api.access.door import open_door
from case_api.access.purposes import Purpose
from case_api.db import unit_of_work
from case_api.households.credential import Holder
from portal.identity import throttle
from portal.identity.entering import enter_holder
from portal.identity.guard import access
from portal.identity.paths import page_of_ours
from portal.look.csrf import form_view
from portal.office.family.forms import KeyForm
from portal.office.room import blueprint

_LOGIN = Actor.system("login")


@blueprint.route("/entrar/ciudad", methods=["GET", "POST"])
@access("public")
@form_view
def enter_with_key():
    """Number and secret; a wrong one and an unknown one get the same answer, ever more slowly."""
    form = KeyForm()
    if form.validate_on_submit():
        holder, wait = _try(form.number.data, form.secret.data)
        if holder is not None:
            return enter_holder(holder, next_page=page_of_ours(request.args.get("next"), "/carpeta"))
        form.general.append(
            _("Ha habido varios intentos fallidos. Espere un rato y pruebe otra vez.") if wait
            else _("El número o el código no son correctos. Revíselos, o pregunte en su centro.")
        )  # fmt: skip
    return render_template("pages/office/enter_with_key.html", form=form), 422 if form.is_submitted() else 200


def _try(number: str, secret: str) -> tuple[Holder | None, datetime | None]:
    name = "key:" + "".join(sign for sign in number if sign.isdecimal())
    with unit_of_work(_LOGIN) as unit:
        wait = throttle.enter(unit.session, login=name)
    if wait is not None:
        return None, wait
    with unit_of_work(_LOGIN) as unit:
        holder = open_door(unit.actor, Purpose.LOGIN, unit=unit).enter_with_credential(number, secret)
        if holder is not None:
            throttle.passed(unit.session, login=name)
    return holder, None
