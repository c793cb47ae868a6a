"""The pages of a professional's login: name and password, then the code, and the way out."""

from datetime import timedelta
from uuid import UUID

from flask import Blueprint, Flask, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import LoginManager, current_user

from case_api import clock
from portal.identity import users
from portal.identity.entering import enter_staff, leave
from portal.identity.forms import CodeStep, PasswordStep
from portal.identity.guard import access
from portal.identity.limits import PASSWORD_STEP
from portal.identity.paths import page_of_ours
from portal.identity.staff_login import Outcome, check_code, check_password
from portal.look import Account
from portal.look.csrf import form_view

blueprint = Blueprint("identity", __name__)
HALF = "first_step"


def _home() -> str:
    return f"{request.script_root}/bandeja"


def _say(form, outcome: Outcome, wrong: str) -> None:
    if outcome.wait_until is None:
        form.general.append(wrong)
        return
    seconds = (outcome.wait_until - clock.now()) / timedelta(seconds=1)
    minutes = max(1, round(seconds / 60 + 0.49))
    form.general.append(
        _("Ha habido varios intentos fallidos con este nombre. Espere %(minutes)s min y pruebe otra vez.",
          minutes=minutes)
    )  # fmt: skip


@blueprint.get("/")
@access("public")
def door():
    """Straight on to the inbox, or to the login."""
    return redirect(_home() if current_user.is_authenticated else url_for("identity.staff_login"), code=303)


@blueprint.route("/entrar", methods=["GET", "POST"])
@access("public")
@form_view
def staff_login():
    """The first step: name and password."""
    form = PasswordStep()
    next_page = page_of_ours(request.args.get("next"), _home())
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(next_page, code=303)
    if form.validate_on_submit():
        outcome = check_password(login=form.login.data, password=form.password.data)
        if outcome.professional_id:
            session[HALF] = [str(outcome.professional_id), form.login.data, clock.now().timestamp(), next_page]
            return redirect(url_for("identity.staff_code"), code=303)
        _say(form, outcome, _("El nombre o la contraseña no son correctos. Revíselos y pruebe otra vez."))
    return render_template("pages/identity/staff_password.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/entrar/codigo", methods=["GET", "POST"])
@access("public")
@form_view
def staff_code():
    """The second step: the one-time code."""
    professional_id, login, began, next_page = session.get(HALF) or ("", "", 0, "")
    form = CodeStep()
    if not professional_id or clock.now().timestamp() - began > PASSWORD_STEP.total_seconds():
        session.pop(HALF, None)
        flash(_("Han pasado más de cinco minutos. Escriba otra vez su nombre y su contraseña."), "info")
        return redirect(url_for("identity.staff_login"), code=303)
    if form.validate_on_submit():
        outcome = check_code(login=login, professional_id=UUID(professional_id), code=form.code.data)
        if outcome.professional_id:
            return enter_staff(outcome.professional_id, next_page=page_of_ours(next_page, _home()))
        _say(form, outcome, _("El código no sirve: puede haber caducado o haberse usado ya. Espere al siguiente."))
    return render_template("pages/identity/staff_code.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/salir")
@access("public")
def ask_to_leave():
    """For whoever came by a link: leaving takes a button."""
    return render_template("pages/identity/leave.html")


@blueprint.post("/salir")
@access("public")
def leave_now():
    """End the login."""
    leave("staff")
    flash(_("Ha cerrado su sesión."), "success")
    return redirect(url_for("identity.staff_login"), code=303)


def _account() -> Account | None:
    if not current_user.is_authenticated:
        return None
    return Account(current_user.professional.name, leave=url_for("identity.leave_now"))


def init_staff_login(app: Flask) -> None:
    """Logins of professionals for an app: flask-login and the pages."""
    from portal.look import set_account

    manager = LoginManager()
    manager.session_protection = None
    manager.init_app(app)
    manager.user_loader(users.load_staff)
    app.actor_loader = users.actor_of_request
    app.register_blueprint(blueprint)
    set_account(app, _account)
