"""Where a person lets an application in: who asks, for what, what changes, and two buttons of equal size."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request
from flask_login import current_user

from case_api import clock
from case_api.access.door import Door, open_door
from case_api.access.purposes import Purpose
from case_api.db import current_unit
from case_api.errors import Conflict, Invalid, StepUpRequired
from case_api.http import scopes, tokens
from case_api.http.oauth import store
from case_api.http.oauth.app import AUTHORIZE, make_server
from case_api.log import logger
from portal.identity.assurance import assurance_of, reaches
from portal.identity.authorize_forms import AuthorizeForm
from portal.look.csrf import form_view

blueprint = Blueprint("authorize", __name__)


@blueprint.route(AUTHORIZE, methods=["GET", "POST"])
@form_view
def authorize() -> Any:
    """Ask the person; nothing changes by opening the page."""
    if current_user.login.person_id is None:
        return render_template("pages/office/no_record.html")
    try:
        grant = _server().get_consent_grant(end_user=current_user)
    except OAuth2Error as error:
        return _wrong(error)
    asked = grant.request.scope.split()
    if "none" in request.args.get("prompt", "").split():
        return _back(grant, error="interaction_required")
    _strong_enough()
    door = open_door(current_user.actor, Purpose.OWN_RECORD)
    offers = _offers(door, grant.client.id, asked)
    form = AuthorizeForm()
    form.offer(offers)
    if form.validate_on_submit():
        if request.form.get("decision") != "si":
            return _back(grant, error="access_denied")
        try:
            return _yes(grant, door, form, offers, asked)
        except (Conflict, Invalid) as error:
            form.general.append(error.message)
    g.form_action = "{0.scheme}://{0.netloc}".format(urlsplit(grant.redirect_uri))
    page = render_template(
        "pages/identity/authorize.html",
        client=grant.client,
        asked=[scopes.SCOPES[one] for one in asked],
        offers=offers,
        form=form,
        goes_to=urlsplit(grant.redirect_uri).netloc,
    )
    return page, 422 if form.is_submitted() else 200


def _server() -> Any:
    return current_app.extensions["authorization_server"]


def _strong_enough() -> None:
    """What the application asks of the login (`acr_values`, `max_age`), beside what the record itself will ask."""
    login = current_user.login
    wanted = next(filter(None, map(assurance_of, request.args.get("acr_values", "").split())), "substantial")
    if not reaches(login.assurance, wanted):
        raise StepUpRequired(wanted)
    oldest = request.args.get("max_age", "")
    if oldest.isdigit() and clock.now() - login.authenticated_at > timedelta(seconds=max(60, int(oldest[:9]))):
        error = StepUpRequired(wanted)
        error.details["fresh"] = True
        raise error


def _offers(door: Door, client_id: str, asked: list[str]) -> list[Any]:
    """The switches without which these scopes open nothing, with the words that must be read."""
    needed = sorted({switch for one in asked for switch in scopes.SWITCHES.get(one, ())})
    return [
        one
        for one in door.offered(current_user.login.person_id)
        if one.recipient_kind == "client" and one.recipient_name == client_id and one.switch in needed
    ]


def _yes(grant: Any, door: Door, form: AuthorizeForm, offers: list[Any], asked: list[str]) -> Response:
    person_id = current_user.login.person_id
    for one in offers:
        if not one.on and one.switch in form.chosen:
            door.give(
                person_id,
                switch=one.switch,
                recipient_kind=one.recipient_kind,
                recipient_name=one.recipient_name,
                shown=form.read_words(one.switch),
            )
    made = store.authorise(
        current_unit().session,
        client_id=grant.client.id,
        person_id=person_id,
        scopes=asked,
        assurance=current_user.login.assurance,
        authenticated_at=current_user.login.authenticated_at,
    )
    answer = _server().create_authorization_response(
        grant_user=store.Authorisation(
            made, grant.client.id, person_id, tuple(asked), current_user.login.assurance,
            current_user.login.authenticated_at, clock.now(),
        ),
        grant=grant,
    )  # fmt: skip
    return _named(answer.headers["Location"])


def _named(address: str) -> Response:
    """On to the application, saying who answers (RFC 9207)."""
    joined = "&" if urlsplit(address).query else "?"
    return redirect(f"{address}{joined}{urlencode({'iss': tokens.issuer()})}", code=303)


def _back(grant: Any, *, error: str) -> Response:
    state = grant.request.payload.state
    said = {"error": error} | ({"state": state} if state else {})
    joined = "&" if urlsplit(grant.redirect_uri).query else "?"
    return _named(f"{grant.redirect_uri}{joined}{urlencode(said)}")


def _wrong(error: OAuth2Error) -> Any:
    """To the application when its address is known to be its own; else to the person, for nobody may be trusted."""
    logger().info("authorisation not understood", reason=error.error)
    if error.redirect_uri:
        said = {"error": error.error} | ({"state": error.state} if error.state else {})
        joined = "&" if urlsplit(error.redirect_uri).query else "?"
        return _named(f"{error.redirect_uri}{joined}{urlencode(said)}")
    return render_template("pages/identity/authorize_wrong.html"), 400


@blueprint.route("/carpeta/permisos/aplicaciones", methods=["GET", "POST"])
@form_view
def applications() -> Any:
    """The applications that one has let in, and a button to let each out."""
    if current_user.login.person_id is None:
        return render_template("pages/office/no_record.html")
    session, me = current_unit().session, current_user.login.person_id
    found = store.authorisations(session, person_id=me)
    form = AuthorizeForm()
    if form.validate_on_submit():
        for one, _name in found:
            if str(one.id) == request.form.get("cual"):
                store.end_authorisation(session, grant_id=one.id, why="person")
        return redirect(request.path, code=303)
    words = {one.id: [scopes.SCOPES[name] for name in one.scopes if name in scopes.SCOPES] for one, _name in found}
    return render_template("pages/identity/applications.html", found=found, words=words, form=form)


def init_authorize(app: Flask) -> None:
    """The page and the server behind it, on the citizens' app."""
    app.extensions["authorization_server"] = make_server(app)
    app.register_blueprint(blueprint)
