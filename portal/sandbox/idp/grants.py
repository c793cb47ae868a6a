"""Who is logged in at the provider, and the codes and tokens it gave out, in the state file."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from stdnum.es import dni, nie

from portal.sandbox.config import Client, Config, Person
from portal.sandbox.idp.levels import LEVELS
from portal.sandbox.state import Store

CODE_SECONDS = 60
TOKEN_SECONDS = 600
LOGIN_SECONDS = 8 * 60 * 60


@dataclass(frozen=True)
class Request:
    """A checked authorization request."""

    client_id: str
    redirect_uri: str
    scope: str
    state: str
    nonce: str
    code_challenge: str
    acr_values: str
    prompt: str
    max_age: int | None
    login_hint: str


@dataclass(frozen=True)
class Login:
    """A person who logged in at the provider, at a level they chose."""

    id: str
    person: Person
    level: str
    authenticated_at: int


class GrantRefused(Exception):  # noqa: N818 - it is an answer
    """A code that cannot be changed for tokens; the text is for the relying party's developer."""


class Grants:
    """Logins, authorization codes and access tokens. Instants are epoch seconds."""

    def __init__(self, store: Store, config: Config) -> None:
        self._store = store
        self._config = config

    def client(self, client_id: str) -> Client | None:
        """A relying party by its id."""
        return next((known for known in self._config.idp.clients if known.client_id == client_id), None)

    def person(self, *, sub: str = "", document: str = "") -> Person | None:
        """A sample person by sub or document. A valid document that nobody has makes an invented person, so that
        anybody of a synthetic city can log in.
        """
        people = self._config.idp.people
        if document:
            compact = _compact(document)
            known = next((person for person in people if _compact(person.document) == compact), None)
            if known is None and (dni.is_valid(compact) or nie.is_valid(compact)):
                return _invented(compact)
            return known
        return next((person for person in people if person.sub == sub), None)

    # logins at the provider

    def log_in(self, person: Person, level: str) -> Login:
        """Open a session for a person at the chosen level."""
        login = Login(secrets.token_urlsafe(32), person, level, int(time.time()))
        self._store.insert(
            "login",
            id=_hash(login.id),
            person=person.model_dump_json(),
            level=level,
            authenticated_at=login.authenticated_at,
            expires_at=time.time() + LOGIN_SECONDS,
        )
        return login

    def login(self, login_id: str) -> Login | None:
        """The open session with this id."""
        found = self._store.row("SELECT * FROM login WHERE id = ? AND expires_at > ?", _hash(login_id), time.time())
        if found is None:
            return None
        person = Person.model_validate_json(found["person"])
        return Login(login_id, person, found["level"], int(found["authenticated_at"]))

    def log_out(self, login_id: str) -> None:
        """Close a session."""
        self._store.execute("DELETE FROM login WHERE id = ?", _hash(login_id))

    # codes and tokens

    def issue_code(self, asked: Request, login: Login) -> str:
        """A code for one minute and one use."""
        code = secrets.token_urlsafe(32)
        data = {
            "request": asdict(asked),
            "person": login.person.model_dump(),
            "level": login.level,
            "auth_time": login.authenticated_at,
            "sid": _hash(login.id)[:32],
        }
        self._store.execute("DELETE FROM authorization_code WHERE expires_at < ?", time.time() - 3600)
        self._store.insert(
            "authorization_code", code=_hash(code), grant_data=json.dumps(data), expires_at=time.time() + CODE_SECONDS
        )
        return code

    def redeem(self, code: str, *, client: Client, redirect_uri: str, verifier: str) -> dict[str, Any]:
        """What a code stands for; it cannot be used again, and trying to takes its tokens back (RFC 6749, 4.1.2).

        Raises GrantRefused.
        """
        key = _hash(code)
        with self._store.transaction():
            found = self._store.row("SELECT * FROM authorization_code WHERE code = ?", key)
            if found is None or found["expires_at"] < time.time():
                raise GrantRefused("the code is unknown or has expired")
            data = json.loads(found["grant_data"])
            asked = data["request"]
            if asked["client_id"] != client.client_id:
                raise GrantRefused("the code was given to another client")
            reused = bool(found["used"])
            if reused:
                self._store.execute("DELETE FROM access_token WHERE code = ?", key)
            else:
                self._store.execute("UPDATE authorization_code SET used = 1 WHERE code = ?", key)
        if reused:
            raise GrantRefused("the code was used before")
        if asked["redirect_uri"] != redirect_uri:
            raise GrantRefused("redirect_uri differs from the one of the authorization request")
        if not hmac.compare_digest(challenge(verifier), asked["code_challenge"]):
            raise GrantRefused("code_verifier does not fit the challenge")
        return data

    def issue_token(self, code: str, claims: dict[str, Any]) -> str:
        """An opaque access token for userinfo."""
        token = secrets.token_urlsafe(32)
        self._store.execute("DELETE FROM access_token WHERE expires_at < ?", time.time())
        self._store.insert(
            "access_token",
            token=_hash(token),
            code=_hash(code),
            claims=json.dumps(claims),
            expires_at=time.time() + TOKEN_SECONDS,
        )
        return token

    def token_claims(self, token: str) -> dict[str, Any] | None:
        """What userinfo may tell for a token; None when it is unknown or over."""
        found = self._store.row(
            "SELECT claims FROM access_token WHERE token = ? AND expires_at > ?", _hash(token), time.time()
        )
        return json.loads(found["claims"]) if found else None


def person_claims(person: dict[str, Any], scope: str) -> dict[str, Any]:
    """The claims about a person; the document always, the mail only with its scope."""
    claims = {key: person[key] for key in ("sub", "given_name", "family_name", "document", "birthdate")}
    claims["name"] = f"{person['given_name']} {person['family_name']}"
    if person.get("email") and "email" in scope.split():
        # Never verified: who logged in proved a document, not a mailbox.
        claims |= {"email": person["email"], "email_verified": False}
    return claims


def acr(level: str) -> str:
    """The claim's value for a level."""
    return LEVELS[level]


def challenge(verifier: str) -> str:
    """PKCE S256 (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode("ascii")


def half_hash(token: str) -> str:
    """at_hash of an access token for RS256."""
    digest = hashlib.sha256(token.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _compact(document: str) -> str:
    return "".join(character for character in document.upper() if character.isalnum())


def _invented(document: str) -> Person:
    digest = hashlib.sha256(f"sandbox:{document}".encode()).hexdigest()
    return Person(
        sub=f"documento-{digest[:24]}",
        given_name="Persona",
        family_name="De Prueba",
        document=document,
        birthdate="1970-01-01",
    )
