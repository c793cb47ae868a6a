"""The authorization server's endpoints, mounted at /oauth: token, introspect, revoke, keys; and its metadata.

Errors here have the form of RFC 6749, 5.2, not of the API's problem documents: that is what OAuth clients read.
"""

import json
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException

from case_api import clock, log
from case_api.access.actor import Actor
from case_api.db import current_unit
from case_api.errors import DomainError
from case_api.http import tokens
from case_api.http.oauth import clients, ends, grants, store
from case_api.http.scopes import SCOPES
from case_api.settings import settings
from case_api.web import UnitFlask

MOUNT = "/oauth"
METADATA = "/.well-known/oauth-authorization-server"
AUTHORIZE = "/autorizar"
LARGEST = 64 * 1024
_ONCE = ("grant_type", "client_id", "client_secret", "code", "code_verifier", "redirect_uri", "refresh_token", "scope",
         "subject_token", "employee", "token")  # fmt: skip


def make_server(app: Flask) -> AuthorizationServer:
    """Authlib's server for an app whose requests run in a unit of work: the token endpoint's, or the portal's page."""
    server = AuthorizationServer(
        app, query_client=lambda client_id: clients.find(current_unit().session, client_id), save_token=None
    )
    server.scopes_supported = list(SCOPES)
    server.register_grant(grants.AuthorizationCode, [grants.S256Only(required=True)])
    server.register_grant(grants.RefreshToken)
    server.register_grant(grants.ClientCredentials)
    server.register_grant(grants.TokenExchange)
    server.register_endpoint(_Introspection)
    server.register_endpoint(_Revocation)
    return server


class _Known:
    """A token handed to introspection or revocation: an access token that was read, or a refresh token."""

    def __init__(self, access: tokens.Token | None = None, refresh: store.Refresh | None = None):
        self.access, self.refresh = access, refresh

    @property
    def client_id(self) -> str:
        return self.access.client_id if self.access else self.refresh.authorisation.client_id

    def check_client(self, client: clients.Client) -> bool:
        return self.client_id == client.id

    def is_expired(self) -> bool:
        return self.access is not None and self.access.expires_at <= clock.now()

    def is_revoked(self) -> bool:
        return self.access is not None and tokens.ended(current_unit(), self.access)


def _known(token: str) -> _Known | None:
    try:
        return _Known(access=tokens.read(token))
    except DomainError:
        found = store.find_refresh(current_unit().session, token=token)
        return _Known(refresh=found) if found else None


class _Introspection(IntrospectionEndpoint):
    """RFC 7662. A client learns of its own tokens; of all others that they are not active."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Known | None:
        return _known(token_string)

    def check_permission(self, token: _Known, client: clients.Client, request: Any) -> bool:
        return token.check_client(client)

    def introspect_token(self, token: _Known) -> dict[str, Any]:
        if token.access is None:
            return {"client_id": token.client_id, "scope": token.refresh.get_scope(), "token_type": "refresh_token"}
        return {
            "client_id": token.client_id,
            "scope": " ".join(sorted(token.access.scopes)),
            "token_type": "Bearer",
            "sub": token.access.subject,
            "aud": tokens.audience(),
            "iss": tokens.issuer(),
            "jti": token.access.id,
            "iat": int(token.access.issued_at.timestamp()),
            "exp": int(token.access.expires_at.timestamp()),
        }


class _Revocation(RevocationEndpoint):
    """RFC 7009. A refresh token takes its whole authorisation with it, an access token itself alone."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post", "none"]

    def query_token(self, token_string: str, token_type_hint: str | None) -> _Known | None:
        return _known(token_string)

    def authenticate_token(self, request: Any, client: clients.Client) -> _Known | None:
        self.check_params(request, client)
        found = _known(request.form["token"])
        # Somebody else's token is answered like one that does not exist, and stays as it is.
        return found if found and found.check_client(client) else None

    def revoke_token(self, token: _Known, request: Any) -> None:
        session = current_unit().session
        if token.refresh is not None:
            store.end_authorisation(session, grant_id=token.refresh.authorisation.id, why="revoked")
        else:
            ends.end(session, ends.of_token(token.access.id))


def metadata() -> dict[str, Any]:
    """RFC 8414. Every address is absolute, below ALMA_PUBLIC_URL."""
    base = settings().PUBLIC_URL
    secret = ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": tokens.issuer(),
        "authorization_endpoint": base + AUTHORIZE,
        "token_endpoint": f"{base}{MOUNT}/token",
        "introspection_endpoint": f"{base}{MOUNT}/introspect",
        "revocation_endpoint": f"{base}{MOUNT}/revoke",
        "jwks_uri": f"{base}{MOUNT}/keys",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": list(clients.GRANT_TYPES),
        "token_endpoint_auth_methods_supported": [*secret, "none"],
        "introspection_endpoint_auth_methods_supported": secret,
        "revocation_endpoint_auth_methods_supported": [*secret, "none"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [tokens.ACR + level for level in ("low", "substantial", "high")],
        "authorization_response_iss_parameter_supported": True,
        "service_documentation": base + "/api",
        "ui_locales_supported": [code for code in settings().languages if "@" not in code],
    }


class _FormRequest(Request):
    max_content_length = LARGEST
    max_form_memory_size = LARGEST


def _json(content: dict[str, Any], status: int = 200, **headers: str) -> Response:
    return Response(
        json.dumps(content), status, {"Cache-Control": "no-store", **headers}, content_type="application/json"
    )


def _said_twice() -> Response | None:
    """RFC 6749, 3.2: no parameter comes twice; and none in the address, where logs would keep it."""
    twice = [name for name in _ONCE if len(request.form.getlist(name)) > 1]
    if request.method == "POST" and (twice or request.args):
        return _json(
            {"error": "invalid_request", "error_description": "A parameter is repeated or in the address."}, 400
        )
    if any("\0" in value for _name, values in request.form.lists() for value in values):
        return _invalid("A parameter holds a NUL.")
    return None


def _invalid(words: str, status: int = 400, **headers: str) -> Response:
    return _json({"error": "invalid_request", "error_description": words}, status, **headers)


def create_oauth_app() -> UnitFlask:
    """The WSGI app of /oauth and of the metadata's well-known address."""
    app = UnitFlask("oauth", static_folder=None, template_folder=None)
    app.request_class = _FormRequest
    app.actor_loader = lambda: Actor.system("oauth")
    server = make_server(app)
    app.before_request(_said_twice)
    app.add_url_rule(f"{MOUNT}/token", "token", server.create_token_response, methods=["POST"])
    app.add_url_rule(
        f"{MOUNT}/introspect", "introspect", lambda: server.create_endpoint_response("introspection"), methods=["POST"]
    )
    app.add_url_rule(
        f"{MOUNT}/revoke", "revoke", lambda: server.create_endpoint_response("revocation"), methods=["POST"]
    )
    app.add_url_rule(f"{MOUNT}/keys", "keys", lambda: _json({"keys": [tokens.public_key()]}))
    app.add_url_rule(METADATA, "metadata", lambda: _json(metadata()))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _failed)
    return app


def _refused(error: HTTPException) -> Response:
    allowed = {"Allow": ", ".join(error.valid_methods)} if getattr(error, "valid_methods", None) else {}
    return _invalid(error.name, error.code or 500, **allowed)


def _failed(error: Exception) -> Response:
    log.logger().error("token endpoint failed", exc_info=error, route=str(request.url_rule))
    return _json(
        {"error": "temporarily_unavailable", "error_description": "Try again later."}, 503, **{"Retry-After": "5"}
    )
