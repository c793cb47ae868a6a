"""The ways to a token, on Authlib: a person's code, its renewal, a system's own, the exchange for a proved person."""

import secrets
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import (
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    OAuth2Error,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants.base import BaseGrant, TokenEndpointMixin
from authlib.oauth2.rfc7636 import CodeChallenge

from case_api import clock
from case_api.db import current_unit
from case_api.errors import DomainError
from case_api.http import tokens
from case_api.http.oauth import clients, store

ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 - a name, not a token
MINUTES = 15
# What a system may do as itself, for nobody: the rest it does for an employee or a proved person.
OWN_SCOPES = frozenset({"webhooks:read", "webhooks:write", "appointments:read"})
_BOTH = ["client_secret_basic", "client_secret_post"]


class InvalidTargetError(OAuth2Error):
    """RFC 8693, 2.2.2: tokens are for this API alone."""

    error = "invalid_target"


class NotYoursError(OAuth2Error):
    """The system names an employee who is not one of its own, or nobody: the same answer."""

    error = "access_denied"
    status_code = 403


def _session() -> Any:
    return current_unit().session


def _answer(access: str, scopes: list[str], minutes: int, **more: Any) -> dict[str, Any]:
    return {
        "access_token": access, "token_type": "Bearer", "expires_in": minutes * 60, "scope": " ".join(scopes), **more,
    }  # fmt: skip


def _for_person(authorisation: store.Authorisation, scopes: list[str]) -> str:
    return tokens.issue(
        kind="client",
        subject=authorisation.person_id,
        client_id=authorisation.client_id,
        scopes=scopes,
        assurance=authorisation.assurance,
        authenticated_at=authorisation.authenticated_at,
        minutes=MINUTES,
        grant_id=authorisation.id,
    )


class S256Only(CodeChallenge):
    """PKCE for every client, with and without a secret, and by S256 alone (RFC 9700, 2.1.1)."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE is required: send code_challenge and code_challenge_method=S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge(self, authorization_code: store.Code) -> str:
        return authorization_code.code_challenge

    def get_authorization_code_challenge_method(self, authorization_code: store.Code) -> str:
        return "S256"


class AuthorizationCode(grants.AuthorizationCodeGrant):
    """The person said yes on the portal's page; `request.user` is the Authorisation that page recorded."""

    TOKEN_ENDPOINT_AUTH_METHODS = [*_BOTH, "none"]

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: Any) -> None:
        store.keep_code(
            _session(),
            code=code,
            grant_id=request.user.id,
            person_id=request.user.person_id,
            redirect_uri=self.redirect_uri or request.payload.redirect_uri or request.client.get_default_redirect_uri(),
            challenge=request.payload.data["code_challenge"],
        )

    def query_authorization_code(self, code: str, client: clients.Client) -> store.Code | None:
        return store.take_code(_session(), code=code, client_id=client.id)

    def validate_token_request(self) -> None:
        super().validate_token_request()
        # RFC 6749, 4.1.3, also when there is only one address to choose.
        if self.request.payload.redirect_uri != self.request.authorization_code.redirect_uri:
            raise InvalidGrantError("Invalid 'redirect_uri' in request.")

    def authenticate_user(self, authorization_code: store.Code) -> store.Authorisation:
        return authorization_code.authorisation

    def generate_token(self, user: Any = None, scope: str | None = None, **_more: Any) -> dict[str, Any]:
        return _with_refresh(self.request.client, user, (scope or "").split())

    def save_token(self, token: Any) -> None:
        """Nothing to save: access tokens are signed, refresh tokens were kept when they were made."""

    def delete_authorization_code(self, authorization_code: store.Code) -> None:
        """Used up when it was taken."""


def _with_refresh(client: clients.Client, authorisation: store.Authorisation, scopes: list[str]) -> dict[str, Any]:
    more = {}
    if client.check_grant_type(clients.REFRESH):
        more = {"refresh_token": store.new_refresh(_session(), grant_id=authorisation.id)}
    return _answer(_for_person(authorisation, scopes), scopes, MINUTES, **more)


