"""The second provider of WhatsApp against the sandbox's Cloud API, over sockets, with Alma's own adapter."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import pytest

from case_api.settings import settings
from channels.adapters import DeliveryStatus, Inbound, RawEvent, SendError
from channels.adapters.outgoing import Outgoing, Template
from channels.adapters.whatsapp_cloud import WhatsAppCloud
from channels.adapters.whatsapp_cloud.parsing import CloudSource, items
from tests.journeys.sandbox.process import AMPARO, WHATSAPP, Sandbox, eventually, example_config, free_port
from tests.sayable import sayable

SECRET, TOKEN = "un-secreto-de-meta", "una-llave-de-meta-inventada"


class Place:
    """Where deliveries go: keeps those whose signature holds."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.forged = 0
        place = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                made = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                good = hmac.compare_digest(made, self.headers.get("X-Hub-Signature-256", ""))
                place.bodies += [body] if good else []
                place.forged += not good
                self.send_response(200 if good else 403)
                self.end_headers()

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def entries(self) -> list:
        return [
            entry
            for body in list(self.bodies)
            for item in items(body)
            for entry in CloudSource().parse(RawEvent("whatsapp_cloud", item.kind, item.payload))
        ]


@pytest.fixture
def place() -> Iterator[Place]:
    made = Place()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def meta(tmp_path, place, monkeypatch) -> Iterator[Sandbox]:
    config = example_config(
        tmp_path, port=free_port(), smtp_port=free_port(), alma_port=free_port(), alma_smtp=free_port()
    )
    config["carrier"]["cloud"] = {
        "phone_id": "77", "number": WHATSAPP, "access_token": TOKEN, "app_secret": SECRET,
        "webhook_url": f"http://127.0.0.1:{place.server.server_port}/channels/whatsapp",
    }  # fmt: skip
    for name, value in (
        ("META_URL", f"http://127.0.0.1:{config['port']}/sandbox/carrier/graph"),
        ("META_PHONE_ID", "77"),
        ("META_ACCESS_TOKEN", TOKEN),
    ):
        monkeypatch.setattr(settings(), name, value)
    started = Sandbox(tmp_path, config).start()
    yield started
    started.kill()


def say(**more):
    values = {"id": uuid4(), "conversation_id": uuid4(), "channel": "whatsapp", "recipient": AMPARO, "body": "Hola"}
    outgoing = Outgoing(**(values | more))
    return outgoing, WhatsAppCloud().send(sayable(outgoing))


def test_free_words_go_inside_24_hours_and_approved_ones_always(meta, place):
    with pytest.raises(SendError) as told:
        say()
    assert (told.value.kind, told.value.code) == ("window_closed", "131047")
    outgoing, sent = say(template=Template("aviso", "es", ("el lunes",)))
    eventually(
        lambda: (
            (outgoing.id, "delivered")
            in [(one.message_id, one.state) for one in place.entries() if one.external_id == sent.external_id]
        )
    )
    meta.post("/carrier/control/send", **{"from": AMPARO, "channel": "whatsapp", "body": "Hola", "wait": True})
    _, sent = say()
    assert sent.external_id.startswith("wamid.")


def test_a_wrong_key_is_told(meta, monkeypatch):
    monkeypatch.setattr(settings(), "META_ACCESS_TOKEN", "otra-llave-que-no-vale")
    with pytest.raises(SendError) as told:
        say(template=Template("aviso", "es"))
    assert (told.value.kind, told.value.code) == ("retry", "190")


def test_a_batch_arrives_whole_and_a_forged_one_does_not(meta, place):
    number = AMPARO.removeprefix("+")
    messages = [
        {"id": f"wamid.{n}", "from": number, "timestamp": "1", "type": "text", "text": {"body": f"{n}"}}
        for n in range(5)
    ]
    statuses = [{"id": f"wamid.o{n}", "status": "sent", "recipient_id": number} for n in range(7)]
    assert meta.post("/carrier/control/cloud", messages=messages, statuses=statuses)["webhook_status"] == 200
    assert meta.post("/carrier/control/cloud", messages=messages, forged=True)["webhook_status"] == 403
    found = place.entries()
    assert [sum(isinstance(one, kind) for one in found) for kind in (Inbound, DeliveryStatus)] == [5, 7]
    assert place.forged == 1 and json.loads(place.bodies[0])["object"] == "whatsapp_business_account"
