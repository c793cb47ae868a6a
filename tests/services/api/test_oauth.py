"""The authorization server: every way to a token as it should be, and every way in which it must not."""

import base64
import hashlib
import secrets
from datetime import timedelta

import pytest
from werkzeug.test import Client

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import current_unit, unit_of_work
from case_api.http import tokens
from case_api.http.oauth import clients, ends, store
from case_api.http.oauth.app import METADATA, create_oauth_app
from tests.services.api.test_record import give

BACK = "https://app.example/back"
EXCHANGE = clients.EXCHANGE
ALL_WAYS = [*clients.GRANT_TYPES]


class Server:
    """The authorization server and its clients, on the database of an `api`."""

    def __init__(self, api):
        self.api = api
        self.client = Client(create_oauth_app())
        self.secrets: dict[str, str | None] = {}

    def register(self, client_id: str, **values) -> None:
        base = {"name": client_id, "kind": "app", "scopes": ["person:read", "files:read"], "grant_types": ALL_WAYS}
        with unit_of_work(Actor.system("test")) as unit:
            self.secrets[client_id] = clients.register(
                unit.session, client_id=client_id, **base | {"redirect_uris": [BACK]} | values
            )

    def post(self, path: str, client_id: str | None = None, *, secret: str | None = None, **form: str):
        headers = {}
        known = secret or self.secrets.get(client_id or "")
        if known:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{client_id}:{known}".encode()).decode()
        elif client_id:
            form["client_id"] = client_id
        return self.client.post(f"/oauth/{path}", data=form, headers=headers)

    def code(self, person, client_id: str, verifier: str, scopes=("person:read", "files:read"), ago=0) -> str:
        """A code as the portal's page makes it."""
        made = secrets.token_urlsafe(16)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        with unit_of_work(Actor.system("test")) as unit:
            grant = store.authorise(
                unit.session, client_id=client_id, person_id=person, scopes=list(scopes), assurance="substantial",
                authenticated_at=clock.now() - timedelta(minutes=ago),
            )  # fmt: skip
            store.keep_code(
                unit.session, code=made, grant_id=grant, person_id=person, redirect_uri=BACK, challenge=challenge
            )
        return made

    def enter(self, person, client_id: str = "carpeta", **more):
        """The answer to a person's code."""
        verifier = "v" * 43
        return self.post(
            "token", client_id, grant_type=clients.CODE, code=self.code(person, client_id, verifier, **more),
            redirect_uri=BACK, code_verifier=verifier,
        )  # fmt: skip

    def exchange(self, client_id: str, subject: str, **more: str):
        kind = "urn:ietf:params:oauth:token-type:access_token"
        form = {"grant_type": EXCHANGE, "subject_token": subject, "subject_token_type": kind} | more
        return self.post("token", client_id, **form)


@pytest.fixture
def server(api) -> Server:
    made = Server(api)
    made.register("carpeta")
    made.register("movil", public=True)
    made.register("backend", accepts_from=["carpeta"])
    made.register(
        "agenda-centro", kind="system", scopes=["person:read", "files:read", "webhooks:read"], units=[api.place.unit]
    )
    return made


def test_a_persons_code_becomes_a_token_that_acts_for_them(api, server):
    amparo = api.place.amparo
    answer = server.enter(amparo)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope", "refresh_token"}
    token = answer.json["access_token"]
    assert api.call("GET", f"/files/{api.files[amparo]}", token).status_code == 404, "no consent yet"
    give(api, amparo, "T2")
    assert api.call("GET", f"/files/{api.files[amparo]}", token).status_code == 200
    assert api.call("GET", f"/files/{api.files[api.place.roberto]}", token).status_code == 404
    assert api.call("GET", f"/people/{amparo}/documents", token).status_code == 403, "a scope it did not ask for"


WRONG_CODES = [
    pytest.param({"code_verifier": "w" * 43}, id="another verifier"),
    pytest.param({"code_verifier": ""}, id="no verifier"),
    pytest.param({"redirect_uri": "https://evil.example/"}, id="another address"),
    pytest.param({"redirect_uri": ""}, id="no address"),
    pytest.param({"code": "made-up"}, id="a code that is none"),
]


@pytest.mark.parametrize("change", WRONG_CODES)
def test_a_code_is_for_whom_it_was_made(api, server, change):
    form = {"code": server.code(api.place.amparo, "carpeta", "v" * 43), "redirect_uri": BACK, "code_verifier": "v" * 43}
    answer = server.post("token", "carpeta", grant_type=clients.CODE, **form | change)
    assert answer.status_code == 400 and answer.json["error"] in ("invalid_grant", "invalid_request")


