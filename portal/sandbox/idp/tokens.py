"""The provider's side that relying parties call: discovery, keys, tokens, userinfo."""

import hmac
import time
from typing import Any
from urllib.parse import unquote_plus

from flask import Blueprint, Response, jsonify, request

from portal.sandbox.config import Client
from portal.sandbox.idp import grants as rules
from portal.sandbox.idp.grants import TOKEN_SECONDS, GrantRefused
from portal.sandbox.idp.keys import ALGORITHM
from portal.sandbox.idp.levels import LEVELS
from portal.sandbox.services import services
from portal.sandbox.web import authorization

tokens = Blueprint("idp_tokens", __name__, url_prefix="/sandbox/idp")


@tokens.get("/.well-known/openid-configuration")
def discovery() -> Response:
    """OpenID Connect Discovery, every address under the configured issuer."""
    issuer = services().config.idp.issuer
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}/authorize",
        token_endpoint=f"{issuer}/token",
        userinfo_endpoint=f"{issuer}/userinfo",
        jwks_uri=f"{issuer}/jwks",
        end_session_endpoint=f"{issuer}/end_session",
        scopes_supported=["openid", "profile", "email"],
        response_types_supported=["code"],
        response_modes_supported=["query"],
        grant_types_supported=["authorization_code"],
        acr_values_supported=list(LEVELS.values()),
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=[ALGORITHM],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported=["S256"],
        claims_supported=[
            "sub", "name", "given_name", "family_name", "document", "birthdate", "email", "email_verified",
            "acr", "auth_time",
        ],
        prompt_values_supported=["none", "login", "select_account", "consent"],
        ui_locales_supported=["es"],
        claims_parameter_supported=False,
        request_parameter_supported=False,
        request_uri_parameter_supported=False,
        authorization_response_iss_parameter_supported=True,
    )  # fmt: skip


@tokens.get("/jwks")
def jwks() -> Response:
    """The public key."""
    return jsonify(services().keys.public())


@tokens.post("/token")
def token() -> Any:
    """A code for an id token and an access token."""
    client = _client()
    if client is None:
        answer, status = _refused("invalid_client", "client authentication failed", 401)
        if "Authorization" in request.headers:
            answer.headers["WWW-Authenticate"] = 'Basic realm="sandbox"'
        return answer, status
    form = request.form
    if form.get("grant_type") != "authorization_code":
        return _refused("unsupported_grant_type", "only authorization_code")
    if not form.get("code") or not form.get("code_verifier"):
        return _refused("invalid_request", "code and code_verifier are required")
    parts = services()
    try:
        grant = parts.grants.redeem(
            form["code"],
            client=client,
            redirect_uri=form.get("redirect_uri", ""),
            verifier=form["code_verifier"],
        )
    except GrantRefused as error:
        return _refused("invalid_grant", str(error))
    asked = grant["request"]
    about = rules.person_claims(grant["person"], asked["scope"])
    access_token = parts.grants.issue_token(form["code"], about)
    now = int(time.time())
    id_token = {
        "iss": parts.config.idp.issuer,
        "aud": client.client_id,
        "exp": now + TOKEN_SECONDS,
        "iat": now,
        "auth_time": grant["auth_time"],
        "acr": rules.acr(grant["level"]),
        "sid": grant["sid"],
        "at_hash": rules.half_hash(access_token),
        **about,
    }
    if asked["nonce"]:
        id_token["nonce"] = asked["nonce"]
    answer = jsonify(
        access_token=access_token,
        token_type="Bearer",  # noqa: S106
        expires_in=TOKEN_SECONDS,
        scope=asked["scope"],
        id_token=parts.keys.sign(id_token),
    )
    answer.headers["Pragma"] = "no-cache"
    return answer


@tokens.route("/userinfo", methods=["GET", "POST"])
def userinfo() -> Any:
    """The person's claims for a bearer token."""
    given = authorization()
    claims = None
    if given is not None and given.type == "bearer" and given.token:
        claims = services().grants.token_claims(given.token)
    if claims is None:
        answer = Response(status=401)
        answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return answer
    return jsonify(claims)


def _client() -> Client | None:
    """The relying party, by client_secret_basic or client_secret_post (not both)."""
    given = authorization()
    if given is not None and given.type == "basic":
        client_id, secret = unquote_plus(given.username or ""), unquote_plus(given.password or "")
        if request.form.get("client_secret"):
            return None
    else:
        client_id, secret = request.form.get("client_id", ""), request.form.get("client_secret", "")
    client = services().grants.client(client_id)
    if client is None or not hmac.compare_digest(client.client_secret.encode(), secret.encode()):
        return None
    return client


def _refused(error: str, description: str, status: int = 400) -> tuple[Response, int]:
    return jsonify(error=error, error_description=description), status
