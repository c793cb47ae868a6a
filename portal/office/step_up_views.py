"""What a message leads to: a link into the login, and asking to be called. Nobody has to be logged in here."""

from datetime import time
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.errors import Invalid
from channels.contacts import stepping
from channels.conversations import callbacks
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.language import current as language
from portal.office.forms import CallBackForm, PressForm
from portal.office.room import actor, blueprint, for_the_known, my_id

STEP_UP = Actor.system("step_up")
CALLS = Actor.system("callbacks")


@blueprint.route("/e/<token>", methods=["GET", "POST"])
@access("public")
@form_view
def step_up_link(token: str):
    """Looking spends nothing: mail scanners look. The button spends the link, and leads to the login and back."""
    form = PressForm()
    pressed = form.validate_on_submit()
    with unit_of_work(STEP_UP) as unit:
        seen = (stepping.spend if pressed else stepping.look)(unit.session, token=token)
    if pressed and seen.state == "good":
        back = url_for("office.after_link", link_id=seen.link_id)
        # An open login is not enough: whoever holds this telephone may not be who logged in on it.
        return redirect(url_for("identity.go", nivel="substantial", next=back, ahora=1), code=303)
    page = render_template("pages/office/step_up_link.html", seen=seen, form=form)
    return page, 200 if seen.state == "good" else 410


@blueprint.get("/mensajes/enlace/<uuid:link_id>")
@for_the_known
def after_link(link_id: UUID):
    """Back from the login: to the conversation, when it is this person's; else to how they can make it theirs."""
    with unit_of_work(STEP_UP) as unit:
        found = stepping.conversation_after(unit.session, link_id=link_id, person_id=my_id())
    if found is not None:
        return redirect(url_for("office.conversation", conversation_id=found), code=303)
    return render_template("pages/office/after_link.html", form=PressForm())


@blueprint.route("/escribir/llamada", methods=["GET", "POST"])
@access("public")
@form_view
def call_back():
    """Ask to be called, with or without a login. A number that is typed makes nobody known."""
    form = CallBackForm()
    if form.validate_on_submit():
        begins, _dash, ends = form.when.data.partition("-")
        known = current_user.login.person_id if current_user.is_authenticated else None
        try:
            with unit_of_work(CALLS) as unit:
                callbacks.ask(
                    unit.session,
                    number=form.number.data,
                    actor=actor() if known else CALLS,
                    person_id=known,
                    name=form.name.data,
                    words=form.words.data,
                    wanted=(time.fromisoformat(begins), time.fromisoformat(ends)) if ends else None,
                    language=language().tag,
                )
        except Invalid as error:
            form.add_fields(error.fields)
        else:
            flash(_("Apuntado. Le llamamos en cuanto podamos, de lunes a viernes."), "success")
            return redirect(url_for("office.call_back"), code=303)
    page = render_template("pages/office/call_back.html", form=form)
    return page, 422 if form.is_submitted() else 200