def test_a_code_of_another_client_stays_usable_for_its_own(api, server):
    form = {"code": server.code(api.place.amparo, "carpeta", "v" * 43), "redirect_uri": BACK, "code_verifier": "v" * 43}
    stolen = server.post("token", "backend", grant_type=clients.CODE, **form)
    assert stolen.status_code == 400 and stolen.json["error"] == "invalid_grant"
    assert server.post("token", "carpeta", grant_type=clients.CODE, **form).status_code == 200


def test_a_code_twice_ends_what_the_first_began(api, server):
    give(api, api.place.amparo, "T1")
    form = {"code": server.code(api.place.amparo, "carpeta", "v" * 43), "redirect_uri": BACK, "code_verifier": "v" * 43}
    first = server.post("token", "carpeta", grant_type=clients.CODE, **form).json
    assert api.call("GET", "/people/me", first["access_token"]).status_code == 200
    assert server.post("token", "carpeta", grant_type=clients.CODE, **form).status_code == 400
    assert api.call("GET", "/people/me", first["access_token"]).status_code == 401
    renewed = server.post("token", "carpeta", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert renewed.status_code == 400


@pytest.mark.parametrize(("seconds", "status"), [pytest.param(59, 200, id="-1 s"), pytest.param(61, 400, id="+1 s")])
def test_a_code_lives_a_minute(api, server, seconds, status):
    code = server.code(api.place.amparo, "carpeta", "v" * 43)
    with clock.frozen(clock.now() + timedelta(seconds=seconds)):
        answer = server.post(
            "token", "carpeta", grant_type=clients.CODE, code=code, redirect_uri=BACK, code_verifier="v" * 43
        )
    assert answer.status_code == status


def test_renewal_rotates_and_a_used_one_ends_the_family(api, server):
    give(api, api.place.amparo, "T1")
    first = server.enter(api.place.amparo).json
    second = server.post("token", "carpeta", grant_type="refresh_token", refresh_token=first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"]
    narrow = server.post(
        "token", "carpeta", grant_type="refresh_token", refresh_token=second["refresh_token"], scope="person:read"
    ).json
    assert narrow["scope"] == "person:read"
    assert api.call("GET", "/people/me", narrow["access_token"]).status_code == 200
    again = server.post("token", "carpeta", grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.status_code == 400 and again.json["error"] == "invalid_grant"
    last = server.post("token", "carpeta", grant_type="refresh_token", refresh_token=narrow["refresh_token"])
    assert last.status_code == 400, "the whole family is over"
    assert api.call("GET", "/people/me", narrow["access_token"]).status_code == 401


WRONG_RENEWALS = [
    pytest.param("backend", {}, id="by another client"),
    pytest.param("carpeta", {"scope": "person:read log:read"}, id="for more than was given"),
    pytest.param("carpeta", {"refresh_token": "made-up"}, id="with something made up"),
]


@pytest.mark.parametrize(("who", "change"), WRONG_RENEWALS)
def test_renewal_is_refused(api, server, who, change):
    kept = server.enter(api.place.amparo).json["refresh_token"]
    answer = server.post("token", who, **{"grant_type": "refresh_token", "refresh_token": kept} | change)
    assert answer.status_code == 400
    assert server.post("token", "carpeta", grant_type="refresh_token", refresh_token=kept).status_code == 200


def test_a_system_acts_for_an_employee_of_its_own(api, server):
    form = {"grant_type": clients.CREDENTIALS, "scope": "person:read files:read", "employee": "lucia"}
    answer = server.post("token", "agenda-centro", **form)
    assert answer.status_code == 200 and "refresh_token" not in answer.json
    token = answer.json["access_token"]
    assert api.call("GET", f"/files/{api.files[api.place.amparo]}", token).status_code == 200
    api.execute("UPDATE person SET unit_id = :other WHERE id = :id",
                {"other": api.place.other_unit, "id": api.place.roberto})  # fmt: skip
    assert api.call("GET", f"/files/{api.files[api.place.roberto]}", token).status_code == 404, "as the desk would"
    (entry,) = api.execute(
        "SELECT DISTINCT actor_kind, actor_id FROM access_entry WHERE outcome = 'allowed' AND object_kind = 'file'", {}
    ).all()
    assert tuple(entry) == ("staff", "lucia"), "the acting person is not the system"


NOT_YOURS = [
    pytest.param("omar", id="a professional of another organisation"),
    pytest.param("nobody", id="nobody"),
    pytest.param("lucia ", id="a name with a space"),
    pytest.param("' OR 1=1 --", id="SQL"),
]


@pytest.mark.parametrize("login", NOT_YOURS)
def test_naming_somebody_elses_employee_is_403(server, login):
    form = {"grant_type": clients.CREDENTIALS, "scope": "person:read", "employee": login}
    answer = server.post("token", "agenda-centro", **form)
    assert answer.status_code == 403 and answer.json["error"] == "access_denied"


def test_who_left_cannot_be_named(api, server):
    api.execute("UPDATE professional SET active = false WHERE login = 'lucia'", {})
    form = {"grant_type": clients.CREDENTIALS, "scope": "person:read", "employee": "lucia"}
    assert server.post("token", "agenda-centro", **form).status_code == 403


def test_a_system_as_itself_opens_no_record(api, server):
    refused = server.post("token", "agenda-centro", grant_type=clients.CREDENTIALS, scope="person:read")
    assert refused.status_code == 400 and refused.json["error"] == "invalid_request"
    own = server.post("token", "agenda-centro", grant_type=clients.CREDENTIALS, scope="webhooks:read").json
    assert api.call("GET", "/webhooks", own["access_token"]).status_code == 200
    assert api.call("GET", f"/people/{api.place.amparo}", own["access_token"]).status_code == 403


def test_exchange_for_a_proved_person(api, server):
    give(api, api.place.amparo, "T1")
    subject = server.enter(api.place.amparo).json["access_token"]
    answer = server.exchange("backend", subject, scope="person:read")
    assert answer.status_code == 200 and answer.json["issued_token_type"].endswith("access_token")
    read = tokens.read(answer.json["access_token"])
    assert (read.client_id, read.through) == ("backend", "carpeta")
    assert read.actor.person_id == api.place.amparo and read.scopes == {"person:read"}
    assert read.expires_at <= tokens.read(subject).expires_at
    # What it may see is what the person gave to this client, not to the other.
    assert api.call("GET", "/people/me", answer.json["access_token"]).status_code == 404
    ended = tokens.read(subject).grant_id
    with unit_of_work(Actor.system("test")) as unit:
        store.end_authorisation(unit.session, grant_id=ended, why="person")
    assert api.call("GET", "/people/me", answer.json["access_token"]).status_code == 401


def subjects(api, server):
    amparo = api.place.amparo
    every = ["person:read"]
    mine = server.enter(amparo).json["access_token"]
    return {
        "another client's token": server.enter(amparo, "movil").json["access_token"],
        "a citizen's own token": api.token(amparo, scopes=every),
        "a professional's token": api.token(staff=api.place.lucia, scopes=every),
        "a token for nobody": tokens.issue(kind="client", subject="carpeta", client_id="carpeta", scopes=every),
        "a person who never let it in": tokens.issue(
            kind="client", subject=api.place.roberto, client_id="carpeta", scopes=every
        ),
        "its signature cut": mine[:-4],
        "nothing": "",
    }


SUBJECTS = (
    "another client's token", "a citizen's own token", "a professional's token", "a token for nobody",
    "a person who never let it in", "its signature cut", "nothing",
)  # fmt: skip


@pytest.mark.parametrize("which", SUBJECTS)
def test_what_cannot_be_exchanged(api, server, which):
    answer = server.exchange("backend", subjects(api, server)[which])
    assert answer.status_code == 400 and answer.json["error"] == "invalid_grant"


WRONG_EXCHANGES = [
    pytest.param({"scope": "log:read"}, "invalid_scope", id="a scope it never had"),
    pytest.param({"scope": "person:read files:read documents:read"}, "invalid_scope", id="one scope too many"),
    pytest.param({"audience": "https://other.example"}, "invalid_target", id="for another service"),
    pytest.param({"subject_token_type": "urn:ietf:params:oauth:token-type:jwt"}, "invalid_request", id="another type"),
    pytest.param({"actor_token": "x"}, "invalid_request", id="an actor of its choice"),
]


@pytest.mark.parametrize(("change", "error"), WRONG_EXCHANGES)
def test_exchange_gives_no_more_than_there_was(api, server, change, error):
    subject = server.enter(api.place.amparo).json["access_token"]
    answer = server.exchange("backend", subject, **change)
    assert answer.status_code == 400 and answer.json["error"] == error


def test_introspection_tells_of_ones_own_only(api, server):
    mine = server.enter(api.place.amparo).json
    told = server.post("introspect", "carpeta", token=mine["access_token"]).json
    assert told["active"] and told["sub"] == str(api.place.amparo) and told["client_id"] == "carpeta"
    assert server.post("introspect", "carpeta", token=mine["refresh_token"]).json["active"]
    for client, token in (("backend", mine["access_token"]), ("carpeta", "made-up"), ("carpeta", "")):
        assert server.post("introspect", client, token=token).json == {"active": False}
    assert server.post("introspect", "movil", token=mine["access_token"]).status_code in (400, 401), "no secret"


def test_revocation_ends_a_token_at_once(api, server):
    give(api, api.place.amparo, "T1")
    mine = server.enter(api.place.amparo).json
    assert api.call("GET", "/people/me", mine["access_token"]).status_code == 200
    assert server.post("revoke", "backend", token=mine["access_token"]).status_code == 200, "as one that is not"
    assert api.call("GET", "/people/me", mine["access_token"]).status_code == 200
    assert server.post("revoke", "carpeta", token=mine["access_token"]).status_code == 200
    assert api.call("GET", "/people/me", mine["access_token"]).status_code == 401
    assert not server.post("introspect", "carpeta", token=mine["access_token"]).json["active"]
    fresh = server.post("token", "carpeta", grant_type="refresh_token", refresh_token=mine["refresh_token"]).json
    assert server.post("revoke", "carpeta", token=fresh["refresh_token"]).status_code == 200
    assert api.call("GET", "/people/me", fresh["access_token"]).status_code == 401, "the refresh token takes all along"


def test_a_disabled_client_has_nothing_left(api, server):
    give(api, api.place.amparo, "T1")
    mine = server.enter(api.place.amparo).json
    with unit_of_work(Actor.system("test")) as unit:
        clients.disable(unit.session, client_id="carpeta")
    assert api.call("GET", "/people/me", mine["access_token"]).status_code == 401
    assert server.enter(api.place.amparo).status_code in (400, 401)
    assert server.post("token", "carpeta", grant_type="refresh_token", refresh_token=mine["refresh_token"]).status_code


def test_a_disabled_professional_has_no_token_left(api, server):
    token = api.token(staff=api.place.lucia)
    path = f"/people/{api.place.amparo}"
    assert api.call("GET", path, token).status_code == 200
    with unit_of_work(Actor.system("test")):
        ends.end(current_unit().session, ends.of_professional(api.place.lucia))
    assert api.call("GET", path, token).status_code == 401


BAD_CLIENTS = [
    pytest.param({"client_id": "carpeta", "secret": "wrong"}, id="wrong secret"),
    pytest.param({"client_id": "unknown", "secret": "x"}, id="unknown client"),
    pytest.param({"client_id": None}, id="no client"),
    pytest.param({"client_id": "x" * 5000, "secret": "x"}, id="an endless name"),
]


@pytest.mark.parametrize("who", BAD_CLIENTS)
@pytest.mark.parametrize("path", ["token", "introspect", "revoke"])
def test_who_does_not_prove_itself_gets_nothing(server, who, path):
    answer = server.post(
        path, who.get("client_id"), secret=who.get("secret"), token="x", grant_type=clients.CREDENTIALS
    )
    assert answer.status_code in (400, 401) and answer.json["error"] == "invalid_client"


BAD_FORMS = [
    pytest.param({"data": "grant_type=password&username=a&password=b"}, "unsupported_grant_type", id="a password"),
    pytest.param({"data": "grant_type=implicit"}, "unsupported_grant_type", id="implicit"),
    pytest.param({"data": ""}, "unsupported_grant_type", id="empty"),
    pytest.param({"data": "scope=a&scope=b&grant_type=client_credentials"}, "invalid_request", id="said twice"),
    pytest.param({"data": "grant_type=client_credentials&scope=%00"}, "invalid_request", id="a NUL"),
    pytest.param({"json": {"grant_type": "client_credentials"}}, "unsupported_grant_type", id="JSON"),
    pytest.param({"query_string": {"code": "x"}, "data": "grant_type=x"}, "invalid_request", id="in the address"),
]


@pytest.mark.parametrize(("sent", "error"), BAD_FORMS)
def test_bad_requests_say_why(server, sent, error):
    kind = {} if "json" in sent else {"content_type": "application/x-www-form-urlencoded"}
    answer = server.client.post("/oauth/token", **sent, **kind)
    assert answer.status_code in (400, 401) and answer.json["error"] == error


def test_metadata_and_keys(server):
    told = server.client.get(METADATA).json
    assert told["issuer"] == tokens.issuer() and told["code_challenge_methods_supported"] == ["S256"]
    (key,) = server.client.get("/oauth/keys").json["keys"]
    assert key["kty"] == "OKP" and "d" not in key
    assert server.client.get("/oauth/token").status_code == 405


def test_only_hashes_are_kept(api, server):
    answer = server.enter(api.place.amparo).json
    for table in ("oauth_refresh", "oauth_code", "oauth_client"):
        kept = str(api.execute(f"SELECT * FROM {table}", {}).all())
        assert answer["refresh_token"] not in kept and server.secrets["carpeta"] not in kept
