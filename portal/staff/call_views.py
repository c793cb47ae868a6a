"""Who is to be called, calls that came in, and what is to be printed or handed over."""

from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, NotFound
from channels.conversations import callbacks, letters
from portal.look.csrf import form_view
from portal.staff.forms import CallForm
from portal.staff.room import SEE_EVERY_UNIT, actor, blueprint, me, my_unit, names_of, opened


def _mine() -> dict:
    return {"unit_id": my_unit(), "everywhere": actor().role in SEE_EVERY_UNIT}


@blueprint.get("/llamadas")
def calls():
    """Who waits for a call, the longest first."""
    found = callbacks.waiting(current_unit().session, **_mine())
    return render_template("pages/staff/calls.html", found=found, names=names_of(found))


@blueprint.post("/llamadas/<uuid:callback_id>/sin-respuesta")
def nobody_answered(callback_id: UUID):
    """Tried, and nobody lifted the receiver."""
    session = current_unit().session
    if callback_id not in {one.id for one in callbacks.waiting(session, **_mine(), limit=1000)}:
        raise NotFound()
    tries = callbacks.nobody_answered(session, callback_id=callback_id, author=me())
    left = callbacks.MOST_TRIES - tries
    if left > 0:
        flash(ngettext("Apuntado. Queda %(num)s intento.", "Apuntado. Quedan %(num)s intentos.", left), "success")
    else:
        flash(_("Apuntado. No se llama más: pruebe por otro canal o con una carta."), "warning")
    return redirect(url_for("staff.calls"), code=303)


@blueprint.route("/llamadas/nueva", methods=["GET", "POST"])
@form_view
def new_call():
    """A call that came in, written down by whoever answered it."""
    form = CallForm()
    if form.validate_on_submit():
        try:
            conversation_id = callbacks.call_came(
                current_unit().session,
                number=form.number.data,
                name=form.name.data,
                body=form.body.data,
                author=me(),
                waits=bool(form.waits.data),
                actor=actor(),
            )
        except Invalid as error:
            form.refuse(error)
        else:
            return redirect(url_for("staff.conversation", conversation_id=conversation_id, _anchor="final"), code=303)
    return render_template("pages/staff/call_new.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/cartas")
def paper():
    """What is to be printed or handed over, the oldest first."""
    found = letters.waiting(current_unit().session, **_mine())
    return render_template("pages/staff/letters.html", found=found, names=names_of(found))


def _letter(letter_id: UUID) -> letters.Letter:
    letter = letters.one(current_unit().session, letter_id=letter_id)
    opened(letter.conversation_id)  # whoever may not read the conversation may not read its letters either
    return letter


@blueprint.get("/cartas/<uuid:letter_id>")
def sheet(letter_id: UUID):
    """The page to print."""
    _letter(letter_id)
    answer = Response(letters.sheet(current_unit().session, letter_id=letter_id), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals"
    return answer


@blueprint.post("/cartas/<uuid:letter_id>/paso")
def letter_step(letter_id: UUID):
    """It was printed, handed over, or came back."""
    _letter(letter_id)
    try:
        letters.step(current_unit().session, letter_id=letter_id, state=request.form.get("estado", ""), author=me())
    except (Conflict, Invalid) as error:
        flash(error.message or _("Elija qué ha pasado."), "warning")
    else:
        flash(_("Apuntado."), "success")
    return redirect(url_for("staff.paper"), code=303)
