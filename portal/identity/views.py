"""The pages of a citizen's login: how to enter, there and back, a stronger login, and the way out."""

from flask import Blueprint, Flask, Response, redirect, render_template, request
from flask_login import LoginManager, current_user

from case_api.db import unit_of_work
from case_api.errors import StepUpRequired
from case_api.log import logger
from portal.identity import kept_forms, users
from portal.identity.assurance import LEVELS, reaches
from portal.identity.entering import enter_citizen, leave
from portal.identity.guard import access
from portal.identity.issuer import IssuerAway, LoginRefused, come_back, go_there, init_issuer, leave_there
from portal.identity.limits import IDLE
from portal.identity.paths import here, page_of_ours
from portal.look import Account
from portal.look.language import current as language

blueprint = Blueprint("identity", __name__)
HOME = "/carpeta"


@blueprint.get("/entrar")
@access("public")
def ways():
    """How one may enter, in plain words, and other ways."""
    next_page = page_of_ours(request.args.get("next"), HOME)
    if current_user.is_authenticated:
        return redirect(next_page, code=303)
    minutes = int(IDLE["citizen"].total_seconds() // 60)
    return render_template("pages/identity/ways.html", next_page=next_page, minutes=minutes)


@blueprint.get("/entrar/clave")
@access("public")
def go():
    """On to the issuer, asking for a level."""
    asked = request.args.get("nivel", "low")
    next_page = page_of_ours(request.args.get("next"), HOME)
    try:
        address = go_there(
            assurance=asked if asked in LEVELS else "low",
            next_page=next_page,
            language=language().tag,
            fresh=request.args.get("ahora") == "1",
        )
    except IssuerAway as error:
        return _trouble("away", 503, error)
    return redirect(address, code=303)


@blueprint.get("/entrar/vuelta")
@access("public")
def back():
    """Back from the issuer, with somebody or with a reason why not."""
    try:
        arrival = come_back()
    except IssuerAway as error:
        return _trouble("away", 503, error)
    except LoginRefused as error:
        if error.reason == "cancelled":
            return _trouble("cancelled", 200)
        return _trouble("expired" if error.reason in ("state", "code") else "refused", 400, error)
    return enter_citizen(arrival, next_page=page_of_ours(arrival.next, HOME))


def _trouble(kind: str, status: int, error: Exception | None = None) -> tuple[str, int]:
    if error is not None:
        logger().warning("login not taken", reason=str(error), stage=kind)
    next_page = page_of_ours(request.args.get("next"), HOME)
    return render_template("pages/identity/trouble.html", kind=kind, next_page=next_page), status


@blueprint.get("/salir")
@access("public")
def ask_to_leave():
    """For whoever came by a link: leaving takes a button."""
    return render_template("pages/identity/leave.html")


@blueprint.post("/salir")
@access("public")
def leave_now():
    """End the login here, then at the issuer."""
    id_token = leave("citizen")
    elsewhere = leave_there(id_token=id_token) if id_token else None
    return redirect(elsewhere or "/salir/hecho", code=303)


@blueprint.get("/salir/hecho")
@access("public")
def left():
    """It is over, here and there."""
    return render_template("pages/identity/left.html")


def step_up(error: StepUpRequired) -> Response | tuple[str, int]:
    """Why this page asks for a stronger login, and the way to it and back."""
    login = current_user.login
    if request.method == "POST" and not request.files:
        with unit_of_work(current_user.actor) as unit:
            kept_forms.keep(unit.session, owner=login.owner, page=request.path, fields=request.form)
    needed = error.assurance if error.assurance in LEVELS else "substantial"
    page = render_template(
        "pages/identity/step_up.html",
        needed=needed,
        fresh=error.details.get("fresh", reaches(login.assurance, needed)),
        next_page=page_of_ours(here(), HOME),
        message=error.message,
    )
    return page, 403


def _account() -> Account | None:
    if not current_user.is_authenticated:
        return None
    return Account(current_user.name or current_user.full_name, leave="/salir", profile="/carpeta/datos")


def init_citizen_login(app: Flask) -> None:
    """Logins of citizens for an app: flask-login, the issuer, the pages."""
    from portal.look import set_account

    manager = LoginManager()
    manager.session_protection = None  # a phone changes its address between two pages
    manager.init_app(app)
    manager.user_loader(users.load_citizen)
    app.actor_loader = users.actor_of_request
    app.register_blueprint(blueprint)
    app.register_error_handler(StepUpRequired, step_up)
    init_issuer(app)
    set_account(app, _account)
