"""The sandbox as a process on free ports, and a stand-in for Alma that keeps what it is told."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from flask import Flask, request
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from werkzeug.serving import WSGIRequestHandler, make_server

SID = "AC00000000000000000000000000000001"
TOKEN = "un-secreto-de-las-pruebas"
SMS, WHATSAPP = "+34910000001", "+34910000002"
AMPARO = "+34600000001"
CLIENT_SECRET = "otro-secreto-de-las-pruebas"

T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def example_config(folder: Path, *, port: int, smtp_port: int, alma_port: int, alma_smtp: int) -> dict[str, Any]:
    """A whole configuration, with the sandbox's own port as the issuer's: no proxy in these tests."""
    alma = f"http://127.0.0.1:{alma_port}"
    return {
        "port": port,
        "smtp_port": smtp_port,
        "state_path": str(folder / "sandbox.db"),
        "public_url": alma,
        "carrier": {
            "account_sid": SID,
            "auth_token": TOKEN,
            "webhook_url": f"{alma}/messages?a=1#rc=3&rp=all",
            "numbers": {"sms": SMS, "whatsapp": WHATSAPP},
            "step_ms": 30,
        },
        "idp": {
            "issuer": f"http://127.0.0.1:{port}/sandbox/idp",
            "clients": [
                {
                    "client_id": "alma",
                    "client_secret": CLIENT_SECRET,
                    "redirect_uris": [f"{alma}/vuelta"],
                    "post_logout_redirect_uris": [f"{alma}/fuera"],
                }
            ],
            "people": [
                {
                    "sub": "amparo",
                    "given_name": "Amparo",
                    "family_name": "Ejemplo Serrano",
                    "document": "00000001R",
                    "birthdate": "1953-04-12",
                    "email": "amparo@correo.example",
                },
                {
                    "sub": "roberto",
                    "given_name": "Roberto",
                    "family_name": "Muestra Díaz",
                    "document": "00000002W",
                    "birthdate": "1988-09-30",
                },
            ],
        },
        "mail": {
            "alma_host": "127.0.0.1",
            "alma_port": alma_smtp,
            "alma_address": "alma@servicios.alma.example",
            "authserv_id": "mx.servicios.alma.example",
            "accounts": ["amparo@correo.example"],
        },
        "phones": [
            {"number": AMPARO, "name": "Amparo", "channels": ["sms", "whatsapp"]},
            {"number": "+34600000006", "name": "Sin WhatsApp", "channels": ["sms"]},
        ],
    }


def eventually(look: Callable[[], T], *, seconds: float = 8.0) -> T:
    """What `look` returns as soon as it is true; fails after the deadline with the last thing seen."""
    ends = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        assert time.monotonic() < ends, f"not within {seconds} s; last seen: {seen!r}"
        time.sleep(0.02)


@dataclass
class Received:
    """One request that came to Alma's place."""

    path: str
    form: dict[str, str]
    signature: str
    url: str


@dataclass
class StandIn:
    """Alma's place: keeps webhooks and callbacks, and answers them as told."""

    port: int
    received: list[Received] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, path: str) -> list[dict[str, str]]:
        return [one.form for one in list(self.received) if one.path == path]

    def statuses(self, sid: str) -> list[str]:
        return [form["MessageStatus"] for form in self.at("/status") if form["MessageSid"] == sid]


class _Quiet(WSGIRequestHandler):
    def log(self, *args: Any) -> None:
        """Nothing."""


@contextmanager
def stand_in(port: int) -> Iterator[StandIn]:
    place = StandIn(port)
    app = Flask(__name__)

    @app.route("/<path:path>", methods=["GET", "POST"])
    def take(path: str) -> tuple[str, int]:
        status = place.answers.pop(0) if place.answers else 200
        signature = request.headers.get("X-Twilio-Signature", "")
        place.received.append(Received(f"/{path}", request.form.to_dict(), signature, request.url))
        return "", status

    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield place
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@dataclass
class Sandbox:
    """A sandbox in a process of its own."""

    folder: Path
    config: dict[str, Any]
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.config['port']}/sandbox"

    def start(self) -> "Sandbox":
        path = self.folder / "sandbox.json"
        path.write_text(json.dumps(self.config))
        command = [sys.executable, "-m", "portal.sandbox", "--config", str(path)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("sandbox ready"), line + (self.process.stderr.read() if self.process.stderr else "")
        return self

    def stop(self) -> tuple[int, str]:
        """SIGTERM; the exit code and all it wrote."""
        assert self.process is not None
        self.process.terminate()
        out, err = self.process.communicate(timeout=10)
        return self.process.returncode, out + err

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.communicate(timeout=10)

    def twilio(self, *, timeout: float = 5.0, token: str = TOKEN) -> Client:
        """The official client; only its base address differs."""
        client = Client(SID, token, http_client=TwilioHttpClient(timeout=timeout))
        client.api.base_url = f"{self.url}/carrier"
        return client

    def post(self, path: str, **content: Any) -> Any:
        answer = httpx.post(f"{self.url}{path}", json=content, timeout=20)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def faults(self, **faults: int) -> None:
        assert httpx.put(f"{self.url}/carrier/control/faults", json=faults).status_code == 200

    def phone(self, number: str = AMPARO) -> list[dict[str, Any]]:
        return httpx.get(f"{self.url}/carrier/control/messages", params={"number": number}).json()

    def mails(self, address: str, direction: str = "in") -> list[dict[str, Any]]:
        params = {"address": address, "direction": direction}
        return httpx.get(f"{self.url}/mail/control/messages", params=params).json()
