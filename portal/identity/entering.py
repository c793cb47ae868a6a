"""What happens at the moment of a login and of a logout, the same for both kinds."""

from flask import Response, redirect, request, session
from flask_login import login_user

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.households.credential import Holder
from portal.identity import cookies, sessions, users
from portal.identity.issuer import Arrival
from portal.identity.matching import person_of
from portal.identity.tokens import Identity

_LOGIN = Actor.system("login")
_LOADERS = {"citizen": users.load_citizen, "staff": users.load_staff}


def _enter(kind: str, token: str, next_page: str) -> Response:
    """Begin with an empty cookie and a new token; whoever was logged in here, as either kind, is so no more."""
    before = [cookies.token_in(request, one) for one in cookies.NAMES]
    with unit_of_work(_LOGIN) as unit:
        for old in filter(None, before):
            sessions.end(unit.session, token=old)
    session.clear()
    login_user(_LOADERS[kind](token))
    return cookies.forget(redirect(next_page, code=303), cookies.OTHER[kind])


def enter_citizen(arrival: Arrival, *, next_page: str) -> Response:
    """Log a citizen in and send them where they were going."""
    person_id = person_of(arrival.identity.document)
    with unit_of_work(_LOGIN) as unit:
        token = sessions.begin_citizen(
            unit.session, identity=arrival.identity, id_token=arrival.id_token, person_id=person_id
        )
    return _enter("citizen", token, next_page)


def enter_holder(holder: Holder, *, next_page: str) -> Response:
    """Log in whoever holds a key of the city, at the level that the decision table gives it."""
    identity = Identity(
        f"key:{holder.person_id}", holder.given_name, holder.surnames, holder.document, holder.assurance, clock.now()
    )
    with unit_of_work(_LOGIN) as unit:
        token = sessions.begin_citizen(unit.session, identity=identity, id_token="", person_id=holder.person_id)
    return _enter("citizen", token, next_page)


def enter_staff(professional_id, *, next_page: str) -> Response:
    """Log a professional in, after both factors."""
    with unit_of_work(_LOGIN) as unit:
        token = sessions.begin_staff(unit.session, professional_id=professional_id)
    return _enter("staff", token, next_page)


def leave(kind: str) -> str | None:
    """End the login of this browser here; returns the issuer's ID token when there is one."""
    token = cookies.token_in(request, kind)
    session.clear()
    if not token:
        return None
    with unit_of_work(_LOGIN) as unit:
        return sessions.end(unit.session, token=token)
