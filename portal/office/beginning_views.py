"""Somebody without a record begins: they ask to be known, and nothing else is opened."""

from flask import flash, redirect
from flask_babel import gettext as _
from flask_login import current_user

from case_api.errors import Invalid
from portal.identity.matching import enrol
from portal.look.language import current as language
from portal.office.room import blueprint


@blueprint.route("/carpeta/empezar", methods=["GET"])
def begin_again():
    """Back from a stronger login: the button is on the folder."""
    return redirect("/carpeta", code=303)


@blueprint.post("/carpeta/empezar")
def begin():
    """Enter the person who is logged in into the record, as the identity provider vouches for them."""
    if current_user.login.person_id is None:
        try:
            enrol(current_user.login, language=language().tag.split("-")[0].split("@")[0])
        except Invalid:
            flash(
                _("Cl@ve no nos ha dicho su nombre o su documento. Llámenos o venga a un centro y lo apuntamos."),
                "error",
            )
            return redirect("/carpeta", code=303)
        flash(_("Ya puede escribirnos y pedir cita aquí."), "success")
    return redirect("/carpeta", code=303)
