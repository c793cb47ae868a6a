"""Webhooks: thin, signed, decided again when they are sent, tried again, and asked back."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from case_api import clock
from case_api.access.actor import Actor
from case_api.db import unit_of_work
from case_api.http import tokens
from case_api.http.oauth import clients
from case_api.settings import settings
from case_api.webhooks import sending, signing
from tests.services.api.test_record import give

KINDS = ["appointment.booked", "appointment.cancelled", "consent.given", "consent.withdrawn"]


class Receiver:
    """A program that is told: what it heard, and what it answers."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status, self.location = 200, None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.place = f"127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"].removeprefix(sending.TYPE) for _headers, body in self.heard]


@pytest.fixture
def receiver(monkeypatch) -> Iterator[Receiver]:
    made = Receiver()
    monkeypatch.setattr(settings(), "EGRESS_ALLOW", made.place)
    yield made
    made.server.shutdown()
    made.server.server_close()


def client_token(person=None, client="carpeta") -> str:
    return tokens.issue(kind="client", subject=person or client, client_id=client, scopes=list(tokens.SCOPES))


@pytest.fixture
def told(api, receiver) -> dict:
    """The application `carpeta`, told of everything at the receiver; the webhook as it was made."""
    with unit_of_work(Actor.system("test")) as unit:
        clients.register(
            unit.session, client_id="carpeta", name="Carpeta", kind="app", scopes=list(tokens.SCOPES), public=True
        )
    body = {"url": f"http://{receiver.place}/hook", "kinds": KINDS}
    made = api.call("POST", "/webhooks", client_token(), json=body)
    assert made.status_code == 201, made.text
    return made.json


def send_all(limit: int = 20) -> None:
    while limit and sending.send_next():
        limit -= 1


def states(api) -> list:
    return api.execute("SELECT kind, state, last_error FROM webhook_delivery ORDER BY created_at, id", {}).all()


