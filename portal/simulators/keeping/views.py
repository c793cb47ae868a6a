"""Keep a result in the folder, see it there, delete it; and the result as a page to print."""

from uuid import UUID

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from case_api.access.door import Door, open_door
from case_api.access.purposes import Purpose
from case_api.errors import Conflict, NotFound
from portal.identity.guard import access
from portal.look.csrf import form_view
from portal.look.widgets import Form
from portal.simulators.keeping import held, service
from portal.simulators.keeping.snapshot import leaves_out, snapshot, state_of, without_the_unsaid
from portal.simulators.room import blueprint, today
from portal.simulators.state import State


@blueprint.post("/ayudas/calcular/imprimir")
@form_view
def printable():
    """Everything about the result on one page, for paper."""
    form, state = Form(), State.of(request.form)
    status = 200 if form.validate() else 422
    page = render_template(
        "pages/simulators/printable.html", form=form, one=snapshot(state, today()), carried=state.carried([])
    )
    return page, status


@blueprint.post("/ayudas/calcular/guardar")
@form_view
def to_folder():
    """On to the folder, with the answers; whoever has not logged in does so on the way and loses none."""
    form, state = Form(), State.of(request.form)
    answer = redirect(url_for("simulators.keep"), code=303)
    if form.validate() and held.hold(answer, state):
        return answer
    page = render_template(
        "pages/simulators/printable.html", form=form, one=snapshot(state, today()), carried=state.carried([])
    )
    return page, 422


@blueprint.get("/carpeta/ayudas/guardar")
@access("citizen")
def keep():
    """What would be kept, and the button."""
    return _ask(held.held(request), Form(formdata=None))


@blueprint.post("/carpeta/ayudas/guardar")
@access("citizen")
@form_view
def keep_now():
    """Keep it."""
    form, state = Form(), held.held(request)
    if state is None or current_user.login.person_id is None or not form.validate():
        return _ask(state, form), 422
    door, me = _mine()
    try:
        made = service.keep(door, me, content=snapshot(without_the_unsaid(state), today()))
    except Conflict as error:
        form.general.append(error.message)
        return _ask(state, form), 409
    flash(_("Guardado. Puede borrarlo cuando quiera."), "success")
    return held.let_go(redirect(url_for("simulators.kept", result_id=made), code=303))


@blueprint.get("/carpeta/ayudas")
@access("citizen")
def kept_results():
    """The results that the person keeps."""
    if current_user.login.person_id is None:
        return render_template("pages/office/no_record.html")
    return render_template("pages/simulators/kept_list.html", found=service.listing(*_mine()))


@blueprint.get("/carpeta/ayudas/<uuid:result_id>")
@access("citizen")
def kept(result_id: UUID):
    """One of them, as it stood that day."""
    one = service.kept(*_mine(), result_id)
    return render_template(
        "pages/simulators/kept.html", kept=one, one=one.content, carried=state_of(one.content).carried([])
    )


@blueprint.route("/carpeta/ayudas/<uuid:result_id>/borrar", methods=["GET", "POST"])
@access("citizen")
@form_view
def forget(result_id: UUID):
    """Ask, then delete for good."""
    form, one = Form(), service.kept(*_mine(), result_id)
    if form.validate_on_submit():
        service.forget(*_mine(), result_id)
        flash(_("Borrado. No queda ninguna copia."), "success")
        return redirect(url_for("simulators.kept_results"), code=303)
    return render_template(
        "pages/simulators/forget.html", form=form, kept=one
    ), 422 if request.method == "POST" else 200


def _ask(state: State | None, form: Form):
    """The page before keeping: what goes in, what does not, or why there is nothing to keep."""
    known = current_user.login.person_id is not None
    if known:
        service.may_keep(*_mine())
    one = None if state is None else snapshot(without_the_unsaid(state) if known else state, today())
    answer = make_response(
        render_template(
            "pages/simulators/keep.html",
            form=form,
            one=one,
            known=known,
            left_out=state is not None and leaves_out(state),
            carried=[] if state is None else state.carried([]),
        )
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _mine() -> tuple[Door, UUID]:
    person_id = current_user.login.person_id
    if person_id is None:
        raise NotFound()
    return open_door(current_user.actor, Purpose.OWN_RECORD), person_id
