"""The conversation with the issuer: OpenID Connect code flow with PKCE, through Authlib. Holds no database connection.

What a login began with (state, nonce, code verifier, where to go afterwards) travels in the signed cookie of the
browser that began it, and is taken out at the first answer.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError

from case_api import clock
from case_api.access.actor import Assurance
from case_api.settings import settings
from portal.identity.assurance import acr_of
from portal.identity.limits import ISSUER_TIMEOUT, OPEN_ATTEMPTS
from portal.identity.tokens import BadToken, Identity, read_id_token

NAME = "issuer"
_PREFIX = f"_state_{NAME}_"


class IssuerAway(Exception):
    """The issuer does not answer, or not as one should."""


class LoginRefused(Exception):
    """The answer cannot be taken as a login. `reason` is a word for the log and for choosing what to say."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody came back from the issuer: who, the raw token for the logout, and where they were going."""

    identity: Identity
    id_token: str
    next: str


def init_issuer(app: Flask) -> None:
    """Register the issuer with this app; nothing is fetched until somebody logs in."""
    OAuth(app).register(
        NAME,
        client_id=settings().OIDC_CLIENT_ID,
        client_secret=settings().OIDC_CLIENT_SECRET,
        server_metadata_url=f"{settings().ISSUER_URL}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "default_timeout": ISSUER_TIMEOUT,
        },
    )


def _client() -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].create_client(NAME)


def _forget_older() -> None:
    kept = sorted((key for key in session if key.startswith(_PREFIX)), key=lambda key: session[key].get("exp", 0))
    for key in kept[: max(0, len(kept) - OPEN_ATTEMPTS + 1)]:
        session.pop(key)


def _metadata(client: Any) -> Mapping[str, Any]:
    metadata = client.load_server_metadata()
    if metadata.get("issuer") != settings().ISSUER_URL:
        client.server_metadata.pop("_loaded_at", None)
        raise IssuerAway("issuer")
    return metadata


def go_there(*, assurance: Assurance, next_page: str, language: str, fresh: bool = False) -> str:
    """The address at the issuer to send somebody to. Raises IssuerAway.

    `fresh` asks for a login now, though the issuer may remember an earlier one.
    """
    client = _client()
    asked: dict[str, Any] = {"acr_values": acr_of(assurance), "ui_locales": language}
    if fresh:
        asked |= {"max_age": 0, "prompt": "login"}
    back = settings().PUBLIC_URL + "/entrar/vuelta"
    try:
        _metadata(client)
        begun = client.create_authorization_url(back, code_verifier=secrets.token_urlsafe(48), **asked)
    except (requests.RequestException, AuthlibBaseError, ValueError, KeyError, RuntimeError) as error:
        raise IssuerAway("metadata") from error
    _forget_older()
    kept = {"nonce": begun["nonce"], "code_verifier": begun["code_verifier"], "redirect_uri": back}
    client.framework.set_state_data(session, begun["state"], kept | {"next": next_page, "fresh": fresh})
    return begun["url"]


def come_back() -> Arrival:
    """Read the issuer's answer in this request.

    Raises LoginRefused ("state", "cancelled", "code", or what was wrong with the token) and IssuerAway.
    """
    client = _client()
    state = request.args.get("state", "")
    begun = client.framework.get_state_data(session, state)
    client.framework.clear_state_data(session, state)
    if not begun:
        raise LoginRefused("state")
    if request.args.get("iss", settings().ISSUER_URL) != settings().ISSUER_URL:  # RFC 9207
        raise LoginRefused("iss")
    if "error" in request.args:
        cancelled = request.args["error"] in ("access_denied", "login_required", "interaction_required")
        raise LoginRefused("cancelled" if cancelled else "error")
    code = request.args.get("code", "")
    if not code:
        raise LoginRefused("code")
    raw = _exchange(client, code, begun)
    return Arrival(_identity(client, raw, begun), raw, str(begun["next"]))


def _exchange(client: Any, code: str, begun: Mapping[str, Any]) -> str:
    try:
        token = client.fetch_access_token(
            code=code, redirect_uri=begun["redirect_uri"], code_verifier=begun["code_verifier"]
        )
    except AuthlibBaseError as error:
        raise LoginRefused("code") from error
    except (requests.RequestException, ValueError) as error:
        raise IssuerAway("token") from error
    raw = token.get("id_token") if isinstance(token, Mapping) else None
    if not isinstance(raw, str):
        raise LoginRefused("id_token")
    return raw


def _identity(client: Any, raw: str, begun: Mapping[str, Any]) -> Identity:
    try:
        return read_id_token(
            raw,
            keys=lambda again: client.fetch_jwk_set(force=again),
            issuer=settings().ISSUER_URL,
            client_id=settings().OIDC_CLIENT_ID,
            nonce=begun["nonce"],
            now=clock.now(),
            max_age=0 if begun.get("fresh") else None,
        )
    except BadToken as error:
        raise LoginRefused(error.reason) from error
    except (requests.RequestException, JoseError, ValueError, RuntimeError) as error:
        raise IssuerAway("keys") from error


def leave_there(*, id_token: str | None) -> str | None:
    """The address at the issuer that ends its login too (RP-Initiated Logout 1.0); None when it cannot be known."""
    try:
        client = _client()
        _metadata(client)
        made = client.create_logout_url(
            post_logout_redirect_uri=settings().PUBLIC_URL + "/salir/hecho",
            id_token_hint=id_token,
            client_id=settings().OIDC_CLIENT_ID,
        )
    except (requests.RequestException, AuthlibBaseError, IssuerAway, ValueError, RuntimeError):
        return None
    return made["url"]