def test_what_a_consent_opens_is_told_thin_and_signed(api, told, receiver):
    amparo = api.place.amparo
    give(api, amparo, "T1")
    made = api.call("POST", "/appointments", api.token(amparo), json=api.booking()).json
    send_all()
    assert receiver.kinds == ["consent.given", "appointment.booked"]
    headers, body = receiver.heard[1]
    event = json.loads(body)
    assert set(event) == {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
    assert event["subject"] == f"appointments/{made['id']}" and event["data"] == {"person_id": str(amparo)}
    assert headers["content-type"].startswith("application/cloudevents+json") and headers["webhook-id"] == event["id"]
    signed = {
        "identifier": headers["webhook-id"], "timestamp": int(headers["webhook-timestamp"]), "body": body,
        "given": headers["webhook-signature"],
    }  # fmt: skip
    assert signing.genuine(told["secret"], **signed)
    assert not signing.genuine(signing.new_secret(), **signed)
    assert not signing.genuine(told["secret"], **signed | {"body": body + b" "})
    assert not signing.genuine(told["secret"], **signed | {"timestamp": signed["timestamp"] + 1})
    looked = api.execute("SELECT count(*) FROM access_entry WHERE actor_kind = 'client' AND outcome = 'allowed'", {})
    assert looked.scalar() == 1, "being told is a look like any other"


def test_without_a_consent_nothing_is_told(api, told, receiver):
    api.call("POST", "/appointments", api.token(api.place.amparo), json=api.booking())
    send_all()
    assert receiver.heard == [] and [tuple(one) for one in states(api)] == [
        ("appointment.booked", "dropped", "not-allowed")
    ]


def test_withdrawn_while_it_waited(api, told, receiver):
    amparo = api.place.amparo
    consent = give(api, amparo, "T1")
    send_all()
    api.call("POST", "/appointments", api.token(amparo), json=api.booking())
    api.call("POST", f"/consents/{consent}/withdraw", api.token(amparo))
    send_all()
    assert receiver.kinds == ["consent.given", "consent.withdrawn"]


def test_a_recall_is_told_and_acknowledged_once(api, told, receiver):
    amparo = api.place.amparo
    consent = give(api, amparo, "T2")
    assert api.call("GET", f"/people/{amparo}/files", client_token(amparo)).status_code == 200
    api.call("POST", f"/consents/{consent}/withdraw", api.token(amparo))
    send_all()
    recall = json.loads(receiver.heard[-1][1])["data"]["recall_id"]
    (listed,) = api.call("GET", "/recalls", client_token()).json["items"]
    assert listed["id"] == recall and listed["acknowledged_at"] is None
    path = f"/recalls/{recall}/acknowledge"
    assert api.call("POST", path, client_token(client="other"), json={"outcome": "deleted"}).status_code == 403
    first = api.call("POST", path, client_token(), json={"outcome": "deleted"})
    again = api.call("POST", path, client_token(), json={"outcome": "kept_by_law"})
    assert first.status_code == 200 and first.json["outcome"] == "deleted" and again.json == first.json


def test_who_does_not_answer_is_tried_again_later_and_not_for_ever(api, told, receiver):
    give(api, api.place.amparo, "T1")
    receiver.status = 500
    now = clock.now()
    for number in range(len(sending.PAUSES) + 2):
        with clock.frozen(now + timedelta(days=2 * number)):
            send_all()
            send_all()
    assert len(receiver.heard) == len(sending.PAUSES) + 1, "once a pause, never twice at once"
    assert len({headers["webhook-id"] for headers, _body in receiver.heard}) == 1
    assert [tuple(one) for one in states(api)] == [("consent.given", "failed", "status-500")]


def test_a_redirect_is_not_followed(api, told, receiver):
    give(api, api.place.amparo, "T1")
    receiver.status, receiver.location = 302, "http://127.0.0.1:1/stolen"
    send_all()
    assert len(receiver.heard) == 1 and states(api)[0].last_error == "status-302"


def test_gone_and_ended_hear_nothing_more(api, told, receiver):
    give(api, api.place.amparo, "T1")
    receiver.status = 410
    send_all()
    assert api.call("GET", "/webhooks", client_token()).json["items"] == []
    receiver.status = 200
    api.call("POST", "/appointments", api.token(api.place.amparo), json=api.booking())
    send_all()
    assert len(receiver.heard) == 1


def test_a_disabled_client_hears_nothing_more(api, told, receiver):
    give(api, api.place.amparo, "T1")
    with unit_of_work(Actor.system("test")) as unit:
        clients.disable(unit.session, client_id="carpeta")
    send_all()
    assert receiver.heard == [] and states(api)[0].last_error == "ended"


def test_undone_work_tells_nothing(api, told, receiver):
    give(api, api.place.amparo, "T1")
    send_all()
    before = len(receiver.heard)
    wrong = api.booking(starts_at="2020-01-01T10:00:00Z")
    assert api.call("POST", "/appointments", api.token(api.place.amparo), json=wrong).status_code >= 400
    send_all()
    assert len(receiver.heard) == before


BAD = [
    pytest.param({"url": "https://169.254.169.254/"}, id="an address of the inside"),
    pytest.param({"url": "http://example.com/"}, id="not encrypted"),
    pytest.param({"url": "javascript:alert(1)"}, id="no address"),
    pytest.param({"kinds": []}, id="of nothing"),
    pytest.param({"kinds": ["person.born"]}, id="of something that there is not"),
    pytest.param({"secret": "mine"}, id="with a secret of its choice"),
    pytest.param({"client_id": "other"}, id="for another client"),
]


@pytest.mark.parametrize("change", BAD)
def test_bad_webhooks_say_why(api, told, change):
    body = {"url": "https://app.example/hook", "kinds": KINDS} | change
    answer = api.call("POST", "/webhooks", client_token(), json=body)
    assert answer.status_code == 422 and answer.json["errors"]
    assert api.count("webhook") == 1


def test_the_same_address_twice_is_a_conflict_and_people_have_none(api, told, receiver):
    body = {"url": told["url"], "kinds": KINDS}
    assert api.call("POST", "/webhooks", client_token(), json=body).status_code == 409
    for token in (api.token(api.place.amparo), api.token(staff=api.place.lucia)):
        assert api.call("POST", "/webhooks", token, json=body).status_code == 403
    assert "secret" not in api.call("GET", f"/webhooks/{told['id']}", client_token()).json
    assert api.call("DELETE", f"/webhooks/{told['id']}", client_token()).status_code == 204
    assert api.call("GET", f"/webhooks/{told['id']}", client_token()).status_code == 404