class RefreshToken(grants.RefreshTokenGrant):
    """Renewal, with a new refresh token each time."""

    TOKEN_ENDPOINT_AUTH_METHODS = [*_BOTH, "none"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> store.Refresh | None:
        return store.find_refresh(_session(), token=refresh_token, client_id=self.request.client.id)

    def authenticate_user(self, refresh_token: store.Refresh) -> store.Authorisation:
        return refresh_token.authorisation

    def issue_token(self, user: store.Authorisation, refresh_token: store.Refresh) -> dict[str, Any]:
        wanted = (self.request.payload.scope or refresh_token.get_scope()).split()
        return _with_refresh(self.request.client, user, list(dict.fromkeys(wanted)))

    def save_token(self, token: Any) -> None:
        """Kept when it was made."""

    def revoke_old_credential(self, refresh_token: store.Refresh) -> None:
        store.use_refresh(_session(), refresh_token)


class ClientCredentials(grants.ClientCredentialsGrant):
    """A system, for the employee it names (`employee`, a login of one of its units), or for nobody at all.

    For an employee the token is that professional's, with what the desk would give them; the access log holds their
    unit and role. Without one it opens no record.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = _BOTH

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        client, form = self.request.client, self.request.form
        scopes = _allowed(client, self.request.payload.scope)
        login = form.get("employee")
        values: dict[str, Any] = {"kind": "client", "subject": client.id}
        if login:
            found = clients.employee(_session(), client_id=client.id, login=login)
            if found is None:
                raise NotYoursError("This client may not act for that employee.")
            values = {"kind": "staff", "subject": found, "assurance": "substantial"}
        elif not set(scopes) <= OWN_SCOPES:
            raise InvalidRequestError("Name the person you act for: 'employee', or exchange a token of theirs.")
        access = tokens.issue(client_id=client.id, scopes=scopes, minutes=MINUTES, **values)
        return 200, _answer(access, scopes, MINUTES), self.TOKEN_RESPONSE_HEADER


class TokenExchange(BaseGrant, TokenEndpointMixin):
    """RFC 8693: a token of a person, issued to this client or to one whose people it may act for, becomes one of this
    client for that person. Never more than the first one: its scopes, its end, its login.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = _BOTH
    GRANT_TYPE = clients.EXCHANGE

    def validate_token_request(self) -> None:
        client = self.request.client = self.authenticate_token_endpoint_client()
        if not client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError(f"The client is not authorized to use 'grant_type={self.GRANT_TYPE}'")
        form = self.request.form
        if form.get("subject_token_type") != ACCESS_TOKEN or form.get("requested_token_type") not in (
            None,
            ACCESS_TOKEN,
        ):
            raise InvalidRequestError("Only access tokens are exchanged, for access tokens.")
        if form.get("actor_token"):
            raise InvalidRequestError("The client itself is the actor: send no 'actor_token'.")
        if set(form.getlist("audience") + form.getlist("resource")) - {tokens.audience()}:
            raise InvalidTargetError("Tokens are for this API alone.")

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        client, form = self.request.client, self.request.form
        subject = self._subject(form.get("subject_token") or "", client)
        wanted = (form.get("scope") or "").split() or sorted(subject.scopes & set(client.scopes))
        scopes = list(dict.fromkeys(wanted))
        if not scopes or not set(scopes) <= subject.scopes & set(client.scopes):
            raise InvalidScopeError()
        left = subject.expires_at - clock.now()
        minutes = min(MINUTES, int(left / timedelta(minutes=1)))
        if minutes < 1:
            raise InvalidGrantError("The subject token is about to end.")
        access = tokens.issue(
            kind="client",
            subject=subject.actor.person_id,
            client_id=client.id,
            scopes=scopes,
            assurance=subject.actor.assurance,
            authenticated_at=subject.actor.authenticated_at,
            minutes=minutes,
            grant_id=subject.grant_id,
            through=subject.client_id,
        )
        return 200, _answer(access, scopes, minutes, issued_token_type=ACCESS_TOKEN), self.TOKEN_RESPONSE_HEADER

    @staticmethod
    def _subject(token: str, client: clients.Client) -> tokens.Token:
        try:
            subject = tokens.read(token)
        except DomainError:
            raise InvalidGrantError("The subject token cannot be used.") from None
        actor = subject.actor
        from_us = subject.client_id in (client.id, *client.accepts_from)
        if actor.kind != "client" or actor.person_id is None or not from_us or tokens.ended(current_unit(), subject):
            raise InvalidGrantError("The subject token cannot be used.")
        if not store.belongs_to(_session(), person_id=actor.person_id, client_ids=[subject.client_id]):
            raise InvalidGrantError("The subject token cannot be used.")
        return subject


def _allowed(client: clients.Client, scope: str | None) -> list[str]:
    allowed = client.get_allowed_scope(scope)
    if allowed is None:
        raise InvalidScopeError()
    return allowed.split()
