"""Words that the provider approves beforehand: seen, added, and what the provider decided written down."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound, Refused
from case_api.settings import settings
from channels.outbound import approved
from portal.look.csrf import form_view
from portal.staff.forms import TemplateForm, TemplateStateForm
from portal.staff.room import SEE_EVERY_UNIT, actor, blueprint, me
from portal.staff.words import MESSAGES, language_name

CHANNEL = "whatsapp"


def _only_those_who_answer_for_all() -> None:
    if actor().role not in SEE_EVERY_UNIT:
        raise Refused()


def _page(form: TemplateForm, status: int = 200):
    page = render_template(
        "pages/staff/templates.html", form=form, found=approved.listing(current_unit().session),
        states=approved.STATES, messages=MESSAGES,
    )  # fmt: skip
    return page, status


def _form() -> TemplateForm:
    form = TemplateForm()
    form.name.choices = [("", _("Elija")), *((name, MESSAGES[name]) for name in MESSAGES if name in approved.names())]
    form.language.choices = [
        ("", _("Elija")),
        *((code, language_name(code)) for code in settings().languages),
    ]
    return form


@blueprint.route("/plantillas", methods=["GET", "POST"])
@form_view
def templates():
    """Every template with its state, and the form to send another for approval."""
    _only_those_who_answer_for_all()
    form = _form()
    if not form.is_submitted():
        return _page(form)
    if not form.validate():
        return _page(form, 422)
    try:
        approved.add(
            current_unit().session, channel=CHANNEL, name=form.name.data, language=form.language.data,
            body=form.body.data, level=form.level.data, external_id=form.external_id.data, author=me(),
        )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _page(form, form.refuse(error))
    flash(_("Añadida. Hasta que el operador la apruebe no se usa."), "success")
    return redirect(url_for("staff.templates"), code=303)


@blueprint.route("/plantillas/<uuid:template_id>", methods=["GET", "POST"])
@form_view
def template_state(template_id: UUID):
    """What the provider decided about one."""
    _only_those_who_answer_for_all()
    session = current_unit().session
    one = next((each for each in approved.listing(session) if each.id == template_id), None)
    if one is None:
        raise NotFound()
    form = TemplateStateForm(data={"state": one.state, "external_id": one.external_id, "reason": one.reason})
    form.state.choices = [(key, str(name)) for key, name in approved.STATES.items()]
    if form.validate_on_submit():
        try:
            approved.set_state(
                session, template_id=template_id, state=form.state.data, external_id=form.external_id.data,
                reason=form.reason.data,
            )  # fmt: skip
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Guardado."), "success")
            return redirect(url_for("staff.templates"), code=303)
    page = render_template("pages/staff/template.html", form=form, one=one, messages=MESSAGES)
    return page, 422 if form.is_submitted() else 200
